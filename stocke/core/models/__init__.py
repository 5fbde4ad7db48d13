"""What every context builds on: people, history, the outbox, tokens and the merchant's own shop."""

from stocke.core.models import lookups as lookups
from stocke.core.models.credential import Credential
from stocke.core.models.history import HistoryEntry
from stocke.core.models.incoming import (
    IncomingFile,
    IncomingKind,
    IncomingMessage,
    IncomingStatus,
    Mailbox,
    MatchedBy,
    Via,
)
from stocke.core.models.message import MailTemplate, Message, MessageStatus
from stocke.core.models.shop import Shop
from stocke.core.models.token import ApiToken
from stocke.core.models.user import SavedView, User

__all__ = [
    "ApiToken",
    "Credential",
    "HistoryEntry",
    "IncomingFile",
    "IncomingKind",
    "IncomingMessage",
    "IncomingStatus",
    "MailTemplate",
    "Mailbox",
    "MatchedBy",
    "Message",
    "MessageStatus",
    "SavedView",
    "Shop",
    "User",
    "Via",
]
