"""Which statements remain when an import is undone, or counts again: the runs, in the order in which they counted."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from suppliers.domain.verdicts import counted_in_full
from suppliers.models import AbsentPolicy, Observation, OfferRevision, Run, RunStatus

SETTLED = [RunStatus.APPLIED, RunStatus.UNDONE]


@dataclass(frozen=True)
class RunWord:
    """One run that counts. `at` is when it counted, `stated_at` when it was said. A `partial` one misses nobody.

    Not `is_later`: it counted before everything that is reckoned anew, and only tells who confirmed what stood then.
    Where absences are counted, a SKU is zero in the `zero_after`th file without it; a file that did not count
    `in_full` may begin that, and does not go on with it.
    """

    run_id: int
    feed_id: int
    at: datetime
    stated_at: datetime
    is_later: bool
    absent_is_unknown: bool
    partial: bool = False
    in_full: bool = True
    zero_after: int | None = None

    @classmethod
    def of(cls, run: Run, *, is_later: bool) -> Self:
        feed = run.feed
        return cls(
            run.pk,
            run.feed_id,
            counted_at(run),
            run.stated_at,
            is_later,
            absent_is_unknown=feed.absent_policy != AbsentPolicy.KEEP,
            partial=run.partial,
            in_full=counted_in_full(run),
            zero_after=feed.absent_files if feed.absent_policy == AbsentPolicy.ZERO else None,
        )


@dataclass(frozen=True)
class Plan:
    """What is reckoned anew: everything since `since`, from `words` (the latest first) and single statements.

    `root` is the import; `comes_back` when it counts again. `touched` are all runs of the supplier that were ever
    undone: what was said while they were is judged by what counts now.
    """

    root: Run
    comes_back: bool
    since: datetime
    words: tuple[RunWord, ...]
    touched: tuple[int, ...]


def plan_of(undo: Run) -> Plan:
    """The plan of an undo, as things stand now."""
    root = root_of(undo)
    comes_back = root.status == RunStatus.UNDONE
    toggles = toggles_of(root.feed.supplier_id)
    since = reckoned_since(root, toggles)
    counting = with_time(
        Run.objects.counting().filter(feed__supplier=root.feed.supplier_id).exclude(pk=root.pk)
    )
    later = [run for run in counting.filter(finished_at__gte=since) if counted_at(run) >= since]
    if comes_back:
        later.append(timed(root))
    words = [RunWord.of(run, is_later=True) for run in later]
    words += [RunWord.of(run, is_later=False) for run in last_before(root, since)]
    newest_first = sorted(words, key=lambda word: word.at, reverse=True)
    return Plan(root, comes_back, since, tuple(newest_first), tuple({toggle.root_id for toggle in toggles}))


def root_of(undo: Run) -> Run:
    """The import that is undone in the end: an undo may undo an undo."""
    run = undo
    while run.undoes is not None:
        run = run.undoes
    return run


def tip_of(run: Run) -> Run:
    """The last word on whether this import counts: itself, or the last run that undid it or its undo."""
    tip = run
    while newer := tip.undone_by.filter(status__in=SETTLED).first():
        tip = newer
    return tip


@dataclass(frozen=True)
class Toggle:
    """One undo that was carried out: which import it concerns in the end, and when."""

    root_id: int
    at: datetime


def toggles_of(supplier_id: int) -> list[Toggle]:
    """Every undo of a supplier's imports that was carried out. They are rare, so all of them are looked at."""
    undos = Run.objects.filter(feed__supplier=supplier_id, undoes__isnull=False, status__in=SETTLED)
    known = {undo.pk: undo for undo in undos}

    def root(undo: Run) -> int:
        target = known.get(undo.undoes_id or 0)
        return root(target) if target else undo.undoes_id or 0

    return [Toggle(root(undo), undo.finished_at) for undo in known.values() if undo.finished_at]


def reckoned_since(root: Run, toggles: Iterable[Toggle]) -> datetime:
    """The moment before which what was on record then is what counts now.

    Usually that of the import itself. Where an earlier import was undone or brought back since then, what was on
    record just before this one is not what would have been, and so reckoning begins with the earlier one.
    """
    roots = with_time(Run.objects.filter(pk__in={toggle.root_id for toggle in toggles} | {root.pk}))
    began = {run.pk: counted_at(run) for run in roots}
    since = began[root.pk]
    while earlier := [at for pk, at in began.items() if at < since and is_other_since(pk, since, toggles)]:
        since = min(earlier)
    return since


def is_other_since(root_id: int, moment: datetime, toggles: Iterable[Toggle]) -> bool:
    """Whether an import that counted then does not now, or the other way round."""
    return len([toggle for toggle in toggles if toggle.root_id == root_id and toggle.at > moment]) % 2 == 1


def last_before(root: Run, since: datetime) -> Iterator[Run]:
    """The last run of each of the supplier's feeds that counted before that moment."""
    before = Run.objects.counting().filter(feed__supplier=root.feed.supplier_id).exclude(pk=root.pk)
    newest = before.filter(finished_at__lt=since).order_by("feed_id", "-finished_at").distinct("feed_id")
    yield from with_time(Run.objects.filter(pk__in=newest.values("pk")))


def with_time(runs: QuerySet[Run]) -> QuerySet[Run]:
    """With the moment at which they counted: that of what they wrote, which is comparable with what others wrote; a
    run that said nothing new has none."""
    said = Observation.objects.filter(run_id=OuterRef("pk"), at__lte=OuterRef("finished_at"))
    changed = OfferRevision.objects.filter(
        run_id=OuterRef("pk"), at__range=(OuterRef("claimed_at"), OuterRef("finished_at"))
    )
    wrote = Coalesce(
        Subquery(said.order_by("id").values("at")[:1]),
        Subquery(changed.order_by("id").values("at")[:1]),
        F("finished_at"),
    )
    return runs.select_related("feed").annotate(counted_at=wrote)


def timed(run: Run) -> Run:
    return with_time(Run.objects.filter(pk=run.pk)).get()


def counted_at(run: Run) -> datetime:
    at: datetime = run.counted_at  # type: ignore[attr-defined]  # annotated by with_time
    return at


def confirmed_by(feed_id: int) -> QuerySet[Run]:
    """The imports that say when this feed last said something good: those that count, and those that confirmed them."""
    counting = Run.objects.counting().filter(feed_id=feed_id)
    last = counting.order_by("-finished_at").first()
    confirms = Q(status=RunStatus.UNCHANGED, facts__same_as=last.pk if last else None)
    return Run.objects.filter(feed_id=feed_id).filter(Q(pk__in=counting.values("pk")) | confirms)
