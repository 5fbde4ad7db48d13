"""Prices as platforms read them: a point, as many decimals as the currency has, its code."""

from decimal import Decimal

from babel.numbers import get_currency_precision


def price_text(minor_units: int, currency: str) -> str:
    """ "49.00 EUR", "4900 JPY": the price is in the smallest unit of its currency."""
    decimals = get_currency_precision(currency)
    return f"{Decimal(minor_units).scaleb(-decimals):.{decimals}f} {currency}"
