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
UPDATE {table} SET product_id = found.product_id, attached = true
FROM (SELECT wanted.key, min(known.product_id) AS product_id
      FROM {table} wanted JOIN ({known}) known ON {condition}
      WHERE wanted.product_id IS NULL AND wanted.present
      GROUP BY wanted.key HAVING min(known.product_id) = max(known.product_id)) found
WHERE {table}.key = found.key
"""
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


def match_products(matching: Matching, *, table: str = "feed_delta") -> None:
    """Give the rows of a temporary table (key, gtin, present, product_id, attached) the products they have not yet."""
    with connection.cursor() as cursor:
        for statement in statements(matching, table):
            cursor.execute(statement)


def statements(matching: Matching, table: str) -> Iterator[str]:
    for rule in matching.by:
        known = OFFERS if rule == "supplier_sku" else PRODUCTS
        for condition in conditions(rule, matching):
            yield MATCH.format(table=table, known=known, condition=condition)


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
