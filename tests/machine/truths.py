"""What must be true of the house at any moment, as questions to the rows: each names what is wrong, or nothing."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.db import connection

from orders.domain.allocations import prove_counters

# Every line with all that stands behind it, in one statement: the machine asks after every step.
LINES = """
SELECT line.id, line.status, line.quantity, orders.status AS order_status,
       coalesce((SELECT sum(quantity) FROM orders_allocation a WHERE a.line_id = line.id
                 AND a.status IN ('held', 'accepted', 'contained')), 0) AS promised,
       coalesce((SELECT sum(quantity) FROM orders_allocation a WHERE a.line_id = line.id
                 AND a.status IN ('held', 'accepted')), 0) AS counted,
       coalesce((SELECT sum(p.quantity) FROM orders_purchaseorderline p
                 JOIN orders_allocation a ON a.id = p.allocation_id
                 JOIN orders_purchaseorder po ON po.id = p.purchase_order_id
                 WHERE a.line_id = line.id AND po.status <> 'cancelled'
                 AND p.answer IN ('', 'priced')), 0)
       + coalesce((SELECT sum(p.accepted_quantity) FROM orders_purchaseorderline p
                 JOIN orders_allocation a ON a.id = p.allocation_id
                 WHERE a.line_id = line.id AND p.answer IN ('accepted', 'part')), 0) AS asked_of_suppliers,
       (SELECT count(*) FROM orders_question q WHERE q.line_id = line.id AND q.said = '') AS questions,
       (SELECT sum(quantity) FROM orders_stockoutcase c WHERE c.line_id = line.id
        AND c.status IN ('to_propose', 'with_customer', 'to_execute')) AS in_case
FROM orders_orderline line JOIN orders_order orders ON orders.id = line.order_id
"""
MONEY = """
SELECT orders.id, orders.total_cents AS paid, orders.shipping_cents AS shipping,
       coalesce(sum(line.quantity * line.unit_price_cents)
                FILTER (WHERE line.status <> 'cancelled' OR line.cancel_asked_at IS NOT NULL), 0) AS goods,
       coalesce(sum(given.differences), 0) AS differences,
       coalesce(sum(given.refunds), 0) AS refunds,
       coalesce(sum(line.quantity * line.unit_price_cents) FILTER (WHERE line.status = 'vouchered'), 0) AS vouchered,
       coalesce(sum(line.quantity * line.unit_price_cents) FILTER (WHERE line.status IN ('delivered', 'shipped')), 0)
       - coalesce(sum(given.returned), 0) AS kept,
       coalesce(sum(line.quantity * line.unit_price_cents) FILTER (WHERE line.status IN (
           'new', 'safe', 'doubtful', 'asked', 'short', 'confirmed', 'ordered', 'accepted', 'waiting')), 0) AS held
FROM orders_order orders JOIN orders_orderline line ON line.order_id = orders.id
CROSS JOIN LATERAL (
    SELECT sum(amount_cents) FILTER (WHERE reason = 'difference') AS differences,
           sum(amount_cents) FILTER (WHERE reason = 'returned') AS returned,
           sum(amount_cents) FILTER (WHERE reason NOT IN ('goodwill', 'difference')) AS refunds
    FROM orders_refund refund WHERE refund.line_id = line.id
) given GROUP BY orders.id
"""
ENDED_WITHOUT_MONEY = """
SELECT line.id, line.status FROM orders_orderline line
WHERE (line.status = 'refunded' OR line.status = 'cancelled' AND line.cancel_asked_at IS NOT NULL)
AND line.unit_price_cents > 0
AND line.quantity * line.unit_price_cents > coalesce(
    (SELECT sum(amount_cents) FROM orders_refund r
     WHERE r.line_id = line.id AND r.reason NOT IN ('goodwill', 'difference')), 0)
OR line.status = 'vouchered' AND NOT EXISTS (
    SELECT FROM orders_voucher v JOIN orders_stockoutcase c ON c.id = v.case_id
    WHERE c.line_id = line.id AND v.returned_at IS NULL AND v.amount_cents >= line.quantity * line.unit_price_cents)
"""
SAME_MAIL_TWICE = """
SELECT kind, thread, recipient, subject, count(*) FROM core_message
WHERE status <> 'cancelled' GROUP BY kind, thread, recipient, subject, text HAVING count(*) > 1
"""
ONE_MAIL_FOR_ALL = """
SELECT kind, thread, count(*) FROM core_message
WHERE status <> 'cancelled' AND kind IN ('order_confirmed', 'purchase_order')
GROUP BY kind, thread, facts ->> 'po.number' HAVING count(*) > 1
"""
ASKED_IN_VAIN = """
SELECT po.id, po.status FROM orders_purchaseorder po
WHERE po.status IN ('waiting', 'prepared')
AND NOT EXISTS (SELECT FROM orders_purchaseorderline p WHERE p.purchase_order_id = po.id AND p.answer = '')
"""
QUESTIONS_ABOUT_NOTHING = """
SELECT q.id FROM orders_question q JOIN orders_allocation a ON a.id = q.allocation_id
WHERE q.said = '' AND (a.status <> 'held' OR a.quantity <> q.quantity)
"""
UNASKED = """
SELECT a.id FROM orders_allocation a JOIN orders_orderline line ON line.id = a.line_id
JOIN orders_order orders ON orders.id = line.order_id
WHERE a.status = 'held' AND line.status = 'confirmed' AND orders.confirmed_at IS NOT NULL
AND orders.status = 'confirmed'
AND NOT EXISTS (SELECT FROM orders_purchaseorderline p WHERE p.allocation_id = a.id)
"""
UNDECIDED = {"new", "doubtful", "asked", "safe"}
COVERED = {"safe", "confirmed", "ordered", "accepted"}
GIVEN_UP = {"refunded", "vouchered", "cancelled"}


def ask(sql: str) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def counter_is_ledger() -> list[object]:
    return [*prove_counters()]


def lines_are_served() -> list[object]:
    """Nothing that is owed is lost, nothing is bought twice, nothing that was given up is still promised."""
    return [(name, line) for line in ask(LINES) for name, is_wrong in WRONGS.items() if is_wrong(line)]


WRONGS: Mapping[str, Callable[[dict[str, Any]], bool]] = {
    "promised twice": lambda line: line["promised"] > line["quantity"],
    "two live purchase orders": lambda line: line["asked_of_suppliers"] > line["quantity"],
    "not covered": lambda line: line["status"] in COVERED and line["promised"] < line["quantity"],
    "asked without a question": lambda line: (line["status"] == "asked") != (line["questions"] == 1),
    "short without a case": lambda line: (
        line["status"] == "short" and (line["in_case"] or 0) + line["promised"] < line["quantity"]
    ),
    "a case about a line that is served": lambda line: (
        line["in_case"] is not None and line["status"] != "short"
    ),
    "nobody will decide": lambda line: (
        line["status"] in UNDECIDED and line["order_status"] not in ("received", "to_verify")
    ),
    "open in an order that has ended": lambda line: (
        line["order_status"] in ("done", "cancelled")
        and line["status"] not in {*GIVEN_UP, "shipped", "delivered"}
    ),
    "given up and promised": lambda line: line["status"] in GIVEN_UP and line["counted"] > 0,
}


def money_is_conserved() -> list[object]:
    """Paid is what is held, kept, refunded or vouchered; and no more goes back than was paid."""
    wrong: list[object] = []
    for order in ask(MONEY):
        lost = order["paid"] - order["shipping"] - order["goods"]
        if not 0 <= lost <= order["differences"]:
            wrong.append(("goods and paid differ", order))
        if order["refunds"] + order["differences"] + order["vouchered"] + order["held"] + order["kept"] > (
            order["paid"] + order["differences"] - lost
        ):
            wrong.append(("more goes back than was paid", order))
    return wrong + [("ended without its money", line) for line in ask(ENDED_WITHOUT_MONEY)]


def facts_are_mailed_once() -> list[object]:
    return [*ask(SAME_MAIL_TWICE), *ask(ONE_MAIL_FOR_ALL)]


def questions_have_an_object() -> list[object]:
    return [*ask(ASKED_IN_VAIN), *ask(QUESTIONS_ABOUT_NOTHING)]


def nothing_waits_for_nobody() -> list[object]:
    """True when everything has calmed down: whoever should have been asked was."""
    received = "SELECT id, 'never verified' FROM orders_order WHERE status = 'received'"
    unput = "SELECT id, 'never put' FROM orders_question WHERE said = '' AND request_id IS NULL"
    return [*ask(UNASKED), *ask(received), *ask(unput)]


ALWAYS: Sequence[Callable[[], Iterable[object]]] = (
    counter_is_ledger,
    lines_are_served,
    money_is_conserved,
    facts_are_mailed_once,
    questions_have_an_object,
)


def untruths(truths: Iterable[Callable[[], Iterable[object]]] = ALWAYS) -> Counter[str]:
    """What is not as it must be, by how often."""
    return Counter(f"{truth.__name__}: {found}" for truth in truths for found in truth())
