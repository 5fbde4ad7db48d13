"""What sourcing policies add to the shell: their page in the settings, and how their record is told."""

from collections.abc import Mapping

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from stocke.core.models import HistoryEntry
from stocke.core.web.settings_tabs import SettingsTab, register_settings
from stocke.core.web.timeline import register_sentence

RULES: Mapping[str, Promise] = {
    "name": gettext_lazy("Name"),
    "channel": gettext_lazy("Channel"),
    "customer_class": gettext_lazy("Class of customers"),
    "margin_percent": gettext_lazy("Least margin, in percent"),
    "most_lead_days": gettext_lazy("Longest lead time, in days"),
    "countries": gettext_lazy("Countries"),
    "may_split": gettext_lazy("Splits lines"),
    "most_parcels": gettext_lazy("Most parcels"),
}


def link_to_policy(entry: HistoryEntry) -> str | None:
    return reverse("orders:sourcing_policy", args=[entry.data["policy"]])


register_settings(SettingsTab("sourcing", gettext_lazy("Sourcing"), "orders:sourcing", "settings.view"))
register_sentence(
    "sourcing_policy.saved",
    lambda e: _("Policy %(name)s saved, version %(version)s") % dict(e.data),
    group="people",
    changes=RULES,
    link=link_to_policy,
)
register_sentence(
    "sourcing_policy.ended",
    lambda e: _("Policy %(name)s ended") % dict(e.data),
    shape="undone",
    group="people",
)
