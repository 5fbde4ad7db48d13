import pytest

from stocke.core.actors import Actor
from stocke.core.models import HistoryEntry
from stocke.products.models import DirtyLevel
from suppliers.domain.applying import Read, judge_and_apply
from suppliers.domain.observing import observe
from suppliers.models import Observation, Offer, OfferStock
from tests.factories.feeds import FeedFactory, RunFactory, rows
from tests.factories.suppliers import OfferFactory

pytestmark = pytest.mark.django_db
ANSWER = Actor.supplier("Grossiste Témoin")


def test_a_refusal_is_a_stated_zero() -> None:
    offer = OfferFactory(quantity=8, reserved=3)

    observe(offer, kind="exact", quantity=0, raw="refused PO-1", source="answer", by=ANSWER)

    stock = OfferStock.objects.get(offer=offer)
    assert (stock.kind, stock.quantity, stock.promisable, stock.reserved, stock.run_id) == (
        "exact",
        0,
        0,
        3,
        None,
    )
    said = Observation.objects.filter(offer_id=offer.pk).values_list("source", "raw", "kind", "quantity")
    assert list(said) == [("answer", "refused PO-1", "exact", 0)]
    entry = HistoryEntry.objects.get(thread=f"offer:{offer.pk}")
    assert (entry.before["quantity"], entry.after["quantity"], entry.actor_label) == (
        8,
        0,
        "Grossiste Témoin",
    )
    assert list(DirtyLevel.objects.values_list("product_id", flat=True)) == [offer.product_id]


@pytest.mark.parametrize(("kind", "quantity"), [("exact", None), ("flag", 4), ("unknown", 0)])
def test_a_statement_that_contradicts_itself_is_refused(kind: str, quantity: int | None) -> None:
    offer = OfferFactory(quantity=8)

    with pytest.raises(ValueError, match="does not go with"):
        observe(offer, kind=kind, quantity=quantity, by=ANSWER)

    assert OfferStock.objects.get(offer=offer).quantity == 8
    assert not Observation.objects.exists()


def test_the_next_file_has_the_last_word() -> None:
    feed = FeedFactory()
    judge_and_apply(RunFactory(feed), Read(rows([("A", 4), ("B", 1)])), by=ANSWER)
    observe(Offer.objects.get(supplier_sku="A"), kind="exact", quantity=0, source="answer", by=ANSWER)

    judge_and_apply(RunFactory(feed), Read(rows([("A", 4), ("B", 2)])), by=ANSWER)

    assert OfferStock.objects.get(offer__supplier_sku="A").quantity == 4
