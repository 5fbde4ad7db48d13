"""What programs of suppliers send by themselves."""

from django.db import models
from django.db.models import Q

from suppliers.models.feed import Feed
from suppliers.models.run import Run


class PushKey(models.Model):
    """A token of the API that may send levels of this one feed."""

    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, related_name="push_keys")
    token = models.OneToOneField("core.ApiToken", on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return str(self.token)


class Push(models.Model):
    """Levels as they were sent, stored before anything is made of them: then their sender is told that we have them.

    `run` is the import they are part of. While they do not count and nobody rejected them, they are `open`: the next
    import takes them along. `complete` says that what is not named is not there. `file` is a name in the "feeds"
    storage; `key` is the sender's own, under which he may send the same once more.
    """

    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, related_name="pushes")
    token = models.ForeignKey("core.ApiToken", on_delete=models.SET_NULL, null=True, related_name="+")
    run = models.ForeignKey(Run, on_delete=models.SET_NULL, null=True, related_name="pushes")
    key = models.CharField(max_length=120, blank=True)
    digest = models.CharField(max_length=64)
    complete = models.BooleanField(default=False)
    rows = models.PositiveIntegerField()
    file = models.CharField(max_length=200)
    received_at = models.DateTimeField(auto_now_add=True)
    open = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["feed", "key"], condition=~Q(key=""), name="push_once_per_key"),
        ]
        indexes = [
            models.Index(fields=["feed", "id"], name="push_open", condition=Q(open=True)),
            models.Index(fields=["received_at"], name="push_received"),
        ]

    def __str__(self) -> str:
        return f"push {self.pk}"
