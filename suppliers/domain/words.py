"""Learning what suppliers mean by their words and titles. What is learned counts from the next file on."""

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256

from django.db import transaction

from stocke.core.actors import Actor
from stocke.core.domain.history import Fact, record_all
from suppliers.models import LearnedWord, Stands, Supplier
from suppliers.readers.availability import own_key
from suppliers.readers.folding import folded_name

LONGEST = 120


@transaction.atomic
def learn(
    words: Mapping[str, str], *, supplier: Supplier | None, by: Actor, stands: Stands = Stands.CELL
) -> list[LearnedWord]:
    """From now on these words mean this, in the feeds of one supplier or, without one, in all; what is new of it.

    `words` maps a word as it was written to its meaning. What is known so already is left alone.
    """
    wanted = {
        key: (text.strip()[:LONGEST], meaning)
        for text, meaning in words.items()
        if (key := key_of(text, stands))
    }
    there = LearnedWord.objects.select_for_update().filter(supplier=supplier, stands=stands, key__in=wanted)
    before = {word.key: word.meaning for word in there}
    mine = {"supplier": supplier, "stands": stands, "changed_by_id": by.user_id}
    changed = [
        LearnedWord(key=key, text=text, meaning=meaning, **mine)
        for key, (text, meaning) in wanted.items()
        if before.get(key) != meaning
    ]
    saved = LearnedWord.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["supplier", "stands", "key"],
        update_fields=["text", "meaning", "changed_at", "changed_by"],
    )
    record_all((learned(word, before.get(word.key)) for word in saved), by=by)
    return saved


def key_of(text: str, stands: str) -> str:
    """What a word is compared by where it stands."""
    return (folded_name(text) if stands == Stands.TITLE else own_key(text))[:LONGEST]


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
    supplier = word.supplier.name if word.supplier else ""
    return {"word": word.text, "supplier": supplier, "stands": str(word.stands)}


def fingerprint(words: Mapping[str, str]) -> str:
    """The same for the same words; nothing for none. A file read with other words is another reading."""
    return sha256(json.dumps(sorted(words.items())).encode()).hexdigest()[:16] if words else ""
