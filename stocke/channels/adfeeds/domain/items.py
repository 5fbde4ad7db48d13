"""From a product and what was decided of it to a row for one target, and what is wrong with that row. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from typing import Protocol
from urllib.parse import quote

from stocke.channels.adfeeds.domain.certainty import Decision
from stocke.channels.adfeeds.domain.gtins import is_gtin
from stocke.channels.adfeeds.domain.prices import price_text
from stocke.channels.adfeeds.domain.targets import DEMANDED, Manners, says
from stocke.channels.adfeeds.domain.texts import plain
from stocke.channels.adfeeds.models import Word

type Item = Mapping[str, Sequence[str]]
LONGEST_LINK, LONGEST_NAME = 2000, 70


@dataclass(frozen=True, slots=True)
class Goods:
    """A product as ads show it."""

    sku: str
    name: str
    description: str
    brand: str
    gtin: str
    mpn: str
    category: str
    image_url: str
    price_cents: int
    currency: str
    remote_id: str
    remote_parent: str


class Shopfront(Protocol):
    """What a feed says of the shop."""

    @property
    def id_template(self) -> str: ...
    @property
    def link_template(self) -> str: ...
    @property
    def currency(self) -> str: ...
    @property
    def condition(self) -> str: ...


def named(template: str, goods: Goods, *, is_address: bool = False) -> str:
    """The template with the product's names in it; in an address they are quoted."""
    names = {
        "sku": goods.sku,
        "gtin": goods.gtin,
        "remote_id": goods.remote_id,
        "remote_parent": goods.remote_parent or goods.remote_id,
    }
    for name, value in names.items():
        template = template.replace(f"{{{name}}}", quote(value, safe="") if is_address else value)
    return template


def item_id(shop: Shopfront, goods: Goods) -> str:
    return plain(named(shop.id_template, goods), longest=200)


def link_of(shop: Shopfront, goods: Goods) -> str:
    return named(shop.link_template, goods, is_address=True)


def item_of(goods: Goods, decision: Decision, shop: Shopfront, manners: Manners, zone: tzinfo) -> Item:
    """The row, in the order of the target's columns; what there is nothing to say of is left out."""
    title = plain(goods.name, longest=manners.longest_title)
    said = {
        "id": item_id(shop, goods),
        "title": title,
        "description": plain(goods.description, longest=manners.longest_description) or title,
        "link": link_of(shop, goods),
        "image_link": goods.image_url,
        "availability": says(manners, decision.word, decision.pause),
        "availability_date": day_text(decision, zone),
        "price": price_text(goods.price_cents, goods.currency) if goods.price_cents else "",
        "brand": plain(goods.brand, longest=LONGEST_NAME),
        "gtin": goods.gtin if is_gtin(goods.gtin) else "",
        "mpn": plain(goods.mpn, longest=LONGEST_NAME),
        "condition": shop.condition,
        "product_type": plain(goods.category, longest=750),
    }
    paused = manners.pauses.get(decision.pause, {})
    values = {**{name: (text,) for name, text in said.items() if text}, **paused}
    return {name: values[name] for name in manners.columns if name in values}


def day_text(decision: Decision, zone: tzinfo) -> str:
    """When it can be delivered again, as the beginning of that day where the merchant is."""
    if decision.word != Word.BACKORDER or decision.available_on is None:
        return ""
    return moment_text(decision.available_on, zone)


def moment_text(day: date, zone: tzinfo) -> str:
    return datetime.combine(day, time(), tzinfo=zone).strftime("%Y-%m-%dT%H:%M%z")


def problems_of(goods: Goods, shop: Shopfront, manners: Manners) -> list[str]:
    """Codes of what the target misses or refuses, those that it refuses first."""
    found = {"long_id": len(named(shop.id_template, goods)) > manners.longest_id}
    if not manners.is_supplement:
        link = link_of(shop, goods)
        found |= {
            "no_title": not plain(goods.name, longest=manners.longest_title),
            "no_link": not is_address(link),
            "no_image": not is_address(goods.image_url),
            "no_price": not goods.price_cents,
            "other_currency": goods.currency != shop.currency,
            "bad_gtin": bool(goods.gtin) and not is_gtin(goods.gtin),
            "no_gtin": not goods.gtin,
            "no_brand": not goods.brand,
            "long_title": len(goods.name) > manners.longest_title,
        }
    return [code for code, holds in found.items() if holds]


def is_address(text: str) -> bool:
    """A whole address without a name that the product does not have."""
    begins = text.startswith(("https://", "http://"))
    return begins and len(text) <= LONGEST_LINK and not set(text) & set(' \t\r\n<>"{}')


def is_refused(problems: Sequence[str]) -> bool:
    """Whether the target takes no such row."""
    return not DEMANDED.isdisjoint(problems)
