"""How many cases of each cause wait for a proposal: kept by the database beside each change of a case."""

from django.db import models

from orders.models.case import CaseCause


class Caused(models.Model):
    """The three things that make a cause: what happened, at whom, with which SKU."""

    sku = models.CharField(max_length=80)
    supplier = models.CharField(max_length=200, blank=True)
    cause = models.CharField(max_length=20, choices=CaseCause.choices)

    class Meta:
        abstract = True


class CauseTally(Caused):
    """The cases of one cause that wait, without the changes that nobody has added up yet."""

    cases = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sku", "supplier", "cause"], name="one_tally_per_cause")
        ]
        indexes = [models.Index(fields=["-cases", "sku", "supplier", "cause"], name="cause_tally_in_order")]

    def __str__(self) -> str:
        return f"{self.sku} {self.supplier} {self.cause}: {self.cases}"


class CauseChange(Caused):
    """One case more or fewer, written by a trigger in the transaction of the case.

    Changes are added, never counted into the tally at once: whoever opens or settles a case would wait there for
    everybody else who has one of the same cause.
    """

    cases = models.SmallIntegerField()

    def __str__(self) -> str:
        return f"{self.sku} {self.supplier} {self.cause}: {self.cases:+}"
