"""How a supplier wants to be ordered from: written down, changed, and on the record."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from orders.domain.minimums import Terms
from orders.domain.packing import packing_sentence
from orders.models import OfferTerms, OrderingRules, Way
from stocke.core.actors import Actor
from stocke.core.domain.credentials import keep_secrets, stored
from stocke.core.domain.history import record
from suppliers.domain.feeds import GivenSecrets
from suppliers.models import Offer, Supplier

# The merchant's words, and where a server is: the record says only that they changed.
NAMED_ONLY = frozenset({"packing_note", "body_template", "access", "formats"})


class UnknownArticles(Exception):
    """He offers none of this name; nothing was changed."""

    def __init__(self, skus: Sequence[str]) -> None:
        super().__init__(", ".join(skus))
        self.skus = skus


def rules_of(supplier: Supplier) -> OrderingRules:
    """His rules; the usual ones, unsaved, where nobody wrote any down."""
    found = OrderingRules.objects.filter(supplier=supplier).first()
    return found or OrderingRules(supplier=supplier)


@transaction.atomic
def change_rules(
    supplier: Supplier, *, by: Actor, secrets: GivenSecrets | None = None, **changes: Any
) -> list[str]:
    """Change what differs; the names of what was changed. Without `secrets` the stored ones stay. Idempotent."""
    OrderingRules.objects.get_or_create(supplier=supplier)
    rules = OrderingRules.objects.select_for_update().get(supplier=supplier)
    if secrets is not None:
        change_secrets(rules, secrets, by=by)
    changed = {name: value for name, value in changes.items() if getattr(rules, name) != value}
    if not changed:
        return []
    before = {name: getattr(rules, name) for name in changed}
    for name, value in changed.items():
        setattr(rules, name, value)
    rules.save(update_fields=list(changed))
    record(
        supplier,
        "ordering.changed",
        by=by,
        before=told(before),
        after=told(changed),
        fields=sorted(changed),
    )
    return sorted(changed)


@transaction.atomic
def save_rules(
    supplier: Supplier, rules: Mapping[str, Any], terms: Mapping[str, Terms], *, by: Actor
) -> None:
    """Rules and terms together, or neither. Raises UnknownArticles."""
    change_terms(supplier, terms, by=by)
    change_rules(supplier, by=by, **rules)


def change_secrets(rules: OrderingRules, secrets: GivenSecrets, *, by: Actor) -> None:
    """On the record is that they changed, and nothing of them."""
    had = rules.credential
    if not secrets.given and (had is None or secrets.kept >= set(stored(had))):
        return
    rules.credential = keep_secrets(had, secrets.given, kept=secrets.kept)
    rules.save(update_fields=["credential"])
    record(rules.supplier, "ordering.secrets_changed", by=by)


def told(facts: Mapping[str, Any]) -> dict[str, object]:
    return {name: value for name, value in facts.items() if name not in NAMED_ONLY}


def packing_for(supplier: Supplier) -> str:
    """How he is asked to pack what goes to our customers, in the language of the moment."""
    rules = rules_of(supplier)
    return packing_sentence(blind=rules.blind, note=rules.packing_note)


def is_complete(rules: OrderingRules) -> bool:
    """Whether we know where his server is, if he has one."""
    needed = {Way.SFTP: "host", Way.API: "url"}.get(Way(rules.way))
    return needed is None or bool(rules.access.get(needed))


@transaction.atomic
def change_terms(supplier: Supplier, terms: Mapping[str, Terms], *, by: Actor) -> bool:
    """Keep exactly these terms of his articles, by his SKU; False when they were so. Raises UnknownArticles."""
    before = all_terms(supplier)
    if dict(terms) == before:
        return False
    offers = dict(
        Offer.objects.filter(supplier=supplier, supplier_sku__in=terms).values_list("supplier_sku", "pk")
    )
    if strange := sorted(terms.keys() - offers.keys()):
        raise UnknownArticles(strange)
    OfferTerms.objects.filter(offer__supplier=supplier).delete()
    OfferTerms.objects.bulk_create(
        OfferTerms(offer_id=offers[sku], least_units=one.least_units, multiple=one.multiple)
        for sku, one in terms.items()
    )
    record(
        supplier,
        "ordering.terms_changed",
        by=by,
        before={"articles": len(before)},
        after={"articles": len(terms)},
    )
    return True


def all_terms(supplier: Supplier) -> dict[str, Terms]:
    rows = OfferTerms.objects.filter(offer__supplier=supplier).order_by("offer__supplier_sku")
    return {
        sku: Terms(least, multiple)
        for sku, least, multiple in rows.values_list("offer__supplier_sku", "least_units", "multiple")
    }
