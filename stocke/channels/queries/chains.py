"""What enters the number of a listing, for the record and for the page that explains it."""

from collections.abc import Iterable, Mapping

from django.db import connection

from stocke.channels.models import CategoryRules, Listing

SOLD = """
SELECT unit.key, sum(unit.value::integer) FROM channels_shoporder, jsonb_each_text(units) AS unit
WHERE uncounted AND unit.key = ANY (%s) GROUP BY unit.key
"""


def listings_in_full(ids: Iterable[int]) -> list[Listing]:
    """With channel, product and level."""
    found = Listing.objects.filter(pk__in=list(ids))
    return list(found.select_related("channel", "product__level").order_by("pk"))


def sold_units(skus: Iterable[str]) -> dict[str, int]:
    """Units sold in shops that our levels do not contain yet, by SKU."""
    with connection.cursor() as cursor:
        cursor.execute(SOLD, [list(skus)])
        return dict(cursor.fetchall())


def category_rules(channel_id: int) -> Mapping[int, CategoryRules]:
    return {rule.category_id: rule for rule in CategoryRules.objects.filter(channel=channel_id)}
