"""A supplier's calendar: written on his page, shown in words, counted in the deadline of his answer."""

import pytest
from django.test import Client

from suppliers.domain.calendars import answer_due_at
from suppliers.forms.calendars import as_lines, closure_in
from suppliers.models import Supplier
from tests.factories.people import person
from tests.factories.suppliers import SupplierFactory

pytestmark = pytest.mark.django_db
DETAILS = {
    "code": "north",
    "name": "Nord",
    "language": "fr",
    "country": "FR",
    "currency": "EUR",
    "lead_days": "3",
    "ack_hours": "24",
    "time_zone": "Europe/Paris",
    "open_days": ["0", "1", "2", "3"],
    "cut_off": "15:00",
    "keeps_holidays": "on",
    "closures": "24/12/2026 – 03/01/2027 Inventaire\n2026-07-14",
    "active": "on",
}


@pytest.fixture
def operator(client: Client) -> Client:
    client.force_login(person("operations", language="en"))
    return client


def test_a_calendar_is_written_and_shown_in_words(operator: Client) -> None:
    supplier = SupplierFactory(code="north")

    answer = operator.post(f"/suppliers/{supplier.pk}/edit/", DETAILS, follow=True)
    page = " ".join(answer.content.decode().split())

    kept = Supplier.objects.get(pk=supplier.pk)
    assert kept.open_days == [0, 1, 2, 3]
    assert kept.closures == [
        {"first": "2026-07-14", "last": "2026-07-14", "note": ""},
        {"first": "2026-12-24", "last": "2027-01-03", "note": "Inventaire"},
    ]
    assert "Monday to Thursday, closed on public holidays" in page
    assert "15:00" in page
    assert "open days, closures" in page


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("time_zone", "Paris", "No time zone is called “Paris”."),
        ("closures", "some day", "“some day” is no closure."),
        ("closures", "2027-01-03 – 2026-12-24", "is no closure."),
        ("open_days", [], "This field is required."),
    ],
)
def test_what_is_no_calendar_is_told_and_changes_nothing(
    operator: Client, field: str, value: object, told: str
) -> None:
    supplier = SupplierFactory(code="north")

    answer = operator.post(f"/suppliers/{supplier.pk}/edit/", DETAILS | {field: value})

    assert told in answer.content.decode()
    assert Supplier.objects.get(pk=supplier.pk).closures == []


def test_a_closure_reads_back_as_it_was_shown() -> None:
    saved = closure_in("2026-12-24 – 2027-01-03 Inventory")

    assert (
        closure_in(as_lines([saved]))
        == saved
        == {
            "first": "2026-12-24",
            "last": "2027-01-03",
            "note": "Inventory",
        }
    )
    assert closure_in("14.07.2026 au 16.07.2026 pont") == {
        "first": "2026-07-14",
        "last": "2026-07-16",
        "note": "pont",
    }


def test_a_supplier_who_never_opens_still_has_a_deadline() -> None:
    supplier = SupplierFactory(
        ack_hours=8, closures=[{"first": "2020-01-01", "last": "2999-12-31", "note": ""}]
    )
    asked = supplier.created_at

    assert (answer_due_at(supplier, asked) - asked).total_seconds() == 8 * 3600
