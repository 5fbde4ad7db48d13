"""Django's SMTP mailer that also knows whether a mail's content was already on its way when the line broke."""

import smtplib
from typing import Any

from django.core.mail.backends.smtp import EmailBackend


class Conversation(smtplib.SMTP):
    """`data_begun` is whether the server may have the current mail's content."""

    data_begun = False

    def mail(self, sender: str, options: Any = ()) -> tuple[int, bytes]:
        self.data_begun = False
        return super().mail(sender, options)

    def data(self, msg: Any) -> tuple[int, bytes]:
        self.data_begun = True
        return super().data(msg)


class EncryptedConversation(Conversation, smtplib.SMTP_SSL):
    """The same over TLS from the first byte."""


class SmtpMailer(EmailBackend):
    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return EncryptedConversation if self.use_ssl else Conversation

    @property
    def data_begun(self) -> bool:
        return getattr(self.connection, "data_begun", False)
