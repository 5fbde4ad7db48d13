"""A BigCommerce store over real HTTP, as its published descriptions (v2 orders, v3 inventory, catalog, hooks) have it.

Where these lie beside the checkout, every call is judged by them, and so is every answer: a wrong call is answered
with 422 and fails the test that made it, however it went on. None of its answers was recorded from a running store:
beside each stands whether it is described or a guess.
"""

import json
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import SHUT_RDWR
from threading import RLock, Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.fakes.bigcommerce_described import wrong_answer, wrong_call
from tests.fakes.budgets import Requests
from tests.fakes.origins import Call, Routes, described, guess

TOKEN, CLIENT_SECRET = "bc-token", "bc-client-secret"
type Row = dict[str, Any]
type Answer = tuple[int, Any, dict[str, str]]


@dataclass
class Store:
    """Its state. `faults` answer instead of it, once each. `heard` is called with each number that it is told;
    `loses` says of which calls the answer is lost after they were done. `wrong` is what the published descriptions
    do not allow of what was asked or answered.
    """

    port: int = 0
    variants: dict[int, Row] = field(default_factory=dict)
    orders: dict[int, Row] = field(default_factory=dict)
    shipments: dict[int, list[Row]] = field(default_factory=dict)
    refunds: dict[int, list[Row]] = field(default_factory=dict)
    hooks: dict[int, Row] = field(default_factory=dict)
    customers: list[Row] = field(default_factory=list)
    groups: list[Row] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    faults: list[Answer] = field(default_factory=list)
    heard: Callable[[str, int], None] = lambda sku, quantity: None
    loses: Callable[[str], bool] = lambda call: False
    requests: Requests | None = None
    token: str = TOKEN
    is_withdrawn: bool = False
    clock_ahead: float = 0
    last_id: int = 100
    clock: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))
    lock: Any = field(default_factory=RLock)

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}/stores/abc"

    def next_id(self) -> int:
        self.last_id += 1
        return self.last_id

    def now(self) -> str:
        now = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=self.clock_ahead)
        self.clock = max(self.clock + timedelta(seconds=1), now)
        return format_datetime(self.clock)

    def add(self, sku: str, quantity: int, tracking: str = "product") -> Row:
        row: Row = {
            "id": self.next_id(),
            "product_id": self.next_id(),
            "sku": sku,
            "inventory_level": quantity,
            "tracking": tracking,
        }
        self.variants[row["id"]] = row
        return row

    def sell(self, row: Row, units: int, status_id: int = 11) -> Row:
        number, now = self.next_id(), self.now()
        line = {
            "id": self.next_id(),
            "product_id": row["product_id"],
            "variant_id": row["id"],
            "sku": row["sku"],
            "name": row["sku"],
            "quantity": units,
            "quantity_refunded": 0,
            "total_inc_tax": f"{15 * units:.4f}",
        }
        row["inventory_level"] -= units if status_id else 0
        order: Row = {
            "id": number,
            "status_id": status_id,
            "status": "Awaiting Fulfillment",
            "date_created": now,
            "date_modified": now,
            "default_currency_code": "EUR",
            "shipping_cost_inc_tax": "4.9000",
            "handling_cost_inc_tax": "0.0000",
            "customer_message": "",
            "is_deleted": False,
            "billing_address": {
                "email": "ann@example.test",
                "first_name": "Ann",
                "zip": "10115",
                "country_iso2": "DE",
            },
            "products": [line],
        }
        self.orders[number] = order
        return order

    def change(self, order: Row, **given: Any) -> None:
        order.update(given, date_modified=self.now())


ROUTES = Routes()
ORDERS, REFUNDS = "bigcommerce/orders.v2.oas2.yml.gz", "bigcommerce/orders.v3.yml.gz"
STOCK, PLACES = "bigcommerce/inventory.v3.yml.gz", "bigcommerce/locations.v3.yml.gz"
HOOKS = "bigcommerce/webhooks.v3.yml.gz"
# What is answered instead: by name, so that each says where it comes from.
REFUSALS = {
    "no address": guess(
        "v2 answers what it does not know so, by its guides; only some of its calls describe a 404"
    ),
    "no such order": described(ORDERS),
    "wrong stock": described(STOCK),
    "wrong call": described(STOCK),
    "unknown token": described(HOOKS),
    "withdrawn": guess("no version was withdrawn while anybody recorded: the status that HTTP has for it"),
    "too many": described("bigcommerce/webhook-samples-and-guides.tar.gz"),
    "empty list": guess(
        "v2 answers an empty list with 204 and no body: known, and described for shipments only"
    ),
}


def instead(name: str, status: int, told: Any, headers: dict[str, str] | None = None) -> Answer:
    """An answer that must have its place in REFUSALS."""
    assert name in REFUSALS
    return status, told, headers or {}


class Interface:
    def __init__(self, store: Store) -> None:
        self.store = store

    def answer(self, method: str, path: str, query: Row, body: Any) -> Answer:
        found = ROUTES.find(method, path)
        if found is None:
            return instead("no address", 404, {"status": 404, "title": "Not Found"})
        route, numbers = found
        if path.startswith("v2/orders/") and numbers[0] not in self.store.orders:
            told = [{"status": 404, "message": "The requested resource was not found."}]
            return instead("no such order", 404, told)
        answer: Answer = route.answer(self, Call(method, query, body), *numbers)
        return answer

    @ROUTES.at("GET", "v2/store", described("bigcommerce/store_information.v2.yml.gz"))
    def of_store(self, call: Call) -> Answer:
        return 200, {"name": "Demo shop", "currency": "EUR"}, {}

    @ROUTES.at(
        "GET",
        "v2/customer_groups",
        guess("after the published pages: no description lies beside the checkout"),
    )
    def list_groups(self, call: Call) -> Answer:
        return listed(self.store.groups)

    @ROUTES.at(
        "GET", "v3/customers", guess("after the published pages: no description lies beside the checkout")
    )
    def list_customers(self, call: Call) -> Answer:
        asked = call.query["id:in"].split(",")
        return v3([row for row in self.store.customers if str(row["id"]) in asked])

    @ROUTES.at("GET", "v2/orders", described(ORDERS))
    def list_orders(self, call: Call) -> Answer:
        rows = [row for row in self.store.orders.values() if is_between(row, call.query)]
        rows = [row for row in rows if row["id"] >= int(call.query.get("min_id", 0))]
        if call.query.get("sort") == "date_modified:asc":
            rows.sort(key=lambda row: parsedate_to_datetime(row["date_modified"]))
        size, page = int(call.query.get("limit", 50)), int(call.query.get("page", 1))
        return listed([shown(row) for row in rows[(page - 1) * size : page * size]])

    @ROUTES.at("GET", "v2/orders/{}", described(ORDERS))
    def order(self, call: Call, number: int) -> Answer:
        return 200, shown(self.store.orders[number]), {}

    @ROUTES.at("PUT", "v2/orders/{}", described(ORDERS))
    def change_order(self, call: Call, number: int) -> Answer:
        self.store.change(self.store.orders[number], **call.body)
        return 200, shown(self.store.orders[number]), {}

    @ROUTES.at("GET", "v2/orders/{}/products", described(ORDERS))
    def lines(self, call: Call, number: int) -> Answer:
        return listed(self.store.orders[number]["products"] if call.query.get("page", "1") == "1" else [])

    @ROUTES.at("GET", "v2/orders/{}/shipping_addresses", described(ORDERS))
    def addresses(self, call: Call, number: int) -> Answer:
        return listed([{"id": 7, "first_name": "Ann", "city": "Berlin", "country_iso2": "DE"}])

    @ROUTES.at("GET", "v2/orders/{}/shipments", described(ORDERS))
    def shipments(self, call: Call, number: int) -> Answer:
        return listed(self.store.shipments.get(number, []))

    @ROUTES.at("POST", "v2/orders/{}/shipments", described(ORDERS))
    def ship(self, call: Call, number: int) -> Answer:
        row = {"id": self.store.next_id(), "order_id": number, **call.body}
        self.store.shipments.setdefault(number, []).append(row)
        return 201, row, {}

    @ROUTES.at("POST", "v3/orders/{}/payment_actions/refund_quotes", described(REFUNDS))
    def quote(self, call: Call, number: int) -> Answer:
        amount = call.body["items"][0]["amount"]
        inside = [{"provider_id": "card", "amount": amount, "offline": False}]
        outside = [{"provider_id": "custom", "amount": amount, "offline": True}]
        return 201, {"data": {"order_id": number, "refund_methods": [inside, outside]}, "meta": {}}, {}

    @ROUTES.at("GET", "v3/orders/{}/payment_actions/refunds", described(REFUNDS))
    def refunds(self, call: Call, number: int) -> Answer:
        return 200, {"data": self.store.refunds.get(number, []), "meta": {}}, {}

    @ROUTES.at("POST", "v3/orders/{}/payment_actions/refunds", described(REFUNDS))
    def refund(self, call: Call, number: int) -> Answer:
        items = [refunded(one) for one in call.body["items"]]
        row = {"id": self.store.next_id(), "order_id": number, **call.body, "items": items}
        self.store.refunds.setdefault(number, []).append(row)
        return 201, {"data": row, "meta": {}}, {}

    @ROUTES.at("GET", "v3/inventory/locations", described(PLACES))
    def places(self, call: Call) -> Answer:
        return v3([{"id": 1, "enabled": True}])

    @ROUTES.at("PUT", "v3/inventory/adjustments/absolute", described(STOCK))
    def adjust(self, call: Call) -> Answer:
        """All or nothing; by the id under which the stock is kept."""
        found = []
        kept = {key_of(row): row for row in self.store.variants.values()}
        for one in call.body["items"]:
            row = kept.get(asked_for(one))
            if row is None:
                title = f"[Item with identity {one} is tracked by another id or unknown]"
                return instead("wrong stock", 422, {"status": 422, "title": title, "errors": {}})
            found.append((row, one["quantity"]))
        for row, quantity in found:
            row["inventory_level"] = quantity
            self.store.heard(row["sku"], quantity)
        return 200, {"transaction_id": "t-1"}, {}

    @ROUTES.at("GET", "v3/catalog/variants", described("bigcommerce/product-variants_catalog.v3.yml.gz"))
    def variants(self, call: Call) -> Answer:
        rows = [without(row, "tracking") for row in self.store.variants.values()]
        return v3([row for row in rows if call.query.get("id") in (None, str(row["id"]))])

    @ROUTES.at("GET", "v3/catalog/products", described("bigcommerce/products_catalog.v3.yml.gz"))
    def products(self, call: Call) -> Answer:
        return v3(
            [
                {
                    "id": row["product_id"],
                    "name": row["sku"],
                    "inventory_tracking": row["tracking"],
                    "base_variant_id": row["id"],
                }
                for row in self.store.variants.values()
            ]
        )

    @ROUTES.at("GET", "v3/hooks", described(HOOKS))
    def hooks(self, call: Call) -> Answer:
        return v3(list(self.store.hooks.values()))

    @ROUTES.at("POST", "v3/hooks", described(HOOKS))
    def make_hook(self, call: Call) -> Answer:
        row = {"id": self.store.next_id(), **call.body}
        self.store.hooks[row["id"]] = row
        return 200, {"data": row}, {}

    @ROUTES.at("PUT", "v3/hooks/{}", described(HOOKS))
    def change_hook(self, call: Call, number: int) -> Answer:
        self.store.hooks[number].update(call.body)
        return 200, {"data": self.store.hooks[number]}, {}


def is_between(order: Row, query: Row) -> bool:
    at = parsedate_to_datetime(order["date_modified"])
    since, until = query.get("min_date_modified"), query.get("max_date_modified")
    return (not since or at >= parsedate_to_datetime(since)) and (
        not until or at <= parsedate_to_datetime(until)
    )


def key_of(row: Row) -> tuple[str, int]:
    """The id under which its stock is kept."""
    if row["tracking"] == "product":
        return "product_id", row["product_id"]
    return "variant_id", row["id"]


def asked_for(one: Row) -> tuple[str, int]:
    name = "product_id" if "product_id" in one else "variant_id"
    return name, one[name]


def without(row: Row, name: str) -> Row:
    return {key: value for key, value in row.items() if key != name}


def refunded(item: Row) -> Row:
    return {**without(item, "amount"), "requested_amount": item["amount"]}


def shown(order: Row) -> Row:
    """An order names where its lines are to be had."""
    where = {"url": f"https://api.example/orders/{order['id']}/products", "resource": "/products"}
    return {**order, "products": where}


def v3(rows: list[Row]) -> Answer:
    return 200, {"data": rows, "meta": {"pagination": {"total_pages": 1, "total": len(rows)}}}, {}


def listed(rows: list[Row]) -> Answer:
    return (200, rows, {}) if rows else instead("empty list", 204, None)


def refusal(store: Store, token: str) -> Answer | None:
    """What keeps a call from being answered at all."""
    if store.is_withdrawn:
        return instead("withdrawn", 410, {"status": 410, "title": "Gone"})
    if token != store.token:
        return instead("unknown token", 401, {"status": 401, "title": "Unauthorized"})
    if store.faults:
        return store.faults.pop(0)
    if store.requests and not store.requests.spend():
        told = {"status": 429, "title": "Too many requests"}
        return instead("too many", 429, told, store.requests.told())
    return None


@contextmanager
def running_store() -> Generator[Store]:
    store = Store()
    interface = Interface(store)

    class Handler(BaseHTTPRequestHandler):
        def serve(self) -> None:
            split = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            with store.lock:
                status, told, headers = self.answered(split.path, dict(parse_qsl(split.query)), body)
                is_lost = bool(store.calls) and store.loses(store.calls[-1])
            if is_lost:
                self.connection.shutdown(SHUT_RDWR)
                return
            sent = b"" if told is None else json.dumps(told).encode()
            self.send_response_only(status)
            self.send_header(
                "Date", format_datetime(datetime.now(UTC) + timedelta(seconds=store.clock_ahead))
            )
            for name, value in {"Content-Length": str(len(sent)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(sent)

        def answered(self, path: str, query: Row, body: bytes) -> Answer:
            inner = path.removeprefix("/stores/abc/")
            store.calls.append(f"{self.command} {inner}")
            if refused := refusal(store, self.headers["X-Auth-Token"]):
                return refused
            requests = store.requests
            given = {name.lower(): said for name, said in self.headers.items()}
            if wrong := wrong_call(self.command, inner, query, given, body):
                store.wrong += [f"{store.calls[-1]}: {one}" for one in wrong]
                return instead("wrong call", 422, {"status": 422, "title": wrong[0], "errors": {}})
            asked = json.loads(body) if body else None
            status, told, headers = interface.answer(self.command, inner, query, asked)
            wrong = wrong_answer(self.command, inner, status, told)
            store.wrong += [f"{store.calls[-1]} answered {status}: {one}" for one in wrong]
            return status, told, {**headers, **(requests.told() if requests else {})}

        do_GET = do_POST = do_PUT = serve  # noqa: N815 (as http.server names them)

        def log_message(self, *arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    store.port = server.server_port
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield store
    finally:
        server.shutdown()
        server.server_close()
    assert store.wrong == [], "\n".join(store.wrong)
