"""Questions as verification opens them: `question = QuestionFactory(quantity=3, backups=1)`."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from orders.domain.question_asking import ask_supplier
from orders.domain.verification import verify_order
from orders.models import AskingRules, AvailabilityRequest, Question
from stocke.core.actors import Actor
from stocke.products.models import Product
from suppliers.models import Supplier
from tests.factories.orders import OrderFactory
from tests.factories.products import ProductFactory
from tests.factories.suppliers import OfferFactory, SupplierFactory

BY = Actor.job("verification")


def asking(**given: Any) -> AskingRules:
    """The merchant asks first: when a figure is older than a day, or when nothing would remain."""
    rules, _new = AskingRules.objects.update_or_create(pk=1, defaults={"asks_first": True, **given})
    return rules


def QuestionFactory(
    *, quantity: int = 3, stated: int = 10, age_hours: float = 30, backups: int = 0, **given: Any
) -> Question:
    """An order of one line whose only near source has an old figure; `backups` others state a fresh 20."""
    if not AskingRules.objects.exists():
        asking()
    product: Product = given.pop("product", None) or ProductFactory()
    supplier: Supplier | None = given.pop("supplier", None)
    if not product.offers.exists():
        as_of = timezone.now() - timedelta(hours=age_hours)
        OfferFactory(product=product, supplier=supplier or SupplierFactory(), quantity=stated, as_of=as_of)
        for rank in range(backups):
            # Switched on afterwards, because a fresh figure would have been preferred.
            OfferFactory(product=product, rank=rank + 2, quantity=20, active=False)
    order = OrderFactory(lines=[{"product": product, "quantity": quantity}], **given)
    verify_order(order.pk, by=BY)
    product.offers.filter(rank__gt=1).update(active=True)
    return Question.objects.get(line__order=order)


def RequestFactory(*questions: Question) -> AvailabilityRequest:
    """What the first question's supplier is asked in one go."""
    asked = ask_supplier(questions[0].supplier_id, by=Actor.job("availability"), at_once=True)
    assert asked is not None
    return asked
