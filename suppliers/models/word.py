"""What people have told us that suppliers mean by their words."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from suppliers.models.supplier import Supplier


class LearnedWord(models.Model):
    """What a word in a column of quantities or availability means, in one supplier's feeds or, without one, in all.

    `key` is the word as cells are compared with it; `meaning` is one of the readers' MEANINGS or a quantity as a
    supplier would write it: "12", ">20".
    """

    supplier = models.ForeignKey(Supplier, on_delete=models.CASCADE, null=True, related_name="learned_words")
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
                fields=["supplier", "key"], name="learned_word_unique", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return self.text
