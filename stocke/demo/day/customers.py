"""What the customers of the demonstration do: order, and choose on the page behind the link of an apology."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from stocke.demo.day.pages import Visitor
from stocke.demo.world.words import TOWNS

# In minutes: how long after a letter somebody opens it, and after an order the next one is placed.
OPENS_AFTER = (5, 90)
NEXT_ORDER = (4, 30)
# Of a hundred customers so many ask something first, and so many change their mind at once.
ASK, WAVER = 15, 25
QUESTION = "Bonjour, quand l’aurais-je au plus tôt si je prends le produit de remplacement ?"

type Good = tuple[str, str, int]


def opens_at(sent: datetime, random: Random) -> datetime:
    return sent + timedelta(minutes=random.randint(*OPENS_AFTER))


def order_of(
    number: int, day: str, people: Sequence[Mapping[str, str]], goods: Sequence[Good], at: datetime, seed: int
) -> dict[str, Any]:
    """The order with this number of the day: the same for the same seed. Pure."""
    random = Random(f"{seed}|order|{number}")  # noqa: S311  # a made-up world, not a secret
    who, (postcode, town) = random.choice(people), random.choice(TOWNS)
    bought = random.sample(goods, min(random.choice((1, 1, 2)), len(goods)))
    return {
        "external_id": f"{day}-{number}",
        "placed_at": at.isoformat(timespec="seconds"),
        "customer": dict(who),
        "lines": [
            {"sku": sku, "name": name, "quantity": random.choice((1, 1, 2)), "unit_price_cents": cents}
            for sku, name, cents in bought
        ],
        "shipping_cents": 590,
        "promised_on": (at + timedelta(days=random.choice((6, 7, 8)))).date().isoformat(),
        "ship_to": {
            "name": f"{who['first_name']} {who['last_name']}",
            "street": f"{random.randrange(1, 90)} rue de la Démonstration",
            "postal_code": postcode,
            "city": town,
            "country": who["country"],
        },
    }


def ask(visitor: Visitor, url: str, random: Random) -> str:
    """Some ask before they choose; empty where he did not."""
    page = visitor.open(url)
    form = page.form_with("text")
    if form is None or page.form_with("option") is None or random.randrange(100) >= ASK:
        return ""
    return QUESTION if visitor.send(page, form, {"text": QUESTION}).status < 400 else ""


def choose(visitor: Visitor, url: str, turn: int, random: Random) -> str:
    """Open the link of an apology and choose, each customer the next kind of answer; a sentence about it."""
    page = visitor.open(url)
    form = page.form_with("option")
    if form is None:
        return ""
    ways = form.choices["option"]
    turn %= len(ways)
    if visitor.send(page, form, {"option": ways[turn]}).status >= 400:
        return "finds that what he chose has just sold out"
    if len(ways) > 1 and random.randrange(100) < WAVER and change_mind(visitor, url, ways[turn - 1]):
        return f"chooses, and changes his mind: “{form.titles['option', ways[turn - 1]]}”"
    return f"chooses “{form.titles['option', ways[turn]]}”"


def change_mind(visitor: Visitor, url: str, option: str) -> bool:
    """Whether there was still time for another choice."""
    again = visitor.open(f"{url}?change=1")
    form = again.form_with("option")
    return form is not None and visitor.send(again, form, {"option": option}).status < 400
