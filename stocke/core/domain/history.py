"""Writing the record: always by the operation, always in its transaction."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db import models

from stocke.core.actors import Actor
from stocke.core.models import HistoryEntry


def thread_of(subject: models.Model | str) -> str:
    """The name of a thing's timeline: "order:12". Every model has exactly one."""
    if isinstance(subject, str):
        return subject
    return f"{subject._meta.model_name}:{subject.pk}"


@dataclass(frozen=True)
class Fact:
    """One entry to be written; `record_all` takes many at once."""

    subject: models.Model | str
    kind: str
    before: Mapping[str, object] = field(default_factory=dict)
    after: Mapping[str, object] = field(default_factory=dict)
    why: str = ""
    data: Mapping[str, object] = field(default_factory=dict)


def record_all(facts: Iterable[Fact], *, by: Actor) -> None:
    """Put facts on the record in one statement. Values must be JSON: numbers, words, lists, dicts."""
    HistoryEntry.objects.bulk_create(
        [
            HistoryEntry(
                thread=thread_of(fact.subject),
                kind=fact.kind,
                actor_kind=by.kind,
                actor_user_id=by.user_id,
                actor_label=by.label,
                before=dict(fact.before),
                after=dict(fact.after),
                why=fact.why,
                data=dict(fact.data),
            )
            for fact in facts
        ],
        batch_size=2000,
    )


def record(
    subject: models.Model | str,
    kind: str,
    *,
    by: Actor,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
    why: str = "",
    **data: object,
) -> None:
    """Put one fact on the record of `subject`. `kind` is "thing.participle": "line.sourced"."""
    record_all([Fact(subject, kind, before or {}, after or {}, why, data)], by=by)
