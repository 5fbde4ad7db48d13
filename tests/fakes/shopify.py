"""A Shopify shop over real HTTP, as its Admin API speaks: enough of GraphQL to answer the operations that we send.

It enforces what the schema does not say and the real one demands at run time (both recorded): a key against repeating
on mutations that need one, and a quantity to compare with. Beside each answer stands whether it was recorded from a
running shop or is a guess; every document that asks for one is judged by the schemas.
"""

import json
import re
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import SHUT_RDWR
from threading import RLock, Thread
from typing import Any

from tests.fakes.budgets import Points
from tests.fakes.origins import Origin, guess, recorded

TOKEN, CLIENT_SECRET = "shpat_test", "shpss_test"
LOCATION = "gid://shopify/Location/1"
SCOPES = (
    "write_orders",
    "read_products",
    "write_inventory",
    "read_locations",
    "write_merchant_managed_fulfillment_orders",
)
LAST_PAGE = {"hasNextPage": False, "endCursor": None}
NEEDS_KEY = re.compile(
    r"(inventorySetQuantities|refundCreate)\(input: \$input\)(?! @idempotent\(key: \$\w+\))"
)
type Row = dict[str, Any]


@dataclass
class ShopifyShop:
    """Its state. `faults` answer instead of it, once each; `before` is called with the name of each operation,
    `heard` with each number that it is told. `loses` says of which calls the answer is lost after they were done.
    `speaks` is the version by which it answers, whatever it is asked by.
    """

    port: int = 0
    items: dict[str, Row] = field(default_factory=dict)
    orders: dict[str, Row] = field(default_factory=dict)
    hooks: list[Row] = field(default_factory=list)
    fulfilments: list[Row] = field(default_factory=list)
    refunds: dict[str, list[Row]] = field(default_factory=dict)
    keys: dict[str, Any] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    faults: list[Row] = field(default_factory=list)
    before: Callable[[str], None] = lambda name: None
    heard: Callable[[str, int], None] = lambda sku, quantity: None
    loses: Callable[[str], bool] = lambda call: False
    points: Points | None = None
    scopes: tuple[str, ...] = SCOPES
    token: str = TOKEN
    speaks: str = "2026-07"
    is_withdrawn: bool = False
    clock_ahead: float = 0
    last_id: int = 9_007_199_254_740_993
    clock: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))
    lock: Any = field(default_factory=RLock)

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def next_id(self) -> int:
        self.last_id += 1
        return self.last_id

    def now(self) -> str:
        now = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=self.clock_ahead)
        self.clock = max(self.clock + timedelta(seconds=1), now)
        return self.clock.strftime("%Y-%m-%dT%H:%M:%SZ")

    def add(self, sku: str, quantity: int, **given: Any) -> Row:
        variant, item = self.next_id(), f"gid://shopify/InventoryItem/{self.next_id()}"
        row = {"variant": variant, "item": item, "sku": sku, "quantity": quantity, "tracked": True, **given}
        self.items[item] = row
        return row

    def sell(self, row: Row, units: int, financial: str = "PAID") -> Row:
        """Every order takes its units at once."""
        row["quantity"] -= units
        number, now = self.next_id(), self.now()
        line = self.next_id()
        order: Row = {
            "id": f"gid://shopify/Order/{number}",
            "legacyResourceId": str(number),
            "name": "#1001",
            "createdAt": now,
            "updatedAt": now,
            "processedAt": now,
            "cancelledAt": None,
            "displayFinancialStatus": financial,
            "displayFulfillmentStatus": "UNFULFILLED",
            "taxesIncluded": True,
            "currencyCode": "EUR",
            "email": "ann@example.test",
            "phone": None,
            "customerLocale": "en",
            "note": None,
            "totalShippingPriceSet": {"shopMoney": {"amount": "4.90"}},
            "billingAddress": {"firstName": "Ann", "lastName": "M", "countryCodeV2": "DE", "phone": None},
            "shippingAddress": {"name": "Ann M", "city": "Berlin", "countryCodeV2": "DE"},
            "lineItems": {
                "nodes": [
                    {
                        "id": f"gid://shopify/LineItem/{line}",
                        "sku": row["sku"],
                        "name": row["sku"],
                        "currentQuantity": units,
                        "quantity": units,
                        "variant": {"legacyResourceId": str(row["variant"])},
                        "discountedUnitPriceAfterAllDiscountsSet": {"shopMoney": {"amount": "12.50"}},
                        "taxLines": [{"priceSet": {"shopMoney": {"amount": "2.08"}}}],
                    }
                ],
                "pageInfo": LAST_PAGE,
            },
        }
        self.orders[order["id"]] = order
        return order

    def change(self, order: Row, **given: Any) -> None:
        order.update(given, updatedAt=self.now())


def recording(name: str, words: str) -> Origin:
    where = "shopify/recorded-real-shopify-exchanges_draft-proxy_2026-08-06.tar.gz"
    return recorded(f"{where} {name}.json", words)


CONTRACTS = "2026-04/products/inventory-quantity-contracts-2026-04"
BOUNDS = "2026-04/products/inventory-existence-validation"
ORIGINS: dict[str, Origin] = {
    # What is answered instead of an operation.
    "no key against repeating": recording(CONTRACTS, "The @idempotent directive is required"),
    "no quantity to compare with": recording(
        CONTRACTS, "must include the following argument: changeFromQuantity"
    ),
    "unknown item": recording(BOUNDS, "INVALID_INVENTORY_ITEM"),
    "stale quantity": guess("the code is in the schema, and was never recorded"),
    "throttled": guess("after the published description: it was never recorded"),
    "too many quantities": guess("MAX_INPUT_SIZE_EXCEEDED was recorded of other operations"),
    "unknown token": guess("one sentence instead of a list, known and never recorded"),
    "withdrawn": guess("a 404, as of a version that never was"),
}


def answers[F: Callable[..., Row]](origin: Origin) -> Callable[[F], F]:
    """Where the shape of an operation's answer comes from."""

    def mark(answer: F) -> F:
        ORIGINS[answer.__name__] = origin
        return answer

    return mark


def instead(name: str, told: Row) -> Row:
    """An answer that must have its place in ORIGINS."""
    assert name in ORIGINS
    return told


class Answers:
    """By the name of the operation."""

    def __init__(self, shop: ShopifyShop) -> None:
        self.shop = shop

    @answers(
        guess(
            "shop, scopes and locations are each as the schema has them; together they were never asked for"
        )
    )
    def Probe(self, asked: Row) -> Row:
        scopes = [{"handle": scope} for scope in self.shop.scopes]
        places = [{"id": LOCATION, "isActive": True, "fulfillsOnlineOrders": True}]
        return {
            "shop": {"name": "Demo shop", "currencyCode": "EUR"},
            "currentAppInstallation": {"accessScopes": scopes},
            "locations": {"nodes": places},
        }

    @answers(
        recording(
            "2026-04/orders/order-merchant-detail-read",
            "displayFinancialStatus",
        )
    )
    def Orders(self, asked: Row) -> Row:
        since = asked["query"].partition("'")[2].rstrip("'")
        rows = [row for row in self.shop.orders.values() if row["updatedAt"] >= since]
        rows.sort(key=lambda row: row["updatedAt"])
        start = int(asked["after"] or 0)
        info = {"hasNextPage": len(rows) > start + 10, "endCursor": str(start + 10)}
        return {"orders": {"nodes": rows[start : start + 10], "pageInfo": info}}

    @answers(guess("orders as in the list, by the nodes of the schema"))
    def OrdersNamed(self, asked: Row) -> Row:
        return {"nodes": [self.shop.orders.get(one) for one in asked["ids"]]}

    @answers(guess("tags are in the schema; what is refused has the shape of every access that is denied"))
    def Tags(self, asked: Row) -> Row:
        orders = [self.shop.orders.get(one) for one in asked["ids"]]
        return {"nodes": [row and {"customer": row.get("customer")} for row in orders]}

    @answers(
        recording(
            "2025-01/products/product-variants-bulk-create-inventory-read-parity",
            "inventoryQuantity",
        )
    )
    def Listings(self, asked: Row) -> Row:
        nodes = [
            {
                "legacyResourceId": str(row["variant"]),
                "sku": row["sku"],
                "barcode": None,
                "displayName": row["sku"],
                "inventoryPolicy": row.get("policy", "DENY"),
                "inventoryQuantity": row["quantity"],
                "inventoryItem": {"id": row["item"], "tracked": row["tracked"]},
            }
            for row in self.shop.items.values()
        ]
        return {"productVariants": {"nodes": nodes, "pageInfo": LAST_PAGE}}

    @answers(
        recording(
            "2025-01/products/inventory-location-levels-overlay-windowing",
            "inventoryLevel",
        )
    )
    def Quantities(self, asked: Row) -> Row:
        rows = [self.shop.items.get(one) for one in asked["ids"]]
        return {
            "nodes": [
                row and {"id": row["item"], "inventoryLevel": {"quantities": [{"quantity": row["quantity"]}]}}
                for row in rows
            ]
        }

    @answers(
        recording(
            "2026-04/products/inventory-quantity-contracts-2026-04",
            "inventorySetQuantities",
        )
    )
    def Tell(self, asked: Row) -> Row:
        quantities = asked["input"]["quantities"]
        errors = [
            {
                "field": ["input", "quantities", str(place), "changeFromQuantity"],
                "message": "stale",
                "code": code,
            }
            for place, one in enumerate(quantities)
            if (code := self.wrong(one))
        ]
        if not errors:
            for one in quantities:
                row = self.shop.items[one["inventoryItemId"]]
                row["quantity"] = one["quantity"]
                self.shop.heard(row["sku"], one["quantity"])
        return {"inventorySetQuantities": {"userErrors": errors}}

    def wrong(self, one: Row) -> str:
        """Of ORIGINS: "unknown item" and "stale quantity"."""
        row = self.shop.items.get(one["inventoryItemId"])
        if row is None:
            return "INVALID_INVENTORY_ITEM"
        expected = one["changeFromQuantity"]
        return "CHANGE_FROM_QUANTITY_STALE" if expected not in (None, row["quantity"]) else ""

    @answers(
        recording(
            "2025-01/products/inventory-item-update-parity",
            "inventoryItemUpdate",
        )
    )
    def Track(self, asked: Row) -> Row:
        self.shop.items[asked["id"]]["tracked"] = True
        return {"inventoryItemUpdate": {"userErrors": []}}

    @answers(
        recording(
            "2026-04/webhooks/webhook-subscription-list-connection",
            "webhookSubscriptions",
        )
    )
    def Hooks(self, asked: Row) -> Row:
        return {"webhookSubscriptions": {"nodes": self.shop.hooks, "pageInfo": LAST_PAGE}}

    @answers(
        recording(
            "2026-04/webhooks/webhook-subscription-conformance",
            "webhookSubscriptionCreate",
        )
    )
    def MakeHook(self, asked: Row) -> Row:
        row = {"id": f"gid://shopify/WebhookSubscription/{self.shop.next_id()}", **asked}
        self.shop.hooks.append(row)
        return {"webhookSubscriptionCreate": {"webhookSubscription": {"id": row["id"]}, "userErrors": []}}

    @answers(
        recording(
            "2025-01/orders/fulfillment-multi-tracking-info",
            "fulfillmentOrders",
        )
    )
    def ToFulfil(self, asked: Row) -> Row:
        order = self.shop.orders.get(asked["id"])
        if order is None:
            return {"order": None}
        done = [row for row in self.shop.fulfilments if row["order"] == asked["id"]]
        sent = {line: units for row in done for line, units in row["units"].items()}
        lines = [
            {
                "id": f"gid://shopify/FulfillmentOrderLineItem/{line['id'].rpartition('/')[2]}",
                "remainingQuantity": line["quantity"] - sent.get(line["id"].rpartition("/")[2], 0),
                "lineItem": {"id": line["id"]},
            }
            for line in order["lineItems"]["nodes"]
        ]
        to_do = {"id": f"gid://shopify/FulfillmentOrder/{asked['id'].rpartition('/')[2]}", "status": "OPEN"}
        return {
            "order": {
                "cancelledAt": order["cancelledAt"],
                "fulfillments": [{"id": row["id"], "trackingInfo": [row["tracking"]]} for row in done],
                "fulfillmentOrders": {"nodes": [{**to_do, "lineItems": {"nodes": lines}}]},
            }
        }

    @answers(
        recording(
            "2025-01/orders/fulfillment-multi-tracking-info",
            "fulfillmentCreate",
        )
    )
    def Fulfil(self, asked: Row) -> Row:
        told = asked["fulfillment"]
        (one,) = told["lineItemsByFulfillmentOrder"]
        number = one["fulfillmentOrderId"].rpartition("/")[2]
        units = {line["id"].rpartition("/")[2]: line["quantity"] for line in one["fulfillmentOrderLineItems"]}
        row = {
            "id": f"gid://shopify/Fulfillment/{self.shop.next_id()}",
            "order": f"gid://shopify/Order/{number}",
        }
        self.shop.fulfilments.append({**row, "units": units, "tracking": told["trackingInfo"]})
        return {"fulfillmentCreate": {"fulfillment": {"id": row["id"]}, "userErrors": []}}

    @answers(recording("2025-01/orders/refund-create-full-parity", "refundCreate"))
    def Refund(self, asked: Row) -> Row:
        row = {"id": f"gid://shopify/Refund/{self.shop.next_id()}", **asked["input"]}
        self.shop.refunds.setdefault(asked["input"]["orderId"], []).append(row)
        return {"refundCreate": {"refund": {"id": row["id"]}, "userErrors": []}}

    @answers(recording("2025-01/orders/refund-create-full-parity", "refunds"))
    def Refunds(self, asked: Row) -> Row:
        return {"order": {"refunds": self.shop.refunds.get(asked["id"], [])}}

    @answers(
        recording(
            "2026-04/orders/orderCancel-restock-refundMethod-parity",
            "orderCancel",
        )
    )
    def Cancel(self, asked: Row) -> Row:
        self.shop.change(self.shop.orders[asked["orderId"]], cancelledAt=self.shop.now())
        return {"orderCancel": {"job": {"id": "1"}, "orderCancelUserErrors": []}}


def cost_of(name: str, variables: Row) -> int:
    """Guess: a point for each object that is asked for, ten for a mutation."""
    return 2 + 2 * len(variables.get("ids") or ()) if name in {"Quantities", "OrdersNamed"} else 10


def throttled(cost: int, points: Points) -> Row:
    error = {"message": "Throttled", "extensions": {"code": "THROTTLED"}}
    return instead("throttled", {"errors": [error], "extensions": points.told(cost)})


def problem_at_run_time(document: str, variables: Row) -> Row | None:
    """What passes the schema and is refused all the same."""
    if found := NEEDS_KEY.search(document):
        message = "The @idempotent directive is required for this mutation but was not provided."
        told = {"message": message, "extensions": {"code": "BAD_REQUEST"}, "path": [found.group(1)]}
        return instead("no key against repeating", {"errors": [told], "data": {found.group(1): None}})
    quantities = (variables.get("input") or {}).get("quantities") or ()
    if any("changeFromQuantity" not in one for one in quantities):
        message = "InventoryQuantityInput must include the following argument: changeFromQuantity."
        error = {"message": message, "extensions": {"code": "INVALID_FIELD_ARGUMENTS"}}
        return instead("no quantity to compare with", {"errors": [error]})
    if len(quantities) > 250:
        message = f"The input array size of {len(quantities)} is greater than the maximum allowed of 250."
        error = {"message": message, "extensions": {"code": "MAX_INPUT_SIZE_EXCEEDED"}}
        return instead("too many quantities", {"errors": [error]})
    return None


@contextmanager
def running_shopify() -> Generator[ShopifyShop]:
    shop = ShopifyShop()
    answers = Answers(shop)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            with shop.lock:
                status, told = self.answered(asked["query"], asked["variables"])
                is_lost = bool(shop.calls) and shop.loses(shop.calls[-1])
            if is_lost:
                self.connection.shutdown(SHUT_RDWR)
                return
            sent = json.dumps(told).encode()
            self.send_response_only(status)
            self.send_header("Date", format_datetime(datetime.now(UTC) + timedelta(seconds=shop.clock_ahead)))
            self.send_header("X-Shopify-API-Version", shop.speaks)
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        def answered(self, document: str, variables: Row) -> tuple[int, Row]:
            if shop.is_withdrawn:
                return 404, instead("withdrawn", {"errors": "Not Found"})
            if self.headers["X-Shopify-Access-Token"] != shop.token:
                said = "[API] Invalid API key or access token (unrecognized login)"
                return 401, instead("unknown token", {"errors": said})
            name = re.search(r"(?:query|mutation) (\w+)", document)
            assert name is not None
            shop.calls.append(name.group(1))
            shop.before(name.group(1))
            if shop.faults:
                return 200, shop.faults.pop(0)
            if problem := problem_at_run_time(document, variables):
                return 200, problem
            cost = cost_of(name.group(1), variables)
            if shop.points and not shop.points.spend(cost):
                return 200, throttled(cost, shop.points)
            extensions = shop.points.told(cost) if shop.points else {}
            return 200, {"data": getattr(answers, name.group(1))(variables), "extensions": extensions}

        def log_message(self, *arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    shop.port = server.server_port
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield shop
    finally:
        server.shutdown()
        server.server_close()
