"""The demonstration's shop: a foreign site with the badge on its page, and the program there that hears us."""

from collections.abc import Sequence

from django.conf import settings
from django.db.models import F, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.csp import CSP
from django.views.decorators.cache import cache_control
from django.views.decorators.csp import csp_override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from stocke.channels.connectors.errors import NotGenuine
from stocke.channels.connectors.standard_webhooks import key_of, prove
from stocke.channels.models import Channel, ShopWindow
from stocke.core.domain.credentials import reveal
from stocke.demo.pictures import picture_of
from stocke.demo.world.past import CHANNEL
from stocke.products.models import Light, Product

SHOWN_OF_EACH = 4
SHOP_POLICY: dict[str, list[str]] = {
    "default-src": [CSP.NONE],
    "script-src": [settings.PUBLIC_URL],
    "connect-src": [settings.PUBLIC_URL],
    "img-src": [settings.PUBLIC_URL, CSP.SELF, "data:"],
    "style-src": [CSP.UNSAFE_INLINE],
    "frame-ancestors": [CSP.NONE],
}


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@csp_override(SHOP_POLICY)
def shop(request: HttpRequest) -> HttpResponse:
    """Some goods of each kind. What is posted here are our own messages about stock, parcels and refunds."""
    window = ShopWindow.objects.select_related("channel__credential").filter(channel__slug=CHANNEL).first()
    if window is None or not settings.MAILBOX_DIR:
        raise Http404("no shop of the demonstration here")
    if request.method == "POST":
        return HttpResponse(status=204 if is_ours(window.channel, request) else 401)
    facts = {"goods": goods(window.channel), "key": window.key, "base": settings.PUBLIC_URL}
    return render(request, "demo/shop.html", facts)


def is_ours(channel: Channel, request: HttpRequest) -> bool:
    """Whether the message is signed with the secret that was agreed upon. What it says is on the page already."""
    secret = reveal(channel.credential).get("signing", "")
    try:
        prove([key_of(secret)], {name.lower(): text for name, text in request.headers.items()}, request.body)
    except NotGenuine:
        return False
    return True


def goods(channel: Channel) -> Sequence[Product]:
    """Of what is wished for most, of what runs low and of what is there; with the number that the shop was told."""
    listed = Product.objects.filter(listings__channel=channel).annotate(told=F("listings__told"))
    wished = listed.filter(demand__waiting__gt=0).order_by("-demand__waiting", "sku")
    low = listed.filter(Q(level__light=Light.LOW, level__sellable__gt=0)).order_by("sku")
    there = listed.filter(level__light=Light.IN_STOCK).order_by("-sku")
    return [one for some in (wished, low, there) for one in some.select_related("category")[:SHOWN_OF_EACH]]


@cache_control(public=True, max_age=86400)
def picture(request: HttpRequest, sku: str) -> HttpResponse:
    product = Product.objects.select_related("category").filter(sku=sku).first()
    if product is None or not settings.MAILBOX_DIR:
        raise Http404("no such picture")
    return HttpResponse(picture_of(product), content_type="image/svg+xml")
