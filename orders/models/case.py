"""Stockout cases: a line that cannot be delivered as promised, and how it is settled."""

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from orders.models.order import OrderLine
from stocke.products.models import Product


class CaseCause(models.TextChoices):
    """The recorded fact behind the case; each has one sentence for the customer (VOICE: cause sentences)."""

    FEED_LATE = "feed_late", _("the stock figure was late")
    SOLD_BETWEEN = "sold_between", _("sold between two updates")
    SUPPLIER_REFUSED = "supplier_refused", _("refused by the supplier")
    SUPPLIER_SHORT = "supplier_short", _("delivered only in part")
    NO_ANSWER = "no_answer", _("no answer from the supplier")
    DISCONTINUED = "discontinued", _("discontinued")
    OVERSOLD = "oversold", _("sold more than there is")


class CaseStatus(models.TextChoices):
    TO_PROPOSE = "to_propose", _("To propose")
    WITH_CUSTOMER = "with_customer", _("With the customer")
    TO_EXECUTE = "to_execute", _("To execute")
    SETTLED = "settled", _("Settled")
    CANCELLED = "cancelled", _("Cancelled")


# The shape that stands beside the word (stocke.core.web.status).
SHAPES = {
    CaseStatus.TO_PROPOSE: "propose",
    CaseStatus.WITH_CUSTOMER: "waiting",
    CaseStatus.TO_EXECUTE: "running",
    CaseStatus.SETTLED: "done",
    CaseStatus.CANCELLED: "undone",
}
# Choices of ours, not of the customer: he is told what was decided.
OURS = frozenset({"decision", "playbook", "agent"})
OPEN_CASES = [CaseStatus.TO_PROPOSE, CaseStatus.WITH_CUSTOMER, CaseStatus.TO_EXECUTE]


class OptionKind(models.TextChoices):
    SUBSTITUTE = "substitute", _("Substitute")
    WAIT = "wait", _("Wait")
    REFUND = "refund", _("Refund")
    VOUCHER = "voucher", _("Voucher")
    PARTIAL = "partial", _("Part of it now")


class StockoutCase(models.Model):
    """One open case per line. `facts` are the recorded facts the cause stands on, with their times.

    `respond_by` is when we should have proposed; `deadline` is when the customer's silence ends the line, of which he
    was reminded at `reminded_at`.
    `version` counts proposals: one mail per version. `executed_at` is set once, by the operation that executed.
    What the queue is sorted and grouped by is noted at the opening: the value, the customer's orders and cases by
    then (this one among them), who failed, of which SKU, and the currency of the order, which never changes.
    `choice_via` is how the choice came: "link", "phone", or one of `OURS` when the shop gives the money back without
    asking. `cost_cents` is what was paid on top (a difference, a voucher's gift, the shipping charge),
    `worked_seconds` how long agents had the case.
    """

    number = models.CharField(_("number"), max_length=20, unique=True)
    line = models.ForeignKey(OrderLine, on_delete=models.CASCADE, related_name="cases")
    quantity = models.PositiveIntegerField(_("quantity"))
    cause = models.CharField(_("cause"), max_length=20, choices=CaseCause.choices)
    facts = models.JSONField(default=dict)
    status = models.CharField(
        _("status"), max_length=14, choices=CaseStatus.choices, default=CaseStatus.TO_PROPOSE
    )
    opened_at = models.DateTimeField(_("opened"), auto_now_add=True)
    respond_by = models.DateTimeField(_("answer by"))
    deadline = models.DateTimeField(_("customer's deadline"), null=True)
    reminded_at = models.DateTimeField(null=True)
    version = models.PositiveSmallIntegerField(default=0)
    claimed_by = models.ForeignKey("core.User", on_delete=models.SET_NULL, null=True, related_name="+")
    claimed_at = models.DateTimeField(null=True)
    assigned_to = models.ForeignKey("core.User", on_delete=models.SET_NULL, null=True, related_name="+")
    value_cents = models.PositiveBigIntegerField(_("value"), default=0)
    currency = models.CharField(max_length=3, default="EUR", db_default="EUR")
    customer_orders = models.PositiveIntegerField(default=1)
    customer_cases = models.PositiveIntegerField(default=1)
    cause_supplier = models.CharField(_("supplier"), max_length=200, blank=True)
    cause_sku = models.CharField(_("SKU"), max_length=80, blank=True)
    choice = models.ForeignKey("CaseOption", on_delete=models.SET_NULL, null=True, related_name="+")
    chosen_at = models.DateTimeField(null=True)
    choice_via = models.CharField(max_length=10, blank=True)
    executed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    cost_cents = models.IntegerField(_("cost"), null=True)
    margin_lost_cents = models.IntegerField(_("margin lost"), null=True)
    worked_seconds = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("stockout case")
        verbose_name_plural = _("stockout cases")
        constraints = [
            models.UniqueConstraint(
                fields=["line"],
                condition=Q(status__in=["to_propose", "with_customer", "to_execute"]),
                name="one_open_case_per_line",
            )
        ]
        indexes = [
            models.Index(fields=["status", "respond_by", "id"], name="case_desk"),
            models.Index(
                fields=["deadline", "id"], name="case_customer_deadline", condition=Q(status="with_customer")
            ),
            # The desk by value, and by how often the customer bought.
            models.Index(fields=["status", "-value_cents", "id"], name="case_desk_value"),
            models.Index(fields=["status", "-customer_orders", "respond_by", "id"], name="case_desk_history"),
            # The cases of one cause that wait for a proposal, the most urgent first.
            models.Index(
                fields=["cause_sku", "cause_supplier", "cause", "respond_by", "id"],
                name="case_of_cause",
                condition=Q(status="to_propose"),
            ),
            # The stage of the desk that only grows: newest first.
            models.Index(
                fields=["status", "-closed_at", "-id"],
                name="case_closed_newest",
                condition=Q(status__in=["settled", "cancelled"]),
            ),
            # What stockouts cost, added up without a look at the cases themselves.
            models.Index(
                fields=["closed_at"],
                name="case_settled_costs",
                condition=Q(status="settled"),
                include=[
                    *("id", "cause", "cause_supplier", "currency"),
                    *("margin_lost_cents", "cost_cents", "worked_seconds"),
                ],
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def worked(self) -> timedelta:
        """How long agents had it."""
        return timedelta(seconds=self.worked_seconds)

    @property
    def is_decided_by_us(self) -> bool:
        """Whether the choice is ours: the customer was not asked."""
        return self.choice_via in OURS

    @property
    def state(self) -> tuple[str, str]:
        """Its shape and its word."""
        return SHAPES[CaseStatus(self.status)], self.get_status_display()


class CaseOption(models.Model):
    """One way out that was offered in one proposal.

    `price_difference_cents` is new minus old for the whole quantity: negative is given back, positive is borne by the
    shop, never charged. `units` is how many are sent now when only a part is there: the rest waits `until` a day, or
    `amount_cents` goes back for it.
    """

    case = models.ForeignKey(StockoutCase, on_delete=models.CASCADE, related_name="options")
    version = models.PositiveSmallIntegerField(default=1)
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=OptionKind.choices)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, null=True, related_name="+")
    reasons = models.JSONField(default=list)
    until = models.DateField(null=True)
    amount_cents = models.PositiveIntegerField(null=True)
    price_difference_cents = models.IntegerField(default=0)
    units = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "version", "position"], name="case_option_position_unique"
            )
        ]
        ordering = ["position"]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind}"


class Refund(models.Model):
    """Money we owe back. `due_on` is the legal deadline; `done_at` is set when the bank accepted."""

    class Status(models.TextChoices):
        DUE = "due", _("Due")
        DONE = "done", _("Done")

    line = models.ForeignKey(OrderLine, on_delete=models.CASCADE, related_name="refunds")
    case = models.OneToOneField(StockoutCase, on_delete=models.SET_NULL, null=True, related_name="refund")
    amount_cents = models.PositiveIntegerField(_("amount"))
    currency = models.CharField(max_length=3, default="EUR")
    reason = models.CharField(max_length=40)
    status = models.CharField(_("status"), max_length=6, choices=Status.choices, default=Status.DUE)
    due_on = models.DateField(_("due"))
    created_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True)
    reference = models.CharField(_("payment reference"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("refund")
        # What is due stands before what is done, the nearest deadline first.
        indexes = [models.Index(fields=["-status", "due_on", "id"], name="refund_due_first")]

    def __str__(self) -> str:
        return f"{self.amount_cents} {self.currency}"

    @property
    def state(self) -> tuple[str, str]:
        """Its shape and its word."""
        return "done" if self.status == self.Status.DONE else "waiting", self.get_status_display()


class Voucher(models.Model):
    """Store credit chosen by a customer instead of a refund. Until `returnable_until` he may still have the money;
    `returned_at` is set when he did, and the code is worth nothing from then on."""

    code = models.CharField(_("code"), max_length=24, unique=True)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="vouchers")
    case = models.OneToOneField(StockoutCase, on_delete=models.SET_NULL, null=True, related_name="voucher")
    amount_cents = models.PositiveIntegerField(_("amount"))
    currency = models.CharField(max_length=3, default="EUR")
    expires_on = models.DateField(_("valid until"))
    returnable_until = models.DateField(null=True)
    returned_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("voucher")

    def __str__(self) -> str:
        return self.code
