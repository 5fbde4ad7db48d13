"""What people have told us that suppliers mean by their words and by the titles of their columns."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from suppliers.models.supplier import Supplier


class Stands(models.TextChoices):
    """Where a word stands: in the cells of a column about the stock, or above a column."""

    CELL = "cell", _("in a cell about the stock")
    TITLE = "title", _("as the title of a column")


class LearnedWord(models.Model):
    """What a word means, in one supplier's feeds or, without one, in all.

    `key` is the word as cells or titles are compared with it. The `meaning` of a cell is one of the readers' MEANINGS
    or a quantity as a supplier would write it: "12", ">20"; that of a title is one of their FIELDS, or "other" for a
    column that is not read.
    """

    supplier = models.ForeignKey(Supplier, on_delete=models.CASCADE, null=True, related_name="learned_words")
    stands = models.CharField(_("stands"), max_length=8, choices=Stands, default=Stands.CELL)
    text = models.CharField(_("word"), max_length=120)
    key = models.CharField(max_length=120)
    meaning = models.CharField(_("meaning"), max_length=16)
    changed_at = models.DateTimeField(_("since"), auto_now=True)
    changed_by = models.ForeignKey("core.User", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("learned word")
        verbose_name_plural = _("learned words")
        constraints = [
            models.UniqueConstraint(
                fields=["supplier", "stands", "key"], name="learned_word_unique", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return self.text
