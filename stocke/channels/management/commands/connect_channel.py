"""manage.py connect_channel woocommerce --url https://shop.example: the keys come from the environment."""

from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from stocke.channels.connectors import CONNECTORS
from stocke.channels.connectors.errors import ShopError
from stocke.channels.domain.connecting import NameTaken, Unfit, connect, knock
from stocke.channels.tables.problems import at_the_door_in_words, missing_in_words
from stocke.core.actors import Actor


class Command(BaseCommand):
    help = (
        "Connect a shop, or give it other keys. The keys are read from the environment: "
        "STOCKE_CHANNEL_KEY and STOCKE_CHANNEL_SECRET (woocommerce), STOCKE_CHANNEL_TOKEN and "
        "STOCKE_CHANNEL_CLIENT_SECRET (shopify, bigcommerce), STOCKE_CHANNEL_SIGNING (generic)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", choices=sorted(CONNECTORS))
        parser.add_argument("--url", required=True)
        parser.add_argument("--name", default="")
        parser.add_argument("--slug", default="", help="its short name, for ever")
        parser.add_argument("--no-stock", action="store_true", help="take its orders, and tell it no stock")
        parser.add_argument("--no-orders", action="store_true", help="tell it our stock, and take no orders")
        parser.add_argument("--orders-since", default="", help="take orders placed since then (ISO, UTC)")

    def handle(self, *args: Any, **options: Any) -> None:
        kind, url = options["kind"], options["url"]
        given = {name: key_named(name) for name in CONNECTORS[kind].secret_names}
        if unset := [f"STOCKE_CHANNEL_{name.upper()}" for name, word in given.items() if not word]:
            raise CommandError(f"Not set: {', '.join(unset)}. Nothing was asked of the shop.")
        with translation.override("en"):
            try:
                found = knock(kind, url, given)
            except Unfit as error:
                raise CommandError(f"We do not go to this address: {error.code}.") from error
            except ShopError as error:
                raise CommandError(at_the_door_in_words(error.code, error.facts)) from error
            self.keep(kind, url, given, found, options)

    def keep(self, kind: str, url: str, given: dict[str, str], found: Any, options: dict[str, Any]) -> None:
        wishes: dict[str, Any] = {
            "name": options["name"],
            "slug": options["slug"],
            "tells_stock": not options["no_stock"],
            "takes_orders": not options["no_orders"],
        }
        if options["orders_since"]:
            wishes["connected_at"] = moment(options["orders_since"])
        try:
            channel = connect(kind, url, given, found, by=Actor.job("connect_channel"), **wishes)
        except NameTaken as error:
            raise CommandError(f"Another channel is called {error}: choose another --slug.") from error
        print(f"Connected: {channel.name}, {channel.url}, short name {channel.slug}")
        for name in found.missing:
            print(f"Missing: {missing_in_words(name)}")


def key_named(name: str) -> str:
    return str(settings.CHANNEL_KEYS.get(name, ""))


def moment(word: str) -> datetime:
    try:
        said = datetime.fromisoformat(word)
    except ValueError as error:
        raise CommandError(f"{word!r} is no moment: write 2026-11-30T08:00:00.") from error
    return said if said.tzinfo else said.replace(tzinfo=UTC)
