"""What would be handed over to a supplier, made by the same code and written nowhere."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from orders.domain.documents import BadTemplate, body_of
from orders.domain.documents.composing import parcel_of, written
from orders.domain.documents.content import AskedLine, AskedParcel, Document
from orders.domain.group_letters import document_facts
from orders.domain.minimums import Shortfall
from orders.domain.numbering import number_to_come
from orders.domain.ordering import rules_of
from orders.domain.transmissions import reason_to_hold
from orders.models import Grouping, OrderingRules
from orders.queries.transmissions import purchases_to_show
from stocke.core.domain.letters import Letter, MissingFact, render
from suppliers.domain.calendars import answer_due_at
from suppliers.models import Offer, Supplier

EXAMPLES = 3


@dataclass(frozen=True)
class Preview:
    """The document, what it was made of ("collecting", "last" or "example"), and its letter or what that lacks.

    `hold` is why it would wait for a person instead, where it falls short of what he asks or has nowhere to go.
    """

    document: Document
    rules: OrderingRules
    source: str
    letter: Letter | None
    missing: tuple[str, ...] = ()
    body: str = ""
    hold: Shortfall | None = None


def preview_for(supplier: Supplier) -> Preview:
    """With what waits for his cut-off; else with his last purchase order; else with an invented one."""
    rules, now = rules_of(supplier), timezone.now()
    source, purchases = purchases_to_show(supplier.pk)
    parcels = tuple(parcel_of(one) for one in purchases) or (invented_parcel(supplier),)
    if rules.grouping == Grouping.EACH:
        parcels = parcels[:1]
    number = number_to_come(rules, timezone.localdate(now))
    link = f"{settings.PUBLIC_URL}/p/…"
    document = written(rules, number, parcels, now=now, due=answer_due_at(supplier, now), link=link)
    letter, missing = letter_of(document, is_group=rules.grouping == Grouping.CUT_OFF)
    hold = reason_to_hold(rules, document, anyway=source == "example")
    return Preview(document, rules, source, letter, missing, json_of(document, rules), hold)


def letter_of(document: Document, *, is_group: bool) -> tuple[Letter | None, tuple[str, ...]]:
    with override(document.language):
        facts = document_facts(document, is_group=is_group)
        try:
            return render("purchase_order", document.language, facts), ()
        except MissingFact as missing:
            return None, tuple(missing.names)


def json_of(document: Document, rules: OrderingRules) -> str:
    try:
        return body_of(document, rules.body_template).decode()
    except BadTemplate:
        return ""


def invented_parcel(supplier: Supplier) -> AskedParcel:
    """For a supplier who was never asked: his own articles, for nobody."""
    offers = Offer.objects.filter(supplier=supplier, active=True).order_by("pk")[:EXAMPLES]
    lines = [
        AskedLine(
            0, one.supplier_sku, one.gtin, one.name or one.supplier_sku, 1, one.cost_cents, one.currency
        )
        for one in offers
    ] or [AskedLine(0, "SKU-1", "", _("Example"), 1, None, supplier.currency)]
    place = {
        "name": "Camille Exemple",
        "street": "12 rue de la Démo",
        "postal_code": "59000",
        "city": "Lille",
        "country": "FR",
    }
    day = timezone.localdate() + timedelta(days=supplier.lead_days)
    return AskedParcel("…", "…", place, day.isoformat(), tuple(lines))
