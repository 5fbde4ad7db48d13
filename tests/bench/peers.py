"""What a Django project would take instead: django-import-export, set up to be as quick as it can be.

It writes the slow facts of offers only: no quantity kinds, no judgement, no observations, no levels, no history.
"""

import time
from collections.abc import Iterator
from pathlib import Path

from import_export.resources import ModelResource
from tablib import Dataset

from suppliers.models import Offer, RunStatus, Supplier
from tests.bench.articles import all_by, make_products, write_feed
from tests.bench.figure import Figure
from tests.bench.imports import import_file, make_feed

LINES = 20_000


class OfferResource(ModelResource):  # type: ignore[misc]  # of a class without types
    """Offers by supplier and SKU, written in bulk, and only where they differ."""

    class Meta:
        model = Offer
        fields = ("supplier", "supplier_sku", "name", "gtin", "cost_cents", "lead_days")
        import_id_fields = ("supplier", "supplier_sku")
        use_bulk = True
        batch_size = 1_000
        skip_unchanged = True
        report_skipped = False
        skip_diff = True


def figures(folder: Path) -> Iterator[Figure]:
    """The first import of a file and the next one, in which every line is another, by both."""
    make_products(LINES)
    feed, path = make_feed(folder, "beside its peer"), folder / "peer.csv"
    peer = Supplier.objects.create(code=f"peer-{time.time_ns()}", name="Peer")
    for name, day in (("first_load", 0), ("100_percent", 1)):
        write_feed(path, LINES, changed=all_by(day))
        ours = import_file(feed, path, RunStatus.APPLIED).seconds
        theirs = import_by_peer(peer, day)
        yield Figure(f"feed_20k_{name}_beside_import_export", ours, "s", theirs, 1)


def import_by_peer(supplier: Supplier, day: int) -> float:
    """The lines are handed over parsed, as they would come out of a CSV."""
    rows = [
        (supplier.pk, f"ART-{n:08d}", f"Article number {n} of the bench", "", 1090 + n % 90 + day, 1 + n % 5)
        for n in range(1, LINES + 1)
    ]
    headers = ["supplier", "supplier_sku", "name", "gtin", "cost_cents", "lead_days"]
    began = time.perf_counter()
    result = OfferResource().import_data(Dataset(*rows, headers=headers), raise_errors=True)
    seconds = time.perf_counter() - began
    if result.has_errors() or Offer.objects.filter(supplier=supplier).count() != LINES:
        raise RuntimeError("the peer has not imported all lines")
    return seconds
