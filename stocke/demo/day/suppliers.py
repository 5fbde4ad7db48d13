"""How a supplier of the demonstration answers a mail of ours, by his temper: on the page behind its link, or by a
program of his."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import PurePath
from random import Random

from stocke.demo.day.pages import Form, Page, Visitor
from stocke.demo.day.parcels import number_of
from stocke.demo.mailbox import CaughtMail
from stocke.demo.world.traders import Temper

SATURDAY, MONDAY = 5, 7
OPENS = 9
# In minutes: how long after his yes the parcel leaves.
PACKS = (30, 240)
# So many of a hundred lines are of articles of which he has one or two left.
LAST_PIECES = 35
# What a new price is, of that for which the article is sold.
DEARER_PERCENT = 72


@dataclass(frozen=True)
class Said:
    """What he says of one line, and what he says besides: as our pages, our interface and our table name it."""

    answer: str
    besides: Mapping[str, str] = field(default_factory=dict)


ACCEPTED = Said("accepted")
PART = Said("part", {"quantity": "1"})
REJECTED = Said("rejected", {"reason": "no_stock"})

type Says = Callable[[], Said]


def answers_at(temper: Temper, asked: datetime, random: Random) -> datetime:
    """When he answers what he was asked at that moment, in his own time of day. Pure."""
    at = asked + timedelta(minutes=random.randint(*temper.answers_after))
    if temper.rests and at.weekday() >= SATURDAY:
        at = (at + timedelta(days=MONDAY - at.weekday())).replace(hour=OPENS, minute=random.randrange(60))
    return at


def serves(temper: Temper, random: Random) -> bool:
    """Whether he has what a line asks for. Pure."""
    few = random.randrange(100) < LAST_PIECES
    return random.randrange(100) < (temper.serves_few if few else temper.serves)


def by_temper(temper: Temper, random: Random) -> Says:
    """What he says of each line."""
    return partial(answer_of, temper, random)


def answer_of(temper: Temper, random: Random) -> Said:
    return ACCEPTED if serves(temper, random) else REJECTED


def dearer(sold_for_cents: int) -> Said:
    """He has it, at more than he has asked until now; whoever sells it for so much still earns something."""
    return Said("accepted", {"price": f"{sold_for_cents * DEARER_PERCENT // 100 / 100:.2f}"})


def answer(visitor: Visitor, url: str, says: Says, random: Random) -> str:
    """Open the link and say what is to be said there; a sentence about it, empty where there was nothing to say."""
    page = visitor.open(url)
    if form := page.form_sent_by("cancel"):
        visitor.send(page, form, {"cancel": "cancelled"})
        return "cancels what is no longer needed"
    if form := page.form_sent_by("late"):
        visitor.send(page, form, {"late": "yes"})
        return "says late that he has it after all"
    if form := page.form_with("answer_"):
        return answer_lines(visitor, page, form, says)
    if form := page.form_with("said_"):
        return answer_questions(visitor, page, form, says)
    if form := page.form_sent_by("ship"):
        visitor.send(page, form, {"ship": "yes", "tracking_number": number_of(random)})
        return "has sent the parcel"
    if "/p/all/" in url and page.forms:
        visitor.send(page, page.forms[0], {})
        return "accepts everything of several parcels"
    return ""


def asks(visitor: Visitor, url: str) -> str:
    """What is still asked there, in a word; empty where his answer is known."""
    return "lines" if visitor.open(url).form_with("answer_") else ""


def answer_lines(visitor: Visitor, page: Page, form: Form, says: Says) -> str:
    answers = {name.removeprefix("answer_"): says() for name in form.names("answer_")}
    said = {f"answer_{line}": one.answer for line, one in answers.items()}
    for line, one in answers.items():
        said |= {f"{name}_{line}": value for name, value in one.besides.items()}
    return "" if visitor.send(page, form, said).status >= 400 else in_words(list(answers.values()))


def in_words(answers: Sequence[Said], way: str = "") -> str:
    if refused := answers.count(REJECTED):
        return f"refuses {lines(refused)} of {len(answers)}{way}: none in stock"
    part = ", in part" if PART in answers else ""
    price = ", at a new price" if any("price" in one.besides for one in answers) else ""
    return f"accepts {lines(len(answers))}{part}{price}{way}"


def answer_by_api(visitor: Visitor, key: str, mail: CaughtMail, says: Says) -> str:
    """His program reads the purchase order that the mail brings, and answers it; empty where nothing is asked."""
    number = purchase_in(mail)
    url, head = f"/api/v1/purchases/{number}", {"Authorization": f"Bearer {key}"}
    asked = visitor.browser.get(url, headers=head) if number else None
    if asked is None or asked.status_code >= 400:
        return ""
    answers = {line["id"]: says() for line in asked.json()["lines"] if not line["answer"]}
    said = [{"id": line, "answer": one.answer, **one.besides} for line, one in answers.items()]
    done = visitor.browser.post(f"{url}/answer", headers=head, json={"lines": said}) if said else None
    if done is None or done.status_code >= 400:
        return ""
    return in_words(list(answers.values()), " by the API")


def purchase_in(mail: CaughtMail) -> str:
    """The number of the purchase order that the mail brings; empty for another mail."""
    return next((PurePath(name).stem for name in mail.attachments), "")


def answer_questions(visitor: Visitor, page: Page, form: Form, says: Says) -> str:
    said = {name: "no" if says() == REJECTED else "yes" for name in form.names("said_")}
    done = visitor.send(page, form, said)
    if done.status >= 400:
        return ""
    yes = sum(word == "yes" for word in said.values())
    if yes == len(said):
        return f"says that he has it, for {lines(yes)}"
    return f"says for {lines(len(said) - yes)} of {len(said)} that he has it not"


def lines(count: int) -> str:
    return "1 line" if count == 1 else f"{count} lines"
