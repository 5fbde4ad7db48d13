"""What carriers report of parcels, by our API, and what customers send back, on the page behind our letter."""

import re
from random import Random

from django.utils import timezone

from stocke.demo.day.pages import Visitor
from stocke.demo.mailbox import CaughtMail

NUMBER = re.compile(r"\b6A\d{11}\b")
ORDER = re.compile(r"(?:commande|order) (\d+)")
RETURN = re.compile(r"\bRT-\d+")
# In minutes after the letter: what the carrier reports; and when the customer has seen that it does not suit him.
STEPS = (
    (8, "in_transit", "is on its way"),
    (20, "out_for_delivery", "is out"),
    (32, "delivered", "has arrived"),
)
SEEN_AFTER = 40
# Every third parcel comes back in part.
BACK = 3
REASON = "withdrawal"


def number_of(random: Random) -> str:
    return f"6A{random.randrange(10**11):011}"


def parcel_in(mail: CaughtMail) -> tuple[str, str] | None:
    """The order and the number of the parcel that has left; None where the letter tells of none."""
    order, number = ORDER.search(mail.subject), NUMBER.search(mail.text)
    return (order[1], number[0]) if order and number else None


def report(visitor: Visitor, token: str, order: str, number: str, state: str) -> bool:
    """The carrier's word, brought by the shop's program; whether it was taken."""
    scan = {"at": timezone.now().isoformat(timespec="seconds"), "state": state}
    head = {"Authorization": f"Bearer {token}"}
    path = f"/api/v1/orders/{order}/shipments/{number}/scans"
    return visitor.browser.post(path, json={"scans": [scan]}, headers=head).status_code < 400


def ask_back(visitor: Visitor, url: str) -> str:
    """One unit of the first line does not suit; empty where nothing may be sent back, or something is already."""
    page = visitor.open(url)
    form = page.form_with("units_")
    if form is None or RETURN.search(page.words):
        return ""
    units = form.names("units_")[0]
    said = {units: "1", units.replace("units_", "reason_"): REASON}
    return "asks to send something back" if visitor.send(page, form, said).status < 400 else ""


def hand_over(visitor: Visitor, url: str, random: Random) -> str:
    """What may be sent back is on its way; empty where nothing is to be sent."""
    page = visitor.open(url)
    form = page.form_sent_by("sent")
    if form is None:
        return ""
    said = {"tracking_number": number_of(random), **form.pressed("sent")}
    return "sends it back" if visitor.send(page, form, said).status < 400 else ""


def take_back(visitor: Visitor, url: str, address: str) -> str:
    """A supplier takes a return back, and says later that it has arrived."""
    page = visitor.open(url)
    if form := page.form_sent_by("act", "approve"):
        done = visitor.send(page, form, {"act": "approve", "address": address})
        return "takes a return back" if done.status < 400 else ""
    if form := page.form_sent_by("act", "receive"):
        done = visitor.send(page, form, {"act": "receive", "condition": "as_new"})
        return "has got a return" if done.status < 400 else ""
    return ""
