"""How well stand-ins are ranked, beside plain trigram likeness of names, on pairs that people judged.

The judgements (Amazon ESCI, Apache-2.0) are read beside the checkout; without them there is nothing to measure.
"""

import csv
import gzip
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import mean

from django.db import connection

from orders.domain.catalogue import Good
from orders.domain.catalogue.standing_in import judge
from orders.domain.likeness import Lexicon
from tests.bench.figure import Figure

PREFIX = "substitutes_"
DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "substitutes"
# The gains of the data's own authors: exact, substitute, complement, irrelevant.
GAINS: Mapping[str, float] = {"E": 1.0, "S": 0.1, "C": 0.01, "I": 0.0}
FIRST = 10

type Judged = list[tuple[Good, str]]


def run() -> Iterator[Figure]:
    if not DATA.is_dir():
        return
    goods = {good.key: good for good in map(good_of, rows("esci_products"))}
    groups = grouped(goods)
    lexicon = Lexicon([good.described for good in goods.values()])
    ours = [
        ranked(among, [one.good for one in judge(anchor, [good for good, _ in among], lexicon)])
        for anchor, among in groups
    ]
    plain = [ranked(among, by_trigrams(anchor, among)) for anchor, among in groups]
    yield Figure("substitutes_ndcg_at_10", quality(ours), "NDCG", quality(plain), 1.0, better="at_least")
    yield Figure("substitutes_complements_in_top_3", complements(ours), "share", complements(plain), 1.0)


def rows(name: str) -> list[dict[str, str]]:
    with gzip.open(DATA / f"{name}.csv.gz", "rt", encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


def good_of(row: Mapping[str, str]) -> Good:
    return Good(
        key=row["asin"],
        name=row["title"],
        brand=row["brand"],
        category=row["category"],
        price_cents=round(100 * float(row["price"] or 0)),
        attributes={"color": row["color"]} if row["color"] else {},
        text=f"{row['bullet_points'][:600]} {row['description'][:600]}",
    )


def grouped(goods: Mapping[str, Good]) -> list[tuple[Good, Judged]]:
    """Each sold-out product of each query with every other product judged for that query."""
    found: dict[tuple[str, str], Judged] = defaultdict(list)
    for row in rows("esci_candidate_pairs"):
        if row["anchor_asin"] in goods and row["candidate_asin"] in goods:
            key = (row["query"], row["anchor_asin"])
            found[key].append((goods[row["candidate_asin"]], row["candidate_label"]))
    return [(goods[anchor], among) for (_query, anchor), among in found.items()]


def ranked(among: Judged, order: Sequence[Good]) -> list[str]:
    labels = {good.key: label for good, label in among}
    return [labels[good.key] for good in order]


def by_trigrams(anchor: Good, among: Judged) -> list[Good]:
    """pg_trgm's similarity of the names, ties by key."""
    names = [good.name for good, _ in among]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT similarity(%s, name) FROM unnest(%s::text[]) WITH ORDINALITY AS names (name, n) ORDER BY n",
            [anchor.name, names],
        )
        likeness = {good.key: row[0] for (good, _), row in zip(among, cursor.fetchall(), strict=True)}
    return sorted((good for good, _ in among), key=lambda good: (-likeness[good.key], good.key))


def quality(orders: Sequence[Sequence[str]]) -> float:
    """The mean NDCG@10 over the groups that hold anything of worth."""
    return mean(ndcg(labels) for labels in orders if any(GAINS[label] for label in labels))


def ndcg(labels: Sequence[str]) -> float:
    return gain(labels) / gain(sorted(labels, key=GAINS.__getitem__, reverse=True))


def gain(labels: Sequence[str]) -> float:
    return sum(GAINS[label] / math.log2(place + 2) for place, label in enumerate(labels[:FIRST]))


def complements(orders: Sequence[Sequence[str]]) -> float:
    """The share of complements among the first three."""
    first = [label for labels in orders for label in labels[:3]]
    return first.count("C") / len(first)
