"""How old a statement is.

Only what changed is written, so an offer that every file has confirmed since Monday still carries Monday's `as_of`.
It is as fresh as the last good file of the feed that stated it. `run_id` is empty where the last word was not a
feed's, or where the SKU is gone from the file: then nothing confirms it and `as_of` stands alone.
"""

from django.db.models import Expression, F, OuterRef, Subquery
from django.db.models.functions import Greatest

from suppliers.models import Run

# For statements that have suppliers_offerstock under the name `stock`: select CONFIRMED_AT, join JOIN_FEED.
# greatest() ignores what is empty.
CONFIRMED_AT = "greatest(stock.as_of, stating_feed.last_good_at)"
JOIN_FEED = """LEFT JOIN suppliers_run stating_run ON stating_run.id = stock.run_id
LEFT JOIN suppliers_feed stating_feed ON stating_feed.id = stating_run.feed_id"""


def confirmed_at(stock: str = "") -> Expression:
    """The same for querysets: of OfferStock, or of whatever has it under the path `stock` ("stock__")."""
    last_good = Run.objects.filter(pk=OuterRef(f"{stock}run_id")).values("feed__last_good_at")
    return Greatest(F(f"{stock}as_of"), Subquery(last_good))
