"""Orders that shops have told: taken in once, followed when they change, ended when the shop ends them."""

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from orders.domain.cancelling_lines import CANCELLABLE, CannotCancel, cancel_lines, cancellables
from orders.domain.intake import take_in
from orders.domain.problems import OrderRefused, Problem
from orders.domain.settlements import CANCELLED
from orders.models import Order, OrderStatus, Refund
from orders.queries.orders import orders_in_full
from stocke.channels.domain.shop_orders import MONEY_BACK, incoming_of, lock_open, mark_counted, settle
from stocke.channels.models import ShopOrder, ShopOrderState, Standing
from stocke.core.actors import Actor
from stocke.core.domain.history import record

SHOP = "shop"
type Problems = list[dict[str, object]]


@transaction.atomic
def take_told(shop_order_id: int) -> bool:
    """Do what the shop's order asks for; False where somebody else has it in hand, or nothing waits any more."""
    told = lock_open(shop_order_id)
    if told is None:
        return False
    by = Actor.channel(told.channel.slug)
    if told.standing == Standing.CANCELLED:
        end_order(told, by=by)
    else:
        take(told, by=by)
    return True


def take(told: ShopOrder, *, by: Actor) -> None:
    try:
        order = take_in(incoming_of(told.content), by=by).order
    except OrderRefused as refused:
        settle(told, ShopOrderState.REFUSED, problems=[said(problem) for problem in refused.problems])
        return
    is_dead = order.status == OrderStatus.CANCELLED
    problems: Problems = [{"code": "revived"}] if is_dead else []
    settle(told, ShopOrderState.TAKEN, our_number=order.number, problems=problems)


def said(problem: Problem) -> dict[str, object]:
    """As the shop's order keeps it, in words for the page."""
    return {
        "code": problem.code.value,
        "field": problem.field,
        "row": problem.row,
        "message": str(problem.message),
    }


def end_order(told: ShopOrder, *, by: Actor) -> None:
    """The shop has cancelled it, given the money back, or thrown it away: end what can be ended."""
    order = Order.objects.filter(channel=told.channel.slug, external_id=told.remote_id).first()
    if order is None:
        settle(told, ShopOrderState.APART)
        return
    if order.status != OrderStatus.CANCELLED:
        record(order, "order.ended_by_shop", by=by, how=told.remote_status)
    left = cancel_all(order, by=by)
    if told.remote_status == MONEY_BACK:
        # Otherwise somebody would give it back a second time.
        note_given_back(Refund.objects.filter(line__order=order))
    problems: Problems = [{"code": "not_cancelled"}] if left else []
    settle(told, ShopOrderState.TAKEN, our_number=order.number, problems=problems)


def note_given_back(refunds: QuerySet[Refund]) -> int:
    due = refunds.filter(status=Refund.Status.DUE)
    return due.update(status=Refund.Status.DONE, done_at=timezone.now(), reference=SHOP)


def settle_given_back() -> int:
    """What became due only after the shop had given the money back, because a supplier answered late; how many."""
    told = ShopOrder.objects.filter(
        channel__slug=OuterRef("line__order__channel"),
        remote_id=OuterRef("line__order__external_id"),
        standing=Standing.CANCELLED,
        remote_status=MONEY_BACK,
    )
    return note_given_back(Refund.objects.filter(Exists(told), reason=CANCELLED))


def cancel_all(order: Order, *, by: Actor) -> bool:
    """Cancel what can be cancelled; whether something is left that cannot."""
    if order.status == OrderStatus.CANCELLED:
        return False
    lines = cancellables(orders_in_full().get(pk=order.pk))
    seen = {one.line.pk: one.fate for one in lines if one.fate in CANCELLABLE}
    try:
        cancel_lines(order.pk, seen, by=by, why="")
    except CannotCancel:
        return True
    return len(seen) < len(lines)


def count_verified() -> int:
    """Shops need no longer take off what verified orders have reserved: our levels do; how many orders."""
    # A refused amendment leaves the order as it was, and what that has reserved counts.
    settled = [ShopOrderState.TAKEN, ShopOrderState.REFUSED]
    waiting = ShopOrder.objects.filter(uncounted=True, state__in=settled)
    by_key = {(one.channel.slug, one.remote_id): one.pk for one in waiting.select_related("channel")}
    verified: list[int] = []
    for slug in {slug for slug, _remote in by_key}:
        remotes = [remote for key, remote in by_key if key == slug]
        orders = Order.objects.filter(channel=slug, external_id__in=remotes)
        done = orders.exclude(status=OrderStatus.RECEIVED).values_list("external_id", flat=True)
        verified += [by_key[slug, remote] for remote in done]
    mark_counted(verified)
    return len(verified)
