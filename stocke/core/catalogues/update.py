"""Bring a catalogue up to date with its sources, keeping every translation that is still needed."""

from collections.abc import Iterable

from babel.messages.catalog import Catalog, Message

from stocke.core.catalogues.files import empty_catalogue

Key = tuple[str, str | None]


def key(message: Message) -> Key:
    """What tells two texts apart: the singular and its context."""
    text = message.id if isinstance(message.id, str) else message.id[0]
    return text, message.context


def entries(catalogue: Catalog) -> dict[Key, Message]:
    """Its messages, without the header."""
    return {key(message): message for message in catalogue if message.id}


def strings_of(message: Message) -> list[str]:
    """Its translations: one, or one for each plural form."""
    return [message.string] if isinstance(message.string, str) else list(message.string or [])


def is_translated(message: Message) -> bool:
    strings = strings_of(message)
    return bool(strings) and all(strings) and not message.fuzzy


def without_shared(texts: Catalog, shared: Catalog) -> Catalog:
    """The texts that the core does not already hold: Django looks everywhere, so one translation will do."""
    known, kept = entries(shared), Catalog()
    for message in entries(texts).values():
        same = known.get(key(message))
        if same is None or bool(same.pluralizable) != bool(message.pluralizable):
            kept.add(message.id, locations=message.locations, context=message.context, flags=message.flags)
    return kept


def updated(texts: Catalog, current: Catalog, others: Iterable[Catalog]) -> Catalog:
    """The texts with the translations of the current catalogue, or else with those of another one.

    What the sources no longer hold is left out.
    """
    memory = [entries(catalogue) for catalogue in (current, *others)]
    fresh = empty_catalogue()
    for message in entries(texts).values():
        known = next((words for words in memory if _fits(words.get(key(message)), message)), {})
        string = known[key(message)].string if known else None
        fresh.add(
            message.id, string, locations=message.locations, context=message.context, flags=message.flags
        )
    return fresh


def _fits(known: Message | None, wanted: Message) -> bool:
    return (
        known is not None and is_translated(known) and bool(known.pluralizable) == bool(wanted.pluralizable)
    )
