"""Why a number was what it was, in words. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from stocke.core.web.formats import duration, moment, number, quantity
from stocke.products.models import Light, Publication
from suppliers.domain.past_why import OfferThen, PastWhy
from suppliers.models import Change, WithheldState
from suppliers.queries.past import Turn, Waiting
from suppliers.tables.explaining import WHY, explain, reading, why_this_light

NO_NUMBER: Mapping[str, Promise] = {
    "not_here": gettext_lazy("This product was not in the catalogue yet."),
    "never": gettext_lazy("Nothing had been published about this product, and nothing has been since."),
}
APART: Mapping[str, Promise] = {
    "detached": gettext_lazy("no part of the number: it had been taken off this product"),
    "left": gettext_lazy(
        "no part of the number any more: the import that had found it to be of this product counted no longer"
    ),
    "later": gettext_lazy(
        "no part of the number: it was found to be of this product only after that number was reckoned"
    ),
    "not_yet": gettext_lazy("no part of the number yet: it was matched after that number was reckoned"),
}
WHY_THEN: Mapping[str, Promise] = {
    **WHY,
    "stale": gettext_lazy("older than we trusted: it lowered confidence and light, not the number"),
}
SPOKEN: Mapping[str, Promise] = {
    "absent": gettext_lazy("absent from the file"),
    "stale": gettext_lazy("the feed had fallen silent: what it had stated counted no longer"),
    "undo": gettext_lazy("what stood again after an undo"),
    "carried": gettext_lazy("carried over: when it was first said is no longer kept"),
    "person": gettext_lazy("said by a person"),
    "answer": gettext_lazy("the supplier’s answer to an order"),
    "portal": gettext_lazy("stated by the supplier on his page"),
}
ENDED: Mapping[str, Promise] = {
    WithheldState.COUNTED: gettext_lazy("it counted from %(when)s"),
    WithheldState.DROPPED: gettext_lazy("a person dropped it on %(when)s"),
    WithheldState.OVERTAKEN: gettext_lazy("overtaken on %(when)s"),
    "undone": gettext_lazy("the import was undone on %(when)s"),
}


@dataclass(frozen=True)
class PastRow:
    """One offer of the past: what was counted of it, what was last said, by which file, and what became of that."""

    title: str
    sku: str
    raw: str
    said: str
    notes: Sequence[str]
    run_id: int | None
    file: str
    age: str
    effect: int | None
    running: int | None


@dataclass(frozen=True)
class PastRule:
    title: str
    said: str
    why: str
    effect: int
    running: int


@dataclass(frozen=True)
class Told:
    """What a channel had been told, in words."""

    channel: str
    light: str
    number: str
    at: datetime


@dataclass(frozen=True)
class PastAnswer:
    """The page's sentences and rows. `number` is none where nothing was told or the stock was unknown."""

    number: int | None
    sentences: Sequence[str]
    light: str
    why_light: str
    offers: Sequence[PastRow]
    rules: Sequence[PastRule]
    told: Sequence[Told]


def answer_of(why: PastWhy) -> PastAnswer:
    offers = [offer_row(offer, why) for offer in why.offers]
    told = [told_row(one) for one in why.told]
    if why.number is None:
        return PastAnswer(None, [no_number(why)], "unknown", "", offers, [], told)
    explained = explain(why.number, {}, past=True)
    rules = [
        PastRule(row.title, row.said, row.why, row.effect, row.running)
        for row in explained.rows[len(explained.rows) - len(why.rules) :]
        if why.rules
    ]
    return PastAnswer(
        explained.number,
        explained.sentences,
        why.number.light,
        why_this_light(why.number, why.policy),
        offers,
        rules,
        told,
    )


def no_number(why: PastWhy) -> str:
    if why.unknown != "not_kept":
        return str(NO_NUMBER[why.unknown])
    words = _("No number is on record from that moment: the first one kept was published on %(when)s.")
    return words % {"when": moment(why.kept_since)}


def told_row(told: Publication) -> Told:
    kind = "unknown" if told.light == Light.UNKNOWN else "exact"
    return Told(told.channel, told.light, quantity(told.sellable, kind), told.at)


def offer_row(offer: OfferThen, why: PastWhy) -> PastRow:
    word, step = offer.word, offer.step
    if word:
        said = reading(word.kind, word.quantity)
    elif step:
        said = reading(step["kind"], step["quantity"])
    else:
        said = _("no statement about it is on record from that moment")
    return PastRow(
        title=offer.supplier or "–",
        sku=offer.supplier_sku,
        raw=word.raw if word else "",
        said=said,
        notes=list(notes_of(offer, why)),
        run_id=word.run_id if word else None,
        file=(word.file_name or "") if word else "",
        age=age_then(why.at, offer.confirmed_at),
        effect=step["effect"] if step and step["why"] not in {"inactive", "unknown", "not_counted"} else None,
        running=step["running"] if step else None,
    )


def age_then(at: datetime, when: datetime | None) -> str:
    """How old something was at that moment."""
    return "–" if when is None else duration(max(at - when, timedelta()))


def notes_of(offer: OfferThen, why: PastWhy) -> Sequence[str]:
    """What else there is to say, most important first."""
    notes: list[str] = []
    if offer.apart:
        notes.append(str(APART[offer.apart]))
    if offer.step:
        notes += counted_notes(offer)
    if offer.word and (spoken := SPOKEN.get(offer.word.source)):
        notes.append(str(spoken))
    if offer.word is None and offer.step:
        notes.append(_("the statement itself is no longer kept, or was never recorded"))
    if offer.waiting:
        notes.append(withheld_note(offer.waiting))
    if offer.turn:
        notes.append(turn_note(offer.turn))
    return notes


def counted_notes(offer: OfferThen) -> list[str]:
    step = offer.step or {}
    notes = [str(WHY_THEN[step["why"]])] if step["why"] else []
    if step["reserved"]:
        notes.append(_("%(units)s of it were promised") % {"units": number(step["reserved"])})
    if offer.moved_on:
        counted = quantity(step["quantity"], step["kind"])
        notes.append(
            _("the number told then still rested on an earlier statement: %(said)s") % {"said": counted}
        )
    return notes


def withheld_note(waiting: Waiting) -> str:
    """A line that the file stated and that did not count, and how that ended."""
    said = _("nothing") if waiting.change == Change.GONE else quantity(waiting.quantity, waiting.kind)
    note = _("import %(number)s said %(said)s, which was withheld") % {"number": waiting.run_id, "said": said}
    if waiting.settled_at is None or waiting.state not in ENDED:
        return _("%(note)s and still is") % {"note": note}
    ended = str(ENDED[waiting.state]) % {"when": moment(waiting.settled_at)}
    return f"{note}; {ended}"


def turn_note(turn: Turn) -> str:
    words = (
        _("import %(number)s counted then; it was undone and brought back since, last on %(when)s")
        if turn.comes_back
        else _("import %(number)s counted then; it was undone later, on %(when)s")
    )
    return words % {"number": turn.import_id, "when": moment(turn.at)}
