"""What the pages of a shop may show: its key, its sites, what to copy, and how it looks."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from stocke.channels.domain.windows import change_window, change_window_key, open_window
from stocke.channels.forms.windows import WindowForm
from stocke.channels.models import Channel, ShopWindow
from stocke.channels.queries.channels import example_sku
from stocke.core.storefronts import wish_page
from stocke.core.web.access import StaffRequest, staff_can
from stocke.core.web.partials import form_page, go_on

SCRIPT = '<script async src="{}" data-channel="{}" data-sku="{}"></script>'
PICTURE = '<a href="{}"><img src="{}" alt="{}" height="26"></a>'
PICTURE_ALONE = '<img src="{}" alt="{}" height="26">'


@staff_can("channels.edit")
def window(request: StaffRequest, pk: int) -> HttpResponse:
    channel = get_object_or_404(Channel.objects.select_related("window"), pk=pk)
    opened: ShopWindow | None = getattr(channel, "window", None)
    form = WindowForm(request.POST or None, instance=opened or ShopWindow())
    if opened and request.method == "POST" and form.is_valid():
        change_window(channel, by=request.staff, **form.facts())
        messages.success(request, _("Saved. Pages that are loaded from now on follow within half a minute."))
        return go_on(request, reverse("channels:window", args=[pk]))
    sku = request.GET.get("sku", "").strip()[:120] or example_sku(channel)
    return form_page(
        request,
        "channels/window.html",
        form=form,
        channel=channel,
        # As it is kept: the form has written what was refused onto its own.
        window=ShopWindow.objects.filter(channel=channel).first(),
        sku=sku,
        **to_copy(opened, sku) if opened else {},
        nav_key="channels",
    )


def to_copy(window: ShopWindow, sku: str) -> dict[str, str]:
    """Lines for the pages of the shop, as HTML to be shown as text."""
    source = f"{settings.PUBLIC_URL}{reverse('channels:badge_script')}"
    # Added to plain text they are plain text, which the page escapes once more.
    return {
        "script": format_html(SCRIPT, source, window.key, sku) + "",
        "picture": picture_to_copy(window, sku) + "",
    }


def picture_to_copy(window: ShopWindow, sku: str) -> str:
    """In a link to where one asks to be told when it is back, where the window leads there."""
    asked = {"channel": window.key, "sku": sku, "lang": get_language()}
    image = f"{settings.PUBLIC_URL}{reverse('channels:badge_image')}?"
    if not (window.offers_wishes and sku):
        return format_html(PICTURE_ALONE, image + urlencode(asked), _("Availability"))
    link = f"{wish_page(window.key, sku)}?lang={get_language()}"
    image += urlencode({**asked, "wish": 1})
    return format_html(PICTURE, link, image, _("Availability, and an alert when it is back"))


@require_POST
@staff_can("channels.edit")
def window_act(request: StaffRequest, pk: int, act: str) -> HttpResponse:
    """Open it the first time, or give it another key."""
    channel = get_object_or_404(Channel, pk=pk)
    match act:
        case "open":
            open_window(channel, by=request.staff)
        case "key":
            get_object_or_404(ShopWindow, channel=channel)
            change_window_key(channel, by=request.staff)
            messages.success(
                request, _("New key. Pages with the old one show nothing until you change them.")
            )
        case _:
            raise Http404
    return go_on(request, reverse("channels:window", args=[pk]))
