"""The public page on which a shopper asks to be told when a product is back. GET shows, POST asks.

No cookie is set and none is asked for: a form of ours is sealed instead. Whether an address is known, nobody learns.
"""

from collections.abc import Sequence
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csp import csp_override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from customers.domain.wishes import Asked, ask
from customers.forms.wishes import WishForm
from customers.queries.wishes import wished_product
from customers.views import wish_program
from stocke.core.actors import Actor
from stocke.core.storefronts import Storefront, storefront
from stocke.core.web.middleware import LANGUAGES
from stocke.core.web.partials import page
from stocke.products.models import Product

# Where no shop leads to the page: the merchant's own, whatever he sells through.
NO_SHOP = "-"


@csrf_exempt
@never_cache
@csp_override(settings.PICTURES_CSP)
@require_http_methods(["GET", "HEAD", "POST", "OPTIONS"])
def wish_ask(request: HttpRequest, channel: str, sku: str) -> HttpResponse:
    """The form for people; for the scripts of a shop's pages and for programs, the same in JSON."""
    shop = Storefront("", "") if channel == NO_SHOP else storefront(channel)
    product = wished_product(sku, shop) if shop and shop.is_open else None
    if wish_program.is_program(request):
        return wish_program.answer(request, shop, product)
    if shop is None or product is None:
        return _unknown(request)
    if request.method == "POST" and not product.level.sellable > 0:
        return _ask(request, shop, product, [channel, sku])
    # A page that is none of the shop's is forgotten here: nobody could correct it in a field that is not shown.
    page_url = wish_program.own_page(request.GET.get("page", ""), shop)
    return _show(request, shop, product, WishForm(sku=product.sku, page=page_url))


def _ask(request: HttpRequest, shop: Storefront, product: Product, address: Sequence[str]) -> HttpResponse:
    """Afterwards the same `address` again: under our SKU the shop may have something else."""
    form = WishForm(request.POST, sku=product.sku)
    if not form.is_of_a_program:
        if not form.is_valid():
            return _show(request, shop, product, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        if wish_program.asks_too_often(request):
            form.add_error("seal", _("Many alerts were asked for from here. Please try again in a minute."))
            return _show(request, shop, product, form, status=HTTPStatus.TOO_MANY_REQUESTS)
        ask(product, _asked(form, shop), by=Actor.customer(_("a shopper")))
    language = request.GET.get("lang", "")
    query = {"asked": "1", **({"lang": language} if language in LANGUAGES else {})}
    url = reverse("customers:wish_ask", args=address, query=query)
    return HttpResponse(status=HTTPStatus.SEE_OTHER, headers={"Location": url})


def _asked(form: WishForm, shop: Storefront) -> Asked:
    given = form.cleaned_data
    return Asked(
        email=given["email"],
        channel=shop.slug,
        language=translation.get_language() or settings.LANGUAGE_CODE,
        quantity=given["quantity"],
        page_url=wish_program.own_page(given["page"], shop),
    )


def _show(
    request: HttpRequest, shop: Storefront, product: Product, form: WishForm, *, status: int = HTTPStatus.OK
) -> HttpResponse:
    return page(
        request,
        "public/customers_wish_ask.html",
        status=status,
        product=product,
        level=product.level,
        shop_url=shop.url,
        form=form,
        was_asked="asked" in request.GET,
    )


def _unknown(request: HttpRequest) -> HttpResponse:
    return page(
        request,
        "public/told.html",
        status=HTTPStatus.NOT_FOUND,
        title=_("This product is not here"),
        text=_("Perhaps it is no longer sold, or the link was cut short on its way."),
        more=_("Write to us or call us if anything is unclear: a person will answer."),
    )
