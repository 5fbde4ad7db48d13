"""The form of a report about ads."""

from django import forms
from django.utils.translation import gettext_lazy as _

from stocke.channels.adfeeds.models import AdFeed


class AdSpendForm(forms.Form):
    """A report as the platform exports it."""

    feed = forms.ModelChoiceField(
        label=_("Feed"),
        queryset=AdFeed.objects.order_by("name"),
        help_text=_("Its ids are those in the report."),
    )
    file = forms.FileField(
        label=_("Report (CSV)"),
        help_text=_(
            "With a column each for the product’s id, the day, clicks and cost; hours make it more exact."
        ),
    )
