"""What the end of a conversation with a mail server means for the message."""

import smtplib

import pytest

from stocke.core.domain.delivery import Delivery, Ending, judge


def refused(code: int, text: bytes) -> smtplib.SMTPRecipientsRefused:
    return smtplib.SMTPRecipientsRefused({"jean@client.example": (code, text)})


@pytest.mark.parametrize(
    ("error", "data_begun", "expected"),
    [
        (refused(550, b"no such user"), False, Delivery(Ending.BOUNCED, "550 no such user")),
        (
            refused(450, b"greylisted,\r\ntry again"),
            False,
            Delivery(Ending.LATER, "450 greylisted, try again"),
        ),
        (smtplib.SMTPDataError(554, b"spam"), True, Delivery(Ending.BOUNCED, "554 spam")),
        (smtplib.SMTPDataError(452, b"disk full"), True, Delivery(Ending.LATER, "452 disk full")),
        (
            smtplib.SMTPSenderRefused(553, b"not yours", "a@b"),
            False,
            Delivery(Ending.LATER, "553 not yours", server_down=True),
        ),
        (smtplib.SMTPSenderRefused(421, b"busy", "a@b"), False, Delivery(Ending.LATER, "421 busy")),
        (
            smtplib.SMTPServerDisconnected("gone"),
            False,
            Delivery(Ending.LATER, "SMTPServerDisconnected: gone"),
        ),
        (
            smtplib.SMTPServerDisconnected("gone"),
            True,
            Delivery(Ending.UNSURE, "SMTPServerDisconnected: gone"),
        ),
        (TimeoutError("timed out"), True, Delivery(Ending.UNSURE, "TimeoutError: timed out")),
        (ValueError("Invalid address 'x'"), False, Delivery(Ending.FAILED, "Invalid address 'x'")),
    ],
)
def test_an_error_is_judged_by_what_the_server_may_hold(
    error: Exception, data_begun: bool, expected: Delivery
) -> None:
    assert judge(error, data_begun=data_begun) == expected
