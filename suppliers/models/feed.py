"""Where a supplier's statements come from, and how we read them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from suppliers.models.supplier import Supplier


class Transport(models.TextChoices):
    UPLOAD = "upload", _("Upload by hand")
    URL = "url", _("Address (URL)")
    SHEET = "sheet", _("Online sheet")
    REST = "rest", _("JSON interface in pages (REST)")
    SFTP = "sftp", _("SFTP server")
    FTP = "ftp", _("FTP server")
    MAILBOX = "mailbox", _("Mailbox (IMAP)")
    FOLDER = "folder", _("Watched folder")
    PUSH = "push", _("Sent to us (push API)")


class AbsentPolicy(models.TextChoices):
    """What it means that a SKU is no longer in the file."""

    KEEP = "keep", _("keep the last statement")
    UNKNOWN = "unknown", _("becomes unknown")
    ZERO = "zero", _("becomes unknown, and zero after several files without it")


class Feed(models.Model):
    """One source of a supplier's stock. `location` is the URL or the path below the watched root.

    `access` is how we get in, without secrets; those are in `credential`. `remembered` is what the source told us when
    we fetched last: marks of the file, the file's hash, when we looked. `silent_since` is when its offers were turned
    to unknown because nothing good came any more; empty once something does. `looks` are the times that its source was
    asked on the day of `looked_at` and had nothing for us, which makes no import.
    """

    supplier = models.ForeignKey(Supplier, on_delete=models.CASCADE, related_name="feeds")
    name = models.CharField(_("name"), max_length=120)
    transport = models.CharField(
        _("transport"), max_length=10, choices=Transport.choices, default=Transport.UPLOAD
    )
    location = models.CharField(_("address or folder"), max_length=500, blank=True)
    access = models.JSONField(default=dict)
    credential = models.OneToOneField(
        "core.Credential", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    remembered = models.JSONField(default=dict)
    every_minutes = models.PositiveIntegerField(_("read every (minutes)"), null=True, blank=True)
    next_run_at = models.DateTimeField(null=True)
    absent_policy = models.CharField(
        _("a SKU missing from the file"),
        max_length=10,
        choices=AbsentPolicy.choices,
        default=AbsentPolicy.UNKNOWN,
    )
    absent_files = models.PositiveSmallIntegerField(
        _("files without a SKU until it is zero"), default=3, db_default=3
    )
    patience_minutes = models.PositiveIntegerField(_("silent after (minutes)"), null=True, blank=True)
    # Learned from the intervals of its good imports, where it has no rhythm of its own.
    learned_patience_minutes = models.PositiveIntegerField(null=True)
    silent_since = models.DateTimeField(null=True)
    # What of suppliers.domain.limits differs from the defaults.
    limits = models.JSONField(_("limits of the guards"), blank=True, default=dict, db_default={})
    mapping = models.ForeignKey("FeedMapping", on_delete=models.SET_NULL, null=True, related_name="+")
    last_sha256 = models.CharField(max_length=64, blank=True)
    looks = models.PositiveIntegerField(default=0, db_default=0)
    looked_at = models.DateTimeField(null=True)
    last_good_at = models.DateTimeField(_("last good import"), null=True)
    active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("feed")
        verbose_name_plural = _("feeds")
        constraints = [models.UniqueConstraint(fields=["supplier", "name"], name="feed_name_unique")]
        indexes = [models.Index(fields=["next_run_at"], name="feed_due", condition=Q(active=True))]
        ordering = ["supplier", "name", "pk"]

    def __str__(self) -> str:
        return self.name


class FeedMapping(models.Model):
    """How the columns of a feed are read, as a person confirmed them. A change is a new version.

    `column_map` is the readers' ColumnMap, `matching` the domain's Matching; empty: as by default.
    """

    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, related_name="mappings")
    version = models.PositiveIntegerField()
    column_map = models.JSONField()
    matching = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey("core.User", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["feed", "version"], name="feed_mapping_version_unique")
        ]

    def __str__(self) -> str:
        return f"{self.feed_id} v{self.version}"
