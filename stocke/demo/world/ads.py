"""What the merchant advertises: two feeds, and a fortnight of what their ads have cost, as the platforms report it."""

import csv
import tempfile
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from django.utils import timezone

from stocke.channels.adfeeds.domain.building import build
from stocke.channels.adfeeds.domain.feeds import make_feed
from stocke.channels.adfeeds.models import AdFeed, FileFormat, Target
from stocke.channels.models import Channel
from stocke.core.actors import Actor
from stocke.demo.world.shop import ELSEWHERE
from stocke.insights.domain.ad_files import read_ad_file
from stocke.insights.domain.ad_spend import take_in_spend
from stocke.products.models import Product

BY = Actor.job("demo")
DAYS, ADVERTISED = 14, 70
TITLES = ("Item ID", "Day", "Clicks", "Cost")


def advertise(channel: Channel, products: Sequence[Product], now: datetime, random: Random) -> None:
    """Built once, so that each product's word is known; then the reports are handed in."""
    link = f"{ELSEWHERE}/produits/{{sku}}"
    google = make_feed(
        Target.GOOGLE, by=BY, name="Google Shopping", channel=channel, link_template=link, retire_days=30
    )
    meta = make_feed(
        Target.META, by=BY, name="Meta, catalogue", channel=channel, link_template=link, format=FileFormat.RSS
    )
    shown = random.sample(products, min(ADVERTISED, len(products)))
    for feed, some in ((google, shown), (meta, shown[::3])):
        build(feed.pk)
        hand_in(feed, some, now, random)


def hand_in(feed: AdFeed, products: Sequence[Product], now: datetime, random: Random) -> None:
    """A report as a platform exports it, read like every other."""
    today = timezone.localdate(now)
    with tempfile.TemporaryDirectory(prefix="stocke-demo-") as folder:
        path = Path(folder) / "report.csv"
        with path.open("w", newline="") as file:
            report = csv.writer(file)
            report.writerow(TITLES)
            for days in range(DAYS, 0, -1):
                day = (today - timedelta(days=days)).isoformat()
                report.writerows(
                    (product.sku, day, clicks, f"{clicks * random.uniform(0.18, 0.55):.2f}")
                    for product in products
                    if (clicks := random.randrange(0, 14))
                )
        take_in_spend(feed, read_ad_file(path, fallback_currency="EUR"), by=BY)
