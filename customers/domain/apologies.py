"""Speaking to customers. Whoever knows what went wrong calls this; it asks nobody anything."""

from collections.abc import Mapping, Sequence

from customers.models import Customer
from stocke.core.actors import Actor
from stocke.core.domain.outbox import compose
from stocke.core.models import Message


def facts_about(customer: Customer) -> dict[str, str]:
    """What a letter may say of its reader."""
    return {"customer.first_name": customer.first_name}


def apologise(
    customer: Customer,
    *,
    kind: str,
    about: str,
    key: str,
    facts: Mapping[str, str],
    by: Actor,
    send: bool = True,
    subject: str | None = None,
    body: str | None = None,
    delay_seconds: int | None = None,
    language: str = "",
    attachments: Sequence[Mapping[str, str]] = (),
) -> Message:
    """Write to a customer, once per `key`: a second call returns the first letter unchanged.

    `about` is the thread of the thing ("order:12"). Without `send`, or when a fact is missing, it stays a draft.
    It is in his language unless another is asked for. `attachments` are as in `compose`.
    """
    return compose(
        kind,
        key=key,
        thread=about,
        recipient=customer.email,
        recipient_name=customer.full_name,
        language=language or customer.language,
        facts={**facts_about(customer), **facts},
        by=by,
        send=send,
        subject=subject,
        text=body,
        delay_seconds=delay_seconds,
        attachments=attachments,
    )
