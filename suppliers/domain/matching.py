"""How the offers of a feed find their products: chosen by a person, saved with the mapping, carried out by set."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from django.db import connection

RULES = ("sku", "gtin", "supplier_sku")
# What a person types or a spreadsheet leaves between the parts of a code.
BLANKS = r"E' \t\u00A0\u2009\u202F'"

# Two products that fit equally well are none: a person attaches the offer.
MATCH = """
UPDATE feed_delta SET product_id = found.product_id, attached = true
FROM (SELECT wanted.key, min(known.product_id) AS product_id
      FROM feed_delta wanted JOIN ({known}) known ON {condition}
      WHERE wanted.product_id IS NULL AND wanted.present
      GROUP BY wanted.key HAVING min(known.product_id) = max(known.product_id)) found
WHERE feed_delta.key = found.key
"""
WANT_UNMATCHED = """
INSERT INTO feed_delta (offer_id, known, present, key, line, raw, name, name_before, gtin, gtin_before, cost_cents,
                        cost_before, currency, currency_before, lead_days, lead_before, kind, kind_before, quantity,
                        quantity_before, promisable, promisable_before, reserved, terms_differ, says_new, slow_differ,
                        change)
SELECT offer.id, true, true, offer.supplier_sku, file.line, file.raw, offer.name, offer.name, offer.gtin, offer.gtin,
       offer.cost_cents, offer.cost_cents, offer.currency, offer.currency, offer.lead_days, offer.lead_days,
       stock.kind, stock.kind, stock.quantity, stock.quantity, stock.promisable, stock.promisable, stock.reserved,
       false, false, false, 'same'
FROM suppliers_offer offer
JOIN feed_rows file ON file.key = offer.supplier_sku
JOIN suppliers_offerstock stock ON stock.offer_id = offer.id
WHERE offer.supplier_id = %s AND offer.product_id IS NULL
  AND NOT EXISTS (SELECT FROM feed_delta delta WHERE delta.key = offer.supplier_sku)
"""
# A statement has its levels computed; being matched alone has not, and changes them all the same.
ASK_LEVELS = """
INSERT INTO products_dirtylevel (product_id, since, cause)
SELECT DISTINCT product_id, now(), 'match' FROM feed_delta WHERE attached AND NOT says_new
"""
ANY_UNMATCHED = "SELECT EXISTS (SELECT FROM feed_delta WHERE product_id IS NULL AND present)"
PRODUCTS = "SELECT id AS product_id, sku, gtin FROM products_product"
OFFERS = "SELECT product_id, supplier_sku AS sku, gtin FROM suppliers_offer WHERE product_id IS NOT NULL"
SAME_GTIN = "wanted.gtin <> '' AND known.gtin <> '' AND known.gtin = wanted.gtin"


@dataclass(frozen=True)
class Matching:
    """By which codes a product is looked for, in this order; the exact code always comes before the folded one.

    "sku" compares the file's code with our SKUs, "gtin" the barcodes, "supplier_sku" the file's code with the codes
    of offers that have their product already, whichever supplier's. `any_case` and `any_blanks` apply to codes.
    """

    by: tuple[str, ...] = ("sku", "gtin")
    any_case: bool = True
    any_blanks: bool = False

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "by": list(self.by)}

    @classmethod
    def from_json(cls, saved: Mapping[str, Any]) -> Self:
        """What `to_json` gave; what is missing or no rule of ours is as by default."""
        known = {name: bool(saved[name]) for name in ("any_case", "any_blanks") if name in saved}
        by = tuple(rule for rule in saved.get("by", cls.by) if rule in RULES)
        return cls(by=by, **known)


def match_products(matching: Matching) -> Mapping[str, int]:
    """Give the staged rows the products they have not yet; how many found theirs by which rule.

    Needs feed_delta with the columns rank and attached, in the same transaction.
    """
    found = dict.fromkeys(matching.by, 0)
    with connection.cursor() as cursor:
        cursor.execute(ANY_UNMATCHED)
        (is_wanted,) = cursor.fetchone()
        for rule, statement in statements(matching) if is_wanted else ():
            cursor.execute(statement)
            found[rule] += cursor.rowcount
    return found


def ask_levels() -> None:
    """Have the levels computed of products that staged rows have found without saying anything new."""
    with connection.cursor() as cursor:
        cursor.execute(ASK_LEVELS)


def statements(matching: Matching) -> Iterator[tuple[str, str]]:
    for rule in matching.by:
        known = OFFERS if rule == "supplier_sku" else PRODUCTS
        for condition in conditions(rule, matching):
            yield rule, MATCH.format(known=known, condition=condition)


def want_unmatched(supplier_id: int) -> None:
    """Stage the lines too that say nothing new of an offer without a product, so that another choice may match it.

    They state nothing: no number is written for them.
    """
    with connection.cursor() as cursor:
        cursor.execute(WANT_UNMATCHED, [supplier_id])


def conditions(rule: str, matching: Matching) -> Iterator[str]:
    if rule == "gtin":
        yield SAME_GTIN
        return
    yield "known.sku = wanted.key"
    if matching.any_case or matching.any_blanks:
        yield f"{folded('known.sku', matching)} = {folded('wanted.key', matching)}"


def folded(code: str, matching: Matching) -> str:
    """The code without what does not count. In upper case only, the products' own index serves."""
    without = f"translate({code}, {BLANKS}, '')" if matching.any_blanks else code
    return f"upper({without})" if matching.any_case else without
