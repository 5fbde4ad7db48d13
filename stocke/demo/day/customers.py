"""What the customers of the demonstration do: order, and choose on the page behind the link of an apology."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from stocke.demo.day.pages import Visitor
from stocke.demo.world.words import TOWNS

# In minutes: how long after a letter somebody opens it, and after an order the next one is placed.
OPENS_AFTER = (5, 60)
NEXT_ORDER = (6, 30)
# The first of so many asks something before he chooses, and the second changes his mind.
TURN = 4
# Each kind of answer by the words of its title, and which of them is chosen first: what is seldom offered.
KINDS = (
    ("wait", ("Attendre", "Wait until")),
    ("voucher", ("bon d’achat", "voucher")),
    ("refund", ("remboursement", "money back")),
    ("partial", (" maintenant", " now")),
)
SELDOM_FIRST = ("partial", "wait", "voucher", "substitute", "refund")
QUESTION = "Bonjour, quand l’aurais-je au plus tôt si je prends le produit de remplacement ?"

type Good = tuple[str, str, int]


def opens_at(sent: datetime, text: str, random: Random) -> datetime:
    """Who may have a part at once opens his letter first: tomorrow it might be sold."""
    soonest, latest = OPENS_AFTER
    return sent + timedelta(minutes=soonest if offers_part(text) else random.randint(soonest + 1, latest))


def offers_part(text: str) -> bool:
    return any(words in text for words in dict(KINDS)["partial"])


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


def order_for(wanted: Mapping[str, Any], good: Good, quantity: int) -> dict[str, Any]:
    """The same order, for this article alone."""
    sku, name, cents = good
    line = {"sku": sku, "name": name, "quantity": quantity, "unit_price_cents": cents}
    return {**wanted, "external_id": f"{wanted['external_id']}-{sku}", "lines": [line]}


def ask(visitor: Visitor, url: str) -> str:
    """Ask something before choosing; empty where there is nothing to choose, or no time to wait for an answer."""
    page = visitor.open(url)
    form, choice = page.form_with("text"), page.form_with("option")
    if form is None or choice is None or any(offers_part(title) for title in choice.titles.values()):
        return ""
    return QUESTION if visitor.send(page, form, {"text": QUESTION}).status < 400 else ""


def kind_of(title: str) -> str:
    return next((kind for kind, words in KINDS if any(one in title for one in words)), "substitute")


def choose(visitor: Visitor, url: str, chosen: Counter[str], *, wavers: bool) -> str:
    """Open the link of an apology and choose the kind of answer that was chosen least, and count it; who wavers
    has chosen another before. A sentence about it."""
    page = visitor.open(url)
    form = page.form_with("option")
    if form is None:
        return ""
    titles = {way: form.titles["option", way] for way in form.choices["option"]}
    way, *rest = sorted(titles, key=lambda way: rank(kind_of(titles[way]), chosen))
    kind = kind_of(titles[way])
    other = next((one for one in rest if kind_of(titles[one]) != kind), "") if wavers else ""
    if visitor.send(page, form, {"option": other or way}).status >= 400:
        return "finds that what he chose has just sold out"
    has_wavered = bool(other) and change_mind(visitor, url, way)
    done = titles[way if has_wavered or not other else other]
    chosen[kind_of(done)] += 1
    return f"chooses, and changes his mind: “{done}”" if has_wavered else f"chooses “{done}”"


def rank(kind: str, chosen: Counter[str]) -> tuple[int, int]:
    return chosen[kind], SELDOM_FIRST.index(kind)


def change_mind(visitor: Visitor, url: str, option: str) -> bool:
    """Whether there was still time for another choice."""
    again = visitor.open(f"{url}?change=1")
    form = again.form_with("option")
    return form is not None and visitor.send(again, form, {"option": option}).status < 400
