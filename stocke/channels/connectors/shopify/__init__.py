"""Shopify, by its Admin API (GraphQL)."""

from datetime import timedelta

from stocke.channels.connectors.shopify import groups, hooks, orders, probing, reports, stock


class Shopify:
    """The parts of this connector in the shape of all. Its messages are signed with the secret of our app there."""

    kind = "shopify"
    secret_names: tuple[str, ...] = ("token", "client_secret")
    signs_with = "client_secret"
    reads_orders = True
    reads_listings = True
    looks_at = 30
    # Of orders older than sixty days Shopify says nothing to an app that was not let in to all of them.
    remembers: timedelta | None = timedelta(days=55)

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


SHOPIFY = Shopify()
