"""WooCommerce, by its REST interface (wc/v3). What it really does was observed on versions 7.9 to 11.0."""

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
