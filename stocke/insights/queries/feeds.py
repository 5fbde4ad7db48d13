"""How the feeds are: the worst first."""

from suppliers.models import Feed
from suppliers.queries.feeds import feeds_for_list
from suppliers.tables.feeds import state_of_feed

SHOWN = 12
# From worst to best; what is not named here stands last.
WORST_FIRST = ("held", "failed", "unknown", "running", "waiting", "done")


def feeds_by_health() -> list[Feed]:
    """Active feeds, the worst first; as many as the panel shows. Merchants have dozens, not thousands."""
    feeds = list(feeds_for_list().filter(active=True).order_by("supplier__name", "name", "pk"))
    return sorted(feeds, key=rank)[:SHOWN]


def rank(feed: Feed) -> int:
    kind = state_of_feed(feed).kind
    return WORST_FIRST.index(kind) if kind in WORST_FIRST else len(WORST_FIRST)
