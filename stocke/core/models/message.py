"""The outbox: every mail is a row before it is a mail."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

# How the `error` of a draft begins that is held for want of facts; their names follow, with commas.
HELD = "missing: "


class MessageStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    APPROVED = "approved", _("Waiting to be sent")
    SENDING = "sending", _("Sending")
    SENT = "sent", _("Sent")
    BOUNCED = "bounced", _("Bounced")
    FAILED = "failed", _("Failed")
    UNSURE = "unsure", _("Unsure")
    CANCELLED = "cancelled", _("Cancelled")


class Message(models.Model):
    """One mail to one person. One per dedupe key, for ever: a fact is told once."""

    Status = MessageStatus

    dedupe_key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(_("kind"), max_length=40)
    thread = models.CharField(max_length=40)
    recipient = models.EmailField(_("to"))
    recipient_name = models.CharField(max_length=160, blank=True)
    language = models.CharField(max_length=2, default="fr")
    subject = models.CharField(_("subject"), max_length=250)
    text = models.TextField()
    html = models.TextField(blank=True)
    attachments = models.JSONField(default=list)
    facts = models.JSONField(default=dict)
    status = models.CharField(
        _("status"), max_length=10, choices=MessageStatus.choices, default=MessageStatus.DRAFT
    )
    not_before = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    mail_id = models.CharField(max_length=200, blank=True)
    in_reply_to = models.CharField(max_length=250, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey("core.User", on_delete=models.SET_NULL, null=True, related_name="+")
    sent_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = [
            models.Index(
                fields=["not_before", "id"], name="message_due", condition=Q(status=MessageStatus.APPROVED)
            ),
            models.Index(
                fields=["claimed_at"], name="message_sending", condition=Q(status=MessageStatus.SENDING)
            ),
            models.Index(fields=["id"], name="message_unsure", condition=Q(status=MessageStatus.UNSURE)),
            models.Index(fields=["thread"], name="message_thread"),
            models.Index(fields=["recipient", "-id"], name="message_recipient"),
            models.Index(fields=["status", "-id"], name="message_status"),
            models.Index(fields=["kind", "-id"], name="message_kind"),
            GinIndex(
                fields=["recipient", "recipient_name", "subject"],
                opclasses=["gin_trgm_ops", "gin_trgm_ops", "gin_trgm_ops"],
                name="message_search_trgm",
            ),
        ]

    def __str__(self) -> str:
        return self.subject


class MailTemplate(models.Model):
    """The merchant's own words for one kind of mail in one language. Absent: the words we ship."""

    kind = models.CharField(max_length=40)
    language = models.CharField(max_length=2)
    subject = models.CharField(_("subject"), max_length=250)
    body = models.TextField(_("text"))
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "language"], name="mail_template_unique")]

    def __str__(self) -> str:
        return f"{self.kind} ({self.language})"
