"""What a feed's last file said, so that the next one is read and compared by its differences."""

from django.db import models
from django.utils import timezone

from suppliers.models.feed import Feed


class Snapshot(models.Model):
    """The lines of the file that import `run_id` applied: `file` is their name in the "feeds" storage.

    Written in the transaction that applied them, so that both count or neither. `read_as`, `mapping_id` and
    `flag_counts_as` are what their meaning depended on.
    """

    feed = models.OneToOneField(Feed, on_delete=models.CASCADE, primary_key=True, related_name="+")
    run_id = models.BigIntegerField()
    mapping_id = models.BigIntegerField(null=True)
    flag_counts_as = models.IntegerField()
    read_as = models.CharField(max_length=64)
    file = models.CharField(max_length=200)

    def __str__(self) -> str:
        return f"{self.feed_id} {self.run_id}"


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
