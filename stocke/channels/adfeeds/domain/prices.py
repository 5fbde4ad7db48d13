"""Prices as platforms read them: a point, as many decimals as the currency has, its code."""

from decimal import ROUND_HALF_UP, Decimal

from babel.numbers import get_currency_precision


def price_text(cents: int, currency: str) -> str:
    """ "49.00 EUR", "4900 JPY": prices are kept in hundredths whatever the currency's smallest coin is."""
    coin = Decimal(1).scaleb(-get_currency_precision(currency))
    return f"{(Decimal(cents) / 100).quantize(coin, ROUND_HALF_UP)} {currency}"
