"""What the outside world sees of the merchant."""

from django.db import transaction

from stocke.core.actors import Actor
from stocke.core.domain.history import record
from stocke.core.models import Shop

EDITABLE = ("name", "contact_email", "contact_phone", "signature", "website", "accent", "currency")
WHITE, LEAST_CONTRAST = 1.0, 4.5


def luminance(colour: str) -> float:
    """Relative luminance of "#rrggbb", as WCAG defines it."""
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def carries_white_text(colour: str) -> bool:
    """Whether white words on this colour can be read by everybody (4.5 to 1)."""
    return (WHITE + 0.05) / (luminance(colour) + 0.05) >= LEAST_CONTRAST


@transaction.atomic
def edit_shop(*, by: Actor, **changes: str) -> Shop:
    """Save what changed. Letters written before keep what they said."""
    if unknown := set(changes) - set(EDITABLE):
        raise TypeError(f"not fields of the shop: {', '.join(sorted(unknown))}")
    shop = Shop.objects.select_for_update().filter(pk=1).first() or Shop()
    before = {name: getattr(shop, name) for name, value in changes.items() if getattr(shop, name) != value}
    for name in before:
        setattr(shop, name, changes[name])
    if before:
        shop.save()
        record(shop, "shop.edited", by=by, before=before, after={name: changes[name] for name in before})
    return shop
