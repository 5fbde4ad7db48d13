"""Refunds and vouchers: owed, paid, told, each once; and the pages of both."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from orders.domain.choices import choose, execute
from orders.domain.second_thoughts import refund_instead
from orders.domain.settlements import CODE_SIGNS, RefundDone, mark_done, new_code, refund_due_on
from orders.models import OptionKind, Refund, Voucher
from stocke.core.models import HistoryEntry, Message, User
from tests.core.listpage_checks import assert_same_queries
from tests.orders.cases.scenes import CLOCK, CUSTOMER, Scene, agent, open_scene, send

pytestmark = pytest.mark.django_db


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().replace("\u00a0", " ").split())


def settled(kind: OptionKind, product: str = "") -> Scene:
    scene = open_scene()
    send(scene)
    option = scene.option(kind, getattr(scene, product) if product else None)
    choose(scene.case.pk, option.pk, version=1, by=CUSTOMER)
    execute(scene.case.pk, by=CLOCK)
    return scene


def pay(refund: Refund) -> Refund:
    return mark_done(refund.pk, reference="RB-77", method="la carte qui a payé", bank_days=5, by=CLOCK)


@pytest.fixture
def lea(client: Client) -> User:
    user = agent("Léa")
    client.force_login(user)
    return user


@pytest.mark.parametrize(
    ("ended", "due"),
    [
        (datetime(2026, 9, 5, 12, tzinfo=UTC), date(2026, 9, 19)),
        (datetime(2026, 9, 19, 12, tzinfo=UTC), date(2026, 10, 3)),
        (datetime(2026, 2, 2, 12, tzinfo=UTC), date(2026, 2, 16)),
        (datetime(2026, 9, 4, 22, 30, tzinfo=UTC), date(2026, 9, 19)),
    ],
)
def test_money_is_due_fourteen_days_after_the_day_the_contract_ended_weekend_or_not(
    ended: datetime, due: date
) -> None:
    assert refund_due_on(settled(OptionKind.REFUND).case, ended_at=ended) == due


def test_a_refund_that_the_bank_accepted_is_told_with_what_it_includes() -> None:
    settled(OptionKind.REFUND)

    refund = pay(Refund.objects.get())

    assert (refund.status, refund.reference) == ("done", "RB-77")
    message = Message.objects.get(kind="refund_done")
    text = message.text.replace("\u00a0", " ")
    assert "Nous avons remboursé 95,80 €" in text
    assert "sur la carte qui a payé" in text
    assert "89,90 € pour le produit et 5,90 € pour les frais de port" in text
    assert "5 jours ouvrés" in text


def test_a_difference_given_back_is_called_by_its_name() -> None:
    settled(OptionKind.SUBSTITUTE, "smaller")

    pay(Refund.objects.get())

    text = Message.objects.get(kind="refund_done").text
    assert "la différence de prix avec le produit que vous avez accepté" in text


def test_a_refund_is_done_once() -> None:
    settled(OptionKind.REFUND)
    refund = Refund.objects.get()
    pay(refund)

    with pytest.raises(RefundDone):
        pay(refund)

    assert Message.objects.filter(kind="refund_done").count() == 1
    assert HistoryEntry.objects.filter(kind="refund.done").count() == 1


def test_codes_are_readable_and_never_the_same() -> None:
    codes = {new_code() for _number in range(500)}

    assert len(codes) == 500
    assert all(len(code) == 14 and set(code) <= {*CODE_SIGNS, "-"} for code in codes)
    assert not set("0O1I") & set(CODE_SIGNS)


def test_refunds_due_are_listed_nearest_deadline_first_and_marked_as_done(client: Client, lea: User) -> None:
    settled(OptionKind.REFUND)
    refund = Refund.objects.get()
    assert "95,80 €" in text_of(client.get(reverse("orders:refunds")))
    page = reverse("orders:refund_done", args=[refund.pk])
    assert "Stock e ne déplace pas d’argent." in text_of(client.get(page))

    client.post(page, {"reference": "RB-77", "method": "la carte", "bank_days": 3})

    refund.refresh_from_db()
    assert refund.status == Refund.Status.DONE
    assert Message.objects.filter(kind="refund_done").count() == 1


def test_a_refund_without_its_reference_is_not_done(client: Client, lea: User) -> None:
    settled(OptionKind.REFUND)
    refund = Refund.objects.get()

    response = client.post(
        reverse("orders:refund_done", args=[refund.pk]), {"reference": "", "method": "x", "bank_days": 3}
    )

    refund.refresh_from_db()
    assert (response.status_code, refund.status) == (422, Refund.Status.DUE)


def test_a_refund_done_meanwhile_says_so(client: Client, lea: User) -> None:
    settled(OptionKind.REFUND)
    refund = Refund.objects.get()
    pay(refund)

    response = client.post(
        reverse("orders:refund_done", args=[refund.pk]),
        {"reference": "RB-78", "method": "la carte", "bank_days": 3},
        follow=True,
    )

    refund.refresh_from_db()
    assert "était déjà marqué comme fait" in text_of(response)
    assert refund.reference == "RB-77"


def test_who_pays_back_a_returned_voucher_is_told_to_withdraw_its_code(client: Client, lea: User) -> None:
    scene = settled(OptionKind.VOUCHER)
    refund = refund_instead(scene.case.pk, by=CUSTOMER)

    text = text_of(client.get(reverse("orders:refund_done", args=[refund.pk])))

    assert f"Le client a rendu le bon d’achat {Voucher.objects.get().code}" in text


def test_the_lists_ask_a_constant_number_of_questions(client: Client, lea: User) -> None:
    assert_same_queries(client, reverse("orders:refunds"), lambda: settled(OptionKind.REFUND))
    assert_same_queries(client, reverse("orders:stockout_list"), open_scene)


@pytest.mark.parametrize("name", ["refunds", "stockout_list"])
def test_the_lists_of_refunds_and_of_all_cases_lead_back_to_the_desk(
    client: Client, lea: User, name: str
) -> None:
    page = client.get(reverse(f"orders:{name}")).content.decode()

    crumbs = page[page.index('class="se-crumbs"') :].partition("</nav>")[0]
    assert f'<a href="{reverse("orders:stockouts")}">Ruptures</a>' in crumbs


@pytest.mark.parametrize("words", ["r-", "suspension", "jean", "démo", "WEB-77"])
def test_cases_are_found_by_number_product_customer_and_order(client: Client, lea: User, words: str) -> None:
    scene = open_scene(order={"number": "WEB-7712"})

    found = text_of(client.get(reverse("orders:stockout_list"), {"q": words}))

    assert scene.case.number in found


def test_cases_of_nothing_that_is_known_are_not_found(client: Client, lea: User) -> None:
    scene = open_scene(order={"number": "7712"})

    found = {
        words: scene.case.number in text_of(client.get(reverse("orders:stockout_list"), {"q": words}))
        for words in ("77", "712", "dune", "R-9999999")
    }

    assert found == {"77": True, "712": False, "dune": False, "R-9999999": False}


def test_cases_are_filtered_and_exported(client: Client, lea: User) -> None:
    scene, other = open_scene(), settled(OptionKind.REFUND)

    response = client.get(reverse("orders:stockout_list"), {"status": "settled", "export": "csv"})

    answer: Any = response
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert other.case.number.encode() in content
    assert scene.case.number.encode() not in content


def test_what_happened_to_a_case_is_told_on_the_orders_timeline() -> None:
    from django.test import RequestFactory

    from stocke.core.queries import timeline
    from stocke.core.web.timeline import build_timeline

    scene = settled(OptionKind.SUBSTITUTE, "dune")

    told = build_timeline(timeline(f"order:{scene.order.pk}"), RequestFactory().get("/"))

    words = [item.words for item in told.items]
    assert f"{scene.dune.name} est envoyé à la place de {scene.lamp.name}" in words
    assert any(word.startswith("Dossier de rupture ouvert pour") for word in words)
    assert not [word for word in words if word.startswith(("case.", "refund.", "line.", "voucher."))]
