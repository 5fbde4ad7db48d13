"""What orders, verification and purchasing add to the shell: entries, search, and how their record is told."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from orders.domain.carriers import CARRIERS
from orders.models import (
    CancelAnswer,
    Order,
    OrderStatus,
    PurchaseOrder,
    ShipmentState,
    Way,
)
from orders.queries.desk import count_waiting
from orders.queries.orders import search_orders
from orders.queries.purchases import count_for_a_person
from stocke.core.models import HistoryEntry, User
from stocke.core.web.commands import Hit, first_hits, register_search
from stocke.core.web.formats import money
from stocke.core.web.moments import instant
from stocke.core.web.navigation import NavEntry, register
from stocke.core.web.places import Place, register_places
from stocke.core.web.settings_tabs import SettingsTab, register_settings
from stocke.core.web.status import Status
from stocke.core.web.timeline import register_job, register_sentence

HEADER: Mapping[str, Promise] = {
    "promised_on": gettext_lazy("Promised"),
    "shipping_cents": gettext_lazy("Shipping, in cents"),
    "currency": gettext_lazy("Currency"),
}
PRIVATE: Mapping[str, Promise] = {
    "email": gettext_lazy("the customer"),
    "ship_to": gettext_lazy("the delivery address"),
    "note": gettext_lazy("the note"),
}
RULES: Mapping[str, Promise] = {
    "confirms_itself": gettext_lazy("Confirms itself"),
    "fresh_hours": gettext_lazy("Fresh for, in hours"),
    "margin_percent": gettext_lazy("Least margin, in percent"),
    "thin_below": gettext_lazy("Units that must remain"),
    "may_split": gettext_lazy("Splits lines"),
    "silence_is_no": gettext_lazy("Silence is a refusal"),
    "voucher_percent": gettext_lazy("Voucher, in percent"),
    "voucher_days": gettext_lazy("Voucher valid for, in days"),
    "customer_days": gettext_lazy("Time for the customer, in days"),
    "respond_hours": gettext_lazy("Time to propose, in hours"),
}


RELEASED_BECAUSE: Mapping[str, Promise] = {
    "amended": gettext_lazy("the shop changed the line"),
    "refused": gettext_lazy("the supplier refused"),
    "cancelled": gettext_lazy("the supplier cancelled at our wish"),
    "called_off": gettext_lazy("the line was cancelled"),
    "question_no": gettext_lazy("the supplier has none"),
    "question_part": gettext_lazy("the supplier has fewer"),
    "question_later": gettext_lazy("the supplier has it later"),
    "question_silent": gettext_lazy("the supplier did not answer"),
    "feed_fell": gettext_lazy("the supplier states less now"),
    "other_source": gettext_lazy("another source was chosen"),
    "undone": gettext_lazy("the confirmation was taken back"),
    "given_up": gettext_lazy("a stockout case was opened"),
    "replaced": gettext_lazy("another product is sent"),
    "waiting": gettext_lazy("the customer waits"),
    "refunded": gettext_lazy("the line is refunded"),
    "vouchered": gettext_lazy("a voucher was given"),
    "instead": gettext_lazy("the customer chose otherwise"),
}


def find_orders(query: str, user: User) -> Collection[Hit]:
    found = search_orders(Order.objects.all(), query)
    return [
        Hit(
            label=f"{order.number} · {order.customer.full_name}",
            hint=money(order.total_cents, order.currency),
            url=reverse("orders:order", args=[order.number]),
            kind=gettext_lazy("Orders"),
            icon="orders",
            status=Status(*order.state),
        )
        for order in first_hits(Order.objects.select_related("customer"), found, "-pk")
    ]


def places_of_orders(keys: Collection[int]) -> Mapping[int, Place]:
    """An order that waits for a person is best met on the desk."""
    return {
        order.pk: Place(
            label=order.number,
            url=reverse(
                "orders:verification_order" if order.status == OrderStatus.TO_VERIFY else "orders:order",
                args=[order.number],
            ),
        )
        for order in Order.objects.filter(pk__in=keys).only("number", "status")
    }


def places_of_purchases(keys: Collection[int]) -> Mapping[int, Place]:
    numbers = PurchaseOrder.objects.filter(pk__in=keys).values_list("pk", "number")
    return {pk: Place(label=number, url=reverse("orders:purchase", args=[number])) for pk, number in numbers}


def verified(entry: HistoryEntry) -> str:
    """ "Verified: 2 safe, 1 to verify"."""
    data = entry.data
    parts = [
        ngettext("%(n)s safe line", "%(n)s safe lines", data.get("safe", 0)) % {"n": data.get("safe", 0)},
        ngettext("%(n)s to verify", "%(n)s to verify", data.get("doubtful", 0))
        % {"n": data.get("doubtful", 0)},
        ngettext("%(n)s asked first", "%(n)s asked first", data.get("asked", 0))
        % {"n": data.get("asked", 0)},
        ngettext("%(n)s out of stock", "%(n)s out of stock", data.get("short", 0))
        % {"n": data.get("short", 0)},
    ]
    named = [
        part
        for part, name in zip(parts, ("safe", "doubtful", "asked", "short"), strict=True)
        if data.get(name)
    ]
    return _("Verified: %(verdicts)s") % {"verdicts": ", ".join(named)}


def amended(entry: HistoryEntry) -> str:
    """What the shop changed, line by line; private fields only by name."""
    data = entry.data
    said = [_("%(sku)s × %(quantity)s added") % one for one in data.get("added", ())]
    said += [_("%(sku)s × %(quantity)s removed") % one for one in data.get("removed", ())]
    said += [changed(one) for one in data.get("changed", ())]
    said += [_("%(field)s changed") % {"field": PRIVATE[name]} for name in data.get("private", ())]
    return (
        _("Changed by the shop: %(changes)s") % {"changes": ", ".join(said)}
        if said
        else _("Changed by the shop")
    )


def changed(one: Mapping[str, Any]) -> str:
    before, after = one["quantity"]
    if before != after:
        return _("%(sku)s: %(before)s became %(after)s") % {
            "sku": one["sku"],
            "before": before,
            "after": after,
        }
    prices = [money(cents) for cents in one["unit_price_cents"]]
    return _("%(sku)s: %(before)s became %(after)s") % {
        "sku": one["sku"],
        "before": prices[0],
        "after": prices[1],
    }


def lines_cancelled(entry: HistoryEntry) -> str:
    lines = ", ".join(f"{one['sku']} × {one['quantity']}" for one in entry.data.get("lines", ()))
    return _("Cancelled: %(lines)s") % {"lines": lines}


def ended_by_shop(entry: HistoryEntry) -> str:
    match entry.data.get("how"):
        case "gone" | "trash":
            return _("The shop has deleted this order")
        case "refunded":
            return _("The shop has given the money back")
    return _("The shop has cancelled this order")


def refused_amendment(entry: HistoryEntry) -> str:
    values = dict.fromkeys(one["value"] for one in entry.data.get("problems", ()) if one["value"] != "None")
    return _("A change by the shop was refused: %(what)s") % {"what": ", ".join(values) or "–"}


def released(entry: HistoryEntry) -> str:
    reason = RELEASED_BECAUSE.get(str(entry.data.get("reason")))
    if reason is None:
        return _("%(sku)s × %(quantity)s: promise taken back") % dict(entry.data)
    return _("%(sku)s × %(quantity)s: promise taken back, %(reason)s") % {**entry.data, "reason": reason}


def purchased(entry: HistoryEntry) -> str:
    if entry.data.get("cut_off_at"):
        return _("Purchase order %(purchase)s to %(supplier)s waits for his cut-off") % dict(entry.data)
    if entry.data.get("by_mail"):
        return _("Purchase order %(purchase)s written to %(supplier)s") % dict(entry.data)
    if entry.data.get("way", Way.MAIL) != Way.MAIL:
        return _("Purchase order %(purchase)s to %(supplier)s prepared") % dict(entry.data)
    return _("Purchase order %(purchase)s: call %(supplier)s, who has no e-mail address") % dict(entry.data)


def announced(entry: HistoryEntry) -> str:
    units = ", ".join(f"{sku} × {quantity}" for sku, quantity in entry.data.get("lines", ()))
    carrier = CARRIERS.get(str(entry.data.get("carrier")), CARRIERS["other"]).name
    said = {"units": units, "carrier": carrier, "number": entry.data.get("number") or "–"}
    return _("Parcel announced: %(units)s, %(carrier)s %(number)s") % said


def moved(entry: HistoryEntry) -> str:
    state = ShipmentState(entry.after["state"]).label
    return _("Parcel %(number)s: %(state)s") % {"number": entry.data.get("number") or "–", "state": state}


def cancel_answered(entry: HistoryEntry) -> str:
    if entry.data.get("answer") == CancelAnswer.CANCELLED:
        return _("%(supplier)s has cancelled") % dict(entry.data)
    return _("%(supplier)s could not cancel: it has left") % dict(entry.data)


def link_to_purchase(entry: HistoryEntry) -> str | None:
    number = entry.data.get("purchase")
    return reverse("orders:purchase", args=[number]) if number else None


def link_to_past(entry: HistoryEntry) -> str | None:
    """The number of the product, as it was when this happened to an offer of it."""
    offer = entry.data.get("offer")
    return f"{reverse('suppliers:offer_then', args=[offer])}?at={instant(entry.at)}" if offer else None


def told(
    kind: str,
    say: Callable[[HistoryEntry], str],
    shape: str | Callable[[HistoryEntry], str] = "",
    **extra: Any,
) -> None:
    register_sentence(kind, say, shape=shape, **{"group": "promises", **extra})


register(
    NavEntry(
        key="verification",
        group="work",
        label=gettext_lazy("Verification"),
        url_name="orders:verification",
        icon="verify",
        permission="orders.view",
        counter=count_waiting,
    )
)
register(
    NavEntry(
        key="purchasing",
        group="work",
        label=gettext_lazy("Purchasing"),
        url_name="orders:purchases",
        icon="buy",
        permission="purchasing.view",
        counter=count_for_a_person,
    )
)
register(
    NavEntry(
        key="orders",
        group="records",
        label=gettext_lazy("Orders"),
        url_name="orders:orders",
        icon="orders",
        permission="orders.view",
    )
)
register_search(find_orders, permission="orders.view")
register_settings(SettingsTab("verification", gettext_lazy("Verification"), "orders:policy", "settings.view"))
register_places("order", places_of_orders)
register_places("purchaseorder", places_of_purchases)

told("order.received", lambda e: _("Order received"), "running", group="people")
told("order.amended", amended, "verify", group="people", changes=HEADER)
told("order.amendment_refused", refused_amendment, "refused", group="people")
told("order.verified", verified, "running")
told("order.confirmed", lambda e: _("Order confirmed"), "done")
told("order.unconfirmed", lambda e: _("Confirmation taken back"), "undone")
told("order.returned", lambda e: _("Back on the verification desk: the next source is doubtful"), "verify")
told("order.delivered", lambda e: _("Order delivered"), "done")
told("order.done", lambda e: _("Order done: everything is delivered or settled"), "done")
told("order.lines_cancelled", lines_cancelled, "undone", group="people")
told("order.ended_by_shop", ended_by_shop, "undone", group="people")
told("order.cancelled", lambda e: _("Order cancelled"), "undone")
told("order.noted", lambda e: _("Note"), group="people")
told(
    "line.sourced",
    lambda e: _("%(sku)s × %(quantity)s promised from another source") % dict(e.data),
    "done",
    link=link_to_past,
)
told("line.released", released, "undone", link=link_to_past)
told(
    "line.contained",
    lambda e: _("%(sku)s × %(quantity)s: the supplier's figure contains it now") % dict(e.data),
)
told(
    "line.reopened",
    lambda e: (
        _("%(sku)s × %(quantity)s promised again: an import that contained it was undone") % dict(e.data)
    ),
    "verify",
)
told("purchase.created", purchased, "waiting", link=link_to_purchase)
told("purchase.cancel_asked", lambda e: _("%(supplier)s was asked to cancel") % dict(e.data), "waiting")
told("purchase.cancel_answered", cancel_answered, "undone", group="people")
told("purchase.late_yes", lambda e: _("%(supplier)s said yes after all, too late") % dict(e.data), "late")
told("purchase.overdue", lambda e: _("%(supplier)s has not answered in time") % dict(e.data), "late")
told("shipment.announced", announced, "running", group="people")
told("shipment.moved", moved, "running")
told("stock_link.opened", lambda e: _("Link to his stock made"), "done", group="people")
told("stock_link.withdrawn", lambda e: _("Link to his stock withdrawn"), "undone", group="people")
told("verification_policy.changed", lambda e: _("Rules changed"), group="people", changes=RULES)
told(
    "reservation.differs",
    lambda e: _("Reserved units (%(counter)s) differ from the promises (%(ledger)s)") % dict(e.data),
    "failed",
    group="system",
)

register_job("verification", gettext_lazy("automatic verification"))
register_job("purchasing", gettext_lazy("automatic purchasing"))
register_job("chasing", gettext_lazy("watch over answers"))
register_job("nightly proof", gettext_lazy("nightly proof"))
register_job("reservations", gettext_lazy("watch over reservations"))
register_sentence(
    "customer.erased", lambda e: _("Personal data of the customer erased"), shape="undone", group="people"
)
