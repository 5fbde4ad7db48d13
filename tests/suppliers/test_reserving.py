"""Reservations of offers' units."""

import pytest
from django.db import IntegrityError, transaction

from stocke.products.models import DirtyLevel
from suppliers.domain.reserving import release, release_many, reserve, reserve_many
from suppliers.models import OfferStock
from tests.factories.suppliers import OfferFactory

pytestmark = pytest.mark.django_db


def reserved_by_offer() -> dict[int, int]:
    return dict(OfferStock.objects.values_list("offer_id", "reserved"))


def test_units_are_reserved_until_none_is_left() -> None:
    offer = OfferFactory(quantity=3)

    outcomes = [reserve(offer.pk, 2), reserve(offer.pk, 2), reserve(offer.pk, 1), reserve(offer.pk, 1)]

    assert outcomes == [True, False, True, False]
    assert reserved_by_offer() == {offer.pk: 3}


def test_an_unknown_quantity_reserves_nothing() -> None:
    offer = OfferFactory(kind="unknown")

    assert reserve(offer.pk, 1) is False
    assert reserved_by_offer() == {offer.pk: 0}
    assert DirtyLevel.objects.count() == 0


def test_many_offers_answer_each_for_itself() -> None:
    plenty, short, untouched = OfferFactory(quantity=9), OfferFactory(quantity=1), OfferFactory(quantity=9)

    taken = reserve_many({plenty.pk: 4, short.pk: 2})

    assert taken == {plenty.pk}
    assert reserved_by_offer() == {plenty.pk: 4, short.pk: 0, untouched.pk: 0}


def test_reserving_and_releasing_mark_the_level() -> None:
    offer, other = OfferFactory(reserved=2), OfferFactory()

    release(offer.pk, 1)
    reserve(other.pk, 1)

    assert set(DirtyLevel.objects.values_list("product_id", "cause")) == {
        (offer.product_id, "released"),
        (other.product_id, "reserved"),
    }


def test_an_offer_of_no_product_is_released_too() -> None:
    offer = OfferFactory(product=None, reserved=2)

    release(offer.pk, 2)

    assert reserved_by_offer() == {offer.pk: 0}


def test_nobody_gives_back_what_was_never_taken() -> None:
    offer, other = OfferFactory(reserved=1), OfferFactory(reserved=1)

    with pytest.raises(IntegrityError), transaction.atomic():
        release_many({offer.pk: 2, other.pk: 1})

    assert reserved_by_offer() == {offer.pk: 1, other.pk: 1}
