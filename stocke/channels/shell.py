"""Channels in the shell: the entry, and how what happened to them is told."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from stocke.channels.domain.storefronts import on_offer, sku_there
from stocke.channels.queries import storefronts
from stocke.channels.queries.channels import ailing
from stocke.channels.tables.problems import CHANNEL, REPORT, missing_in_words
from stocke.core.models import HistoryEntry
from stocke.core.storefronts import Keeper, register_storefronts
from stocke.core.web.commands import Command, register_command
from stocke.core.web.navigation import NavEntry, register
from stocke.core.web.timeline import register_sentence

LABELS = {
    "name": gettext_lazy("Name"),
    "takes_orders": gettext_lazy("Takes orders in"),
    "tells_stock": gettext_lazy("Tells our stock"),
    "completes_orders": gettext_lazy("Completes orders"),
    "unknown": gettext_lazy("Unknown stock"),
    "share_percent": gettext_lazy("Share (%)"),
    "buffer": gettext_lazy("Buffer"),
    "cap": gettext_lazy("Cap"),
    "class": gettext_lazy("Class"),
    "product": gettext_lazy("Product"),
    "is_open": gettext_lazy("Answers its pages"),
    "origins": gettext_lazy("Sites that may ask"),
    "shows_units": gettext_lazy("Tells units"),
    "most_units": gettext_lazy("Units at most"),
    "offers_wishes": gettext_lazy("Leads to alerts"),
    "per_address": gettext_lazy("Questions per minute and address"),
    "per_key": gettext_lazy("Questions per minute"),
}


def say_connected(entry: HistoryEntry) -> str:
    missing = [missing_in_words(name) for name in entry.data.get("missing", ())]
    if missing:
        return _("Connected; its key may not: %(missing)s") % {"missing": ", ".join(missing)}
    return _("Connected")


def say_ailing(entry: HistoryEntry) -> str:
    code = str(entry.data.get("problem", ""))
    return str(CHANNEL.get(code, code))


def say_hooks(entry: HistoryEntry) -> str:
    topics = ", ".join(entry.data.get("topics", ()))
    match entry.kind:
        case "hooks.made":
            return _("Webhooks made: %(topics)s") % {"topics": topics}
        case "hooks.remade":
            return _("Webhooks had been taken away, and were made again: %(topics)s") % {"topics": topics}
    return _("Webhooks had been switched off, and work again: %(topics)s") % {"topics": topics}


def say_listing(entry: HistoryEntry) -> str:
    name = entry.data.get("listing", "")
    if entry.kind == "listing.rules":
        return _("Rules of the listing “%(name)s” changed") % {"name": name}
    return _("The listing “%(name)s” was matched by hand") % {"name": name}


def say_class(entry: HistoryEntry) -> str:
    return _("Class of customers of whom the shop says “%(said)s” changed") % {
        "said": entry.data.get("said", "")
    }


def say_many(entry: HistoryEntry) -> str:
    count = entry.data.get("listings", 0)
    if entry.kind == "listing.gone":
        return _("%(count)s listings are no longer in the shop") % {"count": count}
    if entry.kind == "listing.products_made":
        return ngettext(
            "%(n)s product was made of a listing", "%(n)s products were made of listings", count
        ) % {"n": count}
    return _("%(count)s listings get a number of their own") % {"count": count}


def say_set_back(entry: HistoryEntry) -> str:
    count = entry.data.get("orders", 0)
    return ngettext(
        "%(n)s order is gone from the shop with all that were newer: it was not cancelled here",
        "%(n)s orders are gone from the shop with all that were newer: they were not cancelled here",
        count,
    ) % {"n": count}


def say_refused(entry: HistoryEntry) -> str:
    order = {"order": entry.data.get("order", "")}
    if entry.data.get("why") in REPORT:
        return _("Nothing was written back to order %(order)s: the shop has lost it") % order
    return _("The shop refused what we wrote back to its order %(order)s") % order


register(
    NavEntry(
        key="channels",
        group="records",
        label=gettext_lazy("Channels"),
        url_name="channels:channels",
        icon="channels",
        permission="channels.view",
        counter=ailing,
    )
)
register_command(
    Command(
        label=gettext_lazy("Connect a shop"),
        url=lambda: reverse("channels:channel_new"),
        permission="channels.edit",
        icon="plus",
    )
)
register_sentence("channel.connected", say_connected, shape="done")
register_sentence("channel.keys_changed", lambda entry: _("Keys changed"), shape="done")
register_sentence("channel.secret_changed", lambda entry: _("New secret for its webhooks"))
register_sentence("channel.changed", lambda entry: _("Rules changed"), changes=LABELS)
register_sentence("channel.switched_on", lambda entry: _("Switched on"), shape="done")
register_sentence("channel.switched_off", lambda entry: _("Switched off"), shape="stopped")
register_sentence("channel.ailing", say_ailing, shape="failed")
register_sentence("channel.well", lambda entry: _("Answers again as it should"), shape="done")
register_sentence("channel.set_back", say_set_back, shape="failed")
for kind in ("hooks.made", "hooks.remade", "hooks.mended"):
    register_sentence(kind, say_hooks, shape="done")
register_sentence("listing.matched", say_listing, changes=LABELS)
register_sentence("listing.rules", say_listing, changes=LABELS)
register_sentence("listing.gone", say_many, shape="discontinued")
register_sentence("listing.own_stock", say_many)
register_sentence("listing.products_made", say_many, shape="done")
register_sentence("channel.class", say_class, changes=LABELS)
register_sentence("category.rules", lambda entry: _("Rules of a category changed"), changes=LABELS)
register_sentence("report.refused", say_refused, shape="refused")
register_sentence("window.opened", lambda entry: _("Its pages may ask how products stand"), shape="done")
register_sentence("window.changed", lambda entry: _("What its pages may show changed"), changes=LABELS)
register_sentence("window.key_changed", lambda entry: _("New key for its pages"), shape="done")
register_storefronts("channels", Keeper(storefronts.find, on_offer, storefronts.silent, sku_there))
