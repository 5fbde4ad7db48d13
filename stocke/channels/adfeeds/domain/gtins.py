"""Barcodes: eight, twelve, thirteen or fourteen digits, the last of which proves the others."""

LENGTHS = frozenset({8, 12, 13, 14})


def is_gtin(digits: str) -> bool:
    """Whether it is one whose check digit is right. All zeros are none."""
    if len(digits) not in LENGTHS or not (digits.isascii() and digits.isdecimal()) or not int(digits):
        return False
    weighted = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(digits)))
    return weighted % 10 == 0
