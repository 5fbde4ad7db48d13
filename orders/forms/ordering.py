"""How a supplier is ordered from: what a person says of it, and of the supplier's server."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.domain.minimums import Terms
from orders.domain.numbering import BadPattern, check_pattern
from orders.domain.ordering import all_terms
from orders.models import FileFormat, Grouping, OrderingRules, Way
from suppliers.forms.sources import plain
from suppliers.models import Supplier
from suppliers.tables.opening import next_cut_off_of


def number_words(problem: BadPattern) -> str:
    return {
        "number": _("A rule for numbers names {number}, or {number:05} for five digits."),
        "signs": _("Only letters, digits, hyphens, dots and underscores, and {prefix}, {year} and {number}."),
        "long": _("The number would be too long. Take something out."),
    }[problem.code]


class OrderingForm(forms.Form):
    """The rules of one supplier, apart from his server."""

    way = forms.ChoiceField(
        label=gettext_lazy("He is ordered from"), choices=Way.choices, widget=forms.RadioSelect
    )
    grouping = forms.ChoiceField(
        label=gettext_lazy("What goes together"), choices=Grouping.choices, widget=forms.RadioSelect
    )
    pattern = forms.CharField(
        label=gettext_lazy("Numbers"),
        required=False,
        max_length=60,
        widget=plain(),
        help_text=gettext_lazy(
            "For example {prefix}{year}-{number:05}. Empty: our own numbers. With the year in it, counting begins "
            "anew each January."
        ),
    )
    number_prefix = forms.CharField(
        label=gettext_lazy("Prefix"),
        required=False,
        max_length=12,
        widget=forms.TextInput(attrs={"data-width": "short", "autocomplete": "off"}),
    )
    formats = forms.MultipleChoiceField(
        label=gettext_lazy("Attached to the mail"),
        choices=FileFormat.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    blind = forms.BooleanField(
        label=gettext_lazy("Neutral parcels"),
        required=False,
        help_text=gettext_lazy("He ships to our customer, and nothing of his name is in or on the parcel."),
    )
    tolerance_percent = forms.IntegerField(
        label=gettext_lazy("Dearer than asked, up to"),
        required=False,
        min_value=0,
        max_value=100,
        widget=forms.NumberInput(attrs={"data-width": "short", "data-unit": "%"}),
        help_text=gettext_lazy("Beyond it, a person decides on his new price."),
    )
    is_own = forms.BooleanField(
        label=gettext_lazy("This is our own stock"),
        required=False,
        help_text=gettext_lazy("Sourcing policies may prefer it to any supplier."),
    )
    parcel = forms.DecimalField(
        label=gettext_lazy("Charge for each parcel"),
        required=False,
        min_value=0,
        max_value=10_000,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"data-width": "short", "step": "any"}),
        help_text=gettext_lazy("It counts in the landed cost that sourcing compares."),
    )
    least_value = forms.DecimalField(
        label=gettext_lazy("Least value of a purchase order"),
        required=False,
        min_value=0,
        max_value=1_000_000,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"data-width": "short", "step": "any"}),
        help_text=gettext_lazy("Below it, a person decides: send anyway, wait, or another source."),
    )
    least_units = forms.IntegerField(
        label=gettext_lazy("Least units of a purchase order"),
        required=False,
        min_value=1,
        max_value=1_000_000,
        widget=forms.NumberInput(attrs={"data-width": "short"}),
    )
    terms = forms.CharField(
        label=gettext_lazy("Articles with a minimum, or in packs"),
        required=False,
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text=gettext_lazy(
            "One a line: his SKU; at least; in packs of. N-7; 6; 3. What goes to a customer is never rounded up to a "
            "pack: a person decides."
        ),
    )
    packing_note = forms.CharField(
        label=gettext_lazy("Packing note"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("What he puts into each parcel for us."),
    )

    def __init__(self, *args: Any, supplier: Supplier, rules: OrderingRules, **kwargs: Any) -> None:
        kwargs["initial"] = initial_of(rules)
        super().__init__(*args, **kwargs)
        self.supplier = supplier
        for name in ("parcel", "least_value"):
            self.fields[name].widget.attrs["data-unit"] = supplier.currency
        if next_cut_off := next_cut_off_of(supplier):
            told = _("His next cut-off: %(moment)s.") % {"moment": next_cut_off}
            self.fields["grouping"].help_text = told

    def clean_grouping(self) -> str:
        grouping = str(self.cleaned_data["grouping"])
        if grouping == Grouping.CUT_OFF and self.supplier.cut_off is None:
            raise forms.ValidationError(_("He has no cut-off yet: write it down with his details first."))
        return grouping

    def clean_packing_note(self) -> str:
        """Lines end as everywhere else here, not as browsers send them: the note goes into files and letters."""
        return str(self.cleaned_data["packing_note"]).replace("\r\n", "\n")

    def clean_terms(self) -> dict[str, Terms]:
        lines = [line.strip() for line in str(self.cleaned_data["terms"]).splitlines()]
        return dict(terms_in(line) for line in lines if line)

    def refuse_articles(self, skus: Sequence[str]) -> None:
        named = ", ".join(skus[:5])
        self.add_error("terms", _("He offers no article called %(sku)s. Nothing was saved.") % {"sku": named})

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if pattern := cleaned.get("pattern"):
            try:
                check_pattern(pattern, cleaned.get("number_prefix", ""))
            except BadPattern as problem:
                self.add_error("pattern", number_words(problem))
        return cleaned

    def facts(self) -> dict[str, Any]:
        said = self.cleaned_data
        value, parcel = said["least_value"], said["parcel"]
        kept = {OTHERWISE.get(name, name): said[name] for name in self.base_fields if name not in NOT_THERE}
        kept["tolerance_percent"] = said["tolerance_percent"] or 0
        cents = {"least_value_cents": value, "parcel_cents": parcel}
        return {**kept, **{name: int(one * 100) if one else None for name, one in cents.items()}}


# A form has a prefix of its own; money is typed as people write it; terms belong to articles.
OTHERWISE = {"number_prefix": "prefix"}
NOT_THERE = frozenset({"least_value", "parcel", "terms"})


def initial_of(rules: OrderingRules) -> dict[str, Any]:
    named = [name for name in OrderingForm.base_fields if name not in NOT_THERE]
    return {
        **{name: getattr(rules, OTHERWISE.get(name, name)) for name in named},
        "least_value": typed(rules.least_value_cents),
        "parcel": typed(rules.parcel_cents),
        "terms": "\n".join(line_of_terms(sku, one) for sku, one in all_terms(rules.supplier).items()),
    }


def typed(cents: int | None) -> Decimal | None:
    return None if cents is None else Decimal(cents).scaleb(-2)


def line_of_terms(sku: str, terms: Terms) -> str:
    return f"{sku}; {terms.least_units or ''}; {terms.multiple or ''}".rstrip("; ")


def terms_in(line: str) -> tuple[str, Terms]:
    """One line of the field. Raises ValidationError, quoting it."""
    sku, *figures = [part.strip() for part in line.split(";")]
    figures = [*figures, "", ""]
    sound = sku and all(not one or one.isdecimal() for one in figures) and len(figures) <= 4
    least, multiple = (int(one[:7]) if one.isdecimal() else 0 for one in figures[:2])
    if not sound or not (least or multiple) or multiple == 1:
        raise forms.ValidationError(
            _("“%(line)s” is no rule. Write his SKU; at least; in packs of: N-7; 6; 3") % {"line": line}
        )
    return sku, Terms(least or None, multiple or None)


class PlacedForm(forms.Form):
    """What a person notes when he has placed an order himself."""

    why = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=250)
