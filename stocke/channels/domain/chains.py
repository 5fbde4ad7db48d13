"""The chain of one listing, from its rows."""

from collections.abc import Mapping, Sequence

from stocke.channels.domain.rules import Chain, Step, chain_steps, first
from stocke.channels.models import CategoryRules, Listing
from stocke.channels.queries.chains import category_rules, sold_units

RULES = ("share_percent", "buffer", "cap")


def steps_of(listings: Sequence[Listing]) -> dict[int, list[Step]]:
    """By listing: how its number comes from the level that was read with it. All are of one channel."""
    if not listings:
        return {}
    rules = category_rules(listings[0].channel_id)
    sold = sold_units(one.product.sku for one in listings if one.product)
    return {one.pk: chain_steps(chain_of(one, rules, sold)) for one in listings}


def chain_of(listing: Listing, rules: Mapping[int, CategoryRules], sold: Mapping[str, int]) -> Chain:
    product = listing.product
    level = getattr(product, "level", None)
    category = rules.get(product.category_id or 0) if product else None
    share, buffer, cap = (
        first(
            listing=getattr(listing, name),
            category=getattr(category, name, None),
            channel=getattr(listing.channel, name),
        )
        for name in RULES
    )
    return Chain(
        sellable=level.sellable if level else 0,
        sold=sold.get(product.sku, 0) if product else 0,
        share=share,
        buffer=buffer,
        cap=cap,
    )
