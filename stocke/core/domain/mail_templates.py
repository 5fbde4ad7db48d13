"""The merchant's own words for a kind of letter: saved, judged, and put back to ours."""

from django.db import transaction

from stocke.core.actors import Actor
from stocke.core.domain.history import record
from stocke.core.domain.letter_facts import one_line, unknown_in
from stocke.core.domain.letter_kinds import Words, shipped_words, words_of
from stocke.core.models import HistoryEntry, MailTemplate


class UnknownFacts(Exception):
    """The text names facts that nobody records. `names` are the typing errors."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(", ".join(names))
        self.names = names


def thread(kind: str, language: str) -> str:
    """The timeline of one kind's words in one language, whether they are ours or the merchant's."""
    return f"mail:{kind}.{language}"


def as_json(words: Words) -> dict[str, str]:
    return {"subject": words.subject, "body": words.body}


@transaction.atomic
def save_words(kind: str, language: str, *, subject: str, body: str, by: Actor) -> bool:
    """Use these words from the next letter on; whether anything changed. Raises UnknownFacts."""
    if names := unknown_in(subject, body):
        raise UnknownFacts(names)
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
def undo_last(kind: str, language: str, *, by: Actor) -> bool:
    """Use the words that the last change replaced; whether there was any. It is a change like every other."""
    last = HistoryEntry.objects.filter(thread=thread(kind, language)).order_by("-id").first()
    return last is not None and save_words(kind, language, **last.before, by=by)
