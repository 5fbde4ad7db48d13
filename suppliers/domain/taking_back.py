"""Taking products back that were made together: those that nothing uses yet go, the others stay and say why."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils import timezone

from stocke.core.actors import Actor
from stocke.core.domain.history import record
from stocke.products.domain.level_sets import lock_levels
from stocke.products.domain.removing import USED, in_use, locked, remove_products
from suppliers.domain.locks import lock_suppliers
from suppliers.models import Offer, ProductBatch

FREE_LINES = """
WITH freed AS (UPDATE suppliers_trialline SET product_id = NULL WHERE product_id = ANY(%s) RETURNING trial_id),
     counted AS (SELECT trial_id, count(*) AS lines FROM freed GROUP BY trial_id)
UPDATE suppliers_trial trial
SET counts = trial.counts || jsonb_build_object(
        'unmatched', coalesce((trial.counts ->> 'unmatched')::int, 0) + counted.lines,
        'made', greatest(coalesce((trial.counts ->> 'made')::int, 0) - counted.lines, 0))
FROM counted WHERE trial.id = counted.trial_id
"""


class AlreadyTakenBack(Exception):
    """Somebody was faster. Nothing was changed."""


@dataclass(frozen=True)
class TakenBack:
    """The SKUs that went, and those that stay with the reason: "used" or "changed"."""

    removed: tuple[str, ...]
    kept: Mapping[str, str]


@transaction.atomic
def take_back(batch: ProductBatch, *, by: Actor) -> TakenBack:
    """Remove what was made and is not used yet; its offers have no product again. Raises AlreadyTakenBack."""
    mine = ProductBatch.objects.filter(pk=batch.pk, taken_back_at=None)
    if not mine.update(taken_back_at=timezone.now()):
        raise AlreadyTakenBack(batch.pk)
    offers = Offer.objects.filter(product__in=batch.products)
    lock_suppliers(offers.values_list("supplier_id", flat=True))
    # Before the products, in the order of an import: no level is written for a product that is about to go.
    lock_levels()
    there = locked(batch.products)
    promised = Offer.objects.filter(product__in=there, stock__reserved__gt=0).values_list(
        "product", flat=True
    )
    kept = {**in_use(there), **dict.fromkeys(promised, USED)}
    free = {key: sku for key, sku in there.items() if key not in kept}
    Offer.objects.filter(product__in=free).update(product=None, matched_run_id=None)
    with connection.cursor() as cursor:
        cursor.execute(FREE_LINES, [list(free)])
    remove_products(free, by=by)
    record(batch, "products.taken_back", by=by, after={"products": len(free)}, kept=len(kept))
    return TakenBack(tuple(free.values()), {there[key]: reason for key, reason in kept.items()})
