"""Matching known offers again, on a person's word. Twice does no harm: what is matched is matched."""

from stocke.core.actors import Actor
from stocke.core.models import User
from suppliers.domain.rematching import feeds_to_match, match_again


def match_offers(user_id: int) -> None:
    """Look for the products of all offers that have none, feed by feed."""
    by = Actor.person(User.objects.get(pk=user_id))
    for feed in feeds_to_match():
        match_again(feed, by=by)
