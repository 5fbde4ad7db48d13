"""What we ask of a supplier, and its answer."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orders.models.allocation import Allocation
from orders.models.ordering import Transmission
from suppliers.models import Offer, Supplier


class PurchaseOrderStatus(models.TextChoices):
    """`prepared`: written, and not handed over yet. `priced`: answered, with a new price that a person must decide."""

    PREPARED = "prepared", _("Not sent yet")
    WAITING = "waiting", _("Waiting for the supplier")
    PRICED = "priced", _("New price to decide")
    ANSWERED = "answered", _("Answered")
    CANCELLED = "cancelled", _("Cancelled")


class Answer(models.TextChoices):
    """`priced`: he would ship, at a price beyond our tolerance. `withdrawn` is ours: the promise behind the question
    was taken back before the supplier answered."""

    NONE = "", _("no answer yet")
    ACCEPTED = "accepted", _("accepted")
    PART = "part", _("accepted in part")
    REJECTED = "rejected", _("refused")
    PRICED = "priced", _("at a new price")
    WITHDRAWN = "withdrawn", _("no longer needed")


class RefusalReason(models.TextChoices):
    """Why a supplier says no. Only the first two say something about his stock; the last is our own decision."""

    NO_STOCK = "no_stock", _("out of stock")
    DISCONTINUED = "discontinued", _("discontinued")
    PRICE = "price", _("the price has changed")
    OTHER = "other", _("another reason")
    NO_ANSWER = "no_answer", _("no answer")
    MINIMUM = "minimum", _("our order is below the supplier’s minimum")


class CancelAnswer(models.TextChoices):
    """What a supplier says when we ask him to cancel what he had accepted."""

    NONE = "", _("no answer yet")
    CANCELLED = "cancelled", _("cancelled")
    TOO_LATE = "too_late", _("too late, it has left")


class PurchaseOrder(models.Model):
    """One purchase order to one supplier for one customer's order. `chased` is the last step of `domain.chasing`.

    `asked_at` is set where it was handed over later than it was written: his time runs from then.
    """

    number = models.CharField(_("number"), max_length=40, unique=True)
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="purchase_orders")
    order = models.ForeignKey("orders.Order", on_delete=models.CASCADE, related_name="purchase_orders")
    status = models.CharField(
        _("status"), max_length=10, choices=PurchaseOrderStatus.choices, default=PurchaseOrderStatus.WAITING
    )
    created_at = models.DateTimeField(_("sent"), auto_now_add=True)
    transmission = models.ForeignKey(
        Transmission, on_delete=models.PROTECT, null=True, related_name="purchases", db_index=False
    )
    asked_at = models.DateTimeField(null=True)
    answer_due_at = models.DateTimeField(_("answer due"))
    answered_at = models.DateTimeField(_("answered"), null=True)
    chased = models.CharField(max_length=4, blank=True)
    cancel_asked_at = models.DateTimeField(null=True)
    cancel_answer = models.CharField(
        max_length=10, choices=CancelAnswer.choices, default=CancelAnswer.NONE, blank=True
    )
    cancel_answered_at = models.DateTimeField(null=True)
    late_yes_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("purchase order")
        verbose_name_plural = _("purchase orders")
        indexes = [
            models.Index(fields=["answer_due_at"], name="purchase_waiting", condition=Q(status="waiting")),
            models.Index(fields=["supplier", "-id"], name="purchase_supplier"),
            models.Index(fields=["status", "-id"], name="purchase_status_newest"),
            models.Index(
                fields=["transmission"], name="purchase_transmission", condition=Q(transmission__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_cancelling(self) -> bool:
        """Whether the supplier was asked to cancel and has not said yet whether he could."""
        return self.cancel_asked_at is not None and not self.cancel_answer

    @property
    def is_late(self) -> bool:
        return self.status == PurchaseOrderStatus.WAITING and self.answer_due_at < timezone.now()

    @property
    def state(self) -> tuple[str, str]:
        """The status to be shown: its kind and its word."""
        if self.is_late:
            return "late", str(_("Answer overdue"))
        if self.is_cancelling:
            return "waiting", str(_("Asked to cancel"))
        if self.cancel_answer == CancelAnswer.CANCELLED:
            return "undone", str(_("Cancelled by the supplier"))
        kinds = {
            "prepared": "waiting",
            "waiting": "waiting",
            "priced": "verify",
            "answered": "done",
            "cancelled": "undone",
        }
        return kinds[self.status], str(PurchaseOrderStatus(self.status).label)


class PurchaseOrderLine(models.Model):
    """One allocation asked of the supplier. `accepted_quantity` is set with the answer.

    `offered_*` is what he would ship, and at which price, until a person has decided. `ship_on` is the day he names.
    `restock_offer` is the allocation's offer wherever `restock_on` is stated: the database keeps it (migration
    `offers_of_restocks`).
    """

    purchase_order = models.ForeignKey(PurchaseOrder, on_delete=models.CASCADE, related_name="lines")
    allocation = models.OneToOneField(Allocation, on_delete=models.PROTECT, related_name="purchase_line")
    quantity = models.PositiveIntegerField()
    cost_cents = models.PositiveIntegerField(null=True)
    answer = models.CharField(max_length=10, choices=Answer.choices, default=Answer.NONE, blank=True)
    accepted_quantity = models.PositiveIntegerField(null=True)
    reason = models.CharField(_("reason"), max_length=12, choices=RefusalReason.choices, blank=True)
    note = models.CharField(_("note"), max_length=250, blank=True)
    restock_on = models.DateField(_("expected again on"), null=True)
    restock_offer = models.ForeignKey(
        Offer, on_delete=models.PROTECT, null=True, editable=False, related_name="+", db_index=False
    )
    ship_on = models.DateField(_("ships on"), null=True)
    offered_quantity = models.PositiveIntegerField(null=True)
    offered_cents = models.PositiveIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["ship_on"], name="purchase_line_ships_on", condition=Q(ship_on__isnull=False)
            ),
            # The days still ahead of one product: shoppers wait for them, whatever others announce.
            models.Index(
                fields=["restock_offer", "restock_on"],
                name="purchase_line_back",
                condition=Q(restock_offer__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purchase_order_id} {self.quantity}"

    @property
    def state(self) -> tuple[str, str]:
        """The answer to be shown: its kind and its word."""
        kinds = {
            "": "waiting",
            "accepted": "done",
            "part": "partly",
            "rejected": "refused",
            "priced": "verify",
            "withdrawn": "undone",
        }
        return kinds[self.answer], str(Answer(self.answer).label)
