"""What of a feed's last file an import may take for granted, and who says that it may not."""

from collections.abc import Iterable

from django.db import connection

from suppliers.models import Distrust, Feed

DISTRUST_OFFERS = """
INSERT INTO suppliers_distrust (feed_id, offer_id, since)
SELECT feed.id, offer.id, now()
FROM suppliers_offer offer JOIN suppliers_feed feed ON feed.supplier_id = offer.supplier_id
WHERE offer.id = ANY(%s)
"""


def distrust(feed: Feed) -> None:
    """Let the feed's next import compare its whole file with all offers, whatever its snapshot says.

    Call it in the transaction that changes what the feed's offers state by another way than an import of the whole
    file: an undo, a mass change. It writes one row, waits for nobody and cannot deadlock. An import that has
    compared already is not disturbed; the one after it obeys. Where few offers are meant, `distrust_offers`.
    """
    Distrust.objects.create(feed=feed)


def distrust_offers(offer_ids: Iterable[int]) -> None:
    """The same for these offers only: the next import of each feed of their suppliers looks them up.

    An offer that the file says nothing new about is then compared as if its line had changed, and one that is
    missing from the file as if it had just gone. Any number of calls, also for the same offers, is harmless.
    """
    with connection.cursor() as cursor:
        cursor.execute(DISTRUST_OFFERS, [list(offer_ids)])
