"""A supplier's next file: what he stated last, a little later, laid where his feed looks."""

import os
import time
from random import Random

from django.conf import settings
from django.utils import timezone

from stocke.core.actors import Actor
from stocke.demo.world.files import Row
from stocke.demo.world.market import file_of, next_day
from stocke.demo.world.traders import Temper
from suppliers.domain.runs import request_run
from suppliers.models import Feed, OfferStock, QuantityKind, Transport
from suppliers.transports.folder import QUIET_SECONDS

# What stands in his own system where he only says "in stock".
SOME = 25
CLOCKWORK = Actor.job("demo")


def deliver(temper: Temper, random: Random) -> str:
    """Write his file and have it imported; a sentence, empty where he has no feed that looks into a folder."""
    feed = Feed.objects.filter(supplier__code=temper.code, transport=Transport.FOLDER).first()
    if feed is None:
        return ""
    name, content = file_of(temper, next_day(rows_of(temper), random))
    folder = settings.WATCHED_ROOT / temper.code
    folder.mkdir(parents=True, exist_ok=True)
    # Whoever looks into the folder meanwhile finds the whole file or none.
    unfinished = folder / f".{name}.part"
    unfinished.write_bytes(content)
    # A file that was written this moment is left alone for some seconds: it might still grow.
    written = time.time() - QUIET_SECONDS
    os.utime(unfinished, (written, written))
    unfinished.rename(folder / f"{timezone.now():%Y%m%d-%H%M%S}-{name}")
    request_run(feed, by=CLOCKWORK, trigger="schedule")
    return f"{temper.name} sends his stock file."


def rows_of(temper: Temper) -> list[Row]:
    stocks = OfferStock.objects.filter(offer__supplier__code=temper.code).select_related("offer")
    return [
        Row(
            sku=stock.offer.supplier_sku,
            name=stock.offer.name,
            gtin=stock.offer.gtin,
            quantity=held(stock),
            cost_cents=stock.offer.cost_cents or 0,
            lead_days=stock.offer.lead_days or 0,
        )
        for stock in stocks.order_by("offer__supplier_sku")
    ]


def held(stock: OfferStock) -> int:
    if stock.kind == QuantityKind.EXACT:
        return stock.quantity or 0
    return SOME if stock.kind in (QuantityKind.FLAG, QuantityKind.AT_LEAST) else 0
