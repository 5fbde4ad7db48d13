"""What each ad feed says of a product, and why, on the page that explains the product."""

from stocke.channels.adfeeds.queries.feeds import entries_of
from stocke.channels.adfeeds.tables.words import problem_in_words, said_of, state_of_entry, why_entry
from stocke.core.web.panels import Panel


def ads_panel(product_id: int) -> Panel:
    return Panel(
        "channels/ads/of_product.html",
        {
            "feeds": [
                {
                    "feed": entry.feed,
                    "state": state_of_entry(entry),
                    "said": said_of(entry, entry.feed) if entry.sent_at else "",
                    "why": why_entry(entry),
                    "problems": [problem_in_words(code) for code in entry.problems],
                }
                for entry in entries_of(product_id)
            ]
        },
    )
