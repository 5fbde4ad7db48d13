"""The list of orders, and the page of one: what was bought, from where it comes, and everything that happened."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from orders.domain.notes import add_note
from orders.domain.purchase_messages import address_in_words
from orders.domain.returns.requesting import returnable
from orders.forms.desk import NoteForm
from orders.models import LineStatus, Order, OrderLine, OrderStatus, Question
from orders.queries.orders import count_orders_of, orders_for_list
from orders.queries.purchases import purchases_of
from orders.queries.questions import questions_of
from orders.queries.returns import returns_of
from orders.tables.orders import OrderFilter, OrderTable
from orders.views.conversation_panel import order_conversation
from orders.views.evidence import EvidenceShown, shown
from orders.views.order_cancel import lines_to_cancel
from orders.views.shipments import parcel_form, shown_shipments, unseen_lines
from orders.views.verification import order_or_404
from stocke.core.domain.history import thread_of
from stocke.core.queries import timeline
from stocke.core.web.access import StaffRequest, staff_can
from stocke.core.web.listpage import Empty, ListPage, NamedView, PageAction, list_response
from stocke.core.web.partials import form_page, go_on
from stocke.core.web.timeline import build_timeline

IMPORT = PageAction(gettext_lazy("Import orders"), "orders:import", permission="orders.edit", icon="upload")
ORDERS = ListPage(
    key="orders",
    title=gettext_lazy("Orders"),
    rows=lambda request: orders_for_list(),
    table=OrderTable,
    filters=OrderFilter,
    search_label=gettext_lazy("Number, customer, e-mail or SKU"),
    views=(
        NamedView(gettext_lazy("To verify"), "status=to_verify"),
        NamedView(gettext_lazy("Late"), "promise=late"),
        NamedView(gettext_lazy("Confirmed"), "status=confirmed"),
    ),
    actions=(IMPORT,),
    empty=Empty(
        gettext_lazy("No order yet"),
        gettext_lazy("Orders come by the API, or from a file: each is verified before it is confirmed."),
        action=IMPORT,
    ),
)


@dataclass(frozen=True)
class LineShown:
    """`is_unseen`: no carrier has seen a parcel of it."""

    line: OrderLine
    evidence: EvidenceShown
    question: Question | None = None
    is_unseen: bool = False

    @property
    def state(self) -> tuple[str, str]:
        """The status to be shown: what is only announced is not called shipped."""
        if self.is_unseen and self.line.status == LineStatus.SHIPPED:
            return "waiting", gettext("Parcel announced")
        return self.line.state


@require_GET
@staff_can("orders.view")
def order_list(request: StaffRequest) -> HttpResponseBase:
    return list_response(request, ORDERS)


@require_GET
@staff_can("orders.view")
def order(request: StaffRequest, number: str) -> HttpResponse:
    return order_page(request, order_or_404(number), NoteForm())


@require_POST
@staff_can("orders.edit")
def note(request: StaffRequest, number: str) -> HttpResponse:
    """A note joins the timeline."""
    noted, form = order_or_404(number), NoteForm(request.POST)
    if not form.is_valid():
        return order_page(request, noted, form)
    add_note(noted, text=form.cleaned_data["text"], by=request.staff)
    return go_on(request, reverse("orders:order", args=[number]))


def order_page(request: HttpRequest, order: Order, form: NoteForm) -> HttpResponse:
    lines = list(order.lines.all())
    asked = list(questions_of(order.pk))
    open_ = {one.line_id: one for one in asked if not one.said}
    shipments = shown_shipments(order.pk)
    unseen = unseen_lines(shipments)
    return form_page(
        request,
        "orders/order.html",
        form=form,
        order=order,
        lines=[LineShown(line, shown(line), open_.get(line.pk), line.pk in unseen) for line in lines],
        purchases=purchases_of(order.pk),
        questions=asked,
        shipments=shipments,
        parcel=parcel_form(order),
        returns=list(returns_of(order.pk)),
        is_returnable=bool(returnable(order.pk)),
        cases=[case for line in lines for case in line.cases.all()],
        refunds=[refund for line in lines for refund in line.refunds.all()],
        address=address_in_words(order.ship_to),
        order_count=count_orders_of(order.customer_id),
        # Lines, cases, purchases and letters write into the order's own thread: there is one timeline.
        timeline=build_timeline(timeline(thread_of(order)), request),
        is_waiting=order.status == OrderStatus.TO_VERIFY,
        to_cancel=lines_to_cancel(order),
        conversation=order_conversation(order),
        nav_key="orders",
    )
