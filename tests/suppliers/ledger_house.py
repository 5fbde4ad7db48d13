"""A house of one supplier with two feeds, spoken to as the pure worlds of ledger_world are."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any
from unittest.mock import patch

import polars as pl
from django.core.files.base import ContentFile
from django.db import transaction

from stocke.core.actors import Actor
from suppliers.domain.applying import Read, judge_and_apply
from suppliers.domain.fetching import feed_storage
from suppliers.domain.observing import observe
from suppliers.domain.partial import judge_and_apply_partial
from suppliers.domain.runs import claim_run
from suppliers.domain.undoing import request_undo, work_off_undo
from suppliers.domain.undoing_plan import tip_of
from suppliers.models import AbsentOffer, AbsentPolicy, Feed, Offer, Run, RunStatus, Supplier
from suppliers.readers.values import ROW_SCHEMA
from tests.factories.feeds import FeedFactory, RunFactory, row
from tests.factories.products import ProductFactory
from tests.factories.suppliers import SupplierFactory
from tests.suppliers.ledger_world import FileSaid, Known, Ledger, PersonSaid, Row, World

CLOCK = Actor.job("clock")
PRODUCTS = ["A", "B"]


class House:
    """The real thing, spoken to as the model is."""

    def __init__(self) -> None:
        supplier = SupplierFactory()
        self.supplier: Supplier = supplier
        self.feeds: dict[str, Feed] = {
            "north": FeedFactory(supplier=supplier, absent_policy=AbsentPolicy.UNKNOWN),
            "south": FeedFactory(supplier=supplier, absent_policy=AbsentPolicy.KEEP),
            "west": FeedFactory(supplier=supplier, absent_policy=AbsentPolicy.ZERO, absent_files=2),
        }
        self.runs: list[Run] = []
        self.ledger = Ledger()
        for sku in PRODUCTS:
            ProductFactory(sku=sku)

    def file(self, feed: str, said: dict[str, Row], decision: str = "apply", **kind: bool) -> None:
        run = RunFactory(self.feeds[feed], facts={"decision": decision}, **kind)
        table = table_of(said)
        run.rows_file = feed_storage().save(f"{run.pk}.parquet", ContentFile(parquet(table)))
        judge = judge_and_apply_partial if run.partial else judge_and_apply
        judge(run, Read(table), by=CLOCK)
        assert run.status == RunStatus.APPLIED
        self.ledger.statements.append(self.statement(feed, said, run))
        self.runs.append(run)

    def safe_file(self, feed: str, said: dict[str, Row]) -> None:
        self.file(feed, said, decision="safe")

    def safe_push(self, feed: str, said: dict[str, Row]) -> None:
        self.file(feed, said, decision="safe", partial=True)

    def statement(self, feed: str, said: dict[str, Row], run: Run) -> FileSaid:
        policy, files = self.feeds[feed].absent_policy, self.feeds[feed].absent_files
        return FileSaid(
            len(self.runs),
            feed,
            said,
            forgets=policy != AbsentPolicy.KEEP,
            zero_after=files if policy == AbsentPolicy.ZERO else None,
            safely=run.facts["decision"] == "safe",
            withheld=frozenset(run.withheld.values_list("supplier_sku", flat=True)),
            partial=run.partial,
        )

    def person(self, sku: str, quantity: int | None) -> None:
        offer = Offer.objects.filter(supplier_sku=sku).first()
        if offer is not None:
            observe(offer, kind="unknown" if quantity is None else "exact", quantity=quantity, by=CLOCK)
            self.ledger.statements.append(PersonSaid(sku, quantity))

    def undo(self, number: int, _nothing: None = None) -> None:
        """Turn an import round: undo it or, where it is undone, undo that."""
        if not self.runs:
            return
        number %= len(self.runs)
        undo = request_undo(tip_of(self.runs[number]), by=CLOCK, ask=False)
        claimed = claim_run(undo.pk, is_undo=True)
        assert claimed is not None
        work_off_undo(claimed, SilentHeart(), by=CLOCK)  # type: ignore[arg-type]  # nobody looks at progress here
        undo.refresh_from_db()
        assert undo.status == RunStatus.APPLIED, undo.error
        self.ledger.undone ^= {number}

    def known(self) -> World:
        feeds = {feed.pk: name for name, feed in self.feeds.items()}
        by_run = dict(Run.objects.values_list("pk", "feed_id"))
        return {
            offer.supplier_sku: Known(
                quantity=offer.stock.quantity,
                by=feeds[by_run[offer.stock.run_id]] if offer.stock.run_id else None,
                price=offer.cost_cents,
                name=offer.name,
                is_found=offer.product_id is not None,
                missing=self.missing(offer, feeds),
            )
            for offer in Offer.objects.filter(supplier=self.supplier).select_related("stock")
        }

    def missing(self, offer: Offer, feeds: dict[int, str]) -> tuple[str, int] | None:
        """In how many files, as long as nobody has said anything since: the next file forgets the rest."""
        absent, stock = AbsentOffer.objects.filter(offer=offer).first(), offer.stock
        if absent is None or stock.run_id or stock.kind != "unknown" or stock.as_of != absent.as_of:
            return None
        return feeds[absent.feed_id], absent.files


class SilentHeart:
    def enter(self, stage: str, total: int | None = None) -> None: ...
    def progress(self, done: int, total: int | None) -> None: ...


def table_of(said: dict[str, Row]) -> pl.DataFrame:
    lines: list[dict[str, Any]] = [
        {**row(line, sku, quantity, price=price), "name": name or None}
        for line, (sku, (quantity, price, name)) in enumerate(said.items(), start=2)
    ]
    return pl.DataFrame(lines, schema=ROW_SCHEMA)


def parquet(table: pl.DataFrame) -> bytes:
    file = BytesIO()
    table.write_parquet(file)
    return file.getvalue()


@contextmanager
def rolled_back() -> Iterator[None]:
    with (
        transaction.atomic(),
        patch("suppliers.domain.applying.publish"),
        patch("suppliers.domain.partial.publish"),
        patch("suppliers.domain.undoing.publish"),
    ):
        yield
        transaction.set_rollback(True)
