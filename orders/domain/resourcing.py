"""Serving one line anew: after a promise broke, after a substitution, after a wait."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from orders.domain.allocations import OfferExhausted, Promise, allocate, allocate_many
from orders.domain.asking import ToAsk, expires_at
from orders.domain.evidence import evidence_of
from orders.domain.pieces import Piece, pieces_of
from orders.domain.question_rows import NewQuestion, asking_about, denied_of, open_questions
from orders.domain.rulebook import Rulebook
from orders.domain.rules import Rules
from orders.domain.sourcing import Decision, Need, Part, Verdict
from orders.domain.splitting import KEPT, part_off
from orders.domain.together import Asked, decide_together
from orders.models import Allocation, LineStatus, OrderLine
from orders.models.allocation import COUNTED, RESERVED
from orders.queries.purchases import offers_refusing
from stocke.core.actors import Actor
from stocke.core.domain.history import record
from suppliers.domain.reserving import lock_offers
from suppliers.queries.sources import sources_of

ATTEMPTS = 3
UNDECIDED = {LineStatus.NEW, LineStatus.SAFE, LineStatus.DOUBTFUL, LineStatus.ASKED}


def is_confirmed(line: OrderLine) -> bool:
    """Whether this line was promised to the customer; lines added since, or taken back, wait for a person."""
    return line.order.confirmed_at is not None and line.status not in UNDECIDED


def missing_units(line: OrderLine) -> int:
    """What no promise of the line covers."""
    kept = Allocation.objects.filter(line=line, status__in=KEPT).values_list("quantity", flat=True)
    return max(0, line.quantity - sum(kept))


def decide(
    line: OrderLine,
    *,
    refused_by: frozenset[int] = frozenset(),
    ignores_date: bool = False,
    restocked: bool = False,
    quantity: int | None = None,
) -> tuple[Need, Decision]:
    """How this line, or so many units of it, could be served now. Changes nothing.

    Whoever refused a line of this order is not asked for it again; with `restocked`, because a customer waited for
    the product or chose it again, only who refused for another reason than his stock.
    """
    barred = offers_refusing([line.order_id], for_stock=not restocked).get(line.order_id, frozenset())
    if not restocked:
        barred |= denied_of(line.pk)
    promised: date | None = None if ignores_date else line.promised_on or line.order.promised_on
    need = Need(
        quantity or line.quantity, line.unit_price_cents, line.order.currency, promised, refused_by | barred
    )
    sources = sources_of([line.product_id])[line.product_id] if line.product_id else []
    book = Rulebook.current()
    asked = Asked(need, sources, rules_of(line, book))
    standings = book.standings({one.supplier_id for one in sources}, line.order.currency)
    already = book.shipping_already([line.order_id], [line.pk]).get(line.order_id, ())
    [decision] = decide_together([asked], timezone.now(), standings, already=already)
    return need, decision


def rules_of(line: OrderLine, book: Rulebook) -> Rules:
    """What sourcing goes by for this line."""
    return book.rules_for(book.scopes([line], {line.order_id: line.order.channel})[line.pk])


def hold_offers(line: OrderLine, *, product_id: int | None = None) -> None:
    """Lock, in ascending order, every offer that this line has units of, and those of the product it will get.

    What is released and what is reserved afterwards then never waits for another such act in a circle.
    """
    product = product_id or line.product_id
    offers = set(Allocation.objects.filter(line=line, status__in=RESERVED).values_list("offer", flat=True))
    if product:
        offers |= {source.offer_id for source in sources_of([product])[product]}
    lock_offers(offers)


@transaction.atomic
def source_again(
    line: OrderLine,
    *,
    by: Actor,
    refused_by: frozenset[int] = frozenset(),
    accept_doubts: bool = False,
    ignores_date: bool = False,
    restocked: bool = False,
    offer_id: int | None = None,
    asks: bool = False,
) -> Verdict:
    """Promise the whole line anew from the best source. The caller holds the order and the line.

    *Safe*, or *doubtful* with `accept_doubts`: units are reserved, and the line is confirmed if it was promised
    before, else safe. *Doubtful* alone: the line waits for a person, nothing is reserved. *Short*: nothing is changed.
    With `ignores_date`, for a customer who knows that the old date is gone, the line is promised for the day on
    which that source delivers. `restocked` is as in `decide`. With `offer_id`, a person chose that source, whatever
    limits it breaks.

    With `asks`, where the rules say that this source is asked first, it is: *doubtful*, the units are reserved and the
    line is *asked*. One that several sources serve is parted into their pieces.
    """
    for _attempt in range(ATTEMPTS):
        need, decision = decide(line, refused_by=refused_by, ignores_date=ignores_date, restocked=restocked)
        if offer_id is not None:
            decision = chosen_by_person(decision, offer_id, need.quantity)
        if decision.verdict == Verdict.SHORT:
            return Verdict.SHORT
        if asks and (pieces := pieces_to_ask(line, need, decision)):
            if ask_first(line, pieces, by=by):
                return Verdict.DOUBTFUL
            continue
        if decision.verdict == Verdict.DOUBTFUL and not accept_doubts:
            _write(line, LineStatus.DOUBTFUL, decision, need)
            return Verdict.DOUBTFUL
        try:
            with transaction.atomic():
                for part in sorted(decision.choice, key=lambda part: part.offer_id):
                    allocate(line, offer_id=part.offer_id, quantity=part.quantity, by=by)
        except OfferExhausted:
            continue
        if ignores_date:
            line.promised_on = arrival(decision)
        _write(line, LineStatus.CONFIRMED if is_confirmed(line) else LineStatus.SAFE, decision, need)
        return decision.verdict
    return Verdict.SHORT


def pieces_to_ask(line: OrderLine, need: Need, decision: Decision) -> tuple[Piece, ...]:
    """What would be asked before anything is promised from these sources, where the rules say so."""
    asking = asking_about([line.pk], [one.source for one in decision.chosen])
    if not asking.rules.asks_first:
        return ()
    end = expires_at(line.order.placed_at, line.order.channel, asking.rules)
    rules = rules_of(line, Rulebook.current())
    return pieces_of(line.pk, need, decision, rules, asking, end, timezone.now())


def ask_first(line: OrderLine, pieces: Sequence[Piece], *, by: Actor) -> bool:
    """Reserve the units and open the questions; False, and nothing is changed, when somebody was faster."""
    try:
        with transaction.atomic():
            hold_pieces(line, pieces, was_promised=is_confirmed(line), by=by)
    except OfferExhausted:
        line.refresh_from_db(fields=["quantity", "status"])
        return False
    return True


def hold_pieces(line: OrderLine, pieces: Sequence[Piece], *, was_promised: bool, by: Actor) -> None:
    """The first piece is the line; each other one becomes a line of its own. Raises OfferExhausted."""
    first, *others = pieces
    parted = [(part_off(line, piece.need.quantity, by=by), piece) for piece in others]
    for own, piece in [(line, first), *parted]:
        promise = allocate(own, offer_id=piece.part.offer_id, quantity=piece.part.quantity, by=by)
        if piece.asked:
            open_questions([NewQuestion(own.pk, piece.asked, promised_before=was_promised)], [promise])
        safe = LineStatus.CONFIRMED if was_promised else LineStatus.SAFE
        status = LineStatus.ASKED if piece.asked else safe
        _write(own, status, piece.decision, piece.need, asked=piece.asked)


def chosen_by_person(decision: Decision, offer_id: int, quantity: int) -> Decision:
    """The same with this source for all of it; *short* when it cannot serve so many."""
    able = any(one.source.offer_id == offer_id and one.serves >= quantity for one in decision.candidates)
    if not able:
        return replace(decision, choice=(), verdict=Verdict.SHORT)
    return replace(decision, choice=(Part(offer_id, quantity),), verdict=Verdict.DOUBTFUL)


@transaction.atomic
def source_rest(
    line: OrderLine,
    missing: int,
    *,
    by: Actor,
    refused_by: frozenset[int] = frozenset(),
    asks: bool = False,
) -> Verdict:
    """Promise only the units that no promise of the line covers. The caller holds the order and all offers concerned.

    *Safe*: units are reserved, at offers that do not serve the line yet. Else *short*, and nothing is changed: a
    line is split only where policy allows, and never over a source in doubt. With `asks`, as in `source_again`:
    *doubtful*, and the missing units have become a line of their own, which is *asked*.
    """
    if not rules_of(line, Rulebook.current()).may_split:
        return Verdict.SHORT
    serving = Allocation.objects.filter(line=line, status__in=COUNTED).values_list("offer", flat=True)
    need, decision = decide(line, refused_by=refused_by.union(serving), quantity=missing)
    if asks and (pieces := pieces_to_ask(line, need, decision)):
        ask_about_rest(line, missing, pieces, by=by)
        return Verdict.DOUBTFUL
    if decision.verdict != Verdict.SAFE:
        return Verdict.SHORT
    promise_rest(line, missing, decision, by=by)
    return Verdict.SAFE


def ask_about_rest(line: OrderLine, missing: int, pieces: Sequence[Piece], *, by: Actor) -> None:
    """What the suppliers of the missing units say leaves the rest of the line alone."""
    was_promised, status = is_confirmed(line), line.status
    hold_pieces(part_off(line, missing, by=by), pieces, was_promised=was_promised, by=by)
    if not was_promised:
        line.status = status
        line.save(update_fields=["status"])


def promise_rest(line: OrderLine, missing: int, decision: Decision, *, by: Actor) -> None:
    parts = [(line.pk, part.offer_id, part.quantity) for part in decision.choice]
    allocate_many([Promise(*part) for part in parts])
    if is_confirmed(line):
        line.status = LineStatus.CONFIRMED
        line.save(update_fields=["status"])
    record(
        line.order,
        "line.sourced",
        by=by,
        line=line.pk,
        sku=line.ordered_sku,
        promised=parts,
        quantity=missing,
    )


def _write(
    line: OrderLine, status: LineStatus, decision: Decision, need: Need, *, asked: ToAsk | None = None
) -> None:
    line.status, line.evidence = status, evidence_of(decision, need, timezone.now(), asked=asked)
    line.save(update_fields=["status", "evidence", "promised_on"])


def arrival(decision: Decision) -> date | None:
    """When the last parcel of this decision would be there."""
    days = [candidate.source.lead_days for candidate in decision.chosen]
    return timezone.localdate() + timedelta(days=max(days)) if days else None
