"""What insights adds to the shell: Today, with the number of decisions that wait."""

from django.utils.translation import gettext_lazy as _

from stocke.core.web.navigation import NavEntry, register
from stocke.insights.views.today import decisions_due

register(
    NavEntry(
        key="today",
        group="",
        label=_("Today"),
        url_name="insights:today",
        icon="today",
        permission="insights.view",
        counter=decisions_due,
    )
)
