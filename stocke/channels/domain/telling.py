"""Telling a shop our numbers: only those that differ, as they are at the moment of sending, in the fewest calls.

While a call is under way its listings are in doubt (`told` is empty), so that nothing that breaks off in between can
leave a wrong number for the right one. Numbers are absolute: sending one twice is harmless.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from stocke.channels.connectors.errors import Down, Gone, Refused
from stocke.channels.connectors.shape import Batch, Said, Wanted
from stocke.channels.domain.chains import steps_of
from stocke.channels.domain.claims import Claim
from stocke.channels.domain.doors import connector_of, door_of
from stocke.channels.domain.rules import Step, number_of
from stocke.channels.models import Channel, Listing, Telling, Told, ToldOutcome
from stocke.channels.queries.chains import listings_in_full
from stocke.channels.queries.wanted import Numbered, wanted, wanted_of
from stocke.core.actors import Actor
from stocke.core.domain.history import record
from stocke.core.domain.many_rows import update_many

PLANNED_AT_ONCE = 5_000
# All listings are compared this often; in between, those of products published since a little before the last look,
# because a publication is seen when its transaction ends.
COMPARE_EVERY, BACK = timedelta(seconds=60), timedelta(minutes=5)
# A listing that the shop refuses is not asked for again at once.
REST_AFTER_REFUSAL = timedelta(hours=1)
# Something was sold while we spoke: that is no refusal, and is told again at once.
MOVED = "moved"


def is_comparing_due(channel: Channel) -> bool:
    last = channel.compared_at
    return last is None or last < timezone.now() - COMPARE_EVERY


def numbers_wanted(channel: Channel) -> list[Numbered]:
    """Listings whose number in the shop is not ours."""
    if not channel.tells_stock:
        return []
    if is_comparing_due(channel):
        return wanted(channel.pk, limit=PLANNED_AT_ONCE)
    return wanted(channel.pk, limit=PLANNED_AT_ONCE, since=timezone.now() - BACK)


def tell_shop(channel: Channel, claim: Claim, numbers: Sequence[Numbered]) -> Telling:
    """Tell these listings' numbers. Raises a ShopError; what was told until then is settled."""
    telling = Telling.objects.create(channel=channel, wanted=len(numbers))
    listings = {one.pk: one for one in listings_in_full(one.listing_id for one in numbers)}
    planned = [wanted_value(listings[one.listing_id], one.number) for one in numbers]
    by_remote = {listing.remote_id: listing.pk for listing in listings.values()}
    try:
        for batch in connector_of(channel).batches(planned):
            tell_batch(channel, claim, telling, batch, by_remote)
    finally:
        Telling.objects.filter(pk=telling.pk).update(ended_at=timezone.now())
    return telling


def wanted_value(listing: Listing, number: int) -> Wanted:
    level = getattr(listing.product, "level", None)
    return Wanted(
        remote_id=listing.remote_id,
        parent=listing.remote_parent,
        quantity=number,
        before=listing.told,
        sku=listing.product.sku if listing.product else "",
        light=level.light if level else "",
        facts=listing.facts,
    )


def tell_batch(
    channel: Channel, claim: Claim, telling: Telling, batch: Batch, by_remote: Mapping[str, int]
) -> None:
    """One call. What has changed since it was planned is told as it is now, or not at all."""
    claim.renew()
    listings, fresh = doubted(channel, [by_remote[one.remote_id] for one in batch.wanted])
    if not fresh:
        return
    steps = steps_of(listings)
    now = replace(batch, wanted=tuple(fresh))
    Telling.objects.filter(pk=telling.pk).update(calls=F("calls") + 1)
    try:
        said = connector_of(channel).tell(
            door_of(channel, claim), now, key=f"{telling.pk}:{fresh[0].remote_id}"
        )
    except Gone:
        if not batch.parent:
            raise
        # The product whose variations these are is no longer there, and they went with it.
        said = [Said(one.remote_id, problem="gone") for one in fresh]
    except Refused as error:
        if error.code != "refused":
            raise
        if len(fresh) > 1:
            for half in halves(now):
                tell_batch(channel, claim, telling, half, by_remote)
            return
        said = [Said(fresh[0].remote_id, problem="refused", words=str(error.facts.get("said", "")))]
    except Down as error:
        note_unsure(telling, listings, fresh, steps, error)
        raise
    settle(telling, listings, fresh, said, steps)


def halves(batch: Batch) -> tuple[Batch, Batch]:
    """A call that was refused as a whole says nothing of its parts: somewhere in it is the one that is wrong."""
    middle = len(batch.wanted) // 2
    return replace(batch, wanted=batch.wanted[:middle]), replace(batch, wanted=batch.wanted[middle:])


@transaction.atomic
def doubted(channel: Channel, listing_ids: Sequence[int]) -> tuple[list[Listing], list[Wanted]]:
    """The listings that still want another number, with it; from now on nobody knows what the shop has of them."""
    locked = Listing.objects.select_for_update(no_key=True).filter(pk__in=listing_ids).order_by("pk")
    list(locked.values_list("pk"))
    numbers = {one.listing_id: one.number for one in wanted_of(channel.pk, listing_ids)}
    listings = listings_in_full(numbers)
    Listing.objects.filter(pk__in=numbers).update(told=None)
    return listings, [wanted_value(one, numbers[one.pk]) for one in listings]


@transaction.atomic
def settle(
    telling: Telling,
    listings: Sequence[Listing],
    wanted: Sequence[Wanted],
    said: Sequence[Said],
    steps: Mapping[int, list[Step]],
) -> None:
    """Write down what the shop has now, and what it refused."""
    answers, at = {one.remote_id: one for one in said}, timezone.now()
    records, lost = [], 0
    for listing, number in zip(listings, wanted, strict=True):
        answer = answers.get(listing.remote_id) or Said(listing.remote_id, problem="unanswered")
        lost += answer.problem == "gone" and listing.gone_at is None
        note_answer(listing, number, answer, at=at)
        records.append(record_of(telling, listing, number, answer, steps[listing.pk]))
    fields = ["told", "told_at", "problem", "problem_facts", "not_before", "gone_at", "remote_quantity"]
    update_many(listings, fields)
    Told.objects.bulk_create(records)
    if lost:
        record(telling.channel, "listing.gone", by=Actor.channel(telling.channel.slug), listings=lost)
    refused = sum(bool(one.problem) for one in records)
    Telling.objects.filter(pk=telling.pk).update(
        told=F("told") + len(records) - refused, refused=F("refused") + refused
    )


def note_answer(listing: Listing, number: Wanted, answer: Said, *, at: datetime) -> None:
    listing.told, listing.told_at = (None, listing.told_at) if answer.problem else (number.quantity, at)
    listing.problem, listing.problem_facts = answer.problem, {"words": answer.words} if answer.words else {}
    rests = answer.problem not in ("", MOVED)
    listing.not_before = at + REST_AFTER_REFUSAL if rests else None
    listing.gone_at = at if answer.problem == "gone" else None
    listing.remote_quantity = listing.remote_quantity if answer.quantity is None else answer.quantity


def record_of(telling: Telling, listing: Listing, number: Wanted, answer: Said, steps: list[Step]) -> Told:
    level = getattr(listing.product, "level", None)
    chain = [*(level.steps if level else []), *steps]
    return Told(
        telling=telling,
        listing=listing,
        before=number.before,
        after=number.quantity,
        # A change of the level between reading it and reading its rules shows as a step of its own, never as a lie.
        steps=chain if number_of(steps) == number.quantity else [*chain, correction(steps, number.quantity)],
        outcome=ToldOutcome.REFUSED if answer.problem else ToldOutcome.TOLD,
        problem=f"{answer.problem} {answer.words}".strip()[:250],
    )


def correction(steps: Sequence[Step], number: int) -> Step:
    return {"step": "moved_meanwhile", "effect": number - number_of(steps), "running": number}


@transaction.atomic
def note_unsure(
    telling: Telling,
    listings: Sequence[Listing],
    wanted: Sequence[Wanted],
    steps: Mapping[int, list[Step]],
    error: Down,
) -> None:
    """The call broke off: the shop may have the new numbers or the old ones, and is told again."""
    doubtful = Said("", problem=error.code)
    Told.objects.bulk_create(
        [
            record_of(telling, listing, number, doubtful, steps[listing.pk])
            for listing, number in zip(listings, wanted, strict=True)
        ]
    )
    Told.objects.filter(telling=telling, problem=error.code).update(outcome=ToldOutcome.UNSURE)
    Telling.objects.filter(pk=telling.pk).update(problem=error.code)
