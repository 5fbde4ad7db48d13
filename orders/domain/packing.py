"""What a supplier is asked about his parcels, in the language of the moment."""

from django.utils.translation import gettext as _


def parcel_sentence(*, blind: bool) -> str:
    """What must not be in a parcel, nor on a neutral one."""
    if blind:
        return _(
            "Neutral parcel, please: it goes straight to our customer. No invoice, no price, no advertising and "
            "nothing of your name inside or on it."
        )
    return _("Put no invoice and no price into the parcel, please.")


def packing_sentence(*, blind: bool, note: str) -> str:
    """The same with the merchant's packing note, where there is one."""
    asked = parcel_sentence(blind=blind)
    return f"{asked}\n\n{note_title()}\n{note}" if note else asked


def note_title() -> str:
    return _("Packing note to put into the parcel:")
