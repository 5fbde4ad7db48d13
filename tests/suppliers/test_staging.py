"""The figures of a comparison are counted from two temporary tables; here they are held against plain counting."""

from random import Random
from typing import Any

import pytest

from stocke.core.actors import Actor
from stocke.products.models import LevelPolicy
from suppliers.domain.applying import Read, judge_and_apply
from suppliers.domain.figures import Figures
from suppliers.domain.staging import compare
from suppliers.models import Feed, OfferStock, Run
from tests.factories.feeds import FeedFactory, RunFactory, rows
from tests.factories.suppliers import SupplierFactory

pytestmark = pytest.mark.django_db
CLOCK = Actor.job("clock")
SAID: list[Any] = [0, 0, 1, 5, ">20", ">0", "yes", None, -2]


def some_file(random: Random) -> list[tuple[str, Any]]:
    keys = random.sample([f"A{number}" for number in range(30)], random.randint(1, 30))
    return [(key, random.choice(SAID)) for key in keys]


def promised(quantity: Any) -> int:
    if isinstance(quantity, str):
        return LevelPolicy.current().flag_counts_as if quantity == "yes" else int(quantity[1:])
    return max(quantity or 0, 0)


def counted(feed: Feed, file: list[tuple[str, Any]]) -> Figures:
    """The same figures, offer by offer."""
    own = set(Run.objects.filter(feed=feed).values_list("pk", flat=True))
    stock = OfferStock.objects.filter(run_id__in=own).values_list("offer__supplier_sku", "promisable", "kind")
    known = {sku: (promisable, kind) for sku, promisable, kind in stock}
    said = dict(file)
    in_stock = [sku for sku, (promisable, _kind) in known.items() if promisable > 0]
    return Figures(
        rows=len(file),
        known=len(known),
        present=len(known.keys() & said.keys()),
        in_stock=len(in_stock),
        zeroed=sum(isinstance(said.get(sku), int) and promised(said[sku]) == 0 for sku in in_stock),
        muted=sum(sku in said and said[sku] is None for sku in in_stock),
    )


@pytest.mark.parametrize("seed", range(25))
def test_the_figures_are_those_of_plain_counting(seed: int) -> None:
    random, supplier = Random(seed), SupplierFactory()
    feed, other = FeedFactory(supplier=supplier), FeedFactory(supplier=supplier)
    for spoke in [feed, other, feed]:
        run = RunFactory(spoke, facts={"decision": "apply"})
        judge_and_apply(run, Read(rows(some_file(random))), by=CLOCK)
    file = some_file(random)
    expected = counted(feed, file)

    comparison = compare(feed, rows(file), flag_counts_as=LevelPolicy.current().flag_counts_as)

    assert comparison.figures == expected
