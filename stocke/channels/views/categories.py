"""Rules of one channel for whole categories."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from stocke.channels.domain.listing_rules import change_category_rules
from stocke.channels.forms.channels import CategoryRulesForm
from stocke.channels.models import Channel
from stocke.channels.queries.channels import category_rules_for_list
from stocke.core.web.access import StaffRequest, staff_can
from stocke.core.web.partials import form_page, go_on


@staff_can("channels.edit")
def categories(request: StaffRequest, pk: int) -> HttpResponse:
    """Those that there are, and a form that sets or takes away one."""
    channel, form = get_object_or_404(Channel, pk=pk), CategoryRulesForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        change_category_rules(channel, form.cleaned_data["category"].pk, by=request.staff, **form.rules)
        messages.success(request, _("Saved. What differs is told to the shop within a minute."))
        return go_on(request, reverse("channels:categories", args=[pk]))
    return form_page(
        request,
        "channels/categories.html",
        form=form,
        channel=channel,
        rules=category_rules_for_list(channel),
        nav_key="channels",
    )
