"""The merchant's own words for a kind of letter: judged, saved, compared with what they were, and put back."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.db import transaction
from django.db.models import QuerySet

from stocke.core.actors import Actor
from stocke.core.domain.history import record
from stocke.core.domain.letter_facts import LINKS, named_in, one_line, unknown_in
from stocke.core.domain.letter_kinds import Words, shipped_words, words_of
from stocke.core.models import HistoryEntry, MailTemplate


class UnknownFacts(Exception):
    """The text names facts that nobody records. `names` are the typing errors."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(", ".join(names))
        self.names = names


class LacksFacts(Exception):
    """The text lacks facts that a letter of this kind must say. `lacking` are they, each with our own line of it."""

    def __init__(self, lacking: Sequence["Lacking"]) -> None:
        super().__init__(", ".join(one.name for one in lacking))
        self.lacking = tuple(lacking)


@dataclass(frozen=True)
class Lacking:
    """A fact that must be named somewhere, and the line of our own words where it stands."""

    name: str
    line: int
    words: str


@dataclass(frozen=True)
class Fault:
    """A line that names what nobody records."""

    line: int
    words: str
    name: str


@dataclass(frozen=True)
class DiffLine:
    """One line of two versions: " " in both, "-" only before, "+" only after."""

    sign: str
    words: str


# What a letter must not leave out: true sentences made from the record. Where they stand is the merchant's choice.
MUST_SAY = frozenset({*LINKS, "cause_sentence", "silence_sentence", "letter.text", "po.decisions"})


def must_name(kind: str, language: str) -> list[str]:
    """The facts that every text of this kind has to name, because ours does."""
    words = shipped_words(kind, language)
    return [name for name in named_in(words.body) if name in MUST_SAY]


def lacking_in(kind: str, language: str, body: str) -> list[Lacking]:
    """What this text leaves out, with where it stands in ours. Pure but for our own words."""
    lines, named = shipped_words(kind, language).body.split("\n"), named_in(body)
    return [
        next(Lacking(name, at, line) for at, line in enumerate(lines, start=1) if f"{{{name}}}" in line)
        for name in must_name(kind, language)
        if name not in named
    ]


def faults_in(text: str) -> list[Fault]:
    """Each name that nobody records, with its line."""
    return [
        Fault(at, line.strip(), name)
        for at, line in enumerate(text.replace("\r\n", "\n").split("\n"), start=1)
        for name in unknown_in(line)
    ]


def difference(before: Words, after: Words) -> list[DiffLine]:
    """Two versions line by line, the subject first. Pure."""
    old, new = [before.subject, *before.body.split("\n")], [after.subject, *after.body.split("\n")]
    return [
        line
        for step in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes()
        for line in told(step, old, new)
    ]


def told(step: tuple[str, int, int, int, int], old: Sequence[str], new: Sequence[str]) -> Iterator[DiffLine]:
    kind, old_start, old_end, new_start, new_end = step
    if kind == "equal":
        yield from (DiffLine(" ", line) for line in old[old_start:old_end])
        return
    yield from (DiffLine("-", line) for line in old[old_start:old_end])
    yield from (DiffLine("+", line) for line in new[new_start:new_end])


def thread(kind: str, language: str) -> str:
    """The timeline of one kind's words in one language, whether they are ours or the merchant's."""
    return f"mail:{kind}.{language}"


def versions(kind: str, language: str) -> QuerySet[HistoryEntry]:
    """Every change of these words, newest first, with what they were before and after."""
    changes = HistoryEntry.objects.filter(thread=thread(kind, language), kind__startswith="template.")
    return changes.order_by("-id")


def as_json(words: Words) -> dict[str, str]:
    return {"subject": words.subject, "body": words.body}


@transaction.atomic
def save_words(kind: str, language: str, *, subject: str, body: str, by: Actor) -> bool:
    """Use these words from the next letter on; whether anything changed. Raises UnknownFacts or LacksFacts."""
    if names := unknown_in(subject, body):
        raise UnknownFacts(names)
    if lacking := lacking_in(kind, language, body):
        raise LacksFacts(lacking)
    words = Words(one_line(subject), body.replace("\r\n", "\n").strip())
    before = words_of(kind, language)
    if words == before:
        return False
    own = MailTemplate.objects.filter(kind=kind, language=language)
    if words == shipped_words(kind, language):
        own.delete()
    else:
        MailTemplate.objects.update_or_create(kind=kind, language=language, defaults=as_json(words))
    record(thread(kind, language), "template.edited", by=by, before=as_json(before), after=as_json(words))
    return True


@transaction.atomic
def reset_words(kind: str, language: str, *, by: Actor) -> bool:
    """Go back to the words we ship; whether there were any others. What was written stays on the record."""
    before = words_of(kind, language)
    removed, _ = MailTemplate.objects.filter(kind=kind, language=language).delete()
    if removed:
        after = words_of(kind, language)
        record(thread(kind, language), "template.reset", by=by, before=as_json(before), after=as_json(after))
    return bool(removed)


@transaction.atomic
def use_version(kind: str, language: str, entry_id: int, *, by: Actor) -> bool:
    """Use the words of an earlier version again; whether anything changed. It is a change like every other.

    Raises HistoryEntry.DoesNotExist for an entry of something else, UnknownFacts and LacksFacts.
    """
    entry = versions(kind, language).get(pk=entry_id)
    return save_words(kind, language, **entry.after, by=by)


@transaction.atomic
def undo_last(kind: str, language: str, *, by: Actor) -> bool:
    """Use the words that the last change replaced; whether there was any. It is a change like every other."""
    last = versions(kind, language).first()
    return last is not None and save_words(kind, language, **last.before, by=by)
