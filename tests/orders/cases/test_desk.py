"""The stockout desk over HTTP: what it shows, what its acts do, and who may."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from orders.domain.cases import claim
from orders.domain.choices import choose
from orders.models import Allocation, CaseStatus, OptionKind, Refund, StockoutCase
from stocke.core.actors import Actor
from stocke.core.models import HistoryEntry, Message, MessageStatus, User
from tests.factories.suppliers import OfferFactory
from tests.orders.cases.scenes import CUSTOMER, Scene, agent, open_scene, send, stock

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def lea(client: Client) -> User:
    user = agent("Léa")
    client.force_login(user)
    return user


def url(name: str, scene: Scene, *args: object) -> str:
    return reverse(f"orders:{name}", args=[scene.case.number, *args])


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().replace("\u00a0", " ").split())


def letter(scene: Scene, **changed: object) -> dict[str, object]:
    """What the composer sends when the agent changes nothing."""
    return {
        "version": scene.fresh.version,
        "options": [f"substitute:{scene.dune.pk}", "refund"],
        "kind": "stockout_confirmed",
        "language": "fr",
        "subject": "Votre commande {order.number}",
        "body": "Bonjour {customer.first_name},\n\n{options}\n\n{choice_link}",
        **changed,
    }


def test_the_desk_opens_with_the_case_that_waits_longest(client: Client, lea: User) -> None:
    later, first = open_scene(), open_scene()
    StockoutCase.objects.filter(pk=first.case.pk).update(respond_by=timezone.now() - timedelta(hours=1))

    text = text_of(client.get(reverse("orders:stockouts")))

    assert text.index(f'id="case-{first.case.number}"') < text.index(f'id="case-{later.case.number}"')
    assert f"Dossier {first.case.number}" in text
    assert "en retard de" in text


def test_looking_claims_nothing(client: Client, lea: User) -> None:
    scene = open_scene()

    client.get(url("stockout", scene))

    assert scene.fresh.claimed_by is None


def test_the_case_says_what_happened_and_what_can_be_offered(client: Client, lea: User) -> None:
    scene = open_scene()

    text = text_of(client.get(url("stockout", scene)))

    assert "Refus de Grossiste" in text
    assert "Suspension Dune Ø 40" in text
    assert "8 chez Comptoir Exemple" in text
    assert "+5,00 € pour nous" in text
    assert "10,00 € rendus" in text
    assert "Rembourser, port compris" in text
    assert "marge perdue 39,90 €" in text


def test_sending_writes_one_letter_and_goes_to_the_next_case(client: Client, lea: User) -> None:
    scene, other = open_scene(), open_scene()

    response = client.post(url("stockout_send", scene), letter(scene))

    assert (response.status_code, response["Location"]) == (303, url("stockout", other))
    assert scene.fresh.status == CaseStatus.WITH_CUSTOMER
    message = Message.objects.get()
    assert message.subject == f"Votre commande {scene.order.number}"
    assert "recevoir Suspension Dune Ø 40 à la place" in message.text.replace("\u00a0", " ")
    assert message.status == MessageStatus.APPROVED
    assert "Lettre à Jean Démo en route" in text_of(client.get(response["Location"]))


def test_a_second_click_on_send_sends_nothing_and_goes_on(client: Client, lea: User) -> None:
    scene = open_scene()
    sent = letter(scene)
    client.post(url("stockout_send", scene), sent)

    response = client.post(url("stockout_send", scene), sent)

    assert (response.status_code, response["Location"]) == (303, reverse("orders:stockouts"))
    assert Message.objects.count() == 1
    assert scene.fresh.version == 1


def test_the_letter_can_be_taken_back_while_it_is_in_the_house(client: Client, lea: User) -> None:
    scene = open_scene()
    client.post(url("stockout_send", scene), letter(scene))

    client.post(url("stockout_undo", scene, 1))

    assert scene.fresh.status == CaseStatus.TO_PROPOSE
    assert Message.objects.get().status == MessageStatus.CANCELLED


def test_a_letter_that_left_cannot_be_taken_back_and_that_is_said(client: Client, lea: User) -> None:
    scene = open_scene()
    client.post(url("stockout_send", scene), letter(scene))
    Message.objects.update(status=MessageStatus.SENT)

    response = client.post(url("stockout_undo", scene, 1), follow=True)

    assert "La lettre a quitté la maison" in text_of(response)
    assert scene.fresh.status == CaseStatus.WITH_CUSTOMER


def test_a_letter_with_a_missing_fact_is_not_sent_and_what_was_typed_stays(client: Client, lea: User) -> None:
    scene = open_scene()

    response = client.post(url("stockout_send", scene), letter(scene, body="{supplier_date}, mes mots à moi"))

    text = text_of(response)
    assert response.status_code == 422
    assert "La lettre cite des faits qui ne sont pas au dossier" in text
    assert "mes mots à moi" in text
    assert not Message.objects.exists()
    assert scene.fresh.status == CaseStatus.TO_PROPOSE


def test_an_empty_letter_is_refused(client: Client, lea: User) -> None:
    scene = open_scene()

    response = client.post(url("stockout_send", scene), letter(scene, body=""))

    assert response.status_code == 422
    assert not Message.objects.exists()


def test_an_option_that_sold_out_since_the_page_was_drawn_is_told(client: Client, lea: User) -> None:
    scene = open_scene()
    sent = letter(scene)
    stock(scene.dune_offer, 0)

    response = client.post(url("stockout_send", scene), sent)

    assert response.status_code == 422
    assert "n’est plus disponible. Regardez de nouveau la liste." in text_of(response)
    assert not Message.objects.exists()


def test_a_colleague_who_holds_the_case_must_be_asked_first(client: Client, lea: User) -> None:
    scene = open_scene()
    claim(scene.case, by=Actor.person(agent("Samir")))

    response = client.post(url("stockout_send", scene), letter(scene))

    assert response.status_code == 409
    assert text_of(response).count("Rien n’a changé : reprenez-le d’abord.") == 1
    assert not Message.objects.exists()

    client.post(url("stockout_take", scene), {"act": "over"})
    assert client.post(url("stockout_send", scene), letter(scene)).status_code == 303
    assert Message.objects.count() == 1


def test_a_case_is_taken_and_given_back_by_one_key(client: Client, lea: User) -> None:
    scene = open_scene()

    taken = client.post(url("stockout_take", scene), {"act": "claim"}, headers=HTMX)
    assert "Vous avez pris ce dossier." in text_of(taken)
    assert scene.fresh.claimed_by == lea

    given = client.post(url("stockout_take", scene), {"act": "release"}, headers=HTMX)
    assert "Personne n’a pris ce dossier." in text_of(given)
    assert scene.fresh.claimed_by is None


def test_who_else_looks_is_told_and_a_poll_is_silent_while_nothing_changes(client: Client, lea: User) -> None:
    scene, samir = open_scene(), Client()
    samir.force_login(agent("Samir"))
    samir.get(url("stockout", scene))

    changed = client.get(url("stockout_presence", scene), {"mark": "|"}, headers=HTMX)
    silent = client.get(url("stockout_presence", scene), {"mark": "|Samir Démo"}, headers=HTMX)

    assert re.search(r"Samir Démo \(depuis \d\d:\d\d\) regarde ce dossier\.", text_of(changed))
    assert (silent.status_code, silent.content) == (204, b"")


def test_the_preview_shows_what_was_typed_with_the_facts_of_the_ticked_options(
    client: Client, lea: User
) -> None:
    scene = open_scene()

    response = client.post(url("stockout_letter", scene), letter(scene, options=["voucher"]), headers=HTMX)

    text = text_of(response)
    assert "recevoir un bon d’achat de 105,38 €" in text
    assert "obtenir votre remboursement, soit 95,80 €" in text
    assert "à la place" not in text
    assert not Message.objects.exists()


def test_another_language_brings_the_words_of_the_template_in_it(client: Client, lea: User) -> None:
    scene = open_scene()

    response = client.post(
        url("stockout_letter", scene) + "?reset=1", letter(scene, language="en"), headers=HTMX
    )

    text = text_of(response)
    assert "We cannot keep our promise (order {order.number})" in text
    assert "Our supplier declined our order: it no longer has this product." in text


def test_a_product_looked_up_can_be_added_and_offered(client: Client, lea: User) -> None:
    scene, far = open_scene(), open_scene()

    found = client.get(url("stockout_options", scene), {"q": "Dune"}, headers=HTMX)
    assert f'name="extra" value="{far.dune.pk}"' in text_of(found)

    key = f"substitute:{far.dune.pk}"
    client.post(url("stockout_send", scene), letter(scene, extra=[far.dune.pk], options=[key]))

    assert scene.option(OptionKind.SUBSTITUTE).product == far.dune


def test_what_the_customer_said_on_the_phone_is_recorded_as_such(client: Client, lea: User) -> None:
    scene = open_scene()
    send(scene)

    client.post(url("stockout_choice", scene), {"version": 1, "option": scene.option(OptionKind.REFUND).pk})

    assert scene.fresh.status == CaseStatus.TO_EXECUTE
    entry = HistoryEntry.objects.get(kind="case.chosen")
    assert (entry.actor_label, entry.data["via"]) == ("Léa Démo", "phone")


def test_a_choice_can_be_carried_out_at_once(client: Client, lea: User) -> None:
    scene = open_scene()
    send(scene)
    choose(scene.case.pk, scene.option(OptionKind.REFUND).pk, version=1, by=CUSTOMER)

    text = text_of(client.post(url("stockout_execute", scene), follow=True))

    assert "Choix exécuté" in text
    assert "Marquer comme fait" in text
    assert Refund.objects.count() == 1


def test_a_choice_that_sold_out_comes_back_with_its_reason(client: Client, lea: User) -> None:
    scene = open_scene()
    send(scene)
    choose(scene.case.pk, scene.option(OptionKind.SUBSTITUTE, scene.dune).pk, version=1, by=CUSTOMER)
    stock(scene.dune_offer, 0)

    text = text_of(client.post(url("stockout_execute", scene), follow=True))

    assert "Le produit choisi est épuisé" in text
    assert "Suspension Dune Ø 40, choisi par le client, a été épuisé" in text


def test_the_ordered_product_that_is_back_can_be_promised_again(client: Client, lea: User) -> None:
    scene = open_scene()
    stock(scene.lamp_offer, 3)
    assert "Un fournisseur peut de nouveau livrer le produit commandé." in text_of(
        client.get(url("stockout", scene))
    )

    client.post(url("stockout_restore", scene))

    assert scene.fresh.status == CaseStatus.SETTLED


def test_every_stage_of_the_desk_can_be_opened_empty_and_full(client: Client, lea: User) -> None:
    scene = open_scene()
    for tab in ["to_propose", "with_customer", "to_execute", "settled", "rubbish"]:
        assert client.get(reverse("orders:stockouts"), {"tab": tab}).status_code == 200
    send(scene)
    assert "Page du client" in text_of(client.get(reverse("orders:stockouts"), {"tab": "with_customer"}))


def test_a_case_that_does_not_exist_is_not_found(client: Client, lea: User) -> None:
    assert client.get(reverse("orders:stockout", args=["R-0"])).status_code == 404


def test_who_only_looks_sees_no_act_and_may_do_none(client: Client) -> None:
    scene = open_scene()
    send(scene)
    client.force_login(User.objects.create_user("v@stocke.example", first_name="Vera", role="viewer"))

    page = text_of(client.get(url("stockout", scene)))
    refused = client.post(url("stockout_send", scene), letter(scene))

    assert "Modifier la proposition" not in page
    assert refused.status_code == 403
    assert scene.fresh.version == 1


def test_a_stranger_is_sent_to_the_login(client: Client) -> None:
    scene = open_scene()

    assert client.get(url("stockout", scene)).status_code == 302
    assert client.post(url("stockout_send", scene), letter(scene)).status_code == 302
    assert not Message.objects.exists()


def test_get_never_acts(client: Client, lea: User) -> None:
    scene = open_scene()
    names = ["send", "take", "choice", "execute", "restore", "letter"]

    assert {client.get(url(f"stockout_{name}", scene)).status_code for name in names} == {405}


def test_the_desk_asks_as_many_questions_for_five_cases_as_for_one(
    client: Client, lea: User, django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    scene = open_scene()
    client.get(url("stockout", scene))
    with CaptureQueriesContext(connection) as one:
        client.get(url("stockout", scene))
    for _number in range(4):
        open_scene()

    with django_assert_num_queries(len(one)):
        client.get(url("stockout", scene))


def test_sources_beyond_the_limits_are_priced_and_a_person_may_choose_one(client: Client, lea: User) -> None:
    scene = open_scene()
    stock(scene.lamp_offer, 2)
    dear = OfferFactory(product=scene.lamp, rank=2, quantity=5, cost_cents=8900)

    page = text_of(client.get(url("stockout", scene)))
    client.post(url("stockout_restore", scene), {"offer": dear.pk})

    assert "50,00 €" in page
    assert "89,00 €" in page
    assert "hors limites : Marge" in page
    assert scene.fresh.status == CaseStatus.SETTLED
    held = Allocation.objects.filter(line=scene.line, status="held")
    assert [(one.offer_id, one.quantity) for one in held] == [(dear.pk, 1)]


def test_a_source_that_has_too_few_is_refused_and_nothing_changes(client: Client, lea: User) -> None:
    scene = open_scene(quantity=2)
    stock(scene.lamp_offer, 2)
    small = OfferFactory(product=scene.lamp, rank=2, quantity=1)

    client.post(url("stockout_restore", scene), {"offer": small.pk})

    assert scene.fresh.status == CaseStatus.TO_PROPOSE
    assert not Allocation.objects.filter(line=scene.line).exists()


def test_an_agent_gives_the_money_back_without_asking_and_goes_to_the_next_case(
    client: Client, lea: User
) -> None:
    scene, other = open_scene(), open_scene()

    response = client.post(url("stockout_refund", scene), {"version": 0})

    assert (response.status_code, response["Location"]) == (303, url("stockout", other))
    assert (scene.fresh.status, scene.fresh.choice_via) == (CaseStatus.TO_EXECUTE, "agent")
    assert not Refund.objects.exists()
    assert not Message.objects.exists()
    assert "Jean Démo est remboursé sans être consulté" in text_of(client.get(response["Location"]))
    text = text_of(client.get(url("stockout", scene)))
    assert "Décidé par nous" in text
    assert "choisi par le client" not in text

    client.post(url("stockout_execute", scene))

    assert [refund.amount_cents for refund in Refund.objects.all()] == [9580]
    assert [message.kind for message in Message.objects.all()] == ["refund_decided"]
    entry = HistoryEntry.objects.get(kind="case.chosen")
    assert (entry.data["via"], entry.actor_label) == ("agent", "Léa Démo")


def test_an_agents_refund_is_taken_back_until_it_is_carried_out(client: Client, lea: User) -> None:
    scene = open_scene()
    client.post(url("stockout_refund", scene), {"version": 0})

    client.post(url("stockout_undo", scene, 1))

    assert (scene.fresh.status, scene.fresh.choice) == (CaseStatus.TO_PROPOSE, None)
    client.post(url("stockout_refund", scene), {"version": 1})
    client.post(url("stockout_execute", scene))
    text = text_of(client.post(url("stockout_undo", scene, 2), follow=True))
    assert "Ce dossier a été clos entre-temps" in text
    assert (scene.fresh.status, Refund.objects.count()) == (CaseStatus.SETTLED, 1)


@pytest.mark.parametrize("version", ["7", "", "x"])
def test_a_refund_decided_on_an_old_page_changes_nothing(client: Client, lea: User, version: str) -> None:
    scene = open_scene()

    response = client.post(url("stockout_refund", scene), {"version": version}, follow=True)

    assert "Ce dossier a avancé depuis" in text_of(response)
    assert (scene.fresh.status, scene.fresh.version, scene.fresh.claimed_by) == (
        CaseStatus.TO_PROPOSE,
        0,
        None,
    )


def test_a_colleagues_case_is_not_refunded(client: Client, lea: User) -> None:
    scene = open_scene()
    claim(scene.case, by=Actor.person(agent("Samir")))

    client.post(url("stockout_refund", scene), {"version": 0})

    assert (scene.fresh.status, scene.fresh.version) == (CaseStatus.TO_PROPOSE, 0)
