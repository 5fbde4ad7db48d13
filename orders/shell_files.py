"""What files of orders add to the shell: how their record is told."""

from django.utils.translation import gettext as _

from orders.views.order_file_rows import result_in_words
from stocke.core.models import HistoryEntry
from stocke.core.web.timeline import register_sentence


def taken_in(entry: HistoryEntry) -> str:
    said = {"file": entry.data.get("file"), "result": result_in_words(entry.after)}
    return _("File %(file)s of orders: %(result)s") % said


register_sentence("order_file.taken_in", taken_in, shape="done", group="people")
register_sentence(
    "order_file.started",
    lambda entry: _("File %(file)s of orders handed in") % entry.data,
    shape="running",
    group="people",
)
