from django.apps import AppConfig
from django.core.checks import Tags, register
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "stocke.core"
    label = "core"
    verbose_name = _("Core")

    def ready(self) -> None:
        from stocke.core.checks import production_mistakes, retention_mistakes, unserved_queues

        # What each context adds to the shell: navigation, search, sentences of the timeline.
        autodiscover_modules("shell")
        register(production_mistakes, Tags.security, deploy=True)
        register(retention_mistakes)
        register(unserved_queues, Tags.database, deploy=True)
