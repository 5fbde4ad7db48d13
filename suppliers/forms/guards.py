"""When an import may count without a person, what a missing SKU means, and when a feed is silent."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from suppliers.domain.limits import COUNTS, DEFAULT_BOUNDS, HOURS, Bound, Limits, Rise
from suppliers.models import AbsentPolicy, Feed

FEWEST_FILES, MOST_FILES = 2, 50
LONGEST_PATIENCE_HOURS = 24 * 90


def limit_field(name: str) -> forms.DecimalField:
    """A limit in the unit that people think in; empty means never."""
    unit = _("offers") if name in COUNTS else _("h") if name in HOURS else "%"
    widget = forms.NumberInput(attrs={"data-width": "short", "data-unit": unit, "min": 0, "step": "any"})
    return forms.DecimalField(
        min_value=0, max_value=100_000, max_digits=9, decimal_places=2, required=False, widget=widget
    )


class GuardsForm(forms.Form):
    """All of it for one feed. Each check has two fields: <name>_safe and <name>_hold."""

    absent_policy = forms.ChoiceField(choices=AbsentPolicy.choices, widget=forms.RadioSelect)
    absent_files = forms.IntegerField(
        min_value=FEWEST_FILES,
        max_value=MOST_FILES,
        label=_("Files without it until it is zero"),
        widget=forms.NumberInput(attrs={"data-width": "short"}),
    )
    patience_hours = forms.IntegerField(
        min_value=1,
        max_value=LONGEST_PATIENCE_HOURS,
        required=False,
        label=_("Silent after"),
        widget=forms.NumberInput(attrs={"data-width": "short"}),
    )
    rise_percent = forms.IntegerField(
        min_value=0,
        max_value=100_000,
        label=_("A rise is large beyond (share)"),
        widget=forms.NumberInput(attrs={"data-width": "short"}),
    )
    rise_units = forms.IntegerField(
        min_value=0,
        max_value=1_000_000,
        label=_("A rise is large beyond (units)"),
        widget=forms.NumberInput(attrs={"data-width": "short"}),
    )

    def __init__(self, *args: Any, feed: Feed, labels: Mapping[str, Any], **kwargs: Any) -> None:
        kwargs["initial"] = initial_of(feed)
        super().__init__(*args, **kwargs)
        for name in DEFAULT_BOUNDS:
            for side, said in (("safe", _("apply safely beyond")), ("hold", _("hold beyond"))):
                field = self.fields[f"{name}_{side}"] = limit_field(name)
                field.label = _("%(check)s: %(limit)s") % {"check": labels[name], "limit": said}
                field.widget.attrs["aria-label"] = field.label

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in DEFAULT_BOUNDS:
            safe, hold = cleaned.get(f"{name}_safe"), cleaned.get(f"{name}_hold")
            if safe is not None and hold is not None and safe > hold:
                self.add_error(f"{name}_hold", _("Hold at the first limit or beyond it, not before."))
        return cleaned

    def limits(self) -> Limits:
        """The limits as they would be judged by."""
        bounds = {name: Bound(self.limit(name, "safe"), self.limit(name, "hold")) for name in DEFAULT_BOUNDS}
        share = Decimal(self.cleaned_data["rise_percent"]) / 100
        return Limits(bounds, Rise(share, self.cleaned_data["rise_units"]))

    def limit(self, name: str, side: str) -> Decimal | None:
        value: Decimal | None = self.cleaned_data[f"{name}_{side}"]
        return value if value is None or name in COUNTS | HOURS else value / 100

    def facts(self) -> dict[str, Any]:
        """The settings as the operation takes them."""
        hours = self.cleaned_data["patience_hours"]
        return {
            "absent_policy": self.cleaned_data["absent_policy"],
            "absent_files": self.cleaned_data["absent_files"],
            "patience_minutes": hours and hours * 60,
            "limits": self.limits().to_json(),
        }


def initial_of(feed: Feed) -> dict[str, Any]:
    limits = Limits.from_json(feed.limits)
    sides = {
        f"{name}_{side}": shown(name, getattr(bound, side))
        for name, bound in limits.bounds.items()
        for side in ("safe", "hold")
    }
    return {
        "absent_policy": feed.absent_policy,
        "absent_files": feed.absent_files,
        "patience_hours": feed.patience_minutes and feed.patience_minutes // 60,
        "rise_percent": int(limits.rise.share * 100),
        "rise_units": limits.rise.units,
        **sides,
    }


def shown(name: str, limit: Decimal | None) -> str:
    """A limit as it stands in its field, without needless zeros."""
    if limit is None:
        return ""
    return f"{(limit if name in COUNTS | HOURS else limit * 100).normalize():f}"
