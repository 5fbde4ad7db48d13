"""What a feed's snapshot cannot know: what something else than the feed's own imports has changed since."""

from django.db import models
from django.utils import timezone

from suppliers.models.feed import Feed


class Distrust(models.Model):
    """The feed's next import must look this offer up, or all of its offers where `offer_id` is empty.

    Append-only queue, like DirtyLevel: whoever changes what a feed stated leaves a row and waits for nobody; the
    next import deletes the rows it sees before it compares. A row that commits later is there for the one after.
    """

    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, related_name="+", db_constraint=False)
    offer_id = models.BigIntegerField(null=True)
    since = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.feed_id} {self.offer_id or 'all'}"
