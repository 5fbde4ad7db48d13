"""The last two days: orders through the real intake and verification, and troubles that are still open."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone

from customers.models import Customer
from orders.domain.cases import claim
from orders.domain.choices import choose, execute
from orders.domain.intake import take_in
from orders.domain.options import PricedOption
from orders.domain.playing import save_playbook
from orders.domain.proposals import LetterDraft, propose
from orders.domain.purchasing import order_purchases
from orders.domain.questions import ask_question
from orders.domain.verification import verify_order
from orders.domain.ways_out import ways_out
from orders.models import (
    Allocation,
    AllocationStatus,
    CaseStatus,
    OptionKind,
    Order,
    OrderStatus,
    PlaybookAct,
    StockoutCase,
)
from orders.queries.cause_tallies import shared_causes
from stocke.channels.incoming import IncomingCustomer, IncomingLine, IncomingOrder
from stocke.core.actors import Actor
from stocke.core.models import User
from stocke.core.models.user import Role
from stocke.demo.world.past import CHANNEL, address_of
from stocke.products.models import Level, Product
from suppliers.models import Offer, OfferStock, QuantityKind

# Two sentences that propose; nothing is done alone until somebody switches it on.
PLAYBOOK = (
    {"act": PlaybookAct.SUBSTITUTE, "below_cents": 4000, "alone_after_hours": 4, "alone_below_cents": 4000},
    {"act": PlaybookAct.WAIT, "wait_days": 14},
)
# So many cases with a cause of their own are left for whoever tries the demo.
LEFT_ALONE = 4
SHOP, MACHINE = Actor.channel(CHANNEL), Actor.job("verification")


def incoming(
    number: int, customer: Customer, lines: list[tuple[Product, int]], placed_at: datetime, random: Random
) -> IncomingOrder:
    return IncomingOrder(
        channel=CHANNEL,
        external_id=f"web-{number}",
        placed_at=placed_at,
        currency="EUR",
        customer=IncomingCustomer(
            email=customer.email,
            first_name=customer.first_name,
            last_name=customer.last_name,
            language=customer.language,
            country=customer.country,
        ),
        lines=tuple(IncomingLine(p.sku, n, p.price_cents, name=p.name) for p, n in lines),
        shipping_cents=590,
        promised_on=(placed_at + timedelta(days=random.choice((6, 7, 8)))).date(),
        ship_to=address_of(customer, random),
    )


def recent_orders(
    products: list[Product], customers: list[Customer], now: datetime, random: Random, *, count: int
) -> list[Order]:
    """Orders of the last two days: most of products in stock, a few of what sold out while they were placed."""
    ids = [p.pk for p in products]
    in_stock = set(
        Level.objects.filter(product_id__in=ids, sellable__gt=4).values_list("product_id", flat=True)
    )
    good = [p for p in products if p.pk in in_stock]
    bad = [p for p in products if p.pk not in in_stock]
    made = []
    for number in range(count):
        placed_at = now - timedelta(minutes=2700 * (count - number) // count + random.randrange(30))
        chosen = random.sample(bad if number % 9 == 4 and bad else good, random.choice((1, 1, 2)))
        lines = [(p, random.choice((1, 1, 2))) for p in chosen]
        made.append(
            take_in(
                incoming(50_000 + number, random.choice(customers), lines, placed_at, random), by=SHOP
            ).order
        )
    return made


def only_from(supplier_code: str) -> QuerySet[Offer]:
    """What he alone has."""
    others = OfferStock.objects.filter(
        offer__product=OuterRef("product"), promisable__gt=F("reserved"), offer__active=True
    ).exclude(offer=OuterRef("pk"))
    alone = Offer.objects.filter(
        ~Exists(others), supplier__code=supplier_code, active=True, product__active=True
    )
    return alone.select_related("product").order_by("pk")


def several_want_one(
    supplier_code: str, customers: list[Customer], now: datetime, random: Random, *, count: int
) -> str:
    """Several customers order the same article, which only this supplier has; its SKU there, or nothing."""
    offer = only_from(supplier_code).filter(stock__promisable__gte=F("stock__reserved") + count).first()
    if offer is None or offer.product is None:
        return ""
    for number, customer in enumerate(random.sample(customers, count)):
        placed_at = now - timedelta(hours=3, minutes=7 * number)
        wanted = incoming(60_000 + number, customer, [(offer.product, 1)], placed_at, random)
        verify_order(take_in(wanted, by=SHOP).order.pk, by=MACHINE)
    return offer.supplier_sku


def want_more_than_there_is(
    supplier_code: str, customers: list[Customer], now: datetime, random: Random
) -> list[str]:
    """Two customers order three of what he alone has, two or one of it: a part could be sent at once. His SKUs."""
    few = only_from(supplier_code).filter(
        stock__kind=QuantityKind.EXACT, stock__reserved=0, stock__quantity__range=(1, 2)
    )
    last = list(few[:2])
    for number, (offer, customer) in enumerate(zip(last, random.sample(customers, 2), strict=False)):
        if offer.product is not None:
            placed_at = now - timedelta(hours=30, minutes=11 * number)
            wanted = incoming(61_000 + number, customer, [(offer.product, 3)], placed_at, random)
            verify_order(take_in(wanted, by=SHOP).order.pk, by=MACHINE)
    return [offer.supplier_sku for offer in last]


def verify_and_ask(orders: list[Order]) -> None:
    """What the workers would do: verify each order, then ask the suppliers of those that confirmed themselves."""
    for order in orders:
        if verify_order(order.pk, by=MACHINE) == OrderStatus.CONFIRMED:
            order_purchases(order.pk, by=Actor.job("purchasing"))


def skus_promised(supplier_code: str, limit: int) -> set[str]:
    """Supplier SKUs of which units are promised and not yet accepted: the ones whose loss hurts."""
    held = Allocation.objects.filter(offer__supplier__code=supplier_code, status=AllocationStatus.HELD)
    return set(held.order_by("-id").values_list("offer__supplier_sku", flat=True)[:limit])


def work_some_cases() -> None:
    """Customer service has begun: some proposals are out, one customer has chosen, one case is settled."""
    agent = Actor.person(User.objects.get(groups__name=Role.CUSTOMER_SERVICE))
    # Those of one cause are left for whoever tries the demo.
    shared = [cause.sku for cause in shared_causes()]
    alone = StockoutCase.objects.filter(status=CaseStatus.TO_PROPOSE).exclude(cause_sku__in=shared)
    waiting = list(alone.order_by("id"))
    for case in waiting[: max(len(waiting) // 2, len(waiting) - LEFT_ALONE)]:
        propose(case.pk, version=0, options=various(ways_out(case)), letter=LetterDraft(), by=agent)
    proposed = StockoutCase.objects.filter(status=CaseStatus.WITH_CUSTOMER).order_by("id")
    for case, kind in zip(proposed[:2], (OptionKind.REFUND, OptionKind.VOUCHER), strict=False):
        answer_as_customer(case, kind)
    for asking in StockoutCase.objects.filter(status=CaseStatus.WITH_CUSTOMER).order_by("-id")[:1]:
        by = Actor.customer(asking.line.order.customer.full_name)
        ask_question(asking, "Bonjour, l’auriez-vous aussi en blanc ?", key="demo", by=by)
    save_playbook(PLAYBOOK, acts_alone=False, by=agent)
    for unclaimed in StockoutCase.objects.filter(status=CaseStatus.TO_PROPOSE).order_by("id")[:1]:
        claim(unclaimed, by=agent)


def various(ways: Sequence[PricedOption]) -> list[PricedOption]:
    """Of each kind of way out the first two, so that customers have something to choose between."""
    kept: list[PricedOption] = []
    for way in ways:
        if sum(one.kind == way.kind for one in kept) < 2:
            kept.append(way)
    return kept


def answer_as_customer(case: StockoutCase, kind: OptionKind) -> None:
    option = case.options.filter(version=case.version, kind=kind).first()
    if option is not None:
        customer = Actor.customer(case.line.order.customer.full_name)
        choose(case.pk, option.pk, version=case.version, by=customer)
        execute(case.pk, by=Actor.job("choices"))


def as_of_now() -> datetime:
    """Now, without the seconds; the world is made up around it."""
    return timezone.now().replace(second=0, microsecond=0)
