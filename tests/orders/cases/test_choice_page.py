"""The customer's page: GET shows, POST acts, and every odd link gets a decent answer."""

from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.test import Client
from django.utils import timezone

from orders.domain.choices import choose, execute
from orders.domain.proposals import take_back
from orders.models import CaseOption, CaseStatus, LineStatus, OptionKind, Refund, StockoutCase, Voucher
from orders.views.choice_page import next_best
from stocke.core.domain.links import sign
from stocke.core.models import HistoryEntry, Message, MessageStatus
from tests.orders.cases.scenes import CLOCK, CUSTOMER, Scene, open_scene, rows, send, stock

pytestmark = pytest.mark.django_db


def proposed(**given: object) -> Scene:
    scene = open_scene(**given)  # type: ignore[arg-type]
    send(scene)
    return scene


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().replace("\u00a0", " ").split())


def post(client: Client, scene: Scene, option: object, *, version: int = 1, link: str = "") -> Any:
    return client.post(link or scene.link(), {"version": version, "option": str(option)})


def test_looking_changes_nothing_and_nothing_is_preselected(client: Client) -> None:
    scene = proposed()
    before = HistoryEntry.objects.count()

    response = client.get(scene.link())

    text = text_of(response)
    assert response.status_code == 200
    assert "Nous ne pouvons pas vous livrer « Suspension Galet Ø 40 »" in text
    assert "Notre fournisseur a refusé notre commande : il n’a plus ce produit." in text
    assert text.count('type="radio"') == 4
    assert "checked" not in text
    assert "95,80 €" in text
    assert (scene.fresh.status, HistoryEntry.objects.count()) == (CaseStatus.WITH_CUSTOMER, before)


def test_the_refund_stands_before_the_voucher(client: Client) -> None:
    text = text_of(client.get(proposed().link()))

    assert text.index("Obtenir votre remboursement") < text.index("Recevoir un bon d’achat")


def test_the_page_speaks_the_customers_language_and_the_other_on_request(client: Client) -> None:
    scene = proposed(customer={"language": "en"})

    english, french = client.get(scene.link()), client.get(scene.link() + "?lang=fr")

    assert "We cannot deliver your Suspension Galet Ø 40" in text_of(english)
    assert '<html lang="en">' in text_of(english)
    assert "Nous ne pouvons pas vous livrer" in text_of(french)


def test_no_search_engine_keeps_it_and_no_link_leaks(client: Client) -> None:
    response = client.get(proposed().link())

    assert "noindex" in text_of(response)
    assert "no-store" in response["Cache-Control"]


def test_choosing_records_the_choice_and_shows_the_receipt(client: Client) -> None:
    scene = proposed()
    link = scene.link()

    response = post(client, scene, scene.option(OptionKind.SUBSTITUTE, scene.dune).pk, link=link)

    assert (response.status_code, response["Location"]) == (303, link)
    assert scene.fresh.status == CaseStatus.TO_EXECUTE
    receipt = text_of(client.get(scene.link()))
    assert "Votre choix est enregistré" in receipt
    assert "Recevoir Suspension Dune Ø 40. Rien à payer" in receipt
    assert "Changer d’avis" in receipt


def test_changing_ones_mind_shows_the_choice_made_so_far(client: Client) -> None:
    scene = proposed()
    refund = scene.option(OptionKind.REFUND)
    post(client, scene, refund.pk)

    text = text_of(client.get(scene.link() + "?change=1"))

    assert f'value="{refund.pk}" checked' in text
    post(client, scene, scene.option(OptionKind.VOUCHER).pk)
    assert scene.fresh.choice is not None
    assert scene.fresh.choice.kind == OptionKind.VOUCHER


def test_nothing_chosen_is_said_and_nothing_is_recorded(client: Client) -> None:
    scene = proposed()

    before = rows()
    response = client.post(scene.link(), {"version": 1})

    assert response.status_code == 422
    assert "Choisissez d’abord une réponse." in text_of(response)
    assert rows() == before


@pytest.mark.parametrize("option", ["9" * 30, "-1", "<script>", "refund", ""])
def test_an_option_that_is_none_is_refused(client: Client, option: str) -> None:
    scene = proposed()

    before = rows()
    response = post(client, scene, option)

    assert response.status_code == 422
    assert "<script>" not in text_of(response).replace("<script nonce", "")
    assert rows() == before


def test_an_option_of_another_case_is_refused(client: Client) -> None:
    scene, other = proposed(), proposed()

    before = rows()
    response = post(client, scene, other.option(OptionKind.REFUND).pk)

    assert (response.status_code, rows()) == (409, before)


def test_a_second_click_after_the_choice_was_carried_out_shows_what_was_done(client: Client) -> None:
    scene = proposed()
    refund = scene.option(OptionKind.REFUND).pk
    post(client, scene, refund)
    execute(scene.case.pk, by=CLOCK)

    before = rows()
    response = post(client, scene, scene.option(OptionKind.VOUCHER).pk)

    assert (response.status_code, rows()) == (303, before)
    text = text_of(client.get(scene.link()))
    assert "C’est réglé" in text
    assert "Nous vous remboursons 95,80 €" in text
    assert (Refund.objects.count(), Voucher.objects.count()) == (1, 0)


def test_a_tampered_link_opens_nothing(client: Client) -> None:
    scene = proposed()
    before, link = rows(), scene.link()[:-3] + "xx/"

    response = client.get(link)
    answer = post(client, scene, scene.option(OptionKind.REFUND).pk, link=link)

    assert (response.status_code, answer.status_code, rows()) == (404, 404, before)
    assert "Ce lien ne fonctionne pas" in text_of(response)


def test_a_link_signed_for_another_purpose_opens_nothing(client: Client) -> None:
    scene = proposed()
    before, link = rows(), f"/c/{sign('purchase', scene.case.pk)}/"

    answers = [client.get(link), post(client, scene, scene.option(OptionKind.REFUND).pk, link=link)]

    assert ([one.status_code for one in answers], rows()) == ([404, 404], before)


def test_a_link_to_a_case_that_does_not_exist_opens_nothing(client: Client) -> None:
    assert client.get(f"/c/{sign('choice', 10**9)}/").status_code == 404


def test_an_expired_link_says_so_in_the_customers_language(client: Client) -> None:
    with patch("django.core.signing.time.time", return_value=timezone.now().timestamp() - 121 * 86400):
        scene = proposed(customer={"language": "en"})
        link = scene.link()
    before = rows()

    response = client.get(link)

    assert response.status_code == 410
    assert "This link has expired" in text_of(response)
    assert post(client, scene, scene.option(OptionKind.REFUND).pk, link=link).status_code == 410
    assert rows() == before


def test_an_older_link_shows_the_current_proposal(client: Client) -> None:
    scene = proposed()
    old = scene.link()
    send(scene, keys=("refund",))

    text = text_of(client.get(old))

    assert "Vous avez suivi le lien d’un message plus ancien" in text
    assert text.count('type="radio"') == 1


def test_a_form_of_an_older_proposal_is_refused_with_the_current_one(client: Client) -> None:
    scene = proposed()
    voucher = scene.option(OptionKind.VOUCHER).pk
    send(scene, keys=("refund",))

    before = rows()
    response = post(client, scene, voucher, version=1)

    assert response.status_code == 409
    assert "Notre proposition a évolué entre-temps" in text_of(response)
    assert rows() == before


def test_a_proposal_that_was_taken_back_asks_for_patience(client: Client) -> None:
    scene = proposed()
    take_back(scene.case.pk, version=1, by=CLOCK)

    text = text_of(client.get(scene.link()))

    assert "Nous préparons une proposition pour vous" in text
    assert "radio" not in text
    assert Message.objects.get().status == MessageStatus.CANCELLED


def test_what_sold_out_cannot_be_chosen_and_says_so(client: Client) -> None:
    scene = proposed()
    stock(scene.dune_offer, 0)
    dune = scene.option(OptionKind.SUBSTITUTE, scene.dune).pk

    assert f'value="{dune}" disabled' in text_of(client.get(scene.link()))
    before = rows()
    response = post(client, scene, dune)

    assert response.status_code == 409
    assert (
        "Ce produit vient d’être épuisé. Rien n’a été enregistré. « Suspension Galet Ø 35 » est encore disponible ;"
        in text_of(response)
    ), "the next best is named"
    assert rows() == before

    stock(scene.smaller_offer, 0)
    assert "Rien n’a été enregistré : choisissez parmi les autres" in text_of(post(client, scene, dune))


def test_what_is_called_sold_out_is_never_named_as_still_there() -> None:
    scene = proposed()
    stock(scene.smaller_offer, 0)

    assert next_best(scene.fresh, but=None) == "Suspension Dune Ø 40"
    assert next_best(scene.fresh, but=scene.dune.pk) == ""


def test_a_day_that_has_passed_is_not_called_sold_out(client: Client) -> None:
    scene = open_scene()
    scene.lamp_offer.lead_days = 21
    scene.lamp_offer.save()
    send(scene)
    waits = scene.option(OptionKind.WAIT)
    CaseOption.objects.filter(pk=waits.pk).update(until=timezone.localdate())

    response = post(client, scene, waits.pk)

    assert response.status_code == 409
    assert "Cette date est passée. Rien n’a été enregistré" in text_of(response)


def test_a_choice_that_sold_out_before_it_was_carried_out_is_told_honestly(client: Client) -> None:
    scene = proposed()
    post(client, scene, scene.option(OptionKind.SUBSTITUTE, scene.dune).pk)
    stock(scene.dune_offer, 0)
    execute(scene.case.pk, by=CLOCK)

    text = text_of(client.get(scene.link()))

    assert "Le produit que vous avez choisi, Suspension Dune Ø 40, a été épuisé" in text
    post(client, scene, scene.option(OptionKind.REFUND).pk)
    assert scene.fresh.status == CaseStatus.TO_EXECUTE


def test_the_ordered_product_that_came_back_is_offered_first(client: Client) -> None:
    scene = proposed()
    assert 'value="original"' not in text_of(client.get(scene.link()))
    stock(scene.lamp_offer, 5)

    text = text_of(client.get(scene.link()))
    response = post(client, scene, "original")

    assert text.index('value="original"') < text.index('value="') + len(text)
    assert "Bonne nouvelle : il est de retour depuis notre lettre." in text
    assert response.status_code == 303
    execute(scene.case.pk, by=CLOCK)
    assert (scene.line.product, scene.line.status) == (scene.lamp, LineStatus.CONFIRMED)


def test_the_ordered_product_cannot_be_forced_while_it_is_missing(client: Client) -> None:
    scene = proposed()

    before = rows()
    response = post(client, scene, "original")

    assert (response.status_code, rows()) == (409, before)
    assert "« Suspension Dune Ø 40 » est encore disponible ; les autres réponses" in text_of(response)


def test_who_waits_can_have_his_money_from_the_same_link(client: Client) -> None:
    scene = open_scene()
    scene.lamp_offer.lead_days = 21
    scene.lamp_offer.save()
    send(scene)
    choose(scene.case.pk, scene.option(OptionKind.WAIT).pk, version=1, by=CUSTOMER)
    execute(scene.case.pk, by=CLOCK)
    assert "Récupérer 95,80 € à la place" in text_of(client.get(scene.link()))

    response = client.post(scene.link() + "refund/")

    assert response.status_code == 303
    assert Refund.objects.get().amount_cents == 9580


def test_reading_the_refund_address_acts_on_nothing(client: Client) -> None:
    assert client.get(proposed().link() + "refund/").status_code == 405


def test_a_cancelled_case_says_that_nothing_is_left_to_choose(client: Client) -> None:
    scene = proposed()
    StockoutCase.objects.update(status=CaseStatus.CANCELLED, closed_at=timezone.now() - timedelta(days=1))

    text = text_of(client.get(scene.link()))

    assert "Cette question est close" in text


def test_the_page_needs_a_constant_number_of_queries(client: Client, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    scene = proposed()

    with django_assert_max_num_queries(22):
        client.get(scene.link())
