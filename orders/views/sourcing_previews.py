"""The preview of a sourcing policy: how far it is, what it found, and the way to let the policy hold."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from orders.domain.policy_trial import Way
from orders.domain.sourcing_policies import PolicyChanged, ScopeTaken
from orders.domain.sourcing_trials import save_trial
from orders.models import SourcingTrial, SourcingTrialStatus
from orders.tables.sourcing import limits_in_words, priorities_in_words, scope_words
from orders.views.policy import WAYS
from orders.views.sourcing import in_words, saved_words
from stocke.core.web.access import StaffRequest, staff_can
from stocke.core.web.formats import money, number
from stocke.core.web.partials import go_on, partial
from stocke.core.web.settings_tabs import tabs_for

OPEN = (SourcingTrialStatus.QUEUED, SourcingTrialStatus.RUNNING)


@require_GET
@staff_can("settings.view")
def sourcing_preview(request: StaffRequest, pk: int) -> HttpResponse:
    trial = get_object_or_404(SourcingTrial.objects.select_related("category", "policy"), pk=pk)
    seen = f"{trial.status}-{trial.looked_at}"
    if request.headers.get("HX-Request") and request.GET.get("seen") == seen:
        return HttpResponse(status=204)
    is_done = trial.status == SourcingTrialStatus.DONE
    return partial(
        request,
        "orders/sourcing_preview.html#preview",
        trial=trial,
        seen=seen,
        is_open=trial.status in OPEN,
        is_done=is_done,
        words=(
            scope_words(trial),
            priorities_in_words(trial.rules["priorities"]),
            limits_in_words(trial.rules),
        ),
        rows=rows(trial.result) if is_done else [],
        changed=[changed(one) for one in trial.result.get("changed", ())],
        tabs=tabs_for(request),
        tab_url=reverse("orders:sourcing"),
        nav_key="settings",
    )


@require_POST
@staff_can("settings.manage")
def sourcing_preview_save(request: StaffRequest, pk: int) -> HttpResponse:
    """Let what was previewed hold."""
    trial = get_object_or_404(SourcingTrial, pk=pk)
    try:
        policy = save_trial(trial, by=request.staff)
    except (ScopeTaken, PolicyChanged) as reason:
        messages.warning(request, in_words(reason))
        return go_on(request, reverse("orders:sourcing_preview", args=[pk]))
    messages.success(request, saved_words(policy))
    return go_on(request, reverse("orders:sourcing"))


def rows(result: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """What is compared, as it is and as it would be."""
    before, after = result["before"], result["after"]
    ways = [
        (str(WAYS[way]), number(before["ways"].get(way, 0)), number(after["ways"].get(way, 0))) for way in Way
    ]
    costs = [
        (_("Goods and parcels, in %(currency)s") % {"currency": currency}, money(cents, currency),
         money(after["cost_cents"].get(currency, 0), currency))
        for currency, cents in before["cost_cents"].items()
    ]  # fmt: skip
    dated = result["both_dated"]
    days = [number(side["days"] / dated, 1) if dated else "–" for side in (before, after)]
    asked = []
    # Previews of before this was counted are kept for some days.
    if "asked" in before:
        asked = [(_("Lines asked about first"), number(before["asked"]), number(after["asked"]))]
    return [
        *ways,
        *asked,
        (pgettext("count", "Parcels"), number(before["parcels"]), number(after["parcels"])),
        *costs,
        (_("Days to arrival, on average"), days[0], days[1]),
    ]


def changed(order: Mapping[str, Any]) -> dict[str, Any]:
    """One order that would be served otherwise."""
    before, after = order["before"], order["after"]
    known = before["cost_cents"] is not None and after["cost_cents"] is not None
    return {
        "number": order["number"],
        "lines": [
            (line["sku"], ", ".join(line["before"]) or "–", ", ".join(line["after"]) or "–")
            for line in order["lines"]
        ],
        "cost": difference(after["cost_cents"] - before["cost_cents"], order["currency"]) if known else "–",
        "parcels": tuple(number(side["parcels"]) for side in (before, after)),
        "days": tuple(number(side["days"]) for side in (before, after)),
        "ways": tuple(WAYS[Way(side["way"])] for side in (before, after)),
        "changes_way": before["way"] != after["way"],
    }


def difference(cents: int, currency: str) -> str:
    return ("+" if cents > 0 else "") + money(cents, currency)
