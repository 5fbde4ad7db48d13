"""What a supplier says of his stock, offer by offer: a number, none, or that he does not know."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from suppliers.domain.observing import Stated, Wish
from suppliers.models import Offer, QuantityKind

UNITS, NONE, UNKNOWN = "units", "none", "unknown"
LARGEST = 9_999_999


@dataclass(frozen=True)
class OfferFields:
    """One offer with its bound fields, for the template. `has_conflict`: it changed while he was writing."""

    offer: Offer
    say: forms.BoundField
    units: forms.BoundField
    seen: forms.BoundField
    has_conflict: bool

    @property
    def name(self) -> str:
        return name_of(self.offer)


def name_of(offer: Offer) -> str:
    """What he calls it, else what we call it, else its code."""
    return offer.name or (offer.product.name if offer.product else offer.supplier_sku)


class StockForm(forms.Form):
    """A statement for each offer of a page. What is left as it is says nothing, unless `confirms` is ticked."""

    confirms = forms.BooleanField(label=_("The rest of this page is still right"), required=False)

    def __init__(
        self,
        offers: Sequence[Offer],
        data: Any = None,
        *,
        wanted: Mapping[int, Wish] | None = None,
        **kwargs: Any,
    ) -> None:
        """`wanted` is what he had written about offers that changed meanwhile: it stands beside their new state."""
        super().__init__(data, **kwargs)
        self.offers, self.wanted = offers, wanted or {}
        for offer in offers:
            wish = self.wanted.get(offer.pk)
            self.fields |= offer_fields(offer, wish.wanted if wish else stated_by(offer))

    def by_offer(self) -> Iterator[OfferFields]:
        for offer in self.offers:
            say, units, seen = (self[f"{name}_{offer.pk}"] for name in ("say", "units", "seen"))
            yield OfferFields(offer, say, units, seen, has_conflict=offer.pk in self.wanted)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for offer in self.offers:
            seen = seen_in(cleaned.get(f"seen_{offer.pk}", ""))
            says_units = cleaned.get(f"say_{offer.pk}") == UNITS and f"units_{offer.pk}" not in self.errors
            if says_units and cleaned.get(f"units_{offer.pk}") is None and not is_open(seen):
                self.add_error(f"units_{offer.pk}", _("Say how many."))
        return cleaned

    def wishes(self) -> list[Wish]:
        """What was said; call it when the form is valid."""
        confirms = bool(self.cleaned_data["confirms"])
        return [self._wish(offer, confirms=confirms) for offer in self.offers]

    def _wish(self, offer: Offer, *, confirms: bool) -> Wish:
        said = {name: self.cleaned_data[f"{name}_{offer.pk}"] for name in ("say", "units", "seen")}
        seen = seen_in(said["seen"])
        wanted = wanted_by(said["say"], said["units"], seen)
        raw = "" if wanted.quantity is None else str(wanted.quantity)
        return Wish(offer.pk, seen, wanted, raw, confirms and wanted.kind != QuantityKind.UNKNOWN)


def wanted_by(say: str, units: int | None, seen: Stated) -> Stated:
    """The statement that was meant. A number that was never there and is not given stays as it was."""
    if say == NONE:
        return Stated(QuantityKind.EXACT, 0)
    if say == UNKNOWN:
        return Stated(QuantityKind.UNKNOWN)
    return seen if units is None else Stated(QuantityKind.EXACT, units)


def is_open(stated: Stated) -> bool:
    """Whether it says that there are some without saying how many there are."""
    return stated.kind in {QuantityKind.FLAG, QuantityKind.AT_LEAST}


def stated_by(offer: Offer) -> Stated:
    return Stated(offer.stock.kind, offer.stock.quantity)


def seen_as(stated: Stated) -> str:
    return f"{stated.kind}:{'' if stated.quantity is None else stated.quantity}"


def seen_in(text: str) -> Stated:
    """What `seen_as` wrote. Anything else is a state that no offer has, so that nothing is overwritten by it."""
    kind, _colon, number = text.partition(":")
    return Stated(kind, int(number) if number.removeprefix("-").isdecimal() else None)


def offer_fields(offer: Offer, wanted: Stated) -> dict[str, forms.Field]:
    is_none = wanted == Stated(QuantityKind.EXACT, 0)
    say = UNKNOWN if wanted.kind == QuantityKind.UNKNOWN else NONE if is_none else UNITS
    has_number = say == UNITS and wanted.kind == QuantityKind.EXACT
    return {
        f"say_{offer.pk}": forms.ChoiceField(
            label=name_of(offer),
            choices=[
                (UNITS, pgettext_lazy("supplier's stock", "In stock")),
                (NONE, pgettext_lazy("supplier's stock", "None")),
                (UNKNOWN, _("I don’t know")),
            ],
            initial=say,
        ),
        f"units_{offer.pk}": forms.IntegerField(
            label=_("How many?"),
            required=False,
            min_value=0,
            max_value=LARGEST,
            error_messages={
                "max_value": _("That is more than we can note: write a number with at most 7 digits.")
            },
            initial=wanted.quantity if has_number else None,
            widget=forms.NumberInput({"inputmode": "numeric"}),
        ),
        f"seen_{offer.pk}": forms.CharField(
            max_length=24, widget=forms.HiddenInput, initial=seen_as(stated_by(offer))
        ),
    }


def kept(wishes: Collection[Wish], conflicts: Collection[int]) -> dict[int, Wish]:
    """What was written about offers that changed meanwhile."""
    return {wish.offer_id: wish for wish in wishes if wish.offer_id in conflicts}
