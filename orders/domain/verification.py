"""Verification: whether each line can be delivered, decided with evidence, and what follows for the order.

Safe lines are promised at once (held at their offer). An order whose every open line is safe confirms itself when
the merchant's policy says so and no person has confirmed it before; the others wait on the verification desk. A
line that no offer can serve gets a stockout case.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from orders.domain.allocations import OfferExhausted, Promise, allocate_many
from orders.domain.asking import Asking
from orders.domain.cases import open_case
from orders.domain.causes import Shortage, judge
from orders.domain.dossiers import Dossier, Judged, with_questions
from orders.domain.evidence import evidence_of
from orders.domain.question_rows import NewQuestion, asking_about, open_questions
from orders.domain.rulebook import Rulebook
from orders.domain.sourcing import Need, Verdict
from orders.domain.splitting import part_off
from orders.domain.together import Asked, decide_together
from orders.events import OrderConfirmed
from orders.models import LineStatus, Order, OrderLine, OrderStatus, VerificationPolicy
from orders.models.order import ENDED
from orders.queries.purchases import offers_refusing
from orders.queries.sourcing_policies import Scope, Standing
from stocke.core.actors import Actor
from stocke.core.domain.history import Fact, record_all
from stocke.core.events import publish
from stocke.core.models.history import ActorKind
from suppliers.domain.reserving import lock_offers
from suppliers.queries.served import age_band, stated_band
from suppliers.queries.sources import SourceView, sources_of

ATTEMPTS = 3
TO_JUDGE = [LineStatus.NEW, LineStatus.DOUBTFUL]
WAITING = [OrderStatus.RECEIVED, OrderStatus.TO_VERIFY]


def verify_order(order_id: int, *, by: Actor) -> OrderStatus:
    """Verify what is unverified in this order. Idempotent; returns the status that the order has now."""
    verify_orders([order_id], by=by)
    return OrderStatus(Order.objects.values_list("status", flat=True).get(pk=order_id))


def verify_orders(order_ids: Collection[int], *, by: Actor) -> int:
    """Verify many orders in one transaction; returns how many were still waiting for it.

    Units are reserved by condition. When somebody was faster the whole act starts anew on fresh figures; the last
    attempt holds the offers from the start, so that it cannot fail for that reason.
    """
    for attempt in range(ATTEMPTS):
        try:
            return _verify(order_ids, by=by, holding=attempt == ATTEMPTS - 1)
        except OfferExhausted:
            continue
    raise AssertionError("held offers cannot be exhausted by others")


@transaction.atomic
def _verify(order_ids: Collection[int], *, by: Actor, holding: bool) -> int:
    now, policy = timezone.now(), VerificationPolicy.current()
    dossiers = _open_dossiers(order_ids, Rulebook.current(policy), now, holding=holding)
    _part_lines(dossiers, by)
    _promise(dossiers, now)
    _write_lines([one for dossier in dossiers for one in dossier.judged], now)
    _open_cases(dossiers, policy, by)
    _settle(dossiers, now, may_confirm=policy.confirms_itself, by=by)
    return len(dossiers)


def _open_dossiers(
    order_ids: Collection[int], book: Rulebook, now: datetime, *, holding: bool
) -> list[Dossier]:
    """Orders locked in ascending order, with a decision for each line that wants one."""
    waiting = Order.objects.filter(pk__in=order_ids, status__in=WAITING).order_by("pk")
    dossiers = {order.pk: Dossier(order) for order in waiting.select_for_update(no_key=True)}
    lines = list(
        OrderLine.objects.filter(order__in=dossiers).exclude(status__in=ENDED).order_by("order", "position")
    )
    products = {line.product_id for line in lines if line.status in TO_JUDGE and line.product_id is not None}
    sources = sources_of(sorted(products))
    if holding:
        lock_offers({one.offer_id for offers in sources.values() for one in offers})
        sources = sources_of(sorted(products))
    refused = offers_refusing([pk for pk, one in dossiers.items() if one.order.confirmed_at is not None])
    judged = [line.pk for line in lines if line.status in TO_JUDGE]
    asking = asking_about(judged, [one for offers in sources.values() for one in offers])
    _judge(lines, dossiers, sources, refused, book, asking, now)
    return list(dossiers.values())


def _judge(
    lines: Iterable[OrderLine],
    dossiers: Mapping[int, Dossier],
    sources: Mapping[int, Sequence[SourceView]],
    refused: Mapping[int, frozenset[int]],
    book: Rulebook,
    asking: Asking,
    now: datetime,
) -> None:
    """Each order as a whole, the earlier one first: what it takes is no longer there for the others."""
    wanting: dict[int, list[OrderLine]] = defaultdict(list)
    for line in lines:
        if line.status in TO_JUDGE:
            wanting[line.order_id].append(line)
        else:
            dossiers[line.order_id].others.append(line.status)
    ordered = Ordered.of(wanting, dossiers, sources, book)
    taken: Counter[int] = Counter()
    for order_id, mine in wanting.items():
        order, bars = dossiers[order_id].order, refused.get(order_id, frozenset())
        asked = [
            Asked(
                need_of(line, order, refused_by=bars | asking.denied(line.pk)),
                sources.get(line.product_id or 0, ()),
                book.rules_for(ordered.scopes[line.pk]),
            )
            for line in mine
        ]
        standings, already = ordered.standings[order.currency], ordered.already.get(order_id, ())
        decisions = decide_together(asked, now, standings, taken=taken, already=already)
        for decision in decisions:
            if decision.verdict == Verdict.SAFE:
                taken.update({part.offer_id: part.quantity for part in decision.choice})
        for line, one, decision in zip(mine, asked, decisions, strict=True):
            judged = Judged(line, one.need, decision, chances=asking.chances)
            dossiers[order_id].judged += with_questions(judged, order, one, asking, taken, now)


@dataclass(frozen=True)
class Ordered:
    """What policies ask about the orders under verification, looked up for all of them at once."""

    scopes: Mapping[int, Scope]
    standings: Mapping[str, Mapping[int, Standing]]
    already: Mapping[int, frozenset[int]]

    @classmethod
    def of(
        cls,
        wanting: Mapping[int, Sequence[OrderLine]],
        dossiers: Mapping[int, Dossier],
        sources: Mapping[int, Sequence[SourceView]],
        book: Rulebook,
    ) -> "Ordered":
        lines = [line for mine in wanting.values() for line in mine]
        orders = [dossiers[order_id].order for order_id in wanting]
        suppliers = {one.supplier_id for offers in sources.values() for one in offers}
        return cls(
            book.scopes(lines, {order.pk: order.channel for order in orders}),
            {currency: book.standings(suppliers, currency) for currency in {one.currency for one in orders}},
            book.shipping_already([order.pk for order in orders], [line.pk for line in lines]),
        )


def need_of(line: OrderLine, order: Order, *, refused_by: frozenset[int] = frozenset()) -> Need:
    """What sourcing must know of a line."""
    promised_on = line.promised_on or order.promised_on
    return Need(line.quantity, line.unit_price_cents, order.currency, promised_on, refused_by)


def _part_lines(dossiers: Iterable[Dossier], by: Actor) -> None:
    """Give each piece but the first a line of its own; the first keeps the line that was bought."""
    for dossier in dossiers:
        for place, one in enumerate(dossier.judged):
            if one.is_piece:
                one.line.order = dossier.order
                own = part_off(one.line, one.need.quantity, by=by)
                dossier.judged[place] = replace(one, line=own, is_piece=False)


def _promise(dossiers: Iterable[Dossier], now: datetime) -> None:
    """Hold what is safe, and what is asked first: nobody else shall be promised these units meanwhile."""
    judged = [one for dossier in dossiers for one in dossier.judged if one.is_promised]
    made = allocate_many([promise for one in judged for promise in _promises(one, now)])
    open_questions([NewQuestion(one.line.pk, one.asked) for one in judged if one.asked], made)


def _promises(one: Judged, now: datetime) -> Iterable[Promise]:
    """Each with the bands of the statement that it stands on, by which its outcome is counted."""
    sources = {chosen.source.offer_id: chosen.source for chosen in one.decision.chosen}
    for part in one.decision.choice:
        source = sources[part.offer_id]
        stated, age = stated_band(source.kind, source.quantity), age_band(source.as_of, now)
        yield Promise(one.line.pk, part.offer_id, part.quantity, stated or "", age)


def _write_lines(judged: Sequence[Judged], now: datetime) -> None:
    """Verdicts and evidence of all lines in one statement, as one JSON value: an array would be quoted text by text."""
    if not judged:
        return
    written = [
        {
            "id": one.line.pk,
            "status": one.status.value,
            "evidence": evidence_of(one.decision, one.need, now, chances=one.chances, asked=one.asked),
        }
        for one in judged
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE orders_orderline line SET status = new.status, evidence = new.evidence"
            " FROM jsonb_to_recordset(%s::jsonb) AS new (id bigint, status text, evidence jsonb)"
            " WHERE line.id = new.id",
            [json.dumps(written)],
        )


def _open_cases(dossiers: Iterable[Dossier], policy: VerificationPolicy, by: Actor) -> None:
    for dossier in dossiers:
        for one in dossier.judged:
            if one.decision.verdict == Verdict.SHORT:
                one.line.order = dossier.order
                cause, facts = judge(shortage_of(one, policy.fresh_hours))
                open_case(one.line, cause=cause, facts=facts, by=by)


def shortage_of(one: Judged, fresh_hours: int) -> Shortage:
    """What the record knows about a line that nobody can serve."""
    ordered_at = one.line.order.placed_at
    sources = [rejected.source for rejected in one.decision.rejected] + [
        c.source for c in one.decision.candidates
    ]
    stated = sorted(source.as_of for source in sources if source.as_of is not None)
    return Shortage(
        ordered_at=ordered_at,
        feed_before=max((at for at in stated if at <= ordered_at), default=None),
        feed_after=min((at for at in stated if at > ordered_at), default=None),
        sold=sum(source.reserved for source in sources) + one.need.quantity,
        available=sum(source.promisable for source in sources),
        fresh_hours=fresh_hours,
        supplier=sources[0].supplier_name if len(sources) == 1 else "",
    )


def _settle(dossiers: Sequence[Dossier], now: datetime, *, may_confirm: bool, by: Actor) -> None:
    """Confirm what confirms itself, send the rest to the desk; one fact per order and act on the record."""
    facts: list[Fact] = []
    confirmed: list[int] = []
    waiting: list[int] = []
    for dossier in dossiers:
        confirms = may_confirm and dossier.is_safe and dossier.order.confirmed_at is None
        (confirmed if confirms else waiting).append(dossier.order.pk)
        if dossier.is_news or (dossier.judged and by.kind == ActorKind.PERSON):
            facts.append(_verified(dossier))
        if confirms:
            facts.append(
                Fact(dossier.order, "order.confirmed", after={"status": OrderStatus.CONFIRMED.value})
            )
    Order.objects.filter(pk__in=waiting).update(status=OrderStatus.TO_VERIFY, verified_at=now)
    Order.objects.filter(pk__in=confirmed).update(
        status=OrderStatus.CONFIRMED, verified_at=now, confirmed_at=now
    )
    OrderLine.objects.filter(order__in=confirmed, status=LineStatus.SAFE).update(status=LineStatus.CONFIRMED)
    record_all(facts, by=by)
    for order_id in confirmed:
        publish(OrderConfirmed(order_id))


def _verified(dossier: Dossier) -> Fact:
    """The verdicts by number, and each promise that was made: line, offer, quantity."""
    sources: dict[str, list[list[int]]] = defaultdict(list)
    for one in dossier.judged:
        if one.is_promised:
            sources["asking" if one.asked else "promised"] += [
                [one.line.pk, part.offer_id, part.quantity] for part in one.decision.choice
            ]
    verdicts = Counter(one.status.value for one in dossier.judged)
    return Fact(dossier.order, "order.verified", data={**verdicts, **sources})
