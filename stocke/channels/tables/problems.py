"""What is wrong with a channel, a listing or an order of a shop, in words: what, what it means, what to do."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

# Seconds. Less is usual, and matters to nobody.
CLOCK_APART = 120

CHANNEL: Mapping[str, Any] = MappingProxyType(
    {
        "credentials": gettext_lazy(
            "The shop does not know our key. Make a new one there and give it to this channel."
        ),
        "permission": gettext_lazy(
            "Our key may not do this in the shop. Give it the right to read and write, then test again."
        ),
        "uninstalled": gettext_lazy(
            "Our app was uninstalled from the shop: it is told nothing, and no order comes in. What came in until then "
            "goes on. Install the app again, and give this channel its new token."
        ),
        "withdrawn": gettext_lazy(
            "The shop no longer speaks the version of its interface that we speak. A newer Stock e does; until then "
            "nothing is told and no order comes in."
        ),
        "address": gettext_lazy(
            "We do not go to this address. A private one must be named in STOCKE_ALLOWED_PRIVATE_HOSTS."
        ),
        "moved": gettext_lazy("The shop sends us on to another address. Connect it under that one."),
        "sealed": gettext_lazy("The key that opens our secrets is gone. Give this channel its keys anew."),
        "busy": gettext_lazy("The shop asks to be left in peace for a while. We go on by ourselves."),
        "down": gettext_lazy("The shop does not answer as it should. We try again by ourselves."),
        "unsure": gettext_lazy(
            "A call broke off: perhaps the shop has carried it out. We look, and send again what is missing."
        ),
        "gone": gettext_lazy("What we asked for is no longer there."),
        "frozen": gettext_lazy("The shop is closed or frozen at its platform. We go on when it opens again."),
        "no_location": gettext_lazy("The shop has no active location that could carry our stock."),
        "refused": gettext_lazy("The shop refused what we sent."),
        "no_interface": gettext_lazy(
            "There is no interface of that kind of shop at this address. Is the plugin active, and the address right?"
        ),
        "too_old": gettext_lazy(
            "This WooCommerce is too old: it cannot say which orders have changed. Update it, then try again."
        ),
    }
)
# While a person waits at the door: nothing is tried again by itself, and nothing was there before.
AT_THE_DOOR: Mapping[str, Any] = MappingProxyType(
    {
        "credentials": gettext_lazy("The shop does not know this key. Is it complete, and of this shop?"),
        "permission": gettext_lazy(
            "This key may not do that in the shop. Give it the right to read and write."
        ),
        "busy": gettext_lazy("The shop asks to be left in peace. Try again in a moment."),
        "down": gettext_lazy("Nobody answers at this address. Is it right, and is the shop open?"),
        "unsure": gettext_lazy("The answer broke off. Try again in a moment."),
        "gone": gettext_lazy("There is no such shop at this address. Is it right, to its last letter?"),
    }
)
MISSING: Mapping[str, Any] = MappingProxyType(
    {
        # Named as in the list of rights of the platform, too: that is what is ticked there.
        "read_inventory": gettext_lazy("read stock (read_inventory)"),
        "write_inventory": gettext_lazy("write stock (write_inventory)"),
        "read_locations": gettext_lazy("read locations (read_locations)"),
        "read_merchant_managed_fulfillment_orders": gettext_lazy(
            "read parcels (read_merchant_managed_fulfillment_orders)"
        ),
        "write_merchant_managed_fulfillment_orders": gettext_lazy(
            "write parcels (write_merchant_managed_fulfillment_orders)"
        ),
        "store_v2_orders": gettext_lazy("orders (store_v2_orders)"),
        "store_v2_products": gettext_lazy("products (store_v2_products)"),
        "store_inventory": gettext_lazy("stock (store_inventory)"),
        "read_orders": gettext_lazy("read orders"),
        "read_products": gettext_lazy("read products"),
        "read_webhooks": gettext_lazy("read webhooks"),
        "write_orders": gettext_lazy("write orders"),
        "write_products": gettext_lazy("write products (stock)"),
        "write_webhooks": gettext_lazy("write webhooks"),
    }
)
LISTING: Mapping[str, Any] = MappingProxyType(
    {
        "gone": gettext_lazy("no longer in the shop"),
        "refused": gettext_lazy("refused by the shop"),
        "not_kept": gettext_lazy("the shop kept another number"),
        "moved": gettext_lazy("sold while we spoke, told again"),
        "not_stocked": gettext_lazy("not stocked at the location that carries our stock"),
        "unanswered": gettext_lazy("the shop said nothing about it"),
        "conflict": gettext_lazy("its SKU and its barcode name different products"),
        "parent_stock": gettext_lazy("shares the stock of its parent product"),
        "has_variations": gettext_lazy("has variations, and no stock of its own"),
    }
)
ORDER: Mapping[str, Any] = MappingProxyType(
    {
        "before": gettext_lazy("placed before the shop was connected"),
        "complete": gettext_lazy("was complete in the shop before we saw it paid"),
        "unpaid_again": gettext_lazy("no longer paid in the shop, and already taken in here"),
        "unknown_state": gettext_lazy("in a state of the shop that we do not know"),
        "not_cancelled": gettext_lazy("cancelled in the shop; some of it can no longer be cancelled here"),
        "unreadable": gettext_lazy(
            "came in a form that we do not understand: look at it in the shop; nothing was done about it here"
        ),
        "revived": gettext_lazy("cancelled here, and alive in the shop"),
        "missing": gettext_lazy(
            "not in the shop when we looked; if it is not there next time either, it ends here too"
        ),
        "set_back": gettext_lazy(
            "gone from the shop together with all that were newer, and goes on here: cancel it here if it is not to "
            "be sent"
        ),
        "replaced": gettext_lazy(
            "the shop has given its number to another order: that one did not come in, enter it by hand"
        ),
    }
)
# Why a report was not written back; anything else is in the shop's own words.
REPORT: Mapping[str, Any] = MappingProxyType(
    {
        "set_back": gettext_lazy("The shop has lost this order: nothing was written there."),
        "replaced": gettext_lazy(
            "The shop has given the number of this order to another one: nothing was written there."
        ),
    }
)


def problem_in_words(code: str, facts: Mapping[str, Any]) -> str:
    """One sentence or two; the shop's own words after them."""
    return with_its_words(str(CHANNEL.get(code, code)), facts)


def report_in_words(problem: str) -> str:
    return str(REPORT.get(problem, problem))


def at_the_door_in_words(code: str, facts: Mapping[str, Any]) -> str:
    """The same for somebody who is just connecting the shop."""
    return with_its_words(str(AT_THE_DOOR.get(code) or CHANNEL.get(code, code)), facts)


def with_its_words(sentence: str, facts: Mapping[str, Any]) -> str:
    said = str(facts.get("said") or facts.get("to") or "")
    return f"{sentence} {_('The shop says: “%(said)s”') % {'said': said}}" if said else sentence


def stalled_in_words(minutes: int, workers: int | None) -> str:
    """That nobody speaks with the shop; empty where somebody does."""
    if not minutes:
        return ""
    silence = ngettext(
        "Nobody has spoken with this shop for %(n)s minute.",
        "Nobody has spoken with this shop for %(n)s minutes.",
        minutes,
    ) % {"n": minutes}
    if workers == 0:
        cause = _("No worker serves the queue “channels”: start one (manage.py rqworker channels).")
    else:
        cause = _("Does the clock run, and is a worker of the queue “channels” free?")
    return f"{silence} {cause} {_('Nothing is lost meanwhile.')}"


def warnings_of(facts: Mapping[str, Any]) -> list[str]:
    """What does no harm yet: clocks that are apart, a version that is about to go."""
    said = []
    ahead = int(facts.get("seconds_ahead") or 0)
    if abs(ahead) >= CLOCK_APART:
        minutes = abs(ahead) // 60
        which = (
            ngettext(
                "The shop’s clock is %(n)s minute ahead of ours.",
                "The shop’s clock is %(n)s minutes ahead of ours.",
                minutes,
            )
            if ahead > 0
            else ngettext(
                "The shop’s clock is %(n)s minute behind ours.",
                "The shop’s clock is %(n)s minutes behind ours.",
                minutes,
            )
        )
        fear = _(
            "If ours is wrong, set it right: otherwise its messages may pass for old ones and be refused."
        )
        said.append(f"{which % {'n': minutes}} {fear}")
    if lost := int(facts.get("set_back") or 0):
        said.append(
            ngettext(
                "%(n)s order is gone from the shop together with all that were newer. Was the shop set back to an "
                "older state, from a backup? It goes on here. Do not enter it in the shop again: it would come in as a "
                "new order, and be bought twice. If you must, cancel the one below first.",
                "%(n)s orders are gone from the shop together with all that were newer. Was the shop set back to an "
                "older state, from a backup? They go on here. Do not enter them in the shop again: they would come in "
                "as new orders, and be bought twice. If you must, cancel those below first.",
                lost,
            )
            % {"n": lost}
        )
    if facts.get("groups_untold"):
        said.append(
            _(
                "The shop does not say of which class its customers are: orders come in without. Has our key the "
                "right to read customers?"
            )
        )
    if facts.get("version_withdrawn"):
        said.append(
            _(
                "The shop has withdrawn the version of its interface that we speak (%(version)s), and answers by "
                "another one. It works so far; a newer Stock e speaks a newer one."
            )
            % {"version": facts["version_withdrawn"]}
        )
    return said


def missing_in_words(name: str) -> str:
    return str(MISSING.get(name, name))


def listing_in_words(code: str) -> str:
    return str(LISTING.get(code, code))


def order_in_words(problem: Mapping[str, Any]) -> str:
    return str(problem.get("message") or ORDER.get(str(problem.get("code")), problem.get("code")))
