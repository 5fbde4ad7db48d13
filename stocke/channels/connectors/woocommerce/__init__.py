"""WooCommerce, by its REST interface (wc/v3). Run against shops of 7.1 to 11.0: docs/channels.md says what was seen.

What differs between versions is asked of the shop: its own description (`probing.py`) and its answers say it.
"""

from datetime import timedelta

from stocke.channels.connectors.woocommerce import groups, hooks, orders, probing, reports, stock


class WooCommerce:
    """The parts of this connector in the shape of all."""

    kind = "woocommerce"
    secret_names: tuple[str, ...] = ("key", "secret")
    signs_with = ""
    reads_orders = True
    reads_listings = True
    looks_at = 100
    remembers: timedelta | None = None

    probe = staticmethod(probing.probe)
    orders_since = staticmethod(orders.orders_since)
    orders_named = staticmethod(orders.orders_named)
    groups_of = staticmethod(groups.groups_of)
    recognise = staticmethod(hooks.recognise)
    tend_hooks = staticmethod(hooks.tend_hooks)
    listings = staticmethod(stock.listings)
    batches = staticmethod(stock.batches)
    tell = staticmethod(stock.tell)
    report_parcel = staticmethod(reports.report_parcel)
    report_refund = staticmethod(reports.report_refund)
    report_cancellation = staticmethod(reports.report_cancellation)


WOOCOMMERCE = WooCommerce()
