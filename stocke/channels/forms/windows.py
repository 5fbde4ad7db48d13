"""What a shop's own pages may show."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from stocke.channels.domain.windows import SETTINGS, NoOrigin, origin_of
from stocke.channels.forms.channels import units
from stocke.channels.models import ShopWindow

MOST_ORIGINS = 20


class WindowForm(forms.ModelForm):  # type: ignore[type-arg]
    """What is shown, to whose pages, and how often they may ask."""

    origins = forms.CharField(
        label=_("Sites that may ask"),
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One per line: https://shop.example. Pictures and your own programs need none."),
    )

    class Meta:
        model = ShopWindow
        fields = SETTINGS
        widgets = {
            "most_units": units(),
            "per_address": forms.NumberInput(attrs={"data-width": "short"}),
            "per_key": forms.NumberInput(attrs={"data-width": "short"}),
        }
        help_texts = {
            "is_open": _("Otherwise its pages show nothing, whoever asks."),
            "shows_units": _("Competitors can read along. Light, words and delivery are always shown."),
            "most_units": _("Of more, visitors learn “or more”."),
            "offers_wishes": _("Visitors ask there to be told by e-mail when it is back."),
            "per_address": _("One page with all its badges is one question."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["origins"] = "\n".join(self.instance.origins)

    def clean_origins(self) -> list[str]:
        try:
            found = [origin_of(line) for line in str(self.cleaned_data["origins"]).split()]
        except NoOrigin as error:
            told = _("“%(written)s” is not the address of a site. Write it as https://shop.example")
            raise forms.ValidationError(told, params={"written": error.written[:100]}) from None
        if len(found) > MOST_ORIGINS:
            raise forms.ValidationError(_("At most %(most)s sites."), params={"most": MOST_ORIGINS})
        return list(dict.fromkeys(found))

    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in SETTINGS}
