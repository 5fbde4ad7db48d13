"""What a supplier asks at least: in value, in units, for one article, in packs. Pure but for reading the terms.

Everything here goes to customers, who get what they bought: nothing is ever rounded up to a pack. A person decides.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from orders.domain.documents.content import Document
from orders.models import OfferTerms, OrderingRules


@dataclass(frozen=True)
class Shortfall:
    """How a purchase order falls short: `code` names the rule, `facts` are its figures."""

    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Terms:
    least_units: int | None = None
    multiple: int | None = None


def terms_of(supplier_id: int, skus: set[str]) -> dict[str, Terms]:
    """The terms of these articles of this supplier; those without any are left out."""
    found = OfferTerms.objects.filter(offer__supplier=supplier_id, offer__supplier_sku__in=skus)
    rows = found.values_list("offer__supplier_sku", "least_units", "multiple")
    return {sku: Terms(least, multiple) for sku, least, multiple in rows}


def shortfall_of(document: Document, rules: OrderingRules, terms: Mapping[str, Terms]) -> Shortfall | None:
    """The first rule that this purchase order falls short of; None where it keeps to all of them. Pure."""
    units: Counter[str] = Counter()
    for _parcel, line in document.lines():
        units[line.sku] += line.quantity
    for sku, asked in sorted(units.items()):
        if found := shortfall_of_article(sku, asked, terms.get(sku, Terms())):
            return found
    if rules.least_units and document.units < rules.least_units:
        return Shortfall("minimum_units", {"units": document.units, "least": rules.least_units})
    if rules.least_value_cents and document.value_cents < rules.least_value_cents:
        money = {"cents": document.value_cents, "least_cents": rules.least_value_cents}
        return Shortfall("minimum_value", {**money, "currency": rules.supplier.currency})
    return None


def shortfall_of_article(sku: str, asked: int, terms: Terms) -> Shortfall | None:
    if terms.least_units and asked < terms.least_units:
        return Shortfall("minimum_article", {"sku": sku, "units": asked, "least": terms.least_units})
    if terms.multiple and asked % terms.multiple:
        return Shortfall("multiple", {"sku": sku, "units": asked, "multiple": terms.multiple})
    return None
