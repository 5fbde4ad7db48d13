"""Mails from outside, as plain values. Pure: knows no rows, no servers, and believes nothing it reads."""

from stocke.core.inbound.bounces import Bounce
from stocke.core.inbound.mails import LARGEST_MAIL, ReadFile, ReadMail, read_mail

__all__ = ["LARGEST_MAIL", "Bounce", "ReadFile", "ReadMail", "read_mail"]
