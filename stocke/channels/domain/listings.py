"""What a shop sells: read from it whole, and matched."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from stocke.channels.connectors.shape import RemoteListing
from stocke.channels.domain.claims import Claim
from stocke.channels.domain.doors import connector_of, door_of
from stocke.channels.domain.matching import match_listings
from stocke.channels.models import Channel, Listing
from stocke.core.actors import Actor
from stocke.core.domain.history import record

LIST_PRODUCTS = """
INSERT INTO channels_listing (channel_id, product_id, remote_id, remote_parent, facts, sku, gtin, name, keeping,
    backorders, matched_by, problem, problem_facts, own_stock, read_at)
SELECT %s, product.id, product.id::text, '', '{}', product.sku, product.gtin, product.name, 'own',
    false, 'sku', '', '{}', false, now()
FROM products_product product WHERE product.active
ON CONFLICT (channel_id, remote_id) DO NOTHING
"""
READ_EVERY = timedelta(hours=24)
FROM_SHOP = (
    "remote_parent",
    "facts",
    "sku",
    "gtin",
    "name",
    "keeping",
    "backorders",
    "remote_quantity",
    "read_at",
    "gone_at",
)


def is_reading_due(channel: Channel) -> bool:
    last = channel.listings_read_at
    return channel.listings_wanted or last is None or last < timezone.now() - READ_EVERY


def read_listings(channel: Channel, claim: Claim) -> None:
    """Read all listings of the shop, match them, and notice those that are gone. Raises a ShopError.

    Only a reading that came to its end says that something is gone.
    """
    connector, begun, seen = connector_of(channel), timezone.now(), 0
    Channel.objects.filter(pk=channel.pk).update(listings_wanted=False)
    if connector.reads_listings:
        for rows in connector.listings(door_of(channel, claim)):
            note_listings(channel, rows, at=timezone.now())
            seen += len(rows)
        note_gone(channel, begun, seen=seen)
        match_listings(channel)
    else:
        list_products(channel)
    Channel.objects.filter(pk=channel.pk).update(listings_read_at=timezone.now())


@transaction.atomic
def note_listings(channel: Channel, rows: Sequence[RemoteListing], *, at: datetime) -> None:
    """A number in the shop that differs from the one it was told was changed by somebody else: it is told again."""
    known = Listing.objects.filter(channel=channel, remote_id__in=[row.remote_id for row in rows])
    told = dict(known.values_list("remote_id", "told"))
    Listing.objects.bulk_create(
        [listing_of(channel, row, at) for row in rows],
        update_conflicts=True,
        unique_fields=["channel", "remote_id"],
        update_fields=FROM_SHOP,
    )
    moved = [row.remote_id for row in rows if told.get(row.remote_id) not in (None, row.quantity)]
    Listing.objects.filter(channel=channel, remote_id__in=moved).update(told=None)
    Listing.objects.filter(channel=channel, remote_id__in=told, problem="gone").update(problem="")


def list_products(channel: Channel) -> None:
    """A program that shows no listings is told of every product that we sell, by our own SKU."""
    with connection.cursor() as cursor:
        cursor.execute(LIST_PRODUCTS, [channel.pk])


def listing_of(channel: Channel, row: RemoteListing, at: datetime) -> Listing:
    return Listing(
        channel=channel,
        remote_id=row.remote_id,
        remote_parent=row.parent,
        facts=dict(row.facts),
        sku=row.sku[:120],
        gtin=row.gtin[:20],
        name=row.name[:250],
        keeping=row.keeping,
        backorders=row.backorders,
        remote_quantity=row.quantity,
        read_at=at,
    )


def note_gone(channel: Channel, begun: datetime, *, seen: int) -> None:
    """Nothing at all was seen: that is a fault, and no empty shop."""
    if not seen:
        return
    lost = Listing.objects.filter(channel=channel, read_at__lt=begun, gone_at=None)
    gone = lost.update(gone_at=timezone.now(), problem="gone", told=None)
    if gone:
        record(channel, "listing.gone", by=Actor.channel(channel.slug), listings=gone)
