"""A WooCommerce shop over real HTTP: products, variations, orders, refunds, notes and hooks, as wc/v3 speaks of them.

Beside each answer stands whether it was recorded from a running shop, is described in its schemas, or is a guess. It
enforces keys, OAuth signatures, sizes of batches and who keeps a stock.
"""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import RLock, Thread
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from tests.fakes.origins import Call, Origin, Routes, described, guess, recorded, seen

KEY, SECRET = "ck_test", "cs_test"
NO_ROUTE = "No route was found matching the URL and request method."
NEWER, OLDER = (
    ["date", "id", "include", "title", "slug", "modified"],
    ["date", "id", "include", "title", "slug"],
)
PARCELS: dict[str, Any] = {"/wc/v3/orders/(?P<order_id>[\\d]+)/fulfillments": {}}
type Row = dict[str, Any]
type Answer = tuple[int, Any, dict[str, str]]


def error(code: str, message: str, status: int, **data: Any) -> Answer:
    """In the form of all its errors; the words are a test's."""
    return status, {"code": code, "message": message, "data": {"status": status, **data}}, {}


def lame(code: str, message: str, status: int) -> Answer:
    """Seen: where it names the status by itself, WordPress does not find it, and sends a 500."""
    assert code in REFUSALS
    return 500, {"code": code, "message": message, "data": status}, {}


@dataclass
class Shop:
    """Its state, to be looked at and changed by tests. `faults` answer instead of it, once each, oldest first.

    `before_list` is called when a list of orders was asked for and is about to be cut into pages, `heard` with each
    number that it is told; `loses` says of which calls the answer is lost after they were done.
    """

    port: int = 0
    products: dict[int, Row] = field(default_factory=dict)
    orders: dict[int, Row] = field(default_factory=dict)
    refunds: dict[int, list[Row]] = field(default_factory=dict)
    notes: dict[int, list[Row]] = field(default_factory=dict)
    parcels: dict[int, list[Row]] = field(default_factory=dict)
    hooks: dict[int, Row] = field(default_factory=dict)
    customers: list[Row] = field(default_factory=list)
    secrets: dict[int, str] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    faults: list[Callable[[str], Answer | None]] = field(default_factory=list)
    before_list: Callable[[], object] = lambda: None
    heard: Callable[[str, int], None] = lambda sku, quantity: None
    loses: Callable[[str], bool] = lambda call: False
    may_write: bool = True
    key: str = KEY
    is_withdrawn: bool = False
    has_fulfilments: bool = False
    wraps_fulfilments: bool = False
    keeps_orders_as_posts: bool = False
    is_old: bool = False
    home: str = ""
    clock_ahead: float = 0
    lock: Any = field(default_factory=RLock)
    last_id: int = 9
    clock: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def next_id(self) -> int:
        self.last_id += 1
        return self.last_id

    def now(self) -> str:
        """A second later each time, so that the order of changes is the order of acts."""
        self.clock = max(self.clock + timedelta(seconds=1), datetime.now(UTC).replace(microsecond=0))
        return self.clock.strftime("%Y-%m-%dT%H:%M:%S")

    # What the merchant and his customers do.
    def add_product(self, sku: str, quantity: int | None = 0, **given: Any) -> Row:
        row = {
            "id": self.next_id(),
            "parent_id": 0,
            "name": f"Article {sku}",
            "sku": sku,
            "global_unique_id": "",
            "type": "simple",
            "status": "publish",
            "manage_stock": quantity is not None,
            "stock_quantity": quantity,
            "backorders": "no",
            "variations": [],
            **given,
        }
        self.products[row["id"]] = row
        return row

    def add_variation(self, parent: Row, sku: str, quantity: int | None = 0, **given: Any) -> Row:
        row = self.add_product(sku, quantity, type="variation", parent_id=parent["id"], name="S", **given)
        parent["type"] = "variable"
        parent["variations"].append(row["id"])
        return row

    def sell(self, *lines: tuple[Row, int], status: str = "processing", **given: Any) -> Row:
        """An order as the shop's own checkout makes it: what is paid or on hold takes units from stock."""
        number, now = self.next_id(), self.now()
        row = {
            "id": number,
            "parent_id": 0,
            "status": status,
            "currency": "EUR",
            "version": "11.0.1",
            "date_created_gmt": now,
            "date_modified_gmt": now,
            "date_paid_gmt": now if status == "processing" else None,
            "shipping_total": "4.90",
            "shipping_tax": "0.98",
            "total": f"{sum(12.5 * units for _product, units in lines) * 1.2 + 5.88:.2f}",
            "customer_note": "ring twice",
            "number": str(number),
            "billing": address(email="ann@example.test"),
            "shipping": address(),
            "meta_data": [],
            "line_items": [line_of(self.next_id(), product, units) for product, units in lines],
            "fee_lines": [],
            "refunds": [],
            **given,
        }
        self.orders[number] = row
        if status in {"processing", "on-hold", "completed"}:
            for product, units in lines:
                self.take(product, -units)
        return row

    def take(self, product: Row, units: int) -> None:
        if product["manage_stock"] is True:
            product["stock_quantity"] += units

    def change(self, order: Row, **given: Any) -> Row:
        order.update(given, date_modified_gmt=self.now())
        return order

    def edit(self, order: Row, **given: Any) -> Row:
        """Its lines or addresses. Seen: where orders are kept as posts, the time of its last change stays as it was."""
        kept = order["date_modified_gmt"]
        self.change(order, **given)
        if self.keeps_orders_as_posts:
            order["date_modified_gmt"] = kept
        return order

    def throw_away(self, order: Row) -> Row:
        """Into the bin. Seen: only this is told to hooks as deleted; what is deleted for good goes without a word."""
        return self.change(order, status="trash")

    def sign(self, hook: int, body: bytes) -> str:
        """Recorded: base64 of HMAC-SHA256 over the body as sent."""
        return base64.b64encode(hmac.new(self.secrets[hook].encode(), body, hashlib.sha256).digest()).decode()

    def headers(
        self, hook: int, body: bytes, topic: str, delivery: str = "e581fd32573ea6f47291badf2a7811f4"
    ) -> Row:
        """Recorded. The delivery id of all messages within one second is the same."""
        resource, _dot, event = topic.partition(".")
        return {
            "X-WC-Webhook-Source": f"{self.url}/",
            "X-WC-Webhook-Topic": topic,
            "X-WC-Webhook-Resource": resource,
            "X-WC-Webhook-Event": event,
            "X-WC-Webhook-Signature": self.sign(hook, body),
            "X-WC-Webhook-ID": str(hook),
            "X-WC-Webhook-Delivery-ID": delivery,
        }


def address(**given: str) -> Row:
    return {
        "first_name": "Ann",
        "last_name": "Müller",
        "company": "",
        "address_1": "Hauptstr. 1",
        "address_2": "",
        "city": "Berlin",
        "state": "",
        "postcode": "10115",
        "country": "DE",
        "phone": "+49301234",
        **given,
    }


def line_of(number: int, product: Row, units: int, price: float = 12.5) -> Row:
    is_variation = product["type"] == "variation"
    return {
        "id": number,
        "name": product["name"],
        "product_id": product["parent_id"] if is_variation else product["id"],
        "variation_id": product["id"] if is_variation else 0,
        "quantity": units,
        "total": f"{price * units:.2f}",
        "total_tax": f"{price * units * 0.2:.2f}",
        "sku": product["sku"],
        "meta_data": [],
    }


ROUTES = Routes()


def recording(name: str, words: str) -> Origin:
    return recorded(f"woocommerce/recorded-exchanges_11.0.1.tgz {name}.json", words)


SHAPE = "woocommerce/wc-v3-options-schemas_11.0.1.json.gz"
# What is answered instead: each code says where it comes from.
REFUSALS = {
    "rest_no_route": seen("an unknown address on 4.1.1 and 11.0.1"),
    "rest_invalid_param": seen("orders ordered by “modified” on 4.1.1"),
    "woocommerce_rest_invalid_order_id": seen("a refund of an unknown order on 7.1.0 and 11.0.1"),
    "woocommerce_rest_cannot_create_order_refund": seen("a refund above the total on 7.1.0 and 11.0.1"),
    "consumer key": seen("an unknown key over plain http on seven versions from 4.1.1 to 11.0.1"),
    "signature": seen("a wrong secret over plain http on seven versions from 4.1.1 to 11.0.1"),
    "0": seen("a parcel whose data have no ids, on 10.2.4 and 10.5.2"),
    "woocommerce_rest_shop_order_invalid_id": recording(
        "order_404", "woocommerce_rest_shop_order_invalid_id"
    ),
    "woocommerce_rest_authentication_error": recording(
        "401_readonly_write", "does not have write permissions"
    ),
    "woocommerce_rest_request_entity_too_large": recording("products_batch_101", "more than 100 items"),
    "woocommerce_rest_product_invalid_id": recording(
        "products_batch_update_with_bad_id", "woocommerce_rest_product_invalid_id"
    ),
    "invalid timestamp": guess("the quarter of an hour is from the shop's source, the answer is not"),
    "not here": guess("a page of a web server where no interface is"),
}


def refused(code: str, message: str, status: int, *, origin: str = "") -> Answer:
    """One of REFUSALS, by its code unless another `origin` is named."""
    assert (origin or code) in REFUSALS
    return error(code, message, status)


class Interface:
    """wc/v3 over the state of a shop."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop

    def answer(self, method: str, path: str, query: Row, body: Any) -> Answer:
        found = ROUTES.find(method, path.strip("/").removeprefix("wc/v3/"))
        if found is None:
            return refused("rest_no_route", NO_ROUTE, 404)
        route, numbers = found
        answer: Answer = route.answer(self, Call(method, query, body), *numbers)
        return answer

    @ROUTES.at("GET", "", described("woocommerce/wc-v3-index_11.0.1.json.gz"))
    def index(self, call: Call) -> Answer:
        home = self.shop.home or self.shop.url
        return 200, {"name": "Demo shop", "home": home, "namespaces": ["wc/v3"]}, {}

    @ROUTES.at("GET", "wc/v3", described("woocommerce/wc-v3-index_11.0.1.json.gz"))
    def routes(self, call: Call) -> Answer:
        """Seen on 4.1.1: no `modified_after`, and no order by changes."""
        arguments = {"orderby": {"enum": OLDER if self.shop.is_old else NEWER}}
        if not self.shop.is_old:
            arguments["modified_after"] = {}
        orders = {"/wc/v3/orders": {"endpoints": [{"methods": ["GET"], "args": arguments}]}}
        return 200, {"routes": {**orders, **(PARCELS if self.shop.has_fulfilments else {})}}, {}

    @ROUTES.at("GET", "data/currencies/current", described(SHAPE))
    def currency(self, call: Call) -> Answer:
        return 200, {"code": "EUR"}, {}

    @ROUTES.at("GET", "orders", recording("orders_list", "date_modified_gmt"))
    def list_orders(self, call: Call) -> Answer:
        """What lies in the bin is not in the list. Times are compared by whole seconds, `after` excludes."""
        query = call.query
        if self.shop.is_old and query.get("orderby", "date") not in OLDER:
            return refused("rest_invalid_param", "Invalid parameter(s): orderby", 400)
        rows = [row for row in self.shop.orders.values() if row["status"] != "trash"]
        if "include" in query:
            rows = [row for row in rows if str(row["id"]) in query["include"].split(",")]
        if "modified_after" in query:
            rows = [row for row in rows if row["date_modified_gmt"] > query["modified_after"]]
        if "modified_before" in query:
            rows = [row for row in rows if row["date_modified_gmt"] < query["modified_before"]]
        rows.sort(
            key=lambda row: (
                row["date_modified_gmt"] if query.get("orderby") == "modified" else "",
                row["id"],
            )
        )
        self.shop.before_list()
        return paged(rows, query)

    @ROUTES.at("GET", "orders/{}", recording("order_get", "line_items"))
    def order(self, call: Call, number: int) -> Answer:
        return self.with_order(number, lambda row: row)

    @ROUTES.at("POST", "orders/batch", seen("an empty batch on 4.1.1 to 11.0.1: a yes, and nothing changed"))
    @ROUTES.at(
        "POST", "webhooks/batch", seen("an empty batch on 4.1.1 to 11.0.1: a yes, and nothing changed")
    )
    def nothing(self, call: Call) -> Answer:
        return 200, [], {}

    @ROUTES.at("POST", "orders/{}", recording("order_complete", "completed"))
    def post_order(self, call: Call, number: int) -> Answer:
        return self.with_order(number, lambda row: self.change_order(row, call.body))

    @ROUTES.at("GET", "orders/{}/refunds", described(SHAPE))
    def refunds(self, call: Call, number: int) -> Answer:
        return 200, self.shop.refunds.get(number, []), {}

    @ROUTES.at("POST", "orders/{}/refunds", recording("order_refund", "api_restock"))
    def refund(self, call: Call, number: int) -> Answer:
        if number not in self.shop.orders:
            return lame("woocommerce_rest_invalid_order_id", "Invalid order ID.", 404)
        back = -sum(float(one["total"]) for one in self.shop.orders[number]["refunds"])
        if float(call.body["amount"]) > float(self.shop.orders[number]["total"]) - back + 0.005:
            return lame("woocommerce_rest_cannot_create_order_refund", "Invalid refund amount.", 500)
        status, row, headers = self.made(self.shop.refunds, number, call.body)
        order = self.shop.orders[number]
        told = {"id": row["id"], "total": f"-{call.body['amount']}"}
        self.shop.change(order, refunds=[*order["refunds"], told])
        return status, row, headers

    @ROUTES.at("GET", "orders/{}/notes", described(SHAPE))
    def notes(self, call: Call, number: int) -> Answer:
        return 200, self.shop.notes.get(number, []), {}

    @ROUTES.at("POST", "orders/{}/notes", recording("order_note", "note"))
    def note(self, call: Call, number: int) -> Answer:
        return self.made(self.shop.notes, number, call.body)

    @ROUTES.at("GET", "orders/{}/fulfillments", recording("fulfillments_list", "is_fulfilled"))
    def parcels(self, call: Call, number: int) -> Answer:
        """Seen on 10.2.4: wrapped up in its name, as what it answers to a new one."""
        if not self.shop.has_fulfilments:
            return refused("rest_no_route", NO_ROUTE, 404)
        rows = self.shop.parcels.get(number, [])
        return 200, {"fulfillments": rows} if self.shop.wraps_fulfilments else rows, {}

    @ROUTES.at("POST", "orders/{}/fulfillments", recording("fulfillment_create", "is_fulfilled"))
    def fulfil(self, call: Call, number: int) -> Answer:
        if not self.shop.has_fulfilments:
            return refused("rest_no_route", NO_ROUTE, 404)
        if any("id" not in one for one in call.body["meta_data"]):
            return refused("0", "The fulfillment should contain at least one item.", 400)
        status, row, headers = self.made(self.shop.parcels, number, call.body)
        return status, {"fulfillment": row} if self.shop.wraps_fulfilments else row, headers

    @ROUTES.at(
        "GET", "customers", seen("on 7.1.0 and 11.0.1: only the role “customer” unless all are asked for")
    )
    def list_customers(self, call: Call) -> Answer:
        rows = [row for row in self.shop.customers if str(row["id"]) in call.query["include"].split(",")]
        rows = [row for row in rows if call.query.get("role", "customer") in ("all", row["role"])]
        return paged([{"meta_data": [], **row} for row in rows], call.query)

    @ROUTES.at("GET", "products", recording("products_by_sku", "manage_stock"))
    def products(self, call: Call) -> Answer:
        return paged([row for row in self.shop.products.values() if row["type"] != "variation"], call.query)

    @ROUTES.at("GET", "products/{}/variations", described(SHAPE))
    def variations(self, call: Call, number: int) -> Answer:
        return paged([row for row in self.shop.products.values() if row["parent_id"] == number], call.query)

    @ROUTES.at("POST", "products/batch", recording("products_batch_update_with_bad_id", "stock_quantity"))
    def tell(self, call: Call) -> Answer:
        return self.batch(call.body, parent=0)

    @ROUTES.at("POST", "products/{}/variations/batch", recording("variations_batch_update", "stock_quantity"))
    def tell_variations(self, call: Call, number: int) -> Answer:
        return self.batch(call.body, parent=number)

    @ROUTES.at("GET", "webhooks", described(SHAPE))
    def hooks(self, call: Call) -> Answer:
        return paged(list(self.shop.hooks.values()), call.query)

    @ROUTES.at("POST", "webhooks", recording("webhook_create_order.created", "delivery_url"))
    def post_hook(self, call: Call) -> Answer:
        return self.make_hook(call.body)

    @ROUTES.at("POST", "webhooks/{}", described(SHAPE))
    def change_hook(self, call: Call, number: int) -> Answer:
        self.shop.secrets[number] = call.body.get("secret", self.shop.secrets[number])
        kept = {name: value for name, value in call.body.items() if name != "secret"}
        self.shop.hooks[number].update(kept)
        return 200, self.shop.hooks[number], {}

    def made(self, kept: dict[int, list[Row]], number: int, body: Row) -> Answer:
        row = {"id": self.shop.next_id(), "line_items": [], **body}
        kept.setdefault(number, []).append(row)
        return 201, row, {}

    def with_order(self, number: int, act: Callable[[Row], Row]) -> Answer:
        row = self.shop.orders.get(number)
        if row is None:
            return refused("woocommerce_rest_shop_order_invalid_id", "Invalid ID.", 404)
        return 200, act(row), {}

    def change_order(self, row: Row, body: Row) -> Row:
        """Recorded: data with an id replaces, without one is added. A cancelled order gives its units back."""
        for one in body.get("meta_data", ()):
            row["meta_data"] = [old for old in row["meta_data"] if old["id"] != one.get("id")]
            row["meta_data"].append({"id": one.get("id") or self.shop.next_id(), **one})
        if body.get("status") == "cancelled":
            for line in row["line_items"]:
                self.shop.take(
                    self.shop.products[line["variation_id"] or line["product_id"]], line["quantity"]
                )
        plain = {name: value for name, value in body.items() if name != "meta_data"}
        return self.shop.change(row, **plain)

    def batch(self, body: Row, *, parent: int) -> Answer:
        """Recorded: at most 100, failures inside a 200, variations only below their parent."""
        update = body.get("update", [])
        if len(update) > 100:
            message = "Unable to accept more than 100 items for this request."
            return refused("woocommerce_rest_request_entity_too_large", message, 413)
        return 200, {"update": [self.update_one(one, parent) for one in update]}, {}

    def update_one(self, one: Row, parent: int) -> Row:
        row = self.shop.products.get(one["id"])
        if row is None or row["parent_id"] != parent:
            told = {
                "code": "woocommerce_rest_product_invalid_id",
                "message": "Invalid ID.",
                "data": {"status": 404},
            }
            return {"id": one["id"], "error": told}
        row.update({name: value for name, value in one.items() if name != "id"})
        if row["manage_stock"] is not True:
            row["stock_quantity"] = None
        self.shop.heard(row["sku"], row["stock_quantity"])
        return dict(row)

    def make_hook(self, body: Row) -> Answer:
        number = self.shop.next_id()
        self.shop.secrets[number] = body["secret"]
        row = {"id": number, **{name: body[name] for name in ("name", "topic", "status", "delivery_url")}}
        self.shop.hooks[number] = row
        return 201, row, {}


def paged(rows: list[Row], query: Row) -> Answer:
    size, page = int(query.get("per_page", 10)), int(query.get("page", 1))
    headers = {"X-WP-Total": str(len(rows)), "X-WP-TotalPages": str(-(-len(rows) // size))}
    return 200, rows[(page - 1) * size : page * size], headers


def refusal(shop: Shop, method: str, path: str, query: Row, headers: Any) -> Answer | None:
    """Recorded: what a wrong key, and a key that may only read, get."""
    if path in {"", "/", "/wc/v3"}:
        return None
    if query.get("oauth_consumer_key") != shop.key:
        return forbidden("Consumer key is invalid.", "consumer key")
    if not is_known(shop, method, query, headers):
        return forbidden("Invalid signature - provided signature does not match.", "signature")
    if wrong := wrong_clock(shop, query):
        return wrong
    if method != "GET" and not shop.may_write:
        message = "The API key provided does not have write permissions."
        return refused("woocommerce_rest_authentication_error", message, 401)
    return None


def wrong_clock(shop: Shop, query: Row) -> Answer | None:
    """Of REFUSALS: "invalid timestamp"."""
    if abs(time.time() + shop.clock_ahead - int(query.get("oauth_timestamp", 0))) < 900:
        return None
    return forbidden("Invalid timestamp.", "invalid timestamp")


def forbidden(words: str, origin: str) -> Answer:
    return refused("woocommerce_rest_authentication_error", words, 401, origin=origin)


def is_known(shop: Shop, method: str, query: Row, headers: Any) -> bool:
    """OAuth 1.0a as the shop's source checks it: over its own home, each name and value escaped twice."""
    given = query.get("oauth_signature", "")
    rest = {name: value for name, value in query.items() if name != "oauth_signature"}
    twice = sorted(
        (quote(quote(k, safe="-._~"), safe="-._~"), quote(quote(v, safe="-._~"), safe="-._~"))
        for k, v in rest.items()
    )
    pairs = "%26".join(f"{name}%3D{value}" for name, value in twice)
    address = f"{shop.home or shop.url}{headers['x-path']}"
    base = f"{method}&{quote(address, safe='-._~')}&{pairs}"
    wanted = base64.b64encode(
        hmac.new(f"{SECRET}&".encode(), base.encode(), hashlib.sha256).digest()
    ).decode()
    return query.get("oauth_consumer_key") == shop.key and hmac.compare_digest(wanted, given)


def twice(word: str) -> str:
    return quote(quote(word, safe="-._~"), safe="-._~")


@contextmanager
def running_shop() -> Generator[Shop]:  # noqa: C901 (a server and its handler)
    shop = Shop()
    interface = Interface(shop)

    class Handler(BaseHTTPRequestHandler):
        def serve(self) -> None:
            split = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            query = dict(parse_qsl(split.query, keep_blank_values=True))
            with shop.lock:
                status, told, headers = self.answered(split.path, query, body)
                is_lost = bool(shop.calls) and shop.loses(shop.calls[-1])
            self.reply(0 if is_lost else status, told, headers)

        def answered(self, path: str, query: Row, body: bytes) -> Answer:
            inner = path.removeprefix("/wp-json")
            if inner == path:
                return 404, "<html>not here</html>", {}
            if shop.is_withdrawn:
                return refused("rest_no_route", NO_ROUTE, 404)
            shop.calls.append(f"{self.command} {inner}")
            for fault in list(shop.faults):
                answer = fault(f"{self.command} {inner}")
                if answer is not None:
                    shop.faults.remove(fault)
                    return answer
            kept_out = refusal(shop, self.command, inner.rstrip("/"), query, {"x-path": path})
            if kept_out:
                return kept_out
            plain = {name: value for name, value in query.items() if not name.startswith("oauth_")}
            return interface.answer(self.command, inner, plain, json.loads(body) if body else None)

        def reply(self, status: int, told: Any, headers: dict[str, str]) -> None:
            if status == 0:
                self.close_connection = True
                self.connection.close()
                return
            sent = told.encode() if isinstance(told, str) else json.dumps(told).encode()
            self.send_response_only(status)
            date = datetime.now(UTC) + timedelta(seconds=shop.clock_ahead)
            self.send_header("Date", date.strftime("%a, %d %b %Y %H:%M:%S GMT"))
            self.send_header("Content-Length", str(len(sent)))
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(sent)

        do_GET = do_POST = do_DELETE = serve  # noqa: N815 (as http.server names them)

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
