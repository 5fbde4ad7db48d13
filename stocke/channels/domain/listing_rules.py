"""Rules of single listings and of categories."""

from django.db import transaction

from stocke.channels.models import CategoryRules, Channel, Listing
from stocke.core.actors import Actor
from stocke.core.domain.history import record

RULES = ("share_percent", "buffer", "cap")


@transaction.atomic
def change_listing_rules(listing: Listing, *, by: Actor, **rules: int | None) -> bool:
    """Whether anything differs. The channel is told at its next look."""
    kept = Listing.objects.select_for_update(no_key=True).get(pk=listing.pk)
    before = {name: getattr(kept, name) for name in RULES}
    if before == rules:
        return False
    Listing.objects.filter(pk=listing.pk).update(**rules)
    Channel.objects.filter(pk=listing.channel_id).update(compared_at=None)
    record(listing.channel, "listing.rules", by=by, listing=str(listing), before=before, after=rules)
    return True


@transaction.atomic
def change_category_rules(channel: Channel, category_id: int, *, by: Actor, **rules: int | None) -> None:
    """Set the rules of one category on this channel; none at all takes them away."""
    found = CategoryRules.objects.filter(channel=channel, category=category_id)
    before = found.values(*RULES).first() or dict.fromkeys(RULES)
    if before == rules:
        return
    if any(value is not None for value in rules.values()):
        CategoryRules.objects.update_or_create(channel=channel, category_id=category_id, defaults=rules)
    else:
        found.delete()
    Channel.objects.filter(pk=channel.pk).update(compared_at=None)
    record(channel, "category.rules", by=by, category=category_id, before=before, after=rules)
