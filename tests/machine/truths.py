"""What must be true of the house at any moment, as questions to the rows: each names what is wrong, or nothing.

Each can fail. The product was broken on purpose in these ways, one at a time, and each was found:

- released units stay in the counter: `counter_is_ledger`
- the UPDATE that reserves has no condition: `no_more_is_promised_than_stated`
- a supplier who refuses keeps his promise: `promises_stand_on_answers`
- a late yes, while somebody else serves the line, is not asked to cancel: `promises_stand_on_answers`
- the last refusal opens no case: `lines_are_served`
- a parcel may hold more than is left to send: `parcels_hold_what_was_bought`
- units that come back already may be asked back again: `parcels_hold_what_was_bought`
- a voucher keeps its worth when its money goes back: `money_is_conserved`
- an order that was back on the desk is confirmed to its customer again: `facts_are_mailed_once`
- a promise ends, and the question about it stays open: `questions_have_an_object`
- letters have a key that is new each time, so that nobody finds the one of a fact: `facts_are_mailed_once`
- a late yes that is said again is taken again: it asks to cancel what was asked before, which no job may
- a cheaper product gives nothing back, or twice as much, or a dearer one does: `money_is_conserved`
- a cheaper product keeps the price of the one that was bought: `money_is_conserved`
- a refund is more than was paid: `money_is_conserved`
- a supplier who lets a cancelled order be keeps his promise: `promises_stand_on_answers`
- a purchase line whose promise ended is still asked: `promises_stand_on_answers`
- units stay kept for a customer who has changed his mind: `only_choices_keep_units`
- an import takes levels along that have counted: `pushes_count_once`
- the same under the same key is kept twice: `pushes_count_once`
- levels that waited count over what was said after them: `no_push_overwrites_what_was_said_after_it`
- of two pushes in one import the first counts: `what_was_pushed_last_stands`
- of two pushes in one import only the last counts: `what_was_pushed_last_stands`
"""

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
       coalesce(sum(line.quantity) FILTER (WHERE given.differences > 0), 0) AS rounding,
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
MONEY_AND_VOUCHER = """
SELECT v.id, c.number FROM orders_voucher v JOIN orders_stockoutcase c ON c.id = v.case_id
JOIN orders_orderline line ON line.id = c.line_id WHERE line.status = 'refunded' AND v.returned_at IS NULL
"""
# Letters may have the same words where as many facts have: two lines of one product, two equal refunds. What a
# letter says of a fact stands in its text; a line is called by the product that was bought, or by what replaces it.
# No name in this house is the start of another.
SAME_MAIL_TWICE = """
WITH named AS (
    SELECT DISTINCT line.id, line.order_id, line.quantity, line.status, line.told_late_for, product.name
    FROM orders_orderline line
    JOIN products_product product ON product.id = line.product_id OR product.sku = line.ordered_sku
),
facts (kind, order_id, fact, words, figure) AS (
    SELECT 'order_cancelled', order_id, id, '– ' || quantity || ' × ' || name, '' FROM named WHERE status = 'cancelled'
    UNION ALL
    SELECT 'late_line', order_id, id, name, '' FROM named WHERE told_late_for IS NOT NULL
    UNION ALL
    SELECT 'shipped', order_id, entry.id, '– ' || entry.quantity || ' × ' || name, ''
    FROM orders_shipmentline entry JOIN named ON named.id = entry.line_id
    UNION ALL
    SELECT 'refund_done', order_id, refund.id, ordered_name,
           replace((amount_cents / 100.0)::numeric(12, 2)::text, '.', ',')
    FROM orders_refund refund JOIN orders_orderline line ON line.id = refund.line_id WHERE refund.status = 'done'
)
SELECT kind, thread, recipient, subject, count(*) FROM core_message mail WHERE status <> 'cancelled'
GROUP BY kind, thread, recipient, subject, text HAVING count(*) > coalesce((
    SELECT min(so_many) FROM (
        SELECT count(*) AS so_many FROM facts
        WHERE facts.kind = mail.kind AND mail.thread = 'order:' || facts.order_id
        AND position(words IN mail.text) > 0 AND position(figure IN mail.text) > 0 GROUP BY words
    ) each_product), 1)
"""
ONE_MAIL_FOR_ALL = """
SELECT kind, thread, count(*) FROM core_message
WHERE status <> 'cancelled' AND kind IN ('order_confirmed', 'purchase_order')
GROUP BY kind, thread, facts ->> 'po.number' HAVING count(*) > 1
"""
# Who reads it ships what nobody wants any more.
ABOUT_TO_ASK_IN_VAIN = """
SELECT mail.id, po.number FROM core_message mail JOIN orders_purchaseorder po ON po.number = mail.facts ->> 'po.number'
WHERE mail.kind = 'purchase_order' AND mail.status IN ('draft', 'approved') AND po.status = 'cancelled'
"""
ON_RECORD_TWICE = """
SELECT thread, kind, data ->> 'purchase' AS purchase, data ->> 'case' AS stockout, count(*) FROM core_historyentry
WHERE kind IN ('purchase.late_yes', 'case.opened', 'case.settled', 'case.defaulted', 'case.reinstated',
               'case.refund_instead', 'voucher.issued', 'goodwill.given')
GROUP BY 1, 2, 3, 4 HAVING count(*) > 1
"""
# What a cheaper product costs less goes back, no more and no less; a dearer one is paid by the shop.
OTHER_DIFFERENCE = """
SELECT c.number, o.price_difference_cents AS difference, r.amount_cents AS given_back
FROM orders_stockoutcase c JOIN orders_caseoption o ON o.id = c.choice_id
LEFT JOIN orders_refund r ON r.case_id = c.id AND r.reason = 'difference'
WHERE c.status = 'settled' AND o.kind = 'substitute'
AND coalesce(r.amount_cents, 0) <> greatest(0, -o.price_difference_cents)
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
PROMISED_BEYOND = "SELECT * FROM promised_beyond"
# What a supplier has said and what is still promised from him, where the one contradicts the other.
PROMISED_IN_VAIN = """
SELECT p.id, p.answer, po.status AS purchase, a.status AS promise, a.quantity, p.accepted_quantity
FROM orders_purchaseorderline p JOIN orders_allocation a ON a.id = p.allocation_id
JOIN orders_purchaseorder po ON po.id = p.purchase_order_id
WHERE a.status IN ('held', 'accepted', 'contained')
AND (p.answer IN ('rejected', 'withdrawn') OR po.status = 'cancelled')
OR a.status = 'held' AND p.answer IN ('accepted', 'part')
OR a.status = 'accepted' AND (p.answer IN ('', 'priced') OR a.quantity <> p.accepted_quantity)
OR a.status = 'released' AND p.answer IN ('', 'priced') AND po.status <> 'cancelled'
"""
# A late yes while somebody else serves the line: he must have been asked to cancel.
WOULD_SHIP_TWICE = """
SELECT po.id FROM orders_purchaseorder po JOIN orders_purchaseorderline p ON p.purchase_order_id = po.id
JOIN orders_allocation silent ON silent.id = p.allocation_id
JOIN orders_allocation other ON other.line_id = silent.line_id AND other.id <> silent.id
WHERE po.late_yes_at IS NOT NULL AND po.cancel_asked_at IS NULL AND p.reason = 'no_answer'
AND other.created_at < po.late_yes_at AND other.status IN ('held', 'accepted', 'contained')
"""
# Units that are kept although no choice of an open case is about them.
KEPT_FOR_NOBODY = """
SELECT a.id, a.line_id FROM orders_allocation a WHERE a.status = 'chosen'
AND NOT EXISTS (SELECT FROM orders_stockoutcase c JOIN orders_caseoption o ON o.id = c.choice_id
                JOIN suppliers_offer offer ON offer.id = a.offer_id
                JOIN orders_orderline line ON line.id = c.line_id
                WHERE c.line_id = a.line_id AND c.status = 'to_execute'
                AND (o.kind = 'partial' AND offer.product_id = line.product_id
                     OR o.kind = 'substitute' AND offer.product_id = o.product_id))
"""
# Units of each line that were sent, are still out, have arrived, and come back from the customer.
PARCELS = """
SELECT line.id, line.status, line.quantity, sent.ever, sent.out, sent.arrived, back.units AS back
FROM orders_orderline line
CROSS JOIN LATERAL (
    SELECT coalesce(sum(entry.quantity), 0) AS ever,
           coalesce(sum(entry.quantity) FILTER (WHERE parcel.state <> 'returned'), 0) AS out,
           coalesce(sum(entry.quantity) FILTER (WHERE parcel.state = 'delivered'), 0) AS arrived
    FROM orders_shipmentline entry JOIN orders_shipment parcel ON parcel.id = entry.shipment_id
    WHERE entry.line_id = line.id
) sent
CROSS JOIN LATERAL (
    SELECT coalesce(sum(entry.quantity), 0) AS units
    FROM orders_returnline entry JOIN orders_return returned ON returned.id = entry.returned_id
    WHERE entry.line_id = line.id AND returned.status <> 'declined'
) back
WHERE sent.out > line.quantity OR back.units > sent.ever
OR (line.status = 'delivered') <> (sent.arrived >= line.quantity)
   AND line.status IN ('accepted', 'shipped', 'delivered')
OR line.status = 'shipped' AND sent.out < line.quantity
"""
KEPT_TWICE = "SELECT feed_id, key, count(*) FROM suppliers_push GROUP BY feed_id, key HAVING count(*) > 1"
COUNTED_AGAIN = "SELECT * FROM counted_again"
SAID_BEFORE = "SELECT * FROM said_before"
# The last push of a feed that named an offer, where it counts: the offer states so, or somebody spoke later. Only of
# suppliers without undos, which bring back what was said before.
PUSHED_IN_VAIN = """
SELECT last.push_id, last.run_id, last.units, stock.quantity, stock.run_id AS stands FROM (
    SELECT DISTINCT ON (push.feed_id, level.sku) level.push_id, level.units, push.feed_id, push.run_id,
           push.received_at, feed.supplier_id, offer.id AS offer_id
    FROM pushed_level level JOIN suppliers_push push ON push.id = level.push_id
    JOIN suppliers_feed feed ON feed.id = push.feed_id
    JOIN suppliers_offer offer ON offer.supplier_id = feed.supplier_id AND offer.supplier_sku = level.sku
    ORDER BY push.feed_id, level.sku, push.id DESC
) last JOIN suppliers_run run ON run.id = last.run_id AND run.status = 'applied'
JOIN suppliers_offerstock stock ON stock.offer_id = last.offer_id
LEFT JOIN suppliers_run standing ON standing.id = stock.run_id
WHERE CASE WHEN standing.feed_id = last.feed_id THEN stock.quantity IS DISTINCT FROM last.units
           ELSE stock.as_of < last.received_at END
AND NOT EXISTS (SELECT FROM suppliers_withheldline line WHERE line.run_id = run.id AND line.offer_id = last.offer_id)
AND NOT EXISTS (SELECT FROM suppliers_run undo JOIN suppliers_feed feed ON feed.id = undo.feed_id
                WHERE undo.undoes_id IS NOT NULL AND feed.supplier_id = last.supplier_id)
"""
NEVER_COUNTED = """
SELECT push.id, run.status FROM suppliers_push push LEFT JOIN suppliers_run run ON run.id = push.run_id
WHERE push.open AND coalesce(run.status, 'queued') IN ('queued', 'running')
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


def no_more_is_promised_than_stated() -> list[object]:
    """Judged at the moment of each promise."""
    return [*ask(PROMISED_BEYOND)]


def promises_stand_on_answers() -> list[object]:
    """Who has said no, or was told that it is no longer needed, keeps no promise."""
    return [*ask(PROMISED_IN_VAIN), *ask(WOULD_SHIP_TWICE)]


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
        if not order["differences"] - order["rounding"] <= lost <= order["differences"]:
            wrong.append(("goods and paid differ", order))
        if order["refunds"] + order["differences"] + order["vouchered"] + order["held"] + order["kept"] > (
            order["paid"] + order["differences"] - lost
        ):
            wrong.append(("more goes back than was paid", order))
    wrong += [("ended without its money", line) for line in ask(ENDED_WITHOUT_MONEY)]
    wrong += [("not what was told", case) for case in ask(OTHER_DIFFERENCE)]
    return wrong + [("money and voucher", voucher) for voucher in ask(MONEY_AND_VOUCHER)]


def parcels_hold_what_was_bought() -> list[object]:
    """No unit leaves twice or comes back twice, and lines say where their units are."""
    return [*ask(PARCELS)]


def facts_are_mailed_once() -> list[object]:
    return [*ask(SAME_MAIL_TWICE), *ask(ONE_MAIL_FOR_ALL), *ask(ABOUT_TO_ASK_IN_VAIN)]


def what_happens_once_is_on_record_once() -> list[object]:
    return [*ask(ON_RECORD_TWICE)]


def questions_have_an_object() -> list[object]:
    return [*ask(ASKED_IN_VAIN), *ask(QUESTIONS_ABOUT_NOTHING)]


def only_choices_keep_units() -> list[object]:
    return [*ask(KEPT_FOR_NOBODY)]


def pushes_count_once() -> list[object]:
    return [*ask(KEPT_TWICE), *ask(COUNTED_AGAIN)]


def no_push_overwrites_what_was_said_after_it() -> list[object]:
    """Judged at the moment when it counts."""
    return [*ask(SAID_BEFORE)]


def what_was_pushed_last_stands() -> list[object]:
    return [*ask(PUSHED_IN_VAIN)]


def nothing_waits_for_nobody() -> list[object]:
    """True when everything has calmed down: whoever should have been asked was."""
    received = "SELECT id, 'never verified' FROM orders_order WHERE status = 'received'"
    unput = "SELECT id, 'never put' FROM orders_question WHERE said = '' AND request_id IS NULL"
    return [*ask(UNASKED), *ask(received), *ask(unput), *ask(NEVER_COUNTED)]


ALWAYS: Sequence[Callable[[], Iterable[object]]] = (
    counter_is_ledger,
    no_more_is_promised_than_stated,
    promises_stand_on_answers,
    lines_are_served,
    money_is_conserved,
    parcels_hold_what_was_bought,
    facts_are_mailed_once,
    what_happens_once_is_on_record_once,
    questions_have_an_object,
    only_choices_keep_units,
    pushes_count_once,
    no_push_overwrites_what_was_said_after_it,
    what_was_pushed_last_stands,
)


def untruths(truths: Iterable[Callable[[], Iterable[object]]] = ALWAYS) -> Counter[str]:
    """What is not as it must be, by how often."""
    return Counter(f"{truth.__name__}: {found}" for truth in truths for found in truth())
