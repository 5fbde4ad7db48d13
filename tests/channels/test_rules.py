import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from stocke.channels.domain.chains import steps_of
from stocke.channels.domain.rules import Chain, Rule, chain_steps, first, number_of
from stocke.channels.models import CategoryRules, Listing
from stocke.channels.queries.chains import listings_in_full
from stocke.channels.queries.wanted import wanted
from stocke.products.domain.levels import mark_dirty
from tests.factories.channels import ChannelFactory, ListingFactory, ShopOrderFactory

SMALL = st.none() | st.integers(0, 30)
RULES = st.fixed_dictionaries(
    {"share_percent": st.none() | st.integers(0, 100), "buffer": SMALL, "cap": SMALL}
)
type Rules = dict[str, int | None]


def test_the_share_comes_first_then_the_buffer_then_the_cap() -> None:
    chain = Chain(20, sold=2, share=Rule(50, "channel"), buffer=Rule(3, "category"), cap=Rule(4, "listing"))

    assert [(step["step"], step["effect"], step["running"]) for step in chain_steps(chain)] == [
        ("level", 0, 20),
        ("sold_there", -2, 18),
        ("share", -9, 9),
        ("channel_buffer", -3, 6),
        ("channel_cap", -2, 4),
    ]


def test_no_step_takes_more_than_is_left() -> None:
    assert number_of(chain_steps(Chain(2, sold=5, buffer=Rule(3, "channel")))) == 0


def test_the_narrowest_rule_counts_even_when_it_is_zero() -> None:
    assert first(listing=0, category=5, channel=9) == Rule(0, "listing")
    assert first(listing=None, category=None, channel=None) == Rule(None)


class TheStatementAndTheChain(TestCase):
    @settings(max_examples=25)
    @given(st.integers(0, 60), st.integers(0, 20), RULES, RULES, RULES)
    def test_give_the_same_number(
        self, sellable: int, sold: int, own: Rules, narrow: Rules, general: Rules
    ) -> None:
        channel = ChannelFactory(**general)
        listing = ListingFactory(channel, sellable, **own)
        assert listing.product is not None
        assert listing.product.category is not None
        CategoryRules.objects.create(channel=channel, category=listing.product.category, **narrow)
        ShopOrderFactory(channel, units={listing.product.sku: sold})

        found = wanted(channel.pk, limit=10)

        assert [one.number for one in found] == [
            number_of(steps_of(listings_in_full([listing.pk]))[listing.pk])
        ]
        Listing.objects.filter(pk=listing.pk).update(told=found[0].number)
        assert wanted(channel.pk, limit=10) == []


@pytest.mark.django_db
def test_a_product_whose_level_is_about_to_be_reckoned_anew_waits_for_it() -> None:
    channel = ChannelFactory()
    moving, still = ListingFactory(channel, 3), ListingFactory(channel, 4)
    assert moving.product is not None
    mark_dirty([moving.product.pk], cause="test")

    assert [one.listing_id for one in wanted(channel.pk, limit=10)] == [still.pk]


@pytest.mark.django_db
def test_what_nobody_has_told_is_no_zero_unless_the_channel_wants_one() -> None:
    kept, zeroed = ChannelFactory(), ChannelFactory(unknown="zero")
    ListingFactory(kept, 0, light="unknown")
    ListingFactory(zeroed, 0, light="unknown")

    assert wanted(kept.pk, limit=10) == []
    assert [one.number for one in wanted(zeroed.pk, limit=10)] == [0]


@pytest.mark.django_db
@pytest.mark.parametrize(("share", "number"), [(None, 2_000_000_000), (50, 1_000_000_000)])
def test_a_product_with_thousands_of_millions_of_units_has_a_number_like_any_other(
    share: int | None, number: int
) -> None:
    channel = ChannelFactory(share_percent=share)
    ListingFactory(channel, 2_000_000_000)

    assert [one.number for one in wanted(channel.pk, limit=10)] == [number]
