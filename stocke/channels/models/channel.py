"""Shops that are connected, and the rules by which they are told what we have."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from stocke.core.models import Credential
from stocke.products.models import Category


class ChannelKind(models.TextChoices):
    WOOCOMMERCE = "woocommerce", "WooCommerce"
    SHOPIFY = "shopify", "Shopify"
    BIGCOMMERCE = "bigcommerce", "BigCommerce"
    GENERIC = "generic", _("Any program, by signed messages")


class Unknown(models.TextChoices):
    """What a shop is told of a product of which nobody has told us anything."""

    KEEP = "keep", _("nothing: it keeps its last number")
    ZERO = "zero", _("zero: it stops selling")


class Rules(models.Model):
    """From what we may promise to what one shop is told: share, then buffer, then cap. Empty: the wider rule counts."""

    share_percent = models.PositiveSmallIntegerField(
        _("share of what is sellable (%)"), null=True, blank=True
    )
    buffer = models.PositiveIntegerField(_("buffer"), null=True, blank=True)
    cap = models.PositiveIntegerField(_("cap"), null=True, blank=True)

    class Meta:
        abstract = True


class Channel(Rules):
    """One shop. `slug` names it in orders and publications for ever.

    `facts` is what its connector found out about it: version, currency, where its interface is. `problem` is what is
    wrong now, by a code, with figures in `problem_facts`. `claimed_until` belongs to the one worker that speaks with
    the shop at the moment; `not_before` is until when it is left in peace. `orders_cursor` is the moment up to which
    its orders are read, by the shop's own clock. `compared_at` is when all its listings were last compared with our
    levels; in between only those of products that were just published are.
    """

    slug = models.SlugField(_("short name"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=12, choices=ChannelKind.choices)
    url = models.CharField(_("address"), max_length=300)
    credential = models.ForeignKey(Credential, on_delete=models.SET_NULL, null=True, related_name="+")
    facts = models.JSONField(default=dict)
    active = models.BooleanField(_("connected"), default=True)
    takes_orders = models.BooleanField(_("take its orders in"), default=True)
    tells_stock = models.BooleanField(_("tell it our stock"), default=True)
    completes_orders = models.BooleanField(_("mark orders as complete once all has left"), default=True)
    unknown = models.CharField(
        _("when a product’s stock is unknown, tell it"),
        max_length=4,
        choices=Unknown.choices,
        default=Unknown.KEEP,
    )
    connected_at = models.DateTimeField(_("connected"), default=timezone.now)
    problem = models.CharField(max_length=40, blank=True)
    problem_facts = models.JSONField(default=dict)
    problem_since = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    not_before = models.DateTimeField(null=True)
    claim = models.UUIDField(null=True)
    claimed_until = models.DateTimeField(null=True)
    orders_cursor = models.DateTimeField(null=True)
    orders_read_at = models.DateTimeField(_("orders read"), null=True)
    listings_read_at = models.DateTimeField(_("listings read"), null=True)
    listings_wanted = models.BooleanField(default=True)
    hooks_tended_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(_("stock told"), null=True)
    compared_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        constraints = [
            models.CheckConstraint(
                condition=Q(share_percent__isnull=True) | Q(share_percent__lte=100),
                name="channel_share_at_most_all",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CategoryRules(Rules):
    """Rules for one category on one channel: they come before the channel's, and after a listing's own."""

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="category_rules")
    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel", "category"], name="one_rule_per_channel_and_category"),
            models.CheckConstraint(
                condition=Q(share_percent__isnull=True) | Q(share_percent__lte=100),
                name="category_share_at_most_all",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel_id} {self.category_id}"


class ClassRule(models.Model):
    """What one shop says of a customer (a tag, a role, a group), and the class that he has with us."""

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="class_rules")
    said = models.CharField(_("what the shop says"), max_length=80)
    customer_class = models.CharField(_("our class"), max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint("channel", Lower("said"), name="one_class_for_what_a_shop_says"),
        ]

    def __str__(self) -> str:
        return f"{self.channel_id} {self.said}: {self.customer_class}"
