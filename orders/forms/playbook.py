"""The playbook as a form: sentences with fields in them."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from orders.domain.playbook import Rule
from orders.models import CaseCause, Playbook, PlaybookAct

RULES_AT_MOST = 20
SHORT = {"data-width": "short"}


def amount(label: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        min_value=0,
        max_digits=8,
        decimal_places=2,
        required=False,
        widget=forms.NumberInput(SHORT),
    )


def whole(label: Any, least: int, most: int, *, required: bool = False) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, min_value=least, max_value=most, required=required, widget=forms.NumberInput(SHORT)
    )


class RuleForm(forms.Form):
    """One sentence. Empty amounts are no limit; an empty time never acts alone."""

    order = whole(_("Order"), 1, 99)
    cause = forms.ChoiceField(
        label=_("Cause"), choices=[("", _("any cause")), *CaseCause.choices], required=False
    )
    below = amount(_("Value below"))
    act = forms.ChoiceField(
        label=_("What is done"), choices=[("", _("choose what is done")), *PlaybookAct.choices]
    )
    alike_percent = whole(_("Alike by at least (%)"), 0, 100)
    not_dearer = forms.BooleanField(label=_("not dearer"), required=False)
    wait_days = whole(_("Days to wait at most"), 1, 365)
    alone_after_hours = whole(_("Alone after (hours)"), 1, 720)
    alone_below = amount(_("Alone when the value is below"))

    def facts(self) -> dict[str, Any]:
        """The rule as it is saved."""
        given = self.cleaned_data
        return {
            "cause": given["cause"],
            "below_cents": cents(given["below"]),
            "act": given["act"],
            "alike_percent": 80 if given["alike_percent"] is None else given["alike_percent"],
            "not_dearer": given["not_dearer"],
            "wait_days": given["wait_days"] or 21,
            "alone_after_hours": given["alone_after_hours"],
            "alone_below_cents": cents(given["alone_below"]),
        }


def cents(given: Decimal | None) -> int | None:
    return None if given is None else int(given * 100)


RuleFormSet = forms.formset_factory(
    RuleForm, extra=1, can_delete=True, max_num=RULES_AT_MOST, validate_max=True
)


def facts_of(typed: Any) -> list[dict[str, Any]]:
    """The sentences in the order that was typed; those to be removed and the empty one are left out."""
    removed = typed.deleted_forms
    kept = [form for form in typed.forms if form.has_changed() and form not in removed and form.cleaned_data]
    kept.sort(key=lambda form: form.cleaned_data["order"] or RULES_AT_MOST)
    return [form.facts() for form in kept]


def rules_of(typed: Any) -> list[Rule]:
    """The same as plain values, to be tried."""
    return [
        Rule(position=at, **{**facts, "act": PlaybookAct(facts["act"])})
        for at, facts in enumerate(facts_of(typed), start=1)
    ]


class PlaybookForm(forms.Form):
    """The switch, and how much may be given on top by whom."""

    acts_alone = forms.BooleanField(required=False)
    goodwill_service = amount(_("Customer service may give up to"))
    goodwill_operations = amount(_("operations up to"))

    def facts(self) -> dict[str, Any]:
        """The playbook as it is saved; an empty limit is none of its goodwill."""
        return {
            "acts_alone": self.cleaned_data["acts_alone"],
            "goodwill_service_cents": cents(self.cleaned_data["goodwill_service"]) or 0,
            "goodwill_operations_cents": cents(self.cleaned_data["goodwill_operations"]) or 0,
        }


def typed_of(rule: Rule) -> dict[str, Any]:
    """A saved rule as the form shows it."""
    euros = {
        name: None if value is None else Decimal(value) / 100
        for name, value in (("below", rule.below_cents), ("alone_below", rule.alone_below_cents))
    }
    return {
        "order": rule.position,
        "cause": rule.cause,
        "act": rule.act,
        "alike_percent": rule.alike_percent,
        "not_dearer": rule.not_dearer,
        "wait_days": rule.wait_days,
        "alone_after_hours": rule.alone_after_hours,
        **euros,
    }


def typed_playbook(playbook: Playbook) -> dict[str, Any]:
    return {
        "acts_alone": playbook.acts_alone,
        "goodwill_service": Decimal(playbook.goodwill_service_cents) / 100,
        "goodwill_operations": Decimal(playbook.goodwill_operations_cents) / 100,
    }
