"""Products of ours made of what a shop sells and we do not know yet: by set, on the record, and matched at once."""

from collections.abc import Iterable

from django.db import transaction

from stocke.channels.domain.matching import match_batch
from stocke.channels.models import Channel, Listing
from stocke.core.actors import Actor
from stocke.core.domain.history import record
from stocke.products.domain.creating import NewProduct, create_products
from stocke.products.models import Product

LONGEST_SKU = Product._meta.get_field("sku").max_length or 0
LONGEST_GTIN = Product._meta.get_field("gtin").max_length or 0
# Both have goods of their own to sell; a parent of variations has not, and a conflict is for a person to settle.
MAKEABLE = ["", "parent_stock"]


@transaction.atomic
def make_products(channel: Channel, listing_ids: Iterable[int], *, by: Actor) -> int:
    """Make a product of each of these listings that has none, under the SKU and the name that it has there; how many
    products were made. One without a SKU, or with one that is too long, is left as it is.

    They have no price and no supplier yet, so that nothing is told of them before somebody says what there is.
    """
    rows = Listing.objects.filter(channel=channel, pk__in=list(listing_ids), product=None, gone_at=None)
    makeable = rows.filter(problem__in=MAKEABLE).select_for_update(of=("self",)).order_by("pk")
    found = [row for row in makeable if 0 < len(row.sku.strip()) <= LONGEST_SKU]
    wanted = {row.sku.strip().upper(): new_product(row, channel) for row in reversed(found)}
    made = create_products(list(wanted.values()), by=by)
    match_batch(found)
    if made:
        record(channel, "listing.products_made", by=by, listings=len(made))
    return len(made)


def new_product(row: Listing, channel: Channel) -> NewProduct:
    code = row.gtin.strip()
    return NewProduct(
        sku=row.sku.strip(),
        name=row.name or row.sku.strip(),
        gtin=code if code.isdecimal() and len(code) <= LONGEST_GTIN else "",
        price_cents=0,
        currency=str(channel.facts.get("currency") or "EUR"),
    )
