"""A page of his own for a supplier without any system: opened by one link, where he states what he has.

The link is good for one supplier, ends by itself, and is worth nothing once the page is closed or opened anew.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import override

from stocke.core.actors import Actor
from stocke.core.domain.history import record, thread_of
from stocke.core.domain.links import read, sign
from stocke.core.domain.outbox import compose
from stocke.core.models import Message
from suppliers.domain.observing import observe
from suppliers.domain.reserving import lock_offers
from suppliers.models import Offer, OfferStock, QuantityKind, Supplier

PURPOSE = "portal"
LINK_DAYS = 180
LARGEST = 1_000_000
SOURCE = "portal"


class PortalClosed(Exception):
    """The page was closed, or a newer link was made; `supplier` tells whom to point onward."""

    def __init__(self, supplier: Supplier) -> None:
        super().__init__(supplier.code)
        self.supplier = supplier


@dataclass(frozen=True)
class Stated:
    """What an offer states: its kind, and a number where that kind has one."""

    kind: str
    quantity: int | None = None

    def __str__(self) -> str:
        return f"{self.kind}:{'' if self.quantity is None else self.quantity}"


@dataclass(frozen=True)
class Change:
    """`seen` is what the page showed him when he wrote `wanted`."""

    seen: Stated
    wanted: Stated


@dataclass(frozen=True)
class Saved:
    """How many statements now count, and the offers whose figure had changed under his hands: those were left."""

    changed: int
    conflicts: frozenset[int]


@transaction.atomic
def open_portal(supplier: Supplier, *, by: Actor) -> str:
    """Open his page, or give it a new link; every older link is void from now on. Returns the link."""
    kept = Supplier.objects.select_for_update(no_key=True).get(pk=supplier.pk)
    kept.portal_version, kept.portal_open = kept.portal_version + 1, True
    kept.save(update_fields=["portal_version", "portal_open"])
    record(kept, "portal.opened", by=by)
    return portal_link(kept)


@transaction.atomic
def close_portal(supplier: Supplier, *, by: Actor) -> bool:
    """Shut his page: no link opens it any more. False when it was shut."""
    closed = Supplier.objects.filter(pk=supplier.pk, portal_open=True).update(portal_open=False)
    if closed:
        record(supplier, "portal.closed", by=by)
    return bool(closed)


@transaction.atomic
def send_link(supplier: Supplier, *, by: Actor) -> Message | None:
    """Send him the link of his open page, once for each link. None without an address or an open page."""
    if not supplier.email or not supplier.portal_open:
        return None
    with override(supplier.language):
        return compose(
            "portal_link",
            key=f"portal:{supplier.pk}:{supplier.portal_version}",
            thread=thread_of(supplier),
            recipient=supplier.email,
            recipient_name=supplier.contact_name or supplier.name,
            language=supplier.language,
            facts={
                "supplier.name": supplier.name,
                "supplier.contact_name": supplier.contact_name,
                "portal_link": portal_link(supplier),
            },
            by=by,
            send=True,
        )


def portal_link(supplier: Supplier) -> str:
    """The address of his page."""
    token = sign(PURPOSE, supplier.pk, version=supplier.portal_version)
    return settings.PUBLIC_URL + reverse("suppliers:portal", args=[token])


def supplier_behind(token: str) -> Supplier:
    """Whose page this link opens. Raises LinkTampered, LinkExpired, PortalClosed, Supplier.DoesNotExist."""
    link = read(PURPOSE, token, days=LINK_DAYS)
    supplier = Supplier.objects.get(pk=link.subject_id)
    if not supplier.portal_open or link.version != supplier.portal_version:
        raise PortalClosed(supplier)
    return supplier


@transaction.atomic
def state_stock(supplier: Supplier, changes: Mapping[int, Change], *, by: Actor) -> Saved:
    """Let his figures count, each a statement of its own. What changed since he looked is left as it is.

    Offers of other suppliers are passed over. Idempotent: what is stated already is no change.
    """
    offers = Offer.objects.filter(supplier=supplier, active=True, pk__in=changes).order_by("pk")
    by_id = {offer.pk: offer for offer in offers}
    lock_offers(set(by_id))
    now = {
        stock.offer_id: Stated(stock.kind, stock.quantity)
        for stock in OfferStock.objects.filter(offer__in=by_id).order_by("offer")
    }
    conflicts: set[int] = set()
    changed = 0
    for pk, offer in by_id.items():
        change = changes[pk]
        if now[pk] == change.wanted:
            continue
        if now[pk] != change.seen:
            conflicts.add(pk)
            continue
        wanted = change.wanted
        observe(offer, kind=wanted.kind, quantity=wanted.quantity, raw=str(wanted), source=SOURCE, by=by)
        changed += 1
    return Saved(changed, frozenset(conflicts))


def stated_in(text: str) -> Stated | None:
    """The statement that a page wrote into itself: "exact:12", "flag:"; None for what is none."""
    kind, _colon, number = text.partition(":")
    if kind not in QuantityKind.values or (number and not number.lstrip("-").isdecimal()):
        return None
    return Stated(kind, int(number) if number else None)
