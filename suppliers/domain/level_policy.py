"""How prudent we are: tried on the catalogue before it is saved, then applied to all of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection, transaction
from django.forms.models import model_to_dict
from django.utils import timezone

from stocke.core.actors import Actor
from stocke.core.domain.history import record
from stocke.products.domain.level_sets import Difference, Statements, compare_levels
from stocke.products.models import LevelPolicy
from suppliers.domain.levels import said

# So many products are looked at before the policy is saved: some whole pages of the table, spread at random.
LOOKED_AT = 20_000
CATALOGUE = "SELECT reltuples::bigint FROM pg_class WHERE oid = 'products_product'::regclass"
SAMPLE = """
SELECT id AS product_id, 'preview' AS cause FROM products_product TABLESAMPLE SYSTEM (%(share)s) LIMIT %(most)s
"""
# A policy that is only tried has not changed what "in stock" without a number lets us promise.
FLAGS_UNDER = "CASE stock.kind WHEN 'flag' THEN %(flag)s ELSE stock.promisable END"
# Locked in order, as by every reservation: an order and a policy wait for each other instead of in a circle.
COUNT_FLAGS = """
WITH locked AS MATERIALIZED (
    SELECT offer_id FROM suppliers_offerstock WHERE kind = 'flag' AND promisable <> %(flag)s
    ORDER BY offer_id FOR NO KEY UPDATE
)
UPDATE suppliers_offerstock stock SET promisable = %(flag)s FROM locked
WHERE stock.offer_id = locked.offer_id AND stock.kind = 'flag'
"""
ALL_DIRTY = """
INSERT INTO products_dirtylevel (product_id, since, cause) SELECT id, now(), 'policy' FROM products_product
"""


@dataclass(frozen=True)
class Preview:
    """What a policy would change; `is_sample` when the catalogue is too large to look at all of it."""

    difference: Difference
    is_sample: bool


def preview_policy(policy: LevelPolicy) -> Preview:
    """Compare the catalogue as it stands with what it would be. Nothing is written."""
    with connection.cursor() as cursor:
        cursor.execute(CATALOGUE)
        row = cursor.fetchone()
    # Unknown (-1) until the table was analysed for the first time: then it is small.
    products = max(row[0] if row else 0, 1)
    share = min(100.0, 100.0 * LOOKED_AT / products)
    parameters = {"share": share, "most": LOOKED_AT, "flag": policy.flag_counts_as}
    difference = compare_levels(Statements(SAMPLE, said(FLAGS_UNDER), parameters), policy, now=timezone.now())
    return Preview(difference, is_sample=difference.looked_at >= LOOKED_AT or share < 100)


@transaction.atomic
def change_policy(*, by: Actor, **rules: int | None) -> bool:
    """Save the rules and ask for every level anew; False if nothing differs.

    The levels follow at the clock's next beats, by set, a few thousand at a time.
    """
    before = LevelPolicy.current()
    changed = {name: value for name, value in rules.items() if getattr(before, name) != value}
    if not changed:
        return False
    LevelPolicy.objects.update_or_create(pk=1, defaults=changed, create_defaults=_complete(before, changed))
    record("level_policy", "level_policy.changed", by=by, before=_of(before, changed), after=changed)
    with connection.cursor() as cursor:
        if "flag_counts_as" in changed:
            cursor.execute(COUNT_FLAGS, {"flag": changed["flag_counts_as"]})
        cursor.execute(ALL_DIRTY)
    return True


def _complete(before: LevelPolicy, changed: Mapping[str, int | None]) -> dict[str, int | None]:
    return {**model_to_dict(before), **changed}


def _of(policy: LevelPolicy, names: Mapping[str, object]) -> dict[str, object]:
    return {name: getattr(policy, name) for name in names}
