"""What availability questions add to the shell: their places, their rules, and how their record is told."""

from collections.abc import Collection, Mapping

from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.models import AskingWay, Question, Said
from orders.shell_orders import told
from orders.views.reliability import reliability_panel
from stocke.core.models import HistoryEntry
from stocke.core.web.formats import day
from stocke.core.web.panels import register_panel
from stocke.core.web.places import Place, register_places
from stocke.core.web.settings_tabs import SettingsTab, register_settings
from stocke.core.web.timeline import register_job

RULES: Mapping[str, Promise] = {
    "asks_first": gettext_lazy("Asks first"),
    "older_hours": gettext_lazy("Asks beyond, in hours"),
    "thin_below": gettext_lazy("Asks below, in units that remain"),
    "likely_percent": gettext_lazy("Asks below, in percent served"),
    "window_hours": gettext_lazy("Authorisation, in hours"),
    "windows": gettext_lazy("Authorisation by channel"),
    "tries_on": gettext_lazy("Tries the next source at the end"),
}


def places_of_questions(keys: Collection[int]) -> Mapping[int, Place]:
    """A question is decided on the desk, where its order stands."""
    numbers = Question.objects.filter(pk__in=keys).values_list("pk", "line__order__number")
    return {pk: Place(number, reverse("orders:verification_order", args=[number])) for pk, number in numbers}


def asked(entry: HistoryEntry) -> str:
    said = {**entry.data, "way": AskingWay(entry.data["way"]).label}
    if entry.data["way"] == AskingWay.CALL:
        return _("%(supplier)s is to be called: %(quantity)s × %(sku)s") % said
    return _("%(supplier)s is asked %(way)s: %(quantity)s × %(sku)s") % said


def answered(entry: HistoryEntry) -> str:
    data = dict(entry.data)
    match data["said"]:
        case Said.YES:
            return _("%(supplier)s has %(asked)s × %(sku)s") % data
        case Said.PART:
            return _("%(supplier)s has only %(available)s of %(asked)s × %(sku)s") % data
        case Said.LATER:
            until = parse_date(data["restock_on"])
            return _("%(supplier)s has %(sku)s again on %(day)s") % {**data, "day": day(until)}
        case Said.SILENT:
            return _("%(supplier)s has not said whether he has %(asked)s × %(sku)s") % data
        case _:
            return _("%(supplier)s has no %(sku)s left") % data


register_panel("supplier", reliability_panel)
register_places("question", places_of_questions)
register_settings(
    SettingsTab("asking", gettext_lazy("Availability questions"), "orders:asking", "settings.view")
)
register_job("availability", gettext_lazy("availability questions"))
told("question.asked", asked, "waiting")
told("question.answered", answered, "done", group="people")
told(
    "question.forced",
    lambda e: _("%(sku)s: a person must decide, %(supplier)s has not answered") % dict(e.data),
    "late",
)
told("asking_rules.changed", lambda e: _("Rules changed"), group="people", changes=RULES)
told("availability.interface_changed", lambda e: _("His interface for questions was changed"), group="people")
told(
    "availability.interface_dropped",
    lambda e: _("His interface for questions is no longer used"),
    "undone",
    group="people",
)
told("feed_habit.decided", lambda e: _("Decided whether his figures contain our orders"), group="people")
