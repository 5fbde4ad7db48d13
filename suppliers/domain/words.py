"""Learning what suppliers mean by their words. What is learned counts from the next import on."""

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256

from django.db import transaction

from stocke.core.actors import Actor
from stocke.core.domain.history import Fact, record_all
from suppliers.models import LearnedWord, Supplier
from suppliers.readers.availability import own_key


@transaction.atomic
def learn(words: Mapping[str, str], *, supplier: Supplier | None, by: Actor) -> list[LearnedWord]:
    """From now on these words mean this, in the feeds of one supplier or, without one, in all; what is new of it.

    `words` maps a word as it was written to its meaning. What is known so already is left alone.
    """
    wanted = {
        own_key(text): (text.strip()[:120], meaning) for text, meaning in words.items() if own_key(text)
    }
    known = {
        word.key: word
        for word in LearnedWord.objects.select_for_update().filter(supplier=supplier, key__in=wanted)
    }
    before = {key: word.meaning for key, word in known.items()}
    changed = [
        LearnedWord(supplier=supplier, key=key[:120], text=text, meaning=meaning, changed_by_id=by.user_id)
        for key, (text, meaning) in wanted.items()
        if before.get(key) != meaning
    ]
    saved = LearnedWord.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["supplier", "key"],
        update_fields=["text", "meaning", "changed_at", "changed_by"],
    )
    record_all((learned(word, before.get(word.key)) for word in saved), by=by)
    return saved


def learned(word: LearnedWord, before: str | None) -> Fact:
    kind = "word.changed" if before else "word.learned"
    return Fact(
        word, kind, {"meaning": before} if before else {}, {"meaning": word.meaning}, data=about(word)
    )


@transaction.atomic
def forget(words: Iterable[LearnedWord], *, by: Actor) -> int:
    """These words mean again what our own tables say, if anything; how many were still there."""
    keys = [word.pk for word in words]
    there = list(
        LearnedWord.objects.select_for_update(of=("self",)).select_related("supplier").filter(pk__in=keys)
    )
    # A deleted row has no key left to be named by.
    facts = [Fact(word, "word.forgotten", {"meaning": word.meaning}, data=about(word)) for word in there]
    record_all(facts, by=by)
    LearnedWord.objects.filter(pk__in=keys).delete()
    return len(facts)


def about(word: LearnedWord) -> dict[str, object]:
    """What the record keeps of a word, because the word itself may go."""
    return {"word": word.text, "supplier": word.supplier.name if word.supplier else ""}


def fingerprint(words: Mapping[str, str]) -> str:
    """The same for the same words; nothing for none. A file read with other words is another reading."""
    return sha256(json.dumps(sorted(words.items())).encode()).hexdigest()[:16] if words else ""
