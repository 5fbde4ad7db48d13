"""The pages of suppliers, and the rules of prudence."""

import pytest
from django.test import Client
from django.urls import reverse

from stocke.core.models.user import Role
from stocke.products.models import Level, LevelPolicy
from suppliers.domain.levels import recompute_all, recompute_dirty
from suppliers.models import Feed, Run, Supplier
from tests.core.listpage_checks import assert_same_queries, queries_of
from tests.factories.people import client_as
from tests.factories.suppliers import OfferFactory, SupplierFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator() -> Client:
    return client_as(Role.OPERATIONS)


def supplier_fields(**given: object) -> dict[str, object]:
    return {
        "code": "north",
        "name": "North",
        "email": "orders@north.example",
        "language": "en",
        "country": "be",
        "currency": "eur",
        "lead_days": 4,
        "ack_hours": 12,
        "time_zone": "Europe/Brussels",
        "open_days": [0, 1, 2, 3, 4],
        "active": "on",
        **given,
    }


def test_the_list_asks_as_much_for_three_suppliers_as_for_one(operator: Client) -> None:
    assert_same_queries(operator, reverse("suppliers:supplier_list"), OfferFactory)


def test_the_list_of_unmatched_offers_asks_as_much_for_three_as_for_one(operator: Client) -> None:
    assert_same_queries(operator, reverse("suppliers:unmatched_list"), lambda: OfferFactory(product=None))


def test_a_supplier_is_found_by_name_or_code(operator: Client) -> None:
    SupplierFactory(name="Nordique Démo", code="nord")
    SupplierFactory(name="Rivage", code="riv")

    page = operator.get(reverse("suppliers:supplier_list"), {"q": "nord"}).content.decode()

    assert "Nordique Démo" in page
    assert "Rivage" not in page


def test_his_page_counts_his_offers_by_kind(operator: Client) -> None:
    supplier = SupplierFactory()
    for kind in ("exact", "exact", "flag", "unknown"):
        OfferFactory(supplier=supplier, kind=kind)

    page = operator.get(reverse("suppliers:supplier", args=[supplier.pk])).context

    counts = page["counts"]
    assert (counts.exact, counts.at_least, counts.flag, counts.unknown) == (2, 0, 1, 1)


def test_his_page_asks_as_much_for_three_feeds_as_for_one(operator: Client) -> None:
    supplier = SupplierFactory()
    url = reverse("suppliers:supplier", args=[supplier.pk])

    def connect(name: str) -> None:
        feed = Feed.objects.create(supplier=supplier, name=name)
        Run.objects.create(feed=feed, status="applied")

    connect("A")
    queries_of(operator, url)
    once = queries_of(operator, url)
    connect("B")
    connect("C")

    assert len(queries_of(operator, url)) == len(once)


def test_a_supplier_is_added_and_corrected(operator: Client) -> None:
    operator.post(reverse("suppliers:supplier_new"), supplier_fields())
    supplier = Supplier.objects.get()

    answer = operator.post(
        reverse("suppliers:supplier_edit", args=[supplier.pk]), supplier_fields(ack_hours=8)
    )

    supplier.refresh_from_db()
    assert answer.status_code == 303
    assert (supplier.country, supplier.currency, supplier.ack_hours) == ("BE", "EUR", 8)


def test_who_adds_a_supplier_to_connect_his_feed_goes_on_with_it(operator: Client) -> None:
    new_feed, new_supplier = reverse("suppliers:feed_new"), f"{reverse('suppliers:supplier_new')}?for=feed"
    assert f'href="{new_supplier}"' in operator.get(new_feed).content.decode()

    answer = operator.post(new_supplier, supplier_fields())

    supplier = Supplier.objects.get()
    assert answer["Location"] == f"{new_feed}?supplier={supplier.pk}"
    chosen = f'<option value="{supplier.pk}" selected>'
    assert chosen in operator.get(answer["Location"]).content.decode()
    page = operator.get(reverse("suppliers:supplier", args=[supplier.pk])).content.decode()
    assert f'href="{answer["Location"]}"' in page


def test_a_taken_code_is_refused_at_its_field(operator: Client) -> None:
    SupplierFactory(code="north")

    answer = operator.post(reverse("suppliers:supplier_new"), supplier_fields())

    assert answer.status_code == 422
    assert "Another supplier has this code" in answer.content.decode()
    assert Supplier.objects.count() == 1


def rules(**given: object) -> dict[str, object]:
    return {
        "buffer": 0,
        "cap": "",
        "low_below": 3,
        "flag_counts_as": 1,
        "trusted_hours": 48,
        "learned_buffer": "on",
        "doubted_below": 50,
        **given,
    }


def test_rules_are_tried_before_they_are_saved(operator: Client) -> None:
    OfferFactory(quantity=2)
    recompute_all()

    page = operator.post(reverse("suppliers:level_policy"), rules(buffer=5)).context

    assert page["preview"].difference.to_zero == 1
    assert (LevelPolicy.objects.count(), Level.objects.get().sellable) == (0, 2)


def test_only_an_administrator_saves_the_rules(operator: Client) -> None:
    OfferFactory(quantity=9)
    url = reverse("suppliers:level_policy_save")

    refused = operator.post(url, rules(buffer=5))
    unchanged = LevelPolicy.objects.count()
    saved = client_as(Role.ADMINISTRATOR).post(url, rules(buffer=5))
    recompute_dirty()

    assert (refused.status_code, unchanged, saved.status_code) == (403, 0, 303)
    assert Level.objects.get().sellable == 4


def test_rules_that_make_no_sense_are_refused() -> None:
    answer = client_as().post(reverse("suppliers:level_policy_save"), rules(trusted_hours=-1, buffer=""))

    assert answer.status_code == 422
    assert LevelPolicy.objects.count() == 0
