"""A small house in which anything may happen: its goods, its queue, its clock, and the death of its workers.

Everything happens in one transaction that is rolled back in the end. What jobs commit is a savepoint here, and what
they queue waits in `House.queue`, where it may be worked off in any order, or be lost.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import partial
from typing import Any

from django.apps import apps
from django.core.files.base import ContentFile
from django.db import connection, models, transaction
from django.utils.module_loading import import_string

from orders.jobs.undoing import undo
from orders.models import AskingRules, Playbook, PlaybookRule, SourcingPolicy, VerificationPolicy
from stocke.core import jobs
from stocke.core.actors import Actor
from stocke.products.models import Product, SubstituteLink
from suppliers.domain.applying import Read, judge_and_apply
from suppliers.domain.deciding import FeedIsBusy
from suppliers.domain.fetching import feed_storage
from suppliers.domain.runs import claim_run
from suppliers.domain.undoing import request_undo
from suppliers.domain.undoing_plan import SETTLED, tip_of
from suppliers.models import AbsentPolicy, Feed, Run, Supplier
from tests.factories.feeds import FeedFactory, RunFactory
from tests.factories.products import CategoryFactory, ProductFactory
from tests.factories.suppliers import OfferFactory, SupplierFactory
from tests.machine.pushes import Program
from tests.machine.watches import WATCHES
from tests.suppliers.ledger_house import SilentHeart, parquet, table_of
from tests.suppliers.ledger_world import Row

CLOCK = Actor.job("clock")
PRODUCTS, SUPPLIERS = 3, 3
COST, PRICE = 2000, 4900
# What the clock queues, in no particular order.
SWEEPS = [
    "orders.jobs.verification.sweep_received",
    "orders.jobs.purchasing.sweep_unasked",
    "orders.jobs.purchasing.chase_suppliers",
    "orders.jobs.transmissions.close_due",
    "orders.jobs.questions.ask_suppliers",
    "orders.jobs.questions.watch_questions",
    "orders.jobs.questions.remind_suppliers",
    "orders.jobs.reservations.sweep_contained",
    "orders.jobs.cases.execute_choices",
    "orders.jobs.cases.settle_silent_cases",
    "orders.jobs.cases.remind_customers",
    "orders.jobs.cases.serve_waiting_lines",
    "orders.jobs.cases.sweep_promises",
    "orders.jobs.playbook.act_by_playbook",
    "orders.jobs.shipments.sweep_untold",
    "orders.jobs.shipments.watch_promises",
    "suppliers.jobs.feeds.dispatch_due_feeds",
    "suppliers.jobs.feeds.sweep_runs",
]
# What workers do in this house. Files count at once, and so do undos; levels that were pushed wait in the queue.
OURS = ("orders.", "suppliers.jobs.feeds.run_feed")
# Reactions that are not of this house: shops, and the undo, which is worked off at once.
NOT_OURS = {"orders.jobs.channels.tell_parcel", "orders.jobs.undoing.undo_import"}
# What the clock leaves alone: rows that are never changed once written, and a time that is part of a mail's key.
TIMELESS = {"HistoryEntry", "Observation", "Publication", "AllocationRevision"}
KEY_OF_A_MAIL = "confirmed_at"
# When an import's lines were said stands beside them, and not in a column of its own.
MOMENTS_OF_LINES = """
UPDATE suppliers_run SET facts = jsonb_set(facts, '{said_at}', coalesce((
    SELECT jsonb_agg(jsonb_build_array(said -> 0, (said ->> 1)::timestamptz - make_interval(secs => %(seconds)s))
                     ORDER BY place)
    FROM jsonb_array_elements(facts -> 'said_at') WITH ORDINALITY AS line (said, place)), '[]'))
WHERE facts ? 'said_at'
"""


class Killed(BaseException):
    """The worker is dead. Not an Exception: nothing of the product catches it, as nothing catches a SIGKILL."""


@contextmanager
def dying_at(statement: int) -> Iterator[None]:
    """Whoever works in here dies before his n-th statement, if he says so many."""
    said = 0

    def count(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        nonlocal said
        if "SAVEPOINT" not in sql:
            said += 1
            if said == statement:
                raise Killed
        return execute(sql, *rest)

    with connection.execute_wrapper(count):
        yield


class Complaints(logging.Handler):
    """What jobs that carry on after an error have written to the log: in this house none may fail."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        self.heard.append(f"{record.msg}: {error!r}")


class House:
    """What the machine moves about in. `rules` are the merchant's, drawn once for each run of the machine."""

    def __init__(self, rules: Mapping[str, Any]) -> None:
        self._transaction = transaction.atomic()
        self._transaction.__enter__()
        self.queue: list[tuple[str, tuple[object, ...]]] = []
        self.complaints = Complaints()
        logging.getLogger().addHandler(self.complaints)
        with connection.cursor() as cursor:
            cursor.execute(WATCHES)
        self.products = goods()
        self.suppliers: list[Supplier] = []
        self.feeds: list[Feed] = []
        self.programs: list[Program] = []
        for rank in range(SUPPLIERS):
            self._settle_supplier(rank, self.products)
        set_rules(rules)

    def _settle_supplier(self, rank: int, products: Sequence[Product]) -> None:
        supplier = SupplierFactory(lead_days=2)
        for product in products:
            OfferFactory(
                supplier=supplier,
                product=product,
                rank=rank + 1,
                supplier_sku=product.sku,
                cost_cents=COST,
                quantity=2 + rank,
            )
        self.suppliers.append(supplier)
        self.feeds.append(FeedFactory(supplier=supplier, absent_policy=list(AbsentPolicy)[rank]))
        self.programs.append(Program.of(supplier, by=CLOCK))

    def close(self) -> None:
        """As if nothing had been."""
        logging.getLogger().removeHandler(self.complaints)
        transaction.set_rollback(True)
        self._transaction.__exit__(None, None, None)

    def file(self, feed: Feed, said: Mapping[str, Row]) -> None:
        """A supplier's file counts as it is."""
        run = RunFactory(feed, facts={"decision": "apply"})
        table = table_of(dict(said))
        run.rows_file = feed_storage().save(f"{run.pk}.parquet", ContentFile(parquet(table)))
        judge_and_apply(run, Read(table), by=CLOCK)
        self.collect()

    def undo(self, number: int) -> None:
        """Turn an import round, unless another of its feed waits for a worker."""
        counted = Run.objects.filter(undoes=None, status__in=SETTLED).order_by("-pk")
        if not counted:
            return
        try:
            asked = request_undo(tip_of(counted[number % len(counted)]), by=CLOCK, ask=False)
        except FeedIsBusy:
            return
        claimed = claim_run(asked.pk, is_undo=True)
        assert claimed is not None
        undo(claimed, SilentHeart(), by=CLOCK)  # type: ignore[arg-type]  # nobody looks at progress here
        self.collect()

    def collect(self) -> None:
        """What was committed queues its reactions."""
        waiting, connection.run_on_commit = connection.run_on_commit, []
        for act in (entry[1] for entry in waiting):
            if isinstance(act, partial) and act.func is jobs._enqueue_now:
                _queue, name, arguments = act.args
                if name.startswith(OURS) and name not in NOT_OURS:
                    self.queue.append((name, arguments))
            else:
                act()

    def work(self, number: int, killed_at: int | None = None) -> None:
        """A worker takes one job from the queue; killed, he takes it with him."""
        if self.queue:
            name, arguments = self.queue.pop(number % len(self.queue))
            self.run(name, arguments, killed_at)

    def run(self, name: str, arguments: Sequence[object] = (), killed_at: int | None = None) -> None:
        with dying_at(killed_at or 0), suppress(Killed):
            import_string(name)(*arguments)
        self.collect()

    def calm_down(self) -> None:
        """All that is queued and all sweeps, until there is nothing left to do."""
        for _round in range(3):
            pass_time(timedelta(minutes=2))
            for name in SWEEPS:
                self.run(name)
            self.work_off()

    def work_off(self) -> None:
        """All that is queued, and what comes of it."""
        while self.queue:
            self.work(0)


def goods() -> list[Product]:
    """Three that may stand in for each other, at different prices."""
    category = CategoryFactory()
    products = [
        ProductFactory(category=category, price_cents=PRICE + 333 * number) for number in range(PRODUCTS)
    ]
    for product, other in zip(products, [*products[1:], products[0]], strict=True):
        SubstituteLink.objects.create(product=product, substitute=other)
    return products


def set_rules(rules: Mapping[str, Any]) -> None:
    """The merchant's own, as far as they bear on what may be lost or doubled."""
    names = ("confirms_itself", "may_split", "silence_is_no")
    VerificationPolicy.objects.create(**{name: rules[name] for name in names})
    AskingRules.objects.create(
        asks_first=rules["asks_first"], thin_below=rules["thin_below"], tries_on=rules["tries_on"]
    )
    SourcingPolicy.objects.create(
        name="All",
        rules={"parcels": rules["parcels"], "priorities": ["cost"], "may_split": rules["may_split"]},
    )
    Playbook.objects.create(acts_alone=rules["acts_alone"])
    PlaybookRule.objects.create(act="refund", alone_after_hours=12, below_cents=6000)


def pass_time(by: timedelta) -> None:
    """Everything that ever happened is so much longer ago, and everything to come is nearer."""
    days = by // timedelta(days=1)
    # All in one message to the server: there are dozens of them, and time passes often.
    updates = "; ".join(
        [*(f"UPDATE {table} SET {sets}" for table, sets in _clocks(days > 0)), MOMENTS_OF_LINES]
    )
    with connection.cursor() as cursor:
        cursor.execute(updates, {"seconds": by.total_seconds(), "days": days})


def _clocks(whole_days: bool) -> Iterator[tuple[str, str]]:
    labels = ("orders", "suppliers", "core", "customers")
    for model in (one for label in labels for one in apps.get_app_config(label).get_models()):
        if model.__name__ in TIMELESS:
            continue
        fields = [field for field in model._meta.concrete_fields if field.name != KEY_OF_A_MAIL]
        sets = [move for field in fields if (move := _moved(field, whole_days))]
        if sets:
            yield connection.ops.quote_name(model._meta.db_table), ", ".join(sets)


def _moved(field: Any, whole_days: bool) -> str:
    name = connection.ops.quote_name(field.column)
    if isinstance(field, models.DateTimeField):
        return f"{name} = {name} - make_interval(secs => %(seconds)s)"
    return f"{name} = {name} - %(days)s" if isinstance(field, models.DateField) and whole_days else ""
