"""Forms about feeds: what they are, and the files that people hand in."""

from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from suppliers.models import AbsentPolicy, Feed, Supplier, Transport
from suppliers.transports import NotFetched, check_address, watched_folder

FIVE_MINUTES, WEEK = 5, 7 * 24 * 60


def percent_field(label: Any, default: int) -> forms.IntegerField:
    widget = forms.NumberInput(attrs={"data-width": "short", "data-unit": "%"})
    return forms.IntegerField(label=label, min_value=0, max_value=100, initial=default, widget=widget)


class FeedForm(forms.Form):
    """A feed in one page: whose it is, where it comes from, how often, and when to stop it."""

    supplier = forms.ModelChoiceField(label=_("Supplier"), queryset=Supplier.objects.all())
    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        help_text=_("What his file is called among you: “Stock”, “Price list”."),
    )
    transport = forms.ChoiceField(
        label=_("Where the file comes from"), choices=Transport.choices, widget=forms.RadioSelect
    )
    location = forms.CharField(
        label=_("Address or folder"),
        max_length=500,
        required=False,
        help_text=_("The address of the file (https://…), or the name of a folder below the watched folder."),
    )
    every_minutes = forms.IntegerField(
        label=_("Read every"),
        min_value=FIVE_MINUTES,
        max_value=WEEK,
        required=False,
        widget=forms.NumberInput(attrs={"data-width": "short", "data-unit": _("minutes")}),
        help_text=_("Empty: only when somebody asks. For uploads: how often you expect a file."),
    )
    absent_policy = forms.ChoiceField(
        label=_("A SKU that is missing from the file"),
        choices=AbsentPolicy.choices,
        initial=AbsentPolicy.UNKNOWN,
    )
    max_lost = percent_field(_("Hold the import when more known SKUs than this are missing"), 50)
    max_zeroed = percent_field(_("Hold it when more offers in stock than this would fall to zero"), 25)

    def __init__(self, *args: Any, feed: Feed | None = None, **kwargs: Any) -> None:
        self.feed = feed
        if feed:
            kwargs["initial"] = initial_of(feed)
        super().__init__(*args, **kwargs)
        if feed:
            del self.fields["supplier"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        transport, location = cleaned.get("transport"), (cleaned.get("location") or "").strip()
        if transport == Transport.UPLOAD:
            cleaned["location"] = ""
        elif transport and not location:
            self.add_error("location", _("Say where the file is."))
        elif transport:
            self.check_place(transport, location)
        return cleaned

    def check_place(self, transport: str, location: str) -> None:
        try:
            if transport == Transport.URL:
                check_address(location)
            else:
                watched_folder(location)
        except NotFetched as problem:
            self.add_error("location", str(problem.message))

    def facts(self) -> dict[str, Any]:
        """The settings as the operations take them."""
        kept = ("name", "transport", "location", "every_minutes", "absent_policy")
        return {
            **{name: self.cleaned_data[name] for name in kept},
            "max_lost_share": Decimal(self.cleaned_data["max_lost"]) / 100,
            "max_zeroed_share": Decimal(self.cleaned_data["max_zeroed"]) / 100,
        }

    def refuse_name(self) -> None:
        self.add_error("name", _("This supplier has a feed of this name. Choose another name."))


def initial_of(feed: Feed) -> dict[str, Any]:
    return {
        "name": feed.name,
        "transport": feed.transport,
        "location": feed.location,
        "every_minutes": feed.every_minutes,
        "absent_policy": feed.absent_policy,
        "max_lost": int(feed.max_lost_share * 100),
        "max_zeroed": int(feed.max_zeroed_share * 100),
    }


TOO_LARGE = _(
    "The file has {size}; at most {limit} are taken. Nothing was kept. Ask the supplier for a smaller one."
)


def too_large(size: int) -> Any:
    """The sentence about a file over the bound."""
    limit = settings.FEED_MAX_BYTES
    return format_lazy(TOO_LARGE, size=filesizeformat(size), limit=filesizeformat(limit))


class UploadForm(forms.Form):
    """One file from a member of staff."""

    file = forms.FileField(label=_("File"), allow_empty_file=True, help_text=_("CSV, TSV, XLSX or XLS."))

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > settings.FEED_MAX_BYTES:
            raise forms.ValidationError(too_large(file.size))
        return file


class DecisionForm(forms.Form):
    """Why a person decides as he does."""

    why = forms.CharField(
        label=_("Why"), required=False, max_length=500, widget=forms.TextInput(attrs={"data-width": "full"})
    )
