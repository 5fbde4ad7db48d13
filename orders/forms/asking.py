"""When suppliers are asked first, and how long that may take."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from orders.models import AskingRules

SHORT = {"data-width": "short"}


class AskingForm(forms.Form):
    """The rules; each channel may have a time of its own, where its cards are authorised for longer or shorter."""

    asks_first = forms.BooleanField(
        label=_("Ask suppliers before a doubtful line is confirmed"),
        required=False,
        help_text=_(
            "The units stay reserved while the question is open. "
            "Only suppliers with an interface or an e-mail address are asked."
        ),
    )
    older_hours = forms.IntegerField(
        label=_("Ask when his figure is older than (hours)"),
        min_value=1,
        max_value=720,
        widget=forms.NumberInput(SHORT),
    )
    thin_below = forms.IntegerField(
        label=_("Ask when fewer units remain after the line than"),
        min_value=0,
        max_value=1000,
        widget=forms.NumberInput(SHORT),
        help_text=_("0: never for this reason."),
    )
    likely_percent = forms.IntegerField(
        label=_("Ask when promises like it were served less often than (%)"),
        min_value=0,
        max_value=100,
        widget=forms.NumberInput(SHORT),
        help_text=_(
            "Learned from his answers, and only once there are enough of them. 0: never for this reason."
        ),
    )
    window_hours = forms.IntegerField(
        label=_("A card’s authorisation lasts (hours)"),
        min_value=24,
        max_value=720,
        widget=forms.NumberInput(SHORT),
        help_text=_("From the order on. Twelve hours before its end a person must decide."),
    )
    tries_on = forms.BooleanField(
        label=_("When nobody decides, try the next source"),
        required=False,
        help_text=_(
            "Otherwise, and when no other source is safe, a stockout case opens. Nothing is confirmed by itself then."
        ),
    )

    def __init__(self, *args: Any, rules: AskingRules, channels: Sequence[str], **kwargs: Any) -> None:
        initial = {name: getattr(rules, name) for name in self.base_fields}
        kwargs["initial"] = {**initial, **{f"window_{name}": hours for name, hours in rules.windows.items()}}
        super().__init__(*args, **kwargs)
        self.channels = channels
        for channel in channels:
            self.fields[f"window_{channel}"] = forms.IntegerField(
                label=_("Authorisation of orders from %(channel)s (hours)") % {"channel": channel},
                min_value=24,
                max_value=720,
                required=False,
                widget=forms.NumberInput(SHORT),
                help_text=_("Empty: as above."),
            )

    def rules(self) -> Mapping[str, Any]:
        cleaned = self.cleaned_data
        own = {name: cleaned[f"window_{name}"] for name in self.channels if cleaned.get(f"window_{name}")}
        return {**{name: cleaned[name] for name in self.base_fields}, "windows": own}
