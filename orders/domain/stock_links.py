"""The link by which a supplier without a system says what he has: made, sent, withdrawn, opened."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Case, F, Q, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from orders.models import StockLink
from stocke.core.actors import Actor
from stocke.core.domain.history import record, thread_of
from stocke.core.domain.links import LinkExpired, LinkTampered, read, sign
from stocke.core.domain.outbox import compose
from stocke.core.models import Message
from stocke.core.web.formats import long_day
from suppliers.models import Supplier

LINK_PURPOSE = "stock"
LINK_DAYS = 90
# Far more than a person types, far less than would hurt.
MOST_SAVES, IN = 60, timedelta(minutes=10)


class LinkWithdrawn(Exception):
    """The link was ours, and somebody has withdrawn it."""

    def __init__(self, link: StockLink) -> None:
        super().__init__(f"stock link {link.pk} is withdrawn")
        self.link = link


class TooManySaves(Exception):
    """Somebody saves faster than anybody can count goods."""


@transaction.atomic
def open_link(supplier: Supplier, *, by: Actor) -> StockLink:
    """The supplier's link, good for another 90 days; a new one if he has none."""
    Supplier.objects.select_for_update(no_key=True).get(pk=supplier.pk)
    ends = timezone.now() + timedelta(days=LINK_DAYS)
    link, is_new = StockLink.objects.get_or_create(
        supplier=supplier, withdrawn_at=None, defaults={"expires_at": ends}
    )
    if is_new:
        record(supplier, "stock_link.opened", by=by, until=ends.date().isoformat())
    else:
        StockLink.objects.filter(pk=link.pk).update(expires_at=ends)
        link.expires_at = ends
    return link


@transaction.atomic
def send_link(supplier: Supplier, *, by: Actor) -> Message | None:
    """Write to the supplier, in his language, where he says what he has. None when he has no e-mail address.

    Each call is a new mail with a link that is good for another 90 days; older ones stay good until they end.
    """
    if not supplier.email:
        return None
    link = open_link(supplier, by=by)
    StockLink.objects.filter(pk=link.pk).update(sent=F("sent") + 1, sent_at=timezone.now())
    link.refresh_from_db()
    with override(supplier.language):
        return compose(
            "stock_link",
            key=f"stock_link:{link.pk}:{link.sent}",
            thread=thread_of(supplier),
            recipient=supplier.email,
            recipient_name=supplier.contact_name or supplier.name,
            language=supplier.language,
            facts={
                "supplier.name": supplier.name,
                "supplier.contact_name": supplier.contact_name,
                "stock_link": address_of(link),
                "deadline": long_day(link.expires_at),
            },
            by=by,
            send=True,
        )


def withdraw_link(supplier: Supplier, *, by: Actor) -> bool:
    """Shut every link that was sent to this supplier; False when there is none."""
    with transaction.atomic():
        live = StockLink.objects.filter(supplier=supplier, withdrawn_at=None)
        withdrawn = live.update(withdrawn_at=timezone.now())
        if withdrawn:
            record(supplier, "stock_link.withdrawn", by=by)
    return bool(withdrawn)


def address_of(link: StockLink) -> str:
    """The address to be sent. Made anew each time, it is good for 90 days from now."""
    return settings.PUBLIC_URL + reverse("orders:stock", args=[sign(LINK_PURPOSE, link.pk)])


def find_link(token: str) -> StockLink:
    """The link that this address opens. Raises LinkTampered, LinkExpired or LinkWithdrawn."""
    opened = read(LINK_PURPOSE, token, days=LINK_DAYS)
    link = StockLink.objects.select_related("supplier").filter(pk=opened.subject_id).first()
    if link is None:
        raise LinkTampered(LINK_PURPOSE)
    if link.withdrawn_at is not None or not link.supplier.active:
        raise LinkWithdrawn(link)
    return link


def expired_supplier(expired: LinkExpired) -> Supplier | None:
    """Whose link it was."""
    return Supplier.objects.filter(stock_links=expired.subject_id).first()


def count_save(link: StockLink) -> None:
    """Note that something is being saved. Raises TooManySaves, with nothing counted."""
    now = timezone.now()
    is_over = Q(counted_from=None) | Q(counted_from__lt=now - IN)
    counted = StockLink.objects.filter(is_over | Q(saves__lt=MOST_SAVES), pk=link.pk).update(
        saves=Case(When(is_over, then=1), default=F("saves") + 1),
        counted_from=Case(When(is_over, then=now), default=F("counted_from")),
        used_at=now,
    )
    if not counted:
        raise TooManySaves(link.pk)
