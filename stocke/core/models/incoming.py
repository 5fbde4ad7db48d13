"""What others write to us: mails from our mailbox, and questions from the pages of customers and suppliers."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from stocke.core.models.credential import Credential
from stocke.core.models.message import Message


class Via(models.TextChoices):
    MAIL = "mail", _("by mail")
    PAGE = "page", _("on the page")


class IncomingKind(models.TextChoices):
    """`automatic`: written by a machine, out-of-office notes among them. `bounce`: a mail of ours came back."""

    LETTER = "letter", _("Written by a person")
    AUTOMATIC = "automatic", _("Automatic answer")
    BOUNCE = "bounce", _("Mail that came back")


class IncomingStatus(models.TextChoices):
    """`new` until it is known what it is about. `open` needs a person. `noted` asks nothing of anybody."""

    NEW = "new", _("Just arrived")
    OPEN = "open", _("Needs a person")
    DONE = "done", _("Settled")
    NOTED = "noted", _("Noted")


class MatchedBy(models.TextChoices):
    """`address`: the signed address that only the reader of our mail knows. The others anybody could write."""

    NOTHING = "", _("nothing")
    ADDRESS = "address", _("the address that our mail gave")
    REFERENCE = "reference", _("our mail that it answers")
    NUMBER = "number", _("the sender and the number named")
    PERSON = "person", _("a person")
    PAGE = "page", _("the page it was written on")


class IncomingMessage(models.Model):
    """One thing that somebody wrote to us, once per `key`. `thread` names what it is about; empty: nobody knows yet.

    `text` is what he wrote, plain and bounded; `quoted` what he repeats of ours. `facts` is what was found in it.
    """

    key = models.CharField(max_length=80, unique=True)
    via = models.CharField(max_length=4, choices=Via.choices, default=Via.MAIL)
    kind = models.CharField(
        _("kind"), max_length=10, choices=IncomingKind.choices, default=IncomingKind.LETTER
    )
    status = models.CharField(
        _("status"), max_length=5, choices=IncomingStatus.choices, default=IncomingStatus.NEW
    )
    thread = models.CharField(max_length=40, blank=True)
    matched_by = models.CharField(max_length=10, choices=MatchedBy.choices, blank=True)
    answers = models.ForeignKey(Message, on_delete=models.SET_NULL, null=True, related_name="+")
    mail_id = models.CharField(max_length=250, blank=True)
    sender = models.CharField(_("from"), max_length=254, blank=True)
    sender_name = models.CharField(max_length=160, blank=True)
    subject = models.CharField(_("subject"), max_length=250, blank=True)
    text = models.TextField(blank=True)
    quoted = models.TextField(blank=True)
    facts = models.JSONField(default=dict)
    written_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(_("received"), auto_now_add=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("message received")
        verbose_name_plural = _("messages received")
        indexes = [
            models.Index(fields=["thread", "id"], name="incoming_thread", condition=~Q(thread="")),
            models.Index(fields=["id"], name="incoming_new", condition=Q(status="new")),
            models.Index(fields=["received_at", "id"], name="incoming_open", condition=Q(status="open")),
            models.Index(fields=["sender", "-id"], name="incoming_sender"),
            models.Index(fields=["status", "-id"], name="incoming_status"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """What to call it: many mails have no subject."""
        return self.subject or self.sender or "–"

    @property
    def is_proven(self) -> bool:
        """Whether only somebody who has read our mail could have sent it."""
        return self.matched_by in (MatchedBy.ADDRESS, MatchedBy.REFERENCE, MatchedBy.PAGE)


class IncomingFile(models.Model):
    """A file that hung on a mail, kept aside in the storage. `path` is empty where it was too large to keep."""

    message = models.ForeignKey(IncomingMessage, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=160)
    type = models.CharField(max_length=80, blank=True)
    size = models.PositiveIntegerField()
    path = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return self.name


class Mailbox(models.Model):
    """Where answers to our mails arrive: one row, or none. `address` is its own; mails give it with a signed part.

    `validity` and `uid` say how far it was read; `claimed_at` is set while a worker reads it; `error` is the
    code of the last trouble.
    """

    class Security(models.TextChoices):
        TLS = "tls", _("TLS from the start (port 993)")
        STARTTLS = "starttls", _("STARTTLS (port 143)")
        NONE = "none", _("none: passwords and mails travel openly")

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    active = models.BooleanField(_("read this mailbox"), default=True)
    address = models.EmailField(_("address"))
    host = models.CharField(_("server"), max_length=200)
    port = models.PositiveIntegerField(_("port"), null=True, blank=True)
    security = models.CharField(_("encryption"), max_length=8, choices=Security.choices, default=Security.TLS)
    user = models.CharField(_("user name"), max_length=200)
    folder = models.CharField(_("folder"), max_length=100, default="INBOX")
    credential = models.ForeignKey(Credential, on_delete=models.SET_NULL, null=True, related_name="+")
    validity = models.BigIntegerField(default=0)
    uid = models.BigIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True)
    tried_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_mailbox")]

    def __str__(self) -> str:
        return self.address
