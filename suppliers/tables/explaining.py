"""Why this number: the stored steps of a level, in words and bars. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from stocke.core.web.formats import number, percent, quantity
from stocke.products.models import Level, LevelPolicy, Light, Publication
from suppliers.queries.served import stated_band

BAR_WIDTH = 200
NAMED_GROUNDS = 3
WHY: Mapping[str, Promise] = {
    "inactive": gettext_lazy("switched off: not counted"),
    "unknown": gettext_lazy("unknown is not zero"),
    "not_counted": gettext_lazy("helps the light, not the count"),
    "plenty": gettext_lazy("as good as infinite: counted as ten million"),
    "stale": gettext_lazy("older than we trust: lowers confidence and light, not the number"),
}


type Step = dict[str, Any]


@dataclass(frozen=True)
class Bar:
    """What one step adds or takes, as a stretch of the line from zero to the highest total."""

    x: int
    width: int
    tone: str

    @property
    def end(self) -> int:
        return self.x + self.width


@dataclass(frozen=True)
class FoldRow:
    """One step. `raw` is the supplier's own text, `counted` is false for what does not enter the number."""

    title: str
    said: str
    why: str
    at: datetime | None
    effect: int
    running: int
    counted: bool
    bar: Bar
    raw: str | None = None


@dataclass(frozen=True)
class Explained:
    """The number (none while the stock is unknown), the sentences that add up to it, and its steps."""

    number: int | None
    sentences: Sequence[str]
    rows: Sequence[FoldRow]


def explain(level: Level | Publication, raw: Mapping[int, str], *, past: bool = False) -> Explained:
    """The steps of what is told now or, with `past`, of what was told then."""
    steps: list[Step] = level.steps
    highest = max([1, *(step["running"] for step in steps)])
    offers = {step["offer"]: step for step in steps if step["step"] == "offer"}
    rows = [_row(step, raw, highest, offers) for step in steps if step["step"] != "no_offer"]
    number_known = None if level.light == Light.UNKNOWN else level.sellable
    return Explained(number_known, _sentences(number_known, steps, past=past), rows)


def _row(step: Step, raw: Mapping[int, str], highest: int, offers: Mapping[int, Step]) -> FoldRow:
    if step["step"] == "learned":
        title, said, why = _of_learned(step, offers)
    else:
        title, said, why = _of_offer(step) if step["step"] == "offer" else _of_rule(step)
    at = step.get("as_of")
    return FoldRow(
        title=title,
        said=said,
        why=why,
        at=datetime.fromisoformat(at) if at else None,
        effect=step["effect"],
        running=step["running"],
        counted=step["step"] != "offer" or step["why"] not in {"inactive", "unknown", "not_counted"},
        bar=_bar(step["effect"], step["running"], highest),
        raw=raw.get(step["offer"]) if step["step"] == "offer" else None,
    )


def _bar(effect: int, running: int, highest: int) -> Bar:
    low, high = sorted((running - effect, running))
    x, end = round(low * BAR_WIDTH / highest), round(high * BAR_WIDTH / highest)
    return Bar(x, end - x, "rise" if effect > 0 else "fall")


def _of_learned(step: Step, offers: Mapping[int, Step]) -> tuple[str, str, str]:
    """What is held back by experience, and by whose: the suppliers who weigh most, with the sizes of their samples."""
    units = ngettext(
        "%(count)s unit that is probably not served",
        "%(count)s units that are probably not served",
        step["doubted"],
    ) % {"count": number(step["doubted"])}
    grounds = sorted(step["of"], key=lambda ground: (-ground[1], ground[0]))[:NAMED_GROUNDS]
    why = [_ground(offers[offer], *facts) for offer, *facts in grounds]
    return _("Learned buffer"), units, " · ".join(why)


def _ground(offer: Step, units: int, served: int, answered: int, permille: int) -> str:
    band = stated_band(offer["kind"], offer["quantity"])
    words = ngettext(
        "%(supplier)s served %(served)s of %(answered)s time when he stated %(stated)s: %(chance)s",
        "%(supplier)s served %(served)s of %(answered)s times when he stated %(stated)s: %(chance)s",
        answered,
    )
    return words % {
        "supplier": offer["supplier"],
        "served": number(served),
        "answered": number(answered),
        "stated": band.label if band else "",
        "chance": percent(permille / 1000),
    }


def _of_offer(step: dict[str, Any]) -> tuple[str, str, str]:
    beyond = step["reserved"] - (step["quantity"] or 0)
    if step["why"]:
        why = str(WHY[step["why"]])
    elif step["kind"] == "exact" and beyond > 0:
        sentence = ngettext(
            "%(count)s unit is promised beyond this statement",
            "%(count)s units are promised beyond this statement",
            beyond,
        )
        why = sentence % {"count": number(beyond)}
    else:
        why = _("we count what is sure") if step["kind"] == "at_least" else ""
    return step["supplier"], reading(step["kind"], step["quantity"]), why


def reading(kind: str, quantity: int | None) -> str:
    """How we read a supplier's words."""
    if kind == "exact":
        return _("read as exactly %(units)s") % {"units": number(quantity)}
    if kind == "at_least":
        return _("read as at least %(units)s") % {"units": number(quantity)}
    return _("read as in stock, without a number") if kind == "flag" else _("nothing said that we can read")


def _of_rule(step: dict[str, Any]) -> tuple[str, str, str]:
    if step["step"] == "reserved":
        short = step["reserved"] + step["effect"]
        why = ""
        if short:
            words = ngettext(
                "%(count)s more is promised than anybody states",
                "%(count)s more are promised than anybody states",
                short,
            )
            why = words % {"count": number(short)}
        return _("Already promised"), _units_promised(step["reserved"]), why
    if step["step"] == "buffer":
        kept = ngettext("%(count)s unit kept back", "%(count)s units kept back", step["buffer"])
        return _("Buffer"), kept % {"count": number(step["buffer"])}, _whose(step)
    if step["step"] == "cap":
        return _("Cap"), _("never more than %(units)s") % {"units": number(step["cap"])}, _whose(step)
    return _("Stopped"), _("we do not sell this product any more"), ""


def _units_promised(units: int) -> str:
    words = ngettext("%(count)s unit in open orders", "%(count)s units in open orders", units)
    return words % {"count": number(units)}


def _whose(step: dict[str, Any]) -> str:
    return _("rule of this product") if step["why"] == "product" else _("rule for the whole catalogue")


def _sentences(sellable: int | None, steps: Sequence[dict[str, Any]], *, past: bool) -> list[str]:
    """Whole sentences that add up: stated, less promised, less buffer, at most the cap."""
    offers = [step for step in steps if step["step"] == "offer"]
    counting = [step for step in offers if step["effect"]]
    sentences = [_first_sentence_then(sellable) if past else _first_sentence(sellable)]
    if not offers:
        return [*sentences, _("No supplier offers this product.")]
    stated = sum(step["effect"] for step in counting)
    if counting:
        words = ngettext(
            "%(count)s supplier states %(units)s that we count.",
            "%(count)s suppliers state %(units)s that we count.",
            len(counting),
        )
        sentences.append(words % {"count": number(len(counting)), "units": number(stated)})
    else:
        sentences.append(_("No supplier states a unit that we can count."))
    return [*sentences, *(_taken(step) for step in steps if step["effect"] < 0)]


def _first_sentence(sellable: int | None) -> str:
    if sellable is None:
        return _("Nothing is sold now: the stock is unknown.")
    words = ngettext("%(count)s sellable now.", "%(count)s sellable now.", sellable)
    return words % {"count": number(sellable)}


def _first_sentence_then(sellable: int | None) -> str:
    if sellable is None:
        return _("Nothing was sold then: the stock was unknown.")
    words = ngettext("%(count)s sellable then.", "%(count)s sellable then.", sellable)
    return words % {"count": number(sellable)}


def _taken(step: dict[str, Any]) -> str:
    units = -step["effect"]
    words = {
        "reserved": ngettext("%(count)s is promised already.", "%(count)s are promised already.", units),
        "learned": ngettext(
            "%(count)s is not counted on: so often its supplier has not served.",
            "%(count)s are not counted on: so often their suppliers have not served.",
            units,
        ),
        "buffer": ngettext("%(count)s is kept as a buffer.", "%(count)s are kept as a buffer.", units),
        "cap": ngettext("The cap takes %(count)s.", "The cap takes %(count)s.", units),
        "stopped": ngettext(
            "%(count)s is not sold: the product is stopped.",
            "%(count)s are not sold: the product is stopped.",
            units,
        ),
    }
    return words[step["step"]] % {"count": number(units)}


def why_this_light(level: Level | Publication, policy: LevelPolicy) -> str:
    """The reason of the colour, in one sentence."""
    if any(step["step"] == "stopped" for step in level.steps):
        return _("This product is not sold any more.")
    if level.light == "unknown":
        return _("Nobody states a number we can read, and unknown is not zero.")
    if level.light == "out":
        return _("Every supplier who counts has stated a number, and nothing is left of it.")
    if not level.sellable:
        return _("Nothing we can count is left, but a supplier says “in stock” or “at least”.")
    if level.sellable < policy.low_below:
        words = _("%(units)s is below the threshold of %(threshold)s.")
        return words % {"units": number(level.sellable), "threshold": number(policy.low_below)}
    if level.light == "low":
        return _doubt(level.steps, policy)
    words = _("%(units)s is not below the threshold of %(threshold)s, and a statement is fresh.")
    return words % {"units": number(level.sellable), "threshold": number(policy.low_below)}


def _doubt(steps: Sequence[Step], policy: LevelPolicy) -> str:
    """Why a number above the threshold is not green: nothing is fresh, or only what is seldom true is."""
    if any(step["step"] == "offer" and step["effect"] and step["why"] != "stale" for step in steps):
        words = _(
            "The fresh statements are of suppliers who serve less than %(share)s of what they state:"
            " the number stands, our trust in it does not."
        )
        return words % {"share": percent(policy.doubted_below / 100)}
    words = _("The newest statement is older than %(hours)s h: the number stands, our trust in it does not.")
    return words % {"hours": number(policy.trusted_hours)}


def told_in_words(publication: Publication) -> str:
    """The number a channel was told; "unknown" where it was told that."""
    return quantity(publication.sellable, "unknown" if publication.light == Light.UNKNOWN else "exact")


def cause_in_words(cause: str) -> str:
    """What led to a publication."""
    name, _colon, key = cause.partition(":")
    known: Mapping[str, str] = {
        "run": _("import %(number)s") % {"number": key},
        "undo": _("undo, import %(number)s") % {"number": key},
        "reserved": _("units promised to an order"),
        "released": _("units given back by an order"),
        "observed": _("a supplier’s answer"),
        "product": _("the product was edited"),
        "supplier": _("the supplier was edited"),
        "backup_list": _("the backup list was changed"),
        "match": _("an offer was matched"),
        "policy": _("the prudence rules were changed"),
        "stale": _("the statements have grown old"),
        "silent": _("a feed has fallen silent"),
        "learned": _("what was learned of suppliers’ answers"),
        "nightly": _("nightly check"),
    }
    return known.get(name, cause)
