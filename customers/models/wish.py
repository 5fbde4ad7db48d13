"""Wishes: who wants to be told when a product is back, and what came of it."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from stocke.core.models import Message
from stocke.products.models import Product


class WishState(models.TextChoices):
    ASKED = "asked", _("To confirm")
    WAITING = "waiting", _("Waiting")
    TELLING = "telling", _("Being told")
    TOLD = "told", pgettext_lazy("wish", "Told")
    ENDED = "ended", _("Ended")


class WishEnd(models.TextChoices):
    """Why a wish ended without, or before, being told."""

    NONE = "", "–"
    UNSUBSCRIBED = "unsubscribed", _("unsubscribed")
    EXPIRED = "expired", _("expired")
    BOUNCED = "bounced", _("the address returned our mail")
    FAILED = "failed", _("our mail could not be sent")


OPEN_WISHES = [WishState.ASKED, WishState.WAITING, WishState.TELLING]
# Somebody wanted to be told, and no mail of ours reached him.
UNREACHED = [WishEnd.BOUNCED, WishEnd.FAILED]


class Wish(models.Model):
    """One person's wish to be told, once, when one product is back. At most one is open per address and product.

    It waits only after its confirmation (`confirmed_at`). `channel` is the short name of the shop where it was made,
    `page_url` the page of the product there. `ends_at` is when it expires. The address is forgotten (empty) some time
    after its end.
    """

    State = WishState

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="wishes", db_index=False)
    email = models.EmailField(_("e-mail"), blank=True)
    channel = models.CharField(_("channel"), max_length=40, blank=True)
    page_url = models.CharField(max_length=500, blank=True)
    language = models.CharField(_("language"), max_length=2, default="fr")
    quantity = models.PositiveSmallIntegerField(_("units"), default=1)
    state = models.CharField(_("state"), max_length=7, choices=WishState.choices, default=WishState.ASKED)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    mails = models.PositiveSmallIntegerField(default=0)
    mailed_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True)
    ends_at = models.DateTimeField(_("expires"), null=True)
    told_at = models.DateTimeField(pgettext_lazy("wish", "told"), null=True)
    bought_at = models.DateTimeField(_("bought"), null=True)
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(
        _("why it ended"), max_length=12, choices=WishEnd.choices, default=WishEnd.NONE, blank=True
    )

    class Meta:
        verbose_name = _("wish")
        verbose_name_plural = _("wishes")
        constraints = [
            models.UniqueConstraint(
                fields=["email", "product"], name="wish_once", condition=Q(state__in=OPEN_WISHES)
            ),
        ]
        indexes = [
            # The next wave: who has waited longest.
            models.Index(
                fields=["product", "confirmed_at", "id"], name="wish_waiting", condition=Q(state="waiting")
            ),
            models.Index(fields=["product", "state", "-id"], name="wish_product_state"),
            models.Index(fields=["email", "-asked_at"], name="wish_email", condition=~Q(email="")),
            models.Index(fields=["ends_at"], name="wish_ends", condition=Q(state="waiting")),
            models.Index(fields=["asked_at"], name="wish_unconfirmed", condition=Q(state="asked")),
            # Whose address is still to be forgotten.
            models.Index(
                fields=["ended_at"],
                name="wish_to_forget",
                condition=Q(state__in=["told", "ended"]) & ~Q(email=""),
            ),
            # Whom we could not reach, of one product, the newest first.
            models.Index(
                fields=["product", "-id"], name="wish_unreached", condition=Q(ended_why__in=UNREACHED)
            ),
            models.Index(fields=["told_at"], name="wish_told", condition=Q(state="told", bought_at=None)),
        ]

    def __str__(self) -> str:
        return f"{_('wish')} {self.pk}"


class Demand(models.Model):
    """How many wishes of one product are in which state: exact counters, moved with every wish.

    `units` is what those who wait want together.
    """

    product = models.OneToOneField(
        Product, on_delete=models.PROTECT, primary_key=True, related_name="demand", verbose_name=_("product")
    )
    asked = models.IntegerField(_("to confirm"), default=0)
    waiting = models.IntegerField(_("waiting"), default=0)
    telling = models.IntegerField(_("being told"), default=0)
    told = models.IntegerField(pgettext_lazy("wish", "told"), default=0)
    ended = models.IntegerField(_("ended"), default=0)
    units = models.IntegerField(_("units wanted"), default=0)

    class Meta:
        verbose_name = _("demand")
        indexes = [models.Index(fields=["-waiting", "-product"], name="demand_waiting")]

    def __str__(self) -> str:
        return f"{self.product_id}: {self.waiting}"


class Restock(models.Model):
    """One time that a wished product came back: seen, believed (`opened_at`), told in waves, over (`ended_at`).

    `statements` counts how often in a row its suppliers have said so, the last time at `stated_at`; it is believed
    once the rules of wishes are met, and over when the product is gone again or nobody waits for it any more.
    `units_left` is what is left of a wave too large for one transaction: its next part is for so many units.
    """

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="restocks", db_index=False)
    began_at = models.DateTimeField(default=timezone.now)
    statements = models.PositiveSmallIntegerField(default=1)
    stated_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    waves = models.PositiveIntegerField(default=0)
    next_wave_at = models.DateTimeField(null=True)
    units_left = models.PositiveBigIntegerField(default=0, db_default=0)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["product"], name="one_restock_at_a_time", condition=Q(ended_at=None)
            )
        ]
        indexes = [models.Index(fields=["product", "-id"], name="restock_product")]

    def __str__(self) -> str:
        return f"{self.product_id} {self.began_at}"


class Notice(models.Model):
    """That one wish is told of one restock: once, whatever dies in between. Its mail is composed after it."""

    wish = models.ForeignKey(Wish, on_delete=models.CASCADE, related_name="notices")
    restock = models.ForeignKey(Restock, on_delete=models.CASCADE, related_name="notices", db_index=False)
    message = models.ForeignKey(Message, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["restock", "wish"], name="one_notice_per_restock_and_wish")
        ]
        indexes = [models.Index(fields=["id"], name="notice_open", condition=Q(settled_at=None))]

    def __str__(self) -> str:
        return f"{self.wish_id} {self.restock_id}"
