"""The playbook as sentences, tried on the cases that wait now before it is saved."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from orders.domain.playbook import Play
from orders.domain.playing import THREAD, dry_run, rules_now, save_playbook
from orders.forms.playbook import PlaybookForm, RuleFormSet, facts_of, rules_of, typed_of, typed_playbook
from orders.models import Playbook, StockoutCase
from orders.views.playbook_words import BARS, moment_in_words, rule_in_words
from stocke.core.models import Shop
from stocke.core.queries import timeline
from stocke.core.web.access import StaffRequest, staff_can
from stocke.core.web.partials import go_on, partial
from stocke.core.web.settings_tabs import tabs_for
from stocke.core.web.timeline import build_timeline

TRIED_ON = 50


@dataclass(frozen=True)
class TriedRow:
    """One waiting case and what the rules as typed say of it."""

    case: StockoutCase
    rule: str
    sentence: str
    alone: str


@require_http_methods(["GET", "HEAD", "POST"])
@staff_can("settings.view")
def playbook(request: StaffRequest) -> HttpResponse:
    """The rules as they are or, by POST, what other rules say of the cases that wait: nothing is saved."""
    if request.method != "POST":
        saved = [typed_of(rule) for rule in rules_now()]
        return answer(
            request, RuleFormSet(initial=saved), PlaybookForm(initial=typed_playbook(Playbook.current()))
        )
    typed, form = RuleFormSet(request.POST, initial=[]), PlaybookForm(request.POST)
    if not (typed.is_valid() and form.is_valid()):
        return answer(request, typed, form, status=422)
    acts_alone = form.cleaned_data["acts_alone"]
    tried = [row_of(*one, acts_alone=acts_alone) for one in dry_run(rules_of(typed), TRIED_ON)]
    return answer(request, typed, form, tried=tried)


@require_POST
@staff_can("settings.manage")
def playbook_save(request: StaffRequest) -> HttpResponse:
    typed, form = RuleFormSet(request.POST, initial=[]), PlaybookForm(request.POST)
    if not (typed.is_valid() and form.is_valid()):
        return answer(request, typed, form, status=422)
    if save_playbook(facts_of(typed), by=request.staff, **form.facts()):
        messages.success(request, _("Playbook saved. It holds for the cases that wait now, too."))
    return go_on(request, reverse("orders:playbook"))


def answer(
    request: StaffRequest,
    rules: Any,
    form: PlaybookForm,
    *,
    tried: list[TriedRow] | None = None,
    status: int = 200,
) -> HttpResponse:
    return partial(
        request,
        "orders/playbook.html",
        status=status,
        rules=rules,
        form=form,
        tried=tried,
        tried_on=TRIED_ON,
        currency=Shop.current().currency,
        timeline=build_timeline(timeline(THREAD), request),
        tabs=tabs_for(request),
        nav_key="settings",
    )


def row_of(case: StockoutCase, found: Play | None, *, acts_alone: bool) -> TriedRow:
    if found is None:
        return TriedRow(case, "", _("no rule fits: a person proposes"), "")
    alone = ""
    if found.bar is not None:
        alone = str(BARS[found.bar])
    elif found.alone_at is not None and acts_alone:
        due = found.alone_at <= timezone.now()
        alone = _("would act alone now") if due else moment_in_words(found.alone_at)
    return TriedRow(case, str(found.rule.position), rule_in_words(found.rule), alone)
