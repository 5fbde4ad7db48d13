"""The ranking against what people judged: for a sold-out product, is what we put first really a stand-in?

Reads the judged pairs beside the checkout and is skipped where they are absent.
"""

import csv
import gzip
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from django.db import connection

from orders.domain.substitutes import Candidate, Missing, rank

DATA = Path(__file__).resolve().parents[4] / "shared" / "data" / "substitutes"
GOOD, COMPLEMENT = {"E", "S"}, "C"

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not DATA.is_dir(), reason="the judged pairs are not beside the checkout"),
]
type Pair = tuple[str, str]


def rows(name: str) -> list[dict[str, str]]:
    with gzip.open(DATA / f"{name}.csv.gz", "rt", encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


def likeness(pairs: Sequence[Pair]) -> list[float]:
    """The trigram likeness of many pairs of names, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT similarity(a, b) FROM unnest(%s::text[], %s::text[]) WITH ORDINALITY AS pairs (a, b, n) ORDER BY n",
            [[one for one, _ in pairs], [other for _, other in pairs]],
        )
        return [row[0] for row in cursor.fetchall()]


def cents(product: Mapping[str, str]) -> int:
    return round(100 * float(product["price"] or 0))


def candidates_by_anchor() -> dict[str, list[tuple[Candidate, str]]]:
    """For each sold-out product, every judged candidate with its label."""
    products = {row["asin"]: row for row in rows("esci_products")}
    judged = [
        row
        for row in rows("esci_candidate_pairs")
        if row["anchor_asin"] in products and row["candidate_asin"] in products
    ]
    names = [
        (products[row["anchor_asin"]]["title"], products[row["candidate_asin"]]["title"]) for row in judged
    ]
    found = defaultdict(list)
    for number, (row, like) in enumerate(zip(judged, likeness(names), strict=True)):
        anchor, product = products[row["anchor_asin"]], products[row["candidate_asin"]]
        candidate = Candidate(
            product_id=number,
            name=product["title"],
            price_cents=cents(product),
            likeness=like,
            free=1,
            supplier="",
            lead_days=1,
            brand=product["brand"],
            attributes={"color": product["color"]} if product["color"] else {},
            same_category=product["category"] == anchor["category"],
        )
        found[row["anchor_asin"]].append((candidate, row["candidate_label"]))
    return found


def top_three(
    order: Callable[[list[Candidate]], list[Candidate]], among: list[tuple[Candidate, str]]
) -> list[str]:
    labels = {candidate.product_id: label for candidate, label in among}
    return [labels[one.product_id] for one in order([candidate for candidate, _ in among])[:3]]


def shares(tops: list[list[str]]) -> tuple[float, float]:
    """How many of the first three are stand-ins, and how many are only complements."""
    labels = [label for top in tops for label in top]
    good = sum(label in GOOD for label in labels)
    return good / len(labels), labels.count(COMPLEMENT) / len(labels)


def test_what_we_put_first_is_a_stand_in_more_often_than_by_likeness_of_names_alone() -> None:
    products = {row["asin"]: row for row in rows("esci_products")}
    by_anchor = candidates_by_anchor()

    def ours(anchor: str) -> Callable[[list[Candidate]], list[Candidate]]:
        product = products[anchor]
        attributes = {"color": product["color"]} if product["color"] else {}
        missing = Missing(product["title"], cents(product), 1, product["brand"], attributes)
        return lambda among: [suggestion.candidate for suggestion in rank(missing, among)]

    def plain(among: list[Candidate]) -> list[Candidate]:
        return sorted(among, key=lambda candidate: -candidate.likeness)

    good, complements = shares([top_three(ours(anchor), among) for anchor, among in by_anchor.items()])
    plain_good, plain_complements = shares([top_three(plain, among) for among in by_anchor.values()])

    assert good > plain_good
    assert complements < plain_complements
