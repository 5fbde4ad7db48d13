"""What insights adds to the shell: Today with its number, and what only it can join."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from stocke.core.models import HistoryEntry
from stocke.core.web.fact_sources import FactSource, register_facts
from stocke.core.web.navigation import NavEntry, register
from stocke.core.web.panels import register_panel
from stocke.core.web.places import register_places
from stocke.core.web.timeline import register_job, register_sentence
from stocke.insights.customer_panel import dealings_panel
from stocke.insights.fact_sources import KINDS_OF_CASES, case_facts, no_orders, open_cases, order_facts
from stocke.insights.places import case_places, refund_places
from stocke.insights.views.today import decisions_due


def say_report(entry: HistoryEntry) -> str:
    rows = entry.data.get("rows", 0)
    return ngettext(
        "Report about the cost of ads: %(rows)s row", "Report about the cost of ads: %(rows)s rows", rows
    ) % {"rows": rows}


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
register_places("stockoutcase", case_places)
register_places("refund", refund_places)
register_facts(FactSource("case", _("Cases that wait for a letter"), KINDS_OF_CASES, open_cases, case_facts))
register_facts(FactSource("order", _("Orders"), frozenset(), no_orders, order_facts))
register_panel("customer", dealings_panel)
register_sentence("adspend.taken", say_report, shape="done")
register_job("alerts", _("alerts to staff"))
