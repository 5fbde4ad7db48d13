"""Suppliers in the shell."""

from collections.abc import Collection, Mapping

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from stocke.core.models import HistoryEntry, User
from stocke.core.web.commands import HITS_PER_KIND, Command, Hit, register_command, register_search
from stocke.core.web.navigation import NavEntry, register
from stocke.core.web.places import Place, register_places
from stocke.core.web.timeline import register_sentence
from suppliers.models import Supplier
from suppliers.queries.suppliers import search_suppliers

LABELS = {
    "code": gettext_lazy("Code"),
    "name": gettext_lazy("Name"),
    "language": gettext_lazy("Language"),
    "country": gettext_lazy("Country"),
    "currency": gettext_lazy("Currency"),
    "lead_days": gettext_lazy("Lead time (days)"),
    "ack_hours": gettext_lazy("Must answer within (hours)"),
    "time_zone": gettext_lazy("Time zone"),
    "cut_off": gettext_lazy("Orders until"),
    "keeps_holidays": gettext_lazy("Closed on public holidays"),
    "active": gettext_lazy("Counted on"),
}
NAMED_ONLY = {
    "contact_name": gettext_lazy("contact"),
    "email": gettext_lazy("e-mail"),
    "phone": gettext_lazy("phone"),
    "notes": gettext_lazy("notes"),
    "open_days": gettext_lazy("open days"),
    "closures": gettext_lazy("closures"),
}


def find_suppliers(query: str, user: User) -> Collection[Hit]:
    found = search_suppliers(Supplier.objects.all(), query)[:HITS_PER_KIND]
    return [
        Hit(
            label=supplier.name,
            hint=supplier.code,
            url=reverse("suppliers:supplier", args=[supplier.pk]),
            kind=gettext_lazy("Suppliers"),
            icon="suppliers",
        )
        for supplier in found
    ]


def places_of_suppliers(keys: Collection[int]) -> Mapping[int, Place]:
    found = Supplier.objects.filter(pk__in=keys)
    return {one.pk: Place(one.name, reverse("suppliers:supplier", args=[one.pk])) for one in found}


def say_changed(entry: HistoryEntry) -> str:
    """Of what is personal, and of lists, the record keeps only that they changed."""
    fields = ", ".join(str(NAMED_ONLY[name]) for name in entry.data.get("fields", []) if name in NAMED_ONLY)
    return _("Details corrected: %(fields)s") % {"fields": fields} if fields else _("Details corrected")


register(
    NavEntry(
        key="suppliers",
        group="records",
        label=gettext_lazy("Suppliers"),
        url_name="suppliers:supplier_list",
        icon="suppliers",
        permission="suppliers.view",
    )
)
register_search(find_suppliers, permission="suppliers.view")
register_places("supplier", places_of_suppliers)
register_command(
    Command(
        label=gettext_lazy("Add a supplier"),
        url=lambda: reverse("suppliers:supplier_new"),
        permission="suppliers.edit",
        icon="plus",
    )
)
register_sentence("supplier.created", lambda entry: _("Supplier added"), shape="done", group="people")
register_sentence("supplier.changed", say_changed, group="people", changes=LABELS)
