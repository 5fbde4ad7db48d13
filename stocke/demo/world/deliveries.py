"""The files of the last days, laid into the watched folders and imported by the real pipeline."""

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from django.conf import settings

from stocke.core.actors import Actor
from stocke.core.models import User
from stocke.core.models.user import Role
from stocke.demo.world.files import Row
from stocke.demo.world.market import cut_short, file_of, next_day, true_rows
from stocke.demo.world.traders import TEMPERS, Temper
from suppliers.domain.feeds import create_feed, edit_feed
from suppliers.domain.mappings import save_version
from suppliers.domain.runs import request_run
from suppliers.jobs.feeds import run_feed
from suppliers.models import Feed, Offer, Supplier, Transport
from suppliers.readers import read

CLOCKWORK = Actor.job("demo")
SILENT, CUT, OLD = "fictif", "nordique", "comptoir"
MORNINGS = 4
DEAD_ADDRESS = "https://flux.import-fictif.example/stock.csv"


@dataclass
class Trader:
    """A supplier at work: his temper, his feed and what his own system says now."""

    temper: Temper
    supplier: Supplier
    feed: Feed
    rows: list[Row]


def open_feeds(suppliers: dict[str, Supplier], random: Random) -> list[Trader]:
    """One feed per supplier, each watching its own folder. Nothing is read by itself before the end of the story."""
    return [
        Trader(
            temper, suppliers[temper.code], _open_feed(temper, suppliers[temper.code]), _rows(temper, random)
        )
        for temper in TEMPERS
    ]


def _open_feed(temper: Temper, supplier: Supplier) -> Feed:
    (settings.WATCHED_ROOT / temper.code).mkdir(parents=True, exist_ok=True)
    name = "Stock du jour" if temper.language == "fr" else "Daily stock"
    return create_feed(supplier, by=CLOCKWORK, name=name, transport=Transport.FOLDER, location=temper.code)


def _rows(temper: Temper, random: Random) -> list[Row]:
    offers = Offer.objects.filter(supplier__code=temper.code).order_by("supplier_sku")
    return true_rows(list(offers), random)


def deliver(trader: Trader, rows: list[Row], *, written: datetime) -> None:
    """The supplier writes a file at that time; the feed imports it at once."""
    name, content = file_of(trader.temper, rows)
    path = settings.WATCHED_ROOT / trader.temper.code / f"{written:%Y%m%d-%H%M}-{name}"
    path.write_bytes(content)
    os.utime(path, (written.timestamp(), written.timestamp()))
    if not trader.feed.mappings.exists():
        confirm_columns(trader.feed, path)
    if run := request_run(trader.feed, by=CLOCKWORK, trigger="schedule"):
        run_feed(run.pk)


def confirm_columns(feed: Feed, path: Path) -> None:
    """Somebody of the operations team looked at the first file and found the guessed columns right."""
    person = Actor.person(User.objects.get(groups__name=Role.OPERATIONS))
    save_version(feed, read(path).mapping.to_json(), by=person)


def live_through_the_days(traders: list[Trader], now: datetime, random: Random) -> None:
    """Some mornings of files. One supplier falls silent three days ago, another is a day behind."""
    for days_ago in range(MORNINGS, -1, -1):
        for trader in traders:
            if days_ago >= _last_morning(trader.temper):
                trader.rows = next_day(trader.rows, random)
                late = 180 if trader.temper.code == OLD else 0
                written = now - timedelta(days=days_ago, minutes=late + random.randrange(20, 50))
                deliver(trader, trader.rows, written=written)


def _last_morning(temper: Temper) -> int:
    return {SILENT: 3, OLD: 1}.get(temper.code, 0)


def break_something(traders: list[Trader], now: datetime) -> None:
    """One export broke off in the middle; one supplier took his server away."""
    by_code = {trader.temper.code: trader for trader in traders}
    cut = by_code[CUT]
    deliver(cut, cut_short(cut.rows, 0.41), written=now - timedelta(minutes=9))
    edit_feed(by_code[SILENT].feed, by=CLOCKWORK, transport=Transport.URL, location=DEAD_ADDRESS)


def start_schedules(traders: list[Trader]) -> None:
    for trader in traders:
        edit_feed(trader.feed, by=CLOCKWORK, every_minutes=trader.temper.every_minutes)
