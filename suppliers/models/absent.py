"""SKUs that are missing from a feed, file after file."""

from django.db import models

from suppliers.models.feed import Feed
from suppliers.models.offer import Offer


class AbsentOffer(models.Model):
    """An offer that was missing from the last `files` applied files of a feed whose policy counts them.

    `as_of` is that of the offer's stock when it went missing: while it is the same, nobody has said anything since.
    """

    offer = models.OneToOneField(Offer, on_delete=models.CASCADE, primary_key=True, related_name="+")
    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, related_name="+")
    files = models.PositiveSmallIntegerField(default=1)
    as_of = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["feed", "files"], name="absent_by_feed")]

    def __str__(self) -> str:
        return f"{self.offer_id}: {self.files}"
