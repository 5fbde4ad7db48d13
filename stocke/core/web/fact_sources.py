"""Whose facts may fill the preview of a template: each context offers its real things.

Core itself offers the messages that were written; orders' cases come from above.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from stocke.core.models import Message, User
from stocke.core.outbox_queries import latest_of_kind
from stocke.core.web.status import Words

type Choice = tuple[str, str]


@dataclass(frozen=True)
class FactSource:
    """`offers` lists the newest things by key and name; `facts` gives one thing's facts, or None if it is gone."""

    name: str
    label: Words
    kinds: Collection[str]
    offers: Callable[[], Sequence[Choice]]
    facts: Callable[[str, str, User], Mapping[str, str] | None]


SOURCES: dict[str, FactSource] = {}


def register_facts(source: FactSource) -> None:
    SOURCES[source.name] = source


def written_messages(kind: str) -> list[Choice]:
    """The last letters of this kind, by person and subject."""
    return [
        (f"message:{message.pk}", f"{message.recipient_name or message.recipient} · {message.subject}")
        for message in latest_of_kind(kind)
    ]


def offered(kind: str) -> list[tuple[Words, Sequence[Choice]]]:
    """Everything whose facts such a letter could carry, by source."""
    groups = [
        (source.label, [(f"{source.name}:{key}", label) for key, label in source.offers()])
        for source in SOURCES.values()
        if kind in source.kinds
    ]
    return [(label, choices) for label, choices in groups if choices]


def facts_of(choice: str, language: str, user: User) -> Mapping[str, str] | None:
    """The facts behind a choice of the list; None for what is no longer there."""
    name, _colon, key = choice.partition(":")
    if name == "message":
        message = Message.objects.filter(pk=key).first() if key.isdecimal() else None
        return message.facts if message else None
    return SOURCES[name].facts(key, language, user) if name in SOURCES else None


def facts_named(number: str, language: str, user: User) -> Mapping[str, str] | None:
    """The facts of the thing that people know by this number; None where no source knows it."""
    for source in SOURCES.values():
        if (found := source.facts(number.strip(), language, user)) is not None:
            return found
    return None
