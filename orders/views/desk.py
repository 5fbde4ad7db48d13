"""The verification desk in values: the queue, and the order with its lines, its sources and what follows."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from orders.models import LineStatus, Order, OrderLine, Question
from orders.models.order import ENDED
from orders.queries.desk import DECIDABLE, count_waiting, desk_queue
from orders.queries.orders import count_orders_of, order_for_page
from orders.queries.questions import count_open, questions_of
from orders.views.evidence import CHECK_LABELS, EvidenceShown, SourceShown, shown
from stocke.core.web.status import Status

QUEUE_LENGTH = 100
KEYED = (LineStatus.DOUBTFUL, LineStatus.ASKED)
OPENED = (*KEYED, LineStatus.SHORT)


@dataclass(frozen=True)
class QueueRow:
    """One order of the queue, with the first reason why it waits."""

    order: Order
    what: Status
    doubts: frozenset[str]
    line_count: int
    url: str


@dataclass(frozen=True)
class Chip:
    label: str
    url: str
    count: int
    is_current: bool


@dataclass(frozen=True)
class LineView:
    """One line of the order: its verdict, its checks and its sources."""

    line: OrderLine
    evidence: EvidenceShown
    is_open: bool
    has_keys: bool
    question: Question | None = None

    @property
    def can_be_decided(self) -> bool:
        return self.line.status in [*DECIDABLE, LineStatus.ASKED]


@dataclass(frozen=True)
class OrderView:
    order: Order
    lines: Sequence[LineView]
    order_count: int
    margin_cents: int | None
    consequences: Sequence[tuple[str, str]]
    position: int

    @property
    def doubtful(self) -> list[LineView]:
        return [one for one in self.lines if one.line.status == LineStatus.DOUBTFUL]

    @property
    def is_asked(self) -> bool:
        """Whether it waits for what a supplier says."""
        return any(one.question for one in self.lines)

    @property
    def short(self) -> list[LineView]:
        return [one for one in self.lines if one.line.status == LineStatus.SHORT]

    @property
    def is_out(self) -> bool:
        """Whether nothing is left of it that could be delivered."""
        return len(self.short) == sum(one.line.status not in ENDED for one in self.lines) > 0

    @property
    def keyed(self) -> LineView | None:
        """The line that the keys 1 to 9 and R speak of."""
        return next((one for one in self.lines if one.has_keys), None)

    @property
    def is_decidable(self) -> bool:
        return any(one.can_be_decided for one in self.lines)

    @property
    def margin_ratio(self) -> float | None:
        goods = sum(one.line.total_cents for one in self.lines)
        return self.margin_cents / goods if self.margin_cents is not None and goods else None


@dataclass(frozen=True)
class Desk:
    queue: Sequence[QueueRow]
    chips: Sequence[Chip]
    count: int
    view: OrderView | None
    next_url: str
    doubt: str
    is_auto: bool
    asked: int = 0

    @property
    def query(self) -> str:
        """What the acts' addresses carry on."""
        return f"?doubt={self.doubt}" if self.doubt else ""

    @property
    def is_full(self) -> bool:
        return self.count > QUEUE_LENGTH


def desk(order: Order | None = None, *, doubt: str = "") -> Desk:
    """The queue, narrowed to one kind of doubt, with one order open: this one, or the first of the queue."""
    rows = [row_of(waiting, doubt) for waiting in desk_queue(QUEUE_LENGTH)]
    kept = [row for row in rows if not doubt or doubt in row.doubts]
    is_auto = order is None
    if order is None and kept:
        order = order_for_page(kept[0].order.number)
    position = next((at for at, row in enumerate(kept, start=1) if order and row.order.pk == order.pk), 0)
    following = kept[position].url if 0 < position < len(kept) else ""
    view = view_of(order, position) if order else None
    return Desk(kept, chips(rows, doubt), count_waiting(), view, following, doubt, is_auto, count_open())


def row_of(order: Order, doubt: str) -> QueueRow:
    lines = [line for line in order.lines.all() if line.status not in ENDED]
    doubtful = [(line, shown(line)) for line in lines if line.status == LineStatus.DOUBTFUL]
    doubts = frozenset(check.name for _line, evidence in doubtful for check in evidence.failing)
    return QueueRow(order, why_waiting(doubtful, lines), doubts, len(lines), address_of(order.number, doubt))


def address_of(number: str, doubt: str = "") -> str:
    """The desk with this order open; the chosen kind of doubt stays chosen."""
    return reverse("orders:verification_order", args=[number], query={"doubt": doubt} if doubt else None)


def why_waiting(doubtful: Sequence[tuple[OrderLine, EvidenceShown]], lines: Sequence[OrderLine]) -> Status:
    """The first doubt with its product; without one, what else keeps the order here."""
    if doubtful:
        line, evidence = doubtful[0]
        checks = evidence.failing
        said = {"label": name_of(line), "words": checks[0].words if checks else ""}
        return Status("verify", _("%(label)s: %(words)s") % said if checks else said["label"])
    if any(line.status == LineStatus.ASKED for line in lines):
        return Status("late", _("The supplier has not answered: decide now"))
    if any(line.status == LineStatus.SHORT for line in lines):
        return Status("partly", _("The rest of the order can be delivered"))
    return Status("safe", _("Every line is safe: a person confirms"))


def chips(rows: Sequence[QueueRow], chosen: str) -> list[Chip]:
    """All, and each kind of doubt that somebody in the queue has."""
    url = reverse("orders:verification")
    every = [Chip(pgettext("orders", "All"), url, len(rows), not chosen)]
    counts = {name: sum(name in row.doubts for row in rows) for name in CHECK_LABELS}
    return every + [
        Chip(str(CHECK_LABELS[name]), f"{url}?doubt={name}", count, chosen == name)
        for name, count in counts.items()
        if count
    ]


def name_of(line: OrderLine) -> str:
    return line.product.name if line.product else line.ordered_name


def view_of(order: Order, position: int) -> OrderView:
    lines = [line for line in order.lines.all() if line.status != LineStatus.CANCELLED]
    keyed = next((line.pk for line in lines if line.status in KEYED), None)
    asked = {one.line_id: one for one in questions_of(order.pk) if not one.said}
    views = [
        LineView(line, shown(line), line.status in OPENED, line.pk == keyed, asked.get(line.pk))
        for line in lines
    ]
    return OrderView(
        order=order,
        lines=views,
        order_count=count_orders_of(order.customer_id),
        margin_cents=margin_of(order, views),
        consequences=list(consequences(order, views)),
        position=position,
    )


def margin_of(order: Order, views: Sequence[LineView]) -> int | None:
    """Prices minus the costs of the chosen sources; None while one of them is not known in the order's currency."""
    total = 0
    for view in views:
        chosen = view.evidence.chosen
        if len(chosen) != 1 or chosen[0].cost_cents is None or chosen[0].currency != order.currency:
            return None
        total += view.line.total_cents - view.line.quantity * chosen[0].cost_cents
    return total


def consequences(order: Order, views: Sequence[LineView]) -> list[tuple[str, str]]:
    """What a confirmation does, before the click: icon and sentence."""
    sources: dict[int, SourceShown] = {}
    for view in views:
        if view.can_be_decided:
            sources.update({one.supplier_id: one for one in view.evidence.chosen})
    names = ", ".join(one.supplier for one in sources.values())
    said = [
        (
            "buy",
            ngettext("%(n)s purchase order: %(names)s", "%(n)s purchase orders: %(names)s", len(sources))
            % {"n": len(sources), "names": names},
        )
    ]
    if len(sources) > 1:
        said.append(("feeds", _("%(n)s parcels instead of one") % {"n": len(sources)}))
    said.append(
        (
            "mail",
            _("A confirmation to %(name)s, which can be taken back for %(seconds)s s")
            % {"name": order.customer.full_name, "seconds": settings.UNDO_SECONDS},
        )
    )
    if any(view.question for view in views):
        said.append(("cases", _("The question to the supplier is withdrawn: the decision is yours")))
    in_case = sum(view.line.status == LineStatus.SHORT for view in views)
    if in_case:
        words = ngettext("%(n)s line stays in its case", "%(n)s lines stay in their cases", in_case)
        said.append(("cases", words % {"n": in_case}))
    return said
