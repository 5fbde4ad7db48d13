"""What suppliers said, append-only, partitioned by month."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from suppliers.models.offer import QuantityKind


class Observation(models.Model):
    """One thing a supplier said at one time, written only when it differs from the last.

    The table is partitioned by range of `at` (see the migration) and has no foreign keys: partitions are dropped as
    wholes. Its key is (at, id), which no index holds, because a sequence gives no number twice. `raw` is the text as
    it stood in the file: of the quantity and, behind " · ", of the lead time where it says more than the days. Where an
    undo restored what an import had said, or that it had missed the offer, `run_id` is the undo and `word_of` that
    import.
    """

    pk = models.CompositePrimaryKey("at", "id")
    id = models.BigIntegerField()
    at = models.DateTimeField(_("at"))
    offer_id = models.BigIntegerField()
    run_id = models.BigIntegerField(null=True)
    word_of = models.BigIntegerField(null=True)
    source = models.CharField(max_length=10, default="feed")
    raw = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=8, choices=QuantityKind.choices)
    quantity = models.IntegerField(null=True)
    cost_cents = models.IntegerField(null=True)
    lead_days = models.SmallIntegerField(null=True)

    class Meta:
        db_table = "suppliers_observation"
        verbose_name = _("observation")

    def __str__(self) -> str:
        return f"{self.offer_id} {self.kind} {self.quantity}"
