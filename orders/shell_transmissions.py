"""How what is handed over to suppliers is told, and found."""

from collections.abc import Collection, Mapping
from types import MappingProxyType

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.models import Grouping, Transmission, Way
from orders.shell_orders import link_to_purchase, told
from orders.views.ordering import ordering_panel
from stocke.core.models import HistoryEntry
from stocke.core.web.panels import register_panel
from stocke.core.web.places import Place, register_places
from stocke.core.web.timeline import register_job

ORDERING: Mapping[str, Promise] = {
    "prefix": gettext_lazy("Prefix"),
    "pattern": gettext_lazy("Numbers"),
    "blind": gettext_lazy("Neutral parcels"),
    "least_units": gettext_lazy("Least units of a purchase order"),
    "tolerance_percent": gettext_lazy("Dearer than asked, up to, in percent"),
    "least_value_cents": gettext_lazy("Least value, in cents"),
    "is_own": gettext_lazy("Our own stock"),
    "parcel_cents": gettext_lazy("Charge for each parcel, in cents"),
}


HELD_BECAUSE: Mapping[str, Promise] = MappingProxyType(
    {
        "person": gettext_lazy("a person places it"),
        "no_server": gettext_lazy("we do not know where his server is"),
        "minimum_units": gettext_lazy("fewer units than his minimum"),
        "minimum_value": gettext_lazy("less than his least value"),
        "minimum_article": gettext_lazy("fewer units of an article than his minimum"),
        "multiple": gettext_lazy("no whole packs"),
    }
)


def ordering_changed(entry: HistoryEntry) -> str:
    """With the way and the grouping in words, where they changed."""
    after = entry.after
    chosen = [dict(Way.choices).get(after.get("way")), dict(Grouping.choices).get(after.get("grouping"))]
    if words := ", ".join(str(label) for label in chosen if label):
        return _("How he is ordered from was changed: %(words)s") % {"words": words}
    return _("How he is ordered from was changed")


def held_back(entry: HistoryEntry) -> str:
    why = HELD_BECAUSE.get(str(entry.data.get("reason")), "–")
    return _("Purchase order %(purchase)s waits: %(why)s") % {**entry.data, "why": why}


def handed_over(entry: HistoryEntry) -> str:
    way = Way(entry.data["way"]).label if entry.data.get("way") in Way.values else "–"
    return _("Purchase order %(purchase)s handed over to %(supplier)s, %(way)s") % {**entry.data, "way": way}


def places_of_transmissions(keys: Collection[int]) -> Mapping[int, Place]:
    numbers = Transmission.objects.filter(pk__in=keys).values_list("pk", "number")
    return {pk: Place(label=number, url=reverse("orders:transmission", args=[pk])) for pk, number in numbers}


register_panel("supplier", ordering_panel)
register_places("transmission", places_of_transmissions)
register_job("parcels", gettext_lazy("news of parcels"))
register_job("promise watch", gettext_lazy("watch over promised dates"))
register_job("transmissions", gettext_lazy("handing over to suppliers"))
told("purchase.held", held_back, "held", link=link_to_purchase)
told("purchase.handed_over", handed_over, "done", link=link_to_purchase)
told(
    "purchase.failed",
    lambda e: _("Purchase order %(purchase)s could not be handed over") % dict(e.data),
    "failed",
)
told(
    "purchase.unsure",
    lambda e: _("Purchase order %(purchase)s: perhaps handed over, perhaps not") % dict(e.data),
    "unsure",
)
told(
    "purchase.released",
    lambda e: _("Purchase order %(purchase)s let go") % dict(e.data),
    "done",
    group="people",
)
told(
    "purchase.sent_again",
    lambda e: _("Purchase order %(purchase)s is sent again") % dict(e.data),
    "running",
    group="people",
)
told(
    "purchase.placed",
    lambda e: _("%(supplier)s has purchase order %(purchase)s") % dict(e.data),
    "done",
    group="people",
)
told(
    "purchase.waits_on",
    lambda e: _("Purchase order %(purchase)s to %(supplier)s waits for his cut-off") % dict(e.data),
    "waiting",
    group="people",
)
told(
    "purchase.priced",
    lambda e: _("%(supplier)s wants another price: a person decides") % dict(e.data),
    "verify",
    group="people",
    link=link_to_purchase,
)
told("ordering.key_issued", lambda e: _("Key for answers issued"), "done", group="people")
told("ordering.key_revoked", lambda e: _("Key for answers revoked"), "undone", group="people")
told("ordering.terms_changed", lambda e: _("His minimums and packs were changed"), group="people")
told("ordering.changed", ordering_changed, group="people", changes=ORDERING)
told("ordering.secrets_changed", lambda e: _("Access to his server changed"), group="people")
told(
    "line.late",
    lambda e: _("%(sku)s is late: its customer is told") % dict(e.data),
    "late",
)
