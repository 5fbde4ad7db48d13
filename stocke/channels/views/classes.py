"""What a shop says of its customers, and the classes that they have with us."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from stocke.channels.domain.classes import change_class, rules_of
from stocke.channels.forms.channels import ClassForm
from stocke.channels.models import Channel, ChannelKind
from stocke.core.web.access import StaffRequest, staff_can
from stocke.core.web.partials import form_page, go_on

# What each kind of shop calls it, and what our key must be allowed.
TOLD: dict[str, Promise] = {
    ChannelKind.SHOPIFY: gettext_lazy(
        "Shopify puts tags on customers (wholesale, vip). Our app needs the right read_customers."
    ),
    ChannelKind.WOOCOMMERCE: gettext_lazy(
        "WooCommerce gives each customer a role (customer, wholesale_customer); what a plugin writes on him is "
        "matched as key=value. Our key needs the right to read."
    ),
    ChannelKind.BIGCOMMERCE: gettext_lazy(
        "BigCommerce puts customers into groups, by their names. Our token needs the right to read customers."
    ),
}


@staff_can("channels.edit")
def classes(request: StaffRequest, pk: int) -> HttpResponse:
    """The rules that there are, and a form that sets or takes away one."""
    channel, form = get_object_or_404(Channel, pk=pk), ClassForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        change_class(channel, given["said"], given["customer_class"], by=request.staff)
        messages.success(request, _("Saved. It counts for orders that are read from now on."))
        return go_on(request, reverse("channels:classes", args=[pk]))
    return form_page(
        request,
        "channels/classes.html",
        form=form,
        channel=channel,
        rules=rules_of(channel).items(),
        told=TOLD.get(channel.kind, ""),
        nav_key="channels",
    )
