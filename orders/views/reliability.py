"""How reliable a supplier is, on his page: what was learned of his answers, with the size of each sample."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from orders.models import AvailabilityInterface
from stocke.core.web.access import StaffRequest, staff_can
from stocke.core.web.formats import number, percent
from stocke.core.web.panels import Panel
from stocke.core.web.partials import go_on
from suppliers.domain.feed_habits import decide_habit, share_contained
from suppliers.domain.served import LEAST
from suppliers.models import FeedHabit, ServedRate, Supplier
from suppliers.models.served import AgeBand, Contains, StatedBand


@dataclass(frozen=True)
class CellShown:
    """One cell with answers in it."""

    stated: str
    age: str
    served: int
    answered: int
    chance: float


@dataclass(frozen=True)
class Reliability:
    cells: list[CellShown]
    least: int = LEAST

    @property
    def served(self) -> int:
        return sum(one.served for one in self.cells)

    @property
    def answered(self) -> int:
        return sum(one.answered for one in self.cells)


def reliability_panel(supplier_id: int) -> Panel:
    """The part of a supplier's page that says how often he served, and what that is worth."""
    rates = ServedRate.objects.filter(supplier=supplier_id, answered__gt=0).exclude(age=AgeBand.ANY)
    bands, ages = list(StatedBand), list(AgeBand)
    ordered = sorted(
        rates, key=lambda one: (bands.index(StatedBand(one.stated)), ages.index(AgeBand(one.age)))
    )
    cells = [
        CellShown(
            str(StatedBand(one.stated).label),
            str(AgeBand(one.age).label),
            one.served,
            one.answered,
            one.permille / 1000,
        )
        for one in ordered
    ]
    habit = FeedHabit.objects.filter(supplier=supplier_id).first() or FeedHabit(supplier_id=supplier_id)
    return Panel(
        "orders/supplier_reliability.html",
        {
            "supplier_id": supplier_id,
            "reliability": Reliability(cells),
            "habit": habit,
            "is_habit_known": share_contained(habit.fell, habit.stayed) is not None,
            "decisions": Contains.choices,
            "has_interface": AvailabilityInterface.objects.filter(supplier=supplier_id).exists(),
        },
    )


@require_POST
@staff_can("suppliers.edit")
def feed_habit(request: StaffRequest, pk: int) -> HttpResponse:
    """A person says whether his figures contain our orders, or lets what is learned hold."""
    supplier, decided = get_object_or_404(Supplier, pk=pk), request.POST.get("decided", "")
    if decided not in Contains.values:
        return HttpResponseBadRequest()
    if decide_habit(supplier, decided, by=request.staff):
        messages.success(request, _("Saved. It holds from the next import on."))
    return go_on(request, reverse("suppliers:supplier", args=[pk]))


def in_words(served: Mapping[str, Any]) -> str:
    """ "served 41 of 44 times when he stated 1 or 2 and it was older than a day": as kept with the evidence."""
    said = {
        "served": number(served["served"]),
        "answered": number(served["answered"]),
        "stated": StatedBand(served["stated"]).label,
        "age": AgeBand(served["age"]).label,
        "chance": percent(served["permille"] / 1000),
    }
    if not served["answered"]:
        return _("probably served: %(chance)s, by his other answers") % said
    return _("served %(served)s of %(answered)s times when he stated %(stated)s, %(age)s: %(chance)s") % said
