"""Rank a catalogue file for one product that cannot be delivered; nothing is saved, no database is needed."""

import json
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from orders.domain.catalogue import Ranked, UnknownGood, read_goods, stand_ins
from orders.domain.substitutes import Reason
from stocke.core.web.formats import money
from suppliers.readers import NotAFeed

REFUSED = 2


class Command(BaseCommand):
    """Exit status 2 and a sentence on stderr when the file is no catalogue or the product is not in it."""

    help = "Rank the goods of a catalogue file as substitutes for one of them."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("catalogue", type=Path, help="a file of goods: CSV, XLSX, XML or JSON")
        parser.add_argument(
            "--for", dest="key", required=True, help="the code of the product that is missing"
        )
        parser.add_argument("--limit", type=int, default=10, help="how many at the most; 0 for all")
        parser.add_argument("--json", action="store_true", help="as JSON, one list")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            ranked = stand_ins(read_goods(options["catalogue"]), options["key"])
        except (NotAFeed, UnknownGood, OSError) as problem:
            self.stderr.write(sentence_of(problem, options))
            raise SystemExit(REFUSED) from problem
        shown = ranked[: options["limit"] or None]
        self.stdout.write(as_json(shown) if options["json"] else as_table(shown))


def sentence_of(problem: Exception, options: dict[str, Any]) -> str:
    if isinstance(problem, UnknownGood):
        return _("The catalogue has no product with the code “%(key)s”.") % {"key": options["key"]}
    if isinstance(problem, OSError):
        return _("The file “%(path)s” cannot be opened.") % {"path": options["catalogue"]}
    return str(problem)


def as_json(ranked: Sequence[Ranked]) -> str:
    """A list, best first: key, name, brand, category, price (a decimal as text, or null), score, reasons."""
    return json.dumps(
        [entry(place, one) for place, one in enumerate(ranked, start=1)], ensure_ascii=False, indent=2
    )


def entry(place: int, one: Ranked) -> dict[str, Any]:
    good = one.good
    return {
        "rank": place,
        "key": good.key,
        "name": good.name,
        "brand": good.brand,
        "category": good.category,
        "price": f"{good.price_cents / 100:.2f}" if good.price_cents else None,
        "score": one.score,
        "reasons": [vars(reason) for reason in one.reasons],
    }


def as_table(ranked: Sequence[Ranked]) -> str:
    lines = [
        f"{place:>3}  {one.score:.3f}  {one.good.key:<16.16}  {one.good.name[:60]:<60}  {price_of(one):>10}  {why(one)}"
        for place, one in enumerate(ranked, start=1)
    ]
    return "\n".join(lines)


def price_of(one: Ranked) -> str:
    return money(one.good.price_cents, "") if one.good.price_cents else "–"


def why(one: Ranked) -> str:
    return ", ".join(words_of(reason) for reason in one.reasons[:4])


def words_of(reason: Reason) -> str:
    words = {
        "same_category": _("same category"),
        "same_brand": _("same brand"),
        "other_brand": _("another brand: %(brand)s") % {"brand": reason.after},
        "differs": f"{reason.name}: {reason.before} → {reason.after}",
    }
    return words.get(reason.key, reason.key)
