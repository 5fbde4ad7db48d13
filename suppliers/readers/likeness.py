"""How much the cells of a column look like a field: from 0 to 1."""

import math
from collections.abc import Callable

from suppliers.readers.profiles import Profile

_NO_PROOF, _MANY, _SOME = 0.2, 20, 5
_MOST_MONTHS = 0.8
# So long a number, and so seldom a round one, is that of an article and no amount.
_CODE_LENGTH, _FEW_TENS = 5, 0.25


def likeness(field: str, cells: Profile) -> float:
    """For a column whose name already means the field: do the cells agree?"""
    return _AGREE[field](cells) if not cells.empty else 0.0


def unnamed_likeness(field: str, cells: Profile, *, has_header: bool) -> float:
    """For a column whose name says nothing: do the cells alone prove the field?"""
    prove = _PROVE.get(field)
    return prove(cells, has_header) if prove and not cells.empty else 0.0


def _key(cells: Profile) -> float:
    short = 1.0 if cells.length <= 40 else 0.5
    plain = 1 - 0.8 * max(cells.urls, cells.money, cells.dates)
    plain *= 0.4 if cells.words > 2.5 else 1.0
    return (0.5 * cells.codes + 0.5 * cells.distinct) * math.pow(cells.filled, 0.3) * short * plain


def _name(cells: Profile) -> float:
    readable = min(1.0, cells.words / 3) * 0.6 + 0.4 * cells.distinct
    length = 1.0 if cells.length <= 160 else 0.4
    # "Model" and "Product" may be either; what looks like codes are codes.
    length *= 0.3 if cells.words < 1.3 and max(cells.mixed_codes, cells.whole) > 0.5 else 1.0
    return readable * length * (1 - 0.9 * max(cells.urls, cells.prices)) * math.pow(cells.filled, 0.2)


def _gtin(cells: Profile) -> float:
    return max(cells.gtins, cells.ruined * 0.9, 0.1)


def _quantity(cells: Profile) -> float:
    strange = max(cells.gtins, cells.dates, cells.money, cells.zeroed, float(cells.median > 1_000_000))
    return cells.quantities * (1 - strange) * (1 - 0.3 * cells.decimals) * math.pow(cells.filled, 0.2)


def _availability(cells: Profile) -> float:
    # Sentences say more than a "Y" on every line.
    telling = 0.8 + 0.2 * cells.phrases
    return cells.availabilities * (1 - cells.dates) * math.pow(cells.filled, 0.2) * telling


def _lead(cells: Profile) -> float:
    days = cells.whole + cells.spans if cells.median <= 365 else 0.0
    told = max(cells.leads, days * (1 - cells.gtins), 0.5 * cells.dates)
    return told * (1 - cells.money) * math.pow(cells.filled, 0.1)


def _price(cells: Profile) -> float:
    return cells.prices * (1 - cells.gtins) * (1 - cells.dates) * math.pow(cells.filled, 0.3)


def _few(cells: Profile) -> float:
    """Brands and categories: short texts that come again and again."""
    return (
        (1 - 0.6 * cells.distinct)
        * (1 - max(cells.urls, cells.prices * 0.7))
        * (1.0 if cells.length < 80 else 0.5)
    )


_AGREE: dict[str, Callable[[Profile], float]] = {
    "key": _key,
    "name": _name,
    "gtin": _gtin,
    "quantity": _quantity,
    "availability": _availability,
    "lead": _lead,
    "price": _price,
    "currency": lambda cells: cells.currencies,
    "brand": _few,
    "category": _few,
}


def _is_key(cells: Profile, has_header: bool) -> float:
    unlike = max(0.7 * cells.sequence, 0.7 * cells.decimals, 0.7 * cells.money, 0.9 * cells.urls, cells.dates)
    spoken = 0.4 if cells.words > 2.5 else 1.0
    # Short bare numbers are counts, not codes.
    counts = cells.whole * (1 - cells.mixed_codes) if cells.length < 5 else 0.0
    unlike = max(unlike, 0.7 * counts)
    like = (
        0.45 * max(cells.mixed_codes, cells.zeroed, _numbered(cells))
        + 0.35 * cells.distinct
        + 0.2 * cells.codes
    )
    return like * cells.filled * (1 - unlike) * spoken


def _numbered(cells: Profile) -> float:
    """How much the cells look like the numbers that a program gives its articles: 220611, 220622."""
    is_code = cells.whole > 0.99 and cells.length >= _CODE_LENGTH and cells.tens < _FEW_TENS
    return 0.4 * cells.distinct if is_code else 0.0


def _is_gtin(cells: Profile, has_header: bool) -> float:
    # A day written as a number may have the right check digit, and stands on many lines.
    apart = cells.distinct > 0.3 or cells.count < _MANY
    return 1.4 * cells.gtins if cells.gtins >= 0.7 and cells.filled > 0.2 and apart else 0.0


def _is_name(cells: Profile, has_header: bool) -> float:
    if cells.length < 6 or cells.length > 250 or cells.urls > 0.2 or cells.prices > 0.3:
        return 0.0
    return (0.5 * min(1.0, cells.words / 4) + 0.5 * cells.distinct) * cells.filled * (1 - cells.dates)


def _is_quantity(cells: Profile, has_header: bool) -> float:
    years = 1_950 <= cells.median <= 2_100 and cells.distinct < 0.3
    stated = cells.whole + cells.worded
    # Words such as "sold out" among numbers prove a stock; then a few that we do not know may stand beside them.
    mixed = stated >= 0.3 and cells.phrases > 0 and stated + cells.phrases >= 0.75
    if (
        not (stated >= 0.9 or mixed)
        or max(cells.gtins, cells.zeroed) > 0.1
        or cells.sequence > 0.5
        or years
        or cells.median > 5_000
    ):
        return 0.0
    if cells.tens > 0.5 and cells.median >= 50:
        # 250, 500, 1000: grams or pieces in a pack.
        return 0.0
    if cells.months > _MOST_MONTHS and cells.count >= _SOME:
        # 12, 24, 36: how long the goods are guaranteed.
        return 0.0
    if _is_constant(cells):
        return _NO_PROOF
    # In a long list a stock repeats itself; in a short one it need not.
    variety = cells.distinct * min(1.0, cells.count / 40)
    return (1 - 0.5 * variety) * math.pow(cells.filled, 0.5) * (0.8 if cells.median > 500 else 1.0)


def _is_constant(cells: Profile) -> bool:
    """Whether many lines say one and the same, or several one word, which proves nothing."""
    enough = _MANY if cells.whole + cells.decimals else 2
    return round(cells.distinct * cells.count) <= 1 and cells.count >= enough


def _is_price(cells: Profile, has_header: bool) -> float:
    if cells.prices < 0.8 or cells.gtins > 0.1 or cells.sequence > 0.5 or _is_constant(cells):
        return 0.0
    written = max(cells.decimals, cells.money)
    if has_header:
        return written if written >= 0.5 else 0.0
    # Whole numbers may as well be codes; amounts with cents beside them are the prices.
    return max(written, min(0.7, cells.median / 500)) * math.pow(cells.filled, 0.5)


def _is_availability(cells: Profile, has_header: bool) -> float:
    return cells.phrases if cells.phrases > 0.9 else 0.0


_PROVE: dict[str, Callable[[Profile, bool], float]] = {
    "key": _is_key,
    "gtin": _is_gtin,
    "name": _is_name,
    "quantity": _is_quantity,
    "price": _is_price,
    "availability": _is_availability,
}
