"""The two letters of a wish: please confirm, and: it is back. One link each that acts, and one that ends it."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from customers.models import Notice, Wish, WishRules
from stocke.core.actors import Actor
from stocke.core.domain.history import thread_of
from stocke.core.domain.links import sign
from stocke.core.domain.outbox import compose
from stocke.core.models import Message, Shop
from stocke.core.storefronts import sku_there, storefront
from stocke.core.web.formats import money
from stocke.products.models import Product

PURPOSE, LINK_DAYS = "wish", 730
CONFIRM, BACK = "wish_confirm", "wish_back"


def wish_link(wish: Wish) -> str:
    """The page of one wish, behind a signed link: there it is confirmed and ended."""
    return settings.PUBLIC_URL + reverse("customers:wish_mine", args=[sign(PURPOSE, wish.pk)])


def unsubscribe_link(wish: Wish) -> str:
    """Where mail programs unsubscribe by one POST, and people by one button."""
    return settings.PUBLIC_URL + reverse("customers:wish_end", args=[sign(PURPOSE, wish.pk)])


def product_link(wish: Wish, product: Product) -> str:
    """Where the product can be bought: its page in the shop if we know it, the shop, or our own page of it."""
    shop = storefront(wish.channel)
    known = wish.page_url or (shop.url if shop else "") or Shop.current().website
    sku = sku_there(wish.channel, product.pk) or product.sku
    return known or settings.PUBLIC_URL + reverse("customers:wish_ask", args=[wish.channel or "-", sku])


def ask_to_confirm(wish: Wish, product: Product, *, by: Actor) -> Message:
    """Once for each time it is asked for: the number of its mails is part of the key."""
    facts = {
        "line.product": product.name,
        "confirm_link": wish_link(wish),
        "confirm_days": str(WishRules.current().confirm_days),
    }
    return _write(wish, CONFIRM, f"wish:{wish.pk}:confirm:{wish.mails}", facts, by=by)


def say_it_is_back(notice: Notice, *, by: Actor) -> Message:
    """Once for each notice, whatever is killed meanwhile."""
    wish, product = notice.wish, notice.wish.product
    with override(wish.language):
        facts = {
            "line.product": product.name,
            "line.picture": product.image_url,
            "back_sentence": back_sentence(product),
            "product_link": product_link(wish, product),
            "unsubscribe_link": unsubscribe_link(wish),
        }
    return _write(wish, BACK, f"wish:{wish.pk}:notice:{notice.pk}", facts, by=by)


def back_sentence(product: Product) -> str:
    """With the price where there is one."""
    if not product.price_cents:
        return _("%(product)s is in stock again.") % {"product": product.name}
    price = money(product.price_cents, product.currency)
    return _("%(product)s is in stock again, at %(price)s.") % {"product": product.name, "price": price}


def _write(wish: Wish, kind: str, key: str, facts: dict[str, str], *, by: Actor) -> Message:
    return compose(
        kind,
        key=key,
        thread=thread_of(wish),
        recipient=wish.email,
        recipient_name="",
        language=wish.language,
        facts=facts,
        by=by,
        send=True,
        delay_seconds=0,
    )
