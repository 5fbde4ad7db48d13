"""The states of channels, listings, messages and orders, each with its shape and word."""

from django.utils.translation import gettext_lazy as _

from stocke.channels.models import Channel, Delivery, Listing, ShopOrder, Telling
from stocke.channels.tables.problems import listing_in_words
from stocke.core.web.status import Status

PASSING = frozenset({"busy", "down", "unsure"})
ORDER_KINDS = {"open": "running", "taken": "done", "apart": "stopped", "refused": "refused"}
DELIVERY_KINDS = {"waiting": "waiting", "done": "done", "ignored": "stopped"}


def state_of_channel(channel: Channel) -> Status:
    if not channel.active:
        return Status("stopped")
    if channel.problem:
        return (
            Status("late", _("Tries again"))
            if channel.problem in PASSING
            else Status("failed", _("Needs a person"))
        )
    if channel.facts.get("set_back"):
        return Status("failed", _("Needs a person"))
    if channel.facts.get("missing"):
        return Status("partly", _("A permission is missing"))
    return Status("safe", _("Works"))


def state_of_listing(listing: Listing) -> Status:
    if listing.gone_at:
        return Status("discontinued", _("Gone"))
    if listing.problem:
        return Status("verify", listing_in_words(listing.problem))
    if listing.product is None:
        return Status("unknown", _("No product"))
    return Status("published") if listing.told is not None else Status("waiting")


def state_of_telling(telling: Telling) -> Status:
    if telling.problem:
        return Status("unsure", _("Broke off, told again"))
    if telling.ended_at is None:
        return Status("running")
    return Status("partly", _("Some refused")) if telling.refused else Status("done")


def state_of_order(order: ShopOrder) -> Status:
    return Status(ORDER_KINDS[order.state], order.get_state_display())


def state_of_delivery(delivery: Delivery) -> Status:
    return Status(DELIVERY_KINDS[delivery.state], delivery.get_state_display())
