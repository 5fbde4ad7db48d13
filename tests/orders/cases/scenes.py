"""A lamp that nobody has any more, two that could stand in for it, and the customer who waits."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.db.models import Model
from django.utils import timezone

from customers.models import Customer
from orders.domain.case_letters import choice_link
from orders.domain.cases import open_case
from orders.domain.proposals import LetterDraft, Proposal, propose
from orders.domain.ways_out import ways_out
from orders.models import (
    CaseCause,
    CaseOption,
    LineStatus,
    OptionKind,
    Order,
    OrderLine,
    OrderStatus,
    StockoutCase,
)
from stocke.core.actors import Actor
from stocke.core.models import HistoryEntry, Message, User
from stocke.products.models import Product, SubstituteLink
from suppliers.models import Offer, OfferStock
from tests.factories.customers import CustomerFactory
from tests.factories.orders import OrderFactory, numbers
from tests.factories.products import CategoryFactory, ProductFactory
from tests.factories.suppliers import OfferFactory, SupplierFactory

CLOCK = Actor.job("clock")
CUSTOMER = Actor.customer("Jean Démo")


@dataclass(frozen=True)
class Scene:
    """Everything a test needs of one case."""

    case: StockoutCase
    customer: Customer
    lamp: Product
    dune: Product
    smaller: Product
    lamp_offer: Offer
    dune_offer: Offer
    smaller_offer: Offer

    @property
    def line(self) -> OrderLine:
        return OrderLine.objects.select_related("order").get(pk=self.fresh.line_id)

    @property
    def order(self) -> Order:
        return Order.objects.get(pk=self.case.line.order_id)

    @property
    def fresh(self) -> StockoutCase:
        return StockoutCase.objects.select_related("line__order__customer", "line__product").get(
            pk=self.case.pk
        )

    def option(self, kind: OptionKind, product: Product | None = None) -> CaseOption:
        """An option of the newest proposal."""
        options = CaseOption.objects.filter(case=self.case, version=self.fresh.version, kind=kind)
        return options.get(product=product) if product else options.get()

    def link(self, version: int | None = None) -> str:
        """The path of the customer's page."""
        url = choice_link(self.fresh, self.fresh.version if version is None else version)
        return "/c/" + url.partition("/c/")[2]


def agent(name: str = "Léa") -> User:
    return User.objects.create_user(
        f"{name.lower()}@stocke.example", first_name=name, last_name="Démo", role="customer_service"
    )


def stock(offer: Offer, quantity: int) -> None:
    """The supplier now states exactly this."""
    OfferStock.objects.filter(offer=offer).update(
        kind="exact", quantity=quantity, promisable=quantity, as_of=timezone.now()
    )


def open_scene(
    *,
    quantity: int = 1,
    missing: int | None = None,
    confirmed: bool = True,
    customer: dict[str, Any] | None = None,
    order: dict[str, Any] | None = None,
    prices: tuple[int, int, int] = (8990, 9490, 7990),
    cost_cents: int = 5000,
) -> Scene:
    """A case about a lamp of 89.90, shipped for 5.90; the Dune costs 5.00 more, the smaller one 10.00 less. Else
    `prices` are those of the three."""
    category = CategoryFactory()
    lamp = ProductFactory(name="Suspension Galet Ø 40", price_cents=prices[0], category=category)
    dune = ProductFactory(name="Suspension Dune Ø 40", price_cents=prices[1], category=category)
    smaller = ProductFactory(name="Suspension Galet Ø 35", price_cents=prices[2], category=category)
    SubstituteLink.objects.create(product=lamp, substitute=dune, note="en forme de dôme")
    buyer = CustomerFactory(first_name="Jean", last_name="Démo", **(customer or {}))
    status = OrderStatus.CONFIRMED if confirmed else OrderStatus.TO_VERIFY
    bought = OrderFactory(
        customer=buyer,
        shipping_cents=590,
        status=status,
        confirmed_at=timezone.now() if confirmed else None,
        lines=[{"product": lamp, "quantity": quantity}],
        **(order or {}),
    )
    supplier = SupplierFactory(name="Comptoir Exemple", lead_days=3)
    offers = [
        OfferFactory(product=product, supplier=supplier, quantity=units, cost_cents=cost_cents)
        for product, units in ((lamp, 0), (dune, 8), (smaller, 3))
    ]
    case = open_case(
        bought.lines.get(),
        cause=CaseCause.SUPPLIER_REFUSED,
        facts={"refused_at": (timezone.now() - timedelta(hours=1)).isoformat(), "supplier": "Grossiste"},
        by=CLOCK,
        quantity=missing,
    )
    return Scene(case, buyer, lamp, dune, smaller, *offers)


def open_more(scene: Scene, **customer: Any) -> StockoutCase:
    """One more customer who waits for the lamp of this scene: the same supplier refused him too."""
    status = {"status": OrderStatus.CONFIRMED, "confirmed_at": timezone.now(), "shipping_cents": 590}
    order = OrderFactory(
        customer=CustomerFactory(**customer), lines=[{"product": scene.lamp, "quantity": 1}], **status
    )
    facts = scene.case.facts
    case = open_case(order.lines.get(), cause=CaseCause(scene.case.cause), facts=facts, by=CLOCK)
    return StockoutCase.objects.select_related("line__order__customer", "line__product").get(pk=case.pk)


def send(scene: Scene, *, by: Actor = CLOCK, keys: tuple[str, ...] = ()) -> Proposal:
    """Propose everything there is, or only the options named."""
    case = scene.fresh
    offered = [option for option in ways_out(case) if not keys or option.key in keys]
    return propose(case.pk, version=case.version, options=offered, letter=LetterDraft(), by=by)


def rows() -> list[Any]:
    """Every row of orders and mails, with what offers state and the record."""
    models: list[type[Model]] = [
        *apps.get_app_config("orders").get_models(),
        OfferStock,
        Message,
        HistoryEntry,
    ]
    return [list(model._default_manager.order_by("pk").values()) for model in models]


def letters_leave() -> None:
    """Every letter that waited to be sent has arrived."""
    Message.objects.filter(status="approved").update(status="sent", sent_at=timezone.now())


def short_statuses(scene: Scene) -> tuple[str, str, str]:
    """Case, line and order, in one line of a test."""
    return scene.fresh.status, LineStatus(scene.line.status).value, OrderStatus(scene.order.status).value


def open_crowd(scene: Scene, count: int) -> list[StockoutCase]:
    """So many more customers who wait for the lamp of this scene, made by set: only what a case hangs on."""
    customers = Customer.objects.bulk_create(copies(scene.customer, count, email="{}@foule.example"))
    orders = Order.objects.bulk_create(
        copies(scene.order, count, number="F{}", external_id="F{}", customer_id=[one.pk for one in customers])
    )
    lines = OrderLine.objects.bulk_create(copies(scene.line, count, order_id=[one.pk for one in orders]))
    return StockoutCase.objects.bulk_create(
        copies(scene.fresh, count, number="F{}", line_id=[one.pk for one in lines])
    )


def copies[Row: Model](one: Row, count: int, **changed: str | list[Any]) -> list[Row]:
    """Rows like this one; a text has a number put into it, of a list each takes its own."""
    fields = [field.attname for field in one._meta.concrete_fields if not field.primary_key]
    same = {name: getattr(one, name) for name in fields}
    return [
        type(one)(**same | {name: value_of(given, place) for name, given in changed.items()})
        for place in range(count)
    ]


def value_of(given: str | list[Any], place: int) -> Any:
    return given.format(next(numbers)) if isinstance(given, str) else given[place]
