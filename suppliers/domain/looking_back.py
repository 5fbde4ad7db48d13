"""Asking the records why a number was what it was: a constant number of questions, however old or long the list."""

from datetime import datetime

from stocke.products.models import Product
from suppliers.domain.past_why import OnRecord, PastWhy, catalogue_in, offers_in, why_then
from suppliers.queries.past import (
    decisions_on,
    kept_since,
    last_good_at,
    offers_named,
    policy_at,
    told_at,
    told_before,
    turns_after,
    withheld_at,
    words_at,
)


def look_back(product: Product, at: datetime) -> PastWhy:
    """Why the number of this product was what it was at that moment."""
    told, decisions = told_at(product.pk, at), decisions_on(product.pk, at)
    number = catalogue_in(told)
    before = told_before(product.pk, number) if number else None
    named = {*offers_in(number), *offers_in(before)}
    named |= {entry.data["offer"] for entry in decisions if "offer" in entry.data}
    offers = offers_named(product.pk, named, at)
    keys = sorted({offer.pk for offer in offers} | named)
    words = words_at(keys, at)
    feeds = {word.feed_id for word in words.values() if word.feed_id is not None}
    runs = {word.run_id for word in words.values() if word.run_id is not None}
    return why_then(
        OnRecord(
            at=at,
            made_at=product.created_at,
            told=told,
            before=before,
            policy=policy_at(at),
            offers=offers,
            words=words,
            last_good=last_good_at(feeds, at),
            waiting=withheld_at(keys, at),
            turns=turns_after(runs, feeds, at),
            decisions=decisions,
            kept_since=kept_since(product.pk) if not told else None,
        )
    )
