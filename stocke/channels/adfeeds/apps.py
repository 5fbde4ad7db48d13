from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AdFeedsConfig(AppConfig):
    name = "stocke.channels.adfeeds"
    label = "adfeeds"
    verbose_name = _("Ad feeds")
