"""Ad feeds in the shell: their command, their part of a product's page, and how what happened to them is told."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from stocke.channels.adfeeds.views.product_panel import ads_panel
from stocke.core.web.commands import Command, register_command
from stocke.core.web.panels import register_panel
from stocke.core.web.timeline import register_sentence

LABELS = {
    "name": gettext_lazy("Name"),
    "format": gettext_lazy("Format"),
    "channel": gettext_lazy("Channel"),
    "id_template": gettext_lazy("Id of a product there"),
    "link_template": gettext_lazy("Address of a product’s page"),
    "currency": gettext_lazy("Currency"),
    "country": gettext_lazy("Country"),
    "language": gettext_lazy("Language"),
    "condition": gettext_lazy("State of the goods"),
    "only_listed": gettext_lazy("Only products that the shop lists"),
    "category": gettext_lazy("Category"),
    "supplier_id": gettext_lazy("Supplier"),
    "least_price_cents": gettext_lazy("Price from"),
    "every_minutes": gettext_lazy("At most every (minutes)"),
    "retire_days": gettext_lazy("Taken out after (days)"),
}

register_panel("product", ads_panel)
register_command(
    Command(
        label=gettext_lazy("Ad feeds"),
        url=lambda: reverse("adfeeds:feeds"),
        permission="channels.view",
        icon="feeds",
    )
)
register_sentence("adfeed.made", lambda entry: _("Made"), shape="done")
register_sentence("adfeed.changed", lambda entry: _("Settings changed"), changes=LABELS)
register_sentence("adfeed.switched_on", lambda entry: _("Switched on"), shape="done")
register_sentence("adfeed.switched_off", lambda entry: _("Switched off"), shape="stopped")
register_sentence(
    "adfeed.link_changed", lambda entry: _("New address; the old one works for three more days")
)
register_sentence(
    "adfeed.link_revoked", lambda entry: _("New address; the old one was revoked"), shape="refused"
)
