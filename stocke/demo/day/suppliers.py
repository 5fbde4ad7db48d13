"""How a supplier of the demonstration answers a mail of ours, by his temper: on the page behind its link, or by a
program of his."""

from datetime import datetime, timedelta
from pathlib import PurePath
from random import Random
from typing import Any

from stocke.demo.day.pages import Form, Page, Visitor
from stocke.demo.mailbox import CaughtMail
from stocke.demo.world.traders import Temper

SATURDAY, MONDAY = 5, 7
OPENS = 9
# In minutes: how long after his yes the parcel leaves.
PACKS = (120, 420)
# So many of a hundred lines are of articles of which he has one or two left.
LAST_PIECES = 35


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


def answer(visitor: Visitor, temper: Temper, url: str, random: Random) -> str:
    """Open the link and say what is to be said there; a sentence about it, empty where there was nothing to say."""
    page = visitor.open(url)
    if form := page.form_sent_by("cancel"):
        visitor.send(page, form, {"cancel": "cancelled"})
        return "cancels what is no longer needed"
    if form := page.form_sent_by("late"):
        visitor.send(page, form, {"late": "yes"})
        return "says late that he has it after all"
    if form := page.form_with("answer_"):
        return answer_lines(visitor, page, form, temper, random)
    if form := page.form_with("said_"):
        return answer_questions(visitor, page, form, temper, random)
    if form := page.form_sent_by("ship"):
        visitor.send(page, form, {"ship": "yes", "tracking_number": f"6A{random.randrange(10**11):011}"})
        return "has sent the parcel"
    if "/p/all/" in url and page.forms:
        visitor.send(page, page.forms[0], {})
        return "accepts everything of several parcels"
    return ""


def asks(visitor: Visitor, url: str) -> str:
    """What is still asked there, in a word; empty where his answer is known."""
    return "lines" if visitor.open(url).form_with("answer_") else ""


def answer_lines(visitor: Visitor, page: Page, form: Form, temper: Temper, random: Random) -> str:
    said: dict[str, str] = {}
    names = form.names("answer_")
    for name in names:
        has_it = serves(temper, random)
        said[name] = "accepted" if has_it else "rejected"
        if not has_it:
            said[name.replace("answer_", "reason_")] = "no_stock"
    refused = sum(word == "rejected" for word in said.values())
    done = visitor.send(page, form, said)
    return "" if done.status >= 400 else in_words(refused, len(names))


def in_words(refused: int, asked: int, way: str = "") -> str:
    if not refused:
        return f"accepts {lines(asked)}{way}"
    return f"refuses {lines(refused)} of {asked}{way}: none in stock"


def answer_by_api(visitor: Visitor, key: str, mail: CaughtMail, temper: Temper, random: Random) -> str:
    """His program reads the purchase order that the mail brings, and answers it; empty where nothing is asked."""
    number = next((PurePath(name).stem for name in mail.attachments), "")
    url, head = f"/api/v1/purchases/{number}", {"Authorization": f"Bearer {key}"}
    asked = visitor.browser.get(url, headers=head) if number else None
    if asked is None or asked.status_code >= 400:
        return ""
    said = [
        one_answer(line["id"], serves(temper, random)) for line in asked.json()["lines"] if not line["answer"]
    ]
    done = visitor.browser.post(f"{url}/answer", headers=head, json={"lines": said}) if said else None
    if done is None or done.status_code >= 400:
        return ""
    return in_words(sum(one["answer"] == "rejected" for one in said), len(said), " by the API")


def one_answer(line: int, has_it: bool) -> dict[str, Any]:
    return (
        {"id": line, "answer": "accepted"}
        if has_it
        else {"id": line, "answer": "rejected", "reason": "no_stock"}
    )


def answer_questions(visitor: Visitor, page: Page, form: Form, temper: Temper, random: Random) -> str:
    said = {name: "yes" if serves(temper, random) else "no" for name in form.names("said_")}
    done = visitor.send(page, form, said)
    if done.status >= 400:
        return ""
    yes = sum(word == "yes" for word in said.values())
    if yes == len(said):
        return f"says that he has it, for {lines(yes)}"
    return f"says for {lines(len(said) - yes)} of {len(said)} that he has it not"


def lines(count: int) -> str:
    return "1 line" if count == 1 else f"{count} lines"
