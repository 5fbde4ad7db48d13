"""What returns add to the shell: their list, how they are found, and how their record is told."""

from collections.abc import Callable, Collection, Mapping

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.models import Return
from orders.queries.returns import count_for_a_person
from stocke.core.models import HistoryEntry
from stocke.core.web.formats import money
from stocke.core.web.navigation import NavEntry, register
from stocke.core.web.places import Place, register_places
from stocke.core.web.timeline import register_sentence


def places_of_returns(keys: Collection[int]) -> Mapping[int, Place]:
    numbers = Return.objects.filter(pk__in=keys).values_list("pk", "number")
    return {pk: Place(label=number, url=reverse("orders:return", args=[number])) for pk, number in numbers}


def link_to_return(entry: HistoryEntry) -> str | None:
    number = entry.data.get("return")
    return reverse("orders:return", args=[number]) if number else None


def requested(entry: HistoryEntry) -> str:
    units = ", ".join(f"{sku} × {quantity}" for sku, quantity, _reason in entry.data.get("lines", ()))
    return _("Return %(return)s asked for: %(units)s") % {"return": entry.data["return"], "units": units}


def credited(entry: HistoryEntry) -> str:
    amount = money(entry.data["cents"], entry.data["currency"])
    return _("Return %(return)s: the supplier has credited %(amount)s") % {
        "return": entry.data["return"],
        "amount": amount,
    }


def told(kind: str, say: Callable[[HistoryEntry], str], shape: str) -> None:
    register_sentence(kind, say, shape=shape, group="promises", link=link_to_return)


register(
    NavEntry(
        key="returns",
        group="work",
        label=gettext_lazy("Returns"),
        url_name="orders:returns",
        icon="swap",
        permission="orders.view",
        counter=count_for_a_person,
    )
)
register_places("return", places_of_returns)

told("return.requested", requested, "waiting")
told("return.approved", lambda e: _("Return %(return)s approved") % dict(e.data), "done")
told("return.refused", lambda e: _("Return %(return)s refused by the supplier") % dict(e.data), "refused")
told("return.declined", lambda e: _("Return %(return)s declined") % dict(e.data), "undone")
told("return.sent", lambda e: _("Return %(return)s is on its way") % dict(e.data), "running")
told("return.received", lambda e: _("Return %(return)s received") % dict(e.data), "done")
told("return.credited", credited, "done")
told("return.let_be", lambda e: _("Return %(return)s: the difference is accepted") % dict(e.data), "done")
