"""What is wrong with a catalogue, in sentences."""

import re
from collections import Counter
from collections.abc import Iterator

from babel.messages.catalog import Catalog, Message

from stocke.core.catalogues.update import entries, is_translated, strings_of

PLACEHOLDER = re.compile(r"%\(\w+\)\w|\{\w*\}|%[sd]")
LOOSE_SIGN = re.compile(r"[^\s] [:;?!»€](?!\w)|\d %(?!\(|\w)|« ")
STRAIGHT_APOSTROPHE = re.compile(r"\w'\w")
TAG = re.compile(r"<[^>]*>")


def faults(texts: Catalog, current: Catalog) -> list[str]:
    """Everything that keeps this catalogue from being complete and well set. Empty when all is well."""
    needed, kept = entries(texts), entries(current)
    missing = [f"not in the catalogue: {_name(needed[key])}" for key in needed.keys() - kept.keys()]
    unused = [f"no longer in the source: {_name(kept[key])}" for key in kept.keys() - needed.keys()]
    wrong = [f"{fault}: {_name(message)}" for message in kept.values() for fault in _faults_of(message)]
    return sorted(missing + unused + wrong)


def _name(message: Message) -> str:
    text = message.id if isinstance(message.id, str) else message.id[0]
    return f"{text!r} ({', '.join(sorted({file for file, _ in message.locations}))})"


def _faults_of(message: Message) -> Iterator[str]:
    if message.fuzzy:
        yield "to be looked at again (fuzzy)"
    elif not is_translated(message):
        yield "not translated"
    else:
        yield from _faults_of_words(message)


def _faults_of_words(message: Message) -> Iterator[str]:
    singular, plural = (message.id, message.id) if isinstance(message.id, str) else message.id
    strings = strings_of(message)
    allowed = [_placeholders(singular), _placeholders(plural)]
    if any(_placeholders(string) not in allowed for string in strings):
        yield "other placeholders than the source"
    if any(LOOSE_SIGN.search(TAG.sub("", string)) for string in strings):
        yield "an ordinary space before or after a sign that needs a no-break space"
    if any(STRAIGHT_APOSTROPHE.search(TAG.sub("", string)) for string in strings):
        yield "a straight apostrophe"


def _placeholders(text: str) -> Counter[str]:
    return Counter(PLACEHOLDER.findall(text))
