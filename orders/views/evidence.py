"""The evidence of a line in words: checks as facts, every source with its figures or the reason against it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from orders.domain.evidence import choice_in, may_be_asked_again
from orders.models import OrderLine
from orders.views.reliability import in_words
from orders.views.source_reasons import why_this
from stocke.core.web.formats import day, money, number, percent, quantity

CHECK_LABELS: Mapping[str, Promise] = {
    "fresh": gettext_lazy("Freshness"),
    "quantity": gettext_lazy("Quantity"),
    "lead": pgettext_lazy("check", "Lead time"),
    "margin": gettext_lazy("Margin"),
    "most_lead": gettext_lazy("Longest lead time"),
    "country": gettext_lazy("Country"),
    "parcels": pgettext_lazy("check", "Parcels"),
}
REASONS: Mapping[str, Promise] = {
    "inactive": gettext_lazy("switched off"),
    "unknown": gettext_lazy("quantity unknown"),
    "none_left": gettext_lazy("none left"),
    "too_few": gettext_lazy("not enough left"),
    "refused": gettext_lazy("has refused this line"),
}
SCORE_LABELS: Mapping[str, Promise] = {
    "rank": gettext_lazy("backup list"),
    "lead": gettext_lazy("lead time"),
    "cost": gettext_lazy("margin"),
    "stock": gettext_lazy("stock left"),
    "fresh": gettext_lazy("freshness"),
}


@dataclass(frozen=True)
class CheckShown:
    name: str
    label: str
    words: str
    passed: bool


@dataclass(frozen=True)
class SourceShown:
    """One offer as a row: figures, and why it is proposed, possible or set aside."""

    offer_id: int
    supplier_id: int
    supplier: str
    supplier_sku: str
    place: str
    stated: str
    kind: str
    as_of: datetime | None
    free: int | None
    promised: int
    cost_cents: int | None
    currency: str
    arrives_on: date | None
    score: int | None
    score_words: str
    kind_of_status: str
    verdict: str
    why: str
    is_choosable: bool
    is_chosen: bool
    key: str = ""
    landed: str = ""
    served: str = ""


@dataclass(frozen=True)
class EvidenceShown:
    at: datetime | None
    checks: Sequence[CheckShown]
    sources: Sequence[SourceShown]
    is_split: bool = False
    policy: str = ""
    why: str = ""

    @property
    def failing(self) -> list[CheckShown]:
        return [check for check in self.checks if not check.passed]

    @property
    def choosable(self) -> list[SourceShown]:
        return [source for source in self.sources if source.is_choosable]

    @property
    def chosen(self) -> list[SourceShown]:
        return [source for source in self.sources if source.is_chosen]


def shown(line: OrderLine) -> EvidenceShown:
    """What the last verification knew of this line."""
    kept: Mapping[str, Any] = line.evidence
    chosen = {part.offer_id for part in choice_in(line.evidence)}
    candidates = [
        _candidate(one, line.quantity, chosen, place)
        for place, one in enumerate(kept.get("candidates", ()), start=1)
    ]
    rejected = [_rejected(one, line.quantity) for one in kept.get("rejected", ())]
    return EvidenceShown(
        at=parse_datetime(kept["at"]) if "at" in kept else None,
        checks=[_check(one) for one in kept.get("checks", ())],
        sources=[*candidates, *rejected],
        is_split=len(chosen) > 1,
        policy=_policy(kept.get("policy")),
        why=why_this(kept),
    )


def _policy(kept: Mapping[str, Any] | None) -> str:
    return _("%(name)s, version %(version)s") % kept if kept else ""


def _check(kept: Mapping[str, Any]) -> CheckShown:
    words = CHECK_WORDS[kept["check"]](kept["value"], kept["limit"])
    return CheckShown(kept["check"], str(CHECK_LABELS[kept["check"]]), words, kept["passed"])


def _fresh(value: float | None, limit: float) -> str:
    if value is None:
        return _("never stated")
    return _("%(age)s h, limit %(limit)s h") % {"age": number(round(value)), "limit": number(limit)}


def _quantity(value: int, limit: int) -> str:
    if value >= 0:
        left = ngettext("%(n)s left after this line", "%(n)s left after this line", value) % {
            "n": number(value)
        }
        return (
            left
            if value >= limit
            else _("%(left)s, at least %(limit)s wanted") % {"left": left, "limit": limit}
        )
    return _("%(n)s too few") % {"n": number(-value)}


def _lead(value: str, limit: str | None) -> str:
    arrives = day(date.fromisoformat(value))
    if limit is None:
        return _("arrives %(day)s, no date promised") % {"day": arrives}
    return _("arrives %(day)s, promised for %(promised)s") % {
        "day": arrives,
        "promised": day(date.fromisoformat(limit)),
    }


def _margin(value: float | None, limit: float) -> str:
    if value is None:
        return _("cost not known")
    return _("%(margin)s, at least %(limit)s wanted") % {
        "margin": percent(value / 100),
        "limit": percent(limit / 100),
    }


def _most_lead(value: int, limit: int) -> str:
    return _("%(days)s days, at most %(limit)s") % {"days": value, "limit": limit}


def _country(value: str, limit: str) -> str:
    return _("%(country)s, allowed: %(limit)s") % {"country": value or "–", "limit": limit}


def _parcels(value: int, limit: int) -> str:
    return ngettext("%(n)s parcel, at most %(limit)s", "%(n)s parcels, at most %(limit)s", value) % {
        "n": value,
        "limit": limit,
    }


CHECK_WORDS: Mapping[str, Callable[[Any, Any], str]] = {
    "fresh": _fresh,
    "quantity": _quantity,
    "lead": _lead,
    "margin": _margin,
    "most_lead": _most_lead,
    "country": _country,
    "parcels": _parcels,
}


def _candidate(kept: Mapping[str, Any], wanted: int, chosen: set[int], place: int) -> SourceShown:
    checks = [_check(one) for one in kept["checks"]]
    failing = [
        _("%(label)s: %(words)s") % {"label": check.label, "words": check.words}
        for check in checks
        if not check.passed
    ]
    is_chosen = kept["offer"] in chosen
    covers = kept["serves"] >= wanted
    verdict = _("Proposed") if is_chosen else (_("Possible") if covers else _("A part only"))
    return _source(
        kept,
        arrives_on=date.fromisoformat(kept["arrives_on"]),
        score=kept["score"],
        score_words=", ".join(f"{SCORE_LABELS[name]} {points}" for name, points in kept["parts"].items()),
        kind_of_status="verify" if failing else "safe",
        verdict=verdict,
        why=" · ".join(failing) or _("every check passed"),
        is_choosable=covers,
        is_chosen=is_chosen,
        key=str(place) if covers and place <= 9 else "",
        landed=_landed(kept),
    )


def _landed(kept: Mapping[str, Any]) -> str:
    """What the goods come to with their parcel, where a parcel costs something."""
    if not kept.get("parcel_cents") or kept.get("landed_cents") is None:
        return ""
    return _("landed %(cost)s") % {"cost": money(kept["landed_cents"], kept["currency"])}


def _rejected(kept: Mapping[str, Any], wanted: int) -> SourceShown:
    return _source(
        kept,
        arrives_on=None,
        score=None,
        score_words="",
        kind_of_status="unknown" if kept["reason"] == "unknown" else "stopped",
        verdict=_("Set aside"),
        why=str(REASONS[kept["reason"]]),
        is_choosable=may_be_asked_again(kept, wanted),
        is_chosen=False,
    )


def _source(kept: Mapping[str, Any], **given: Any) -> SourceShown:
    rank = kept["rank"]
    return SourceShown(
        offer_id=kept["offer"],
        supplier_id=kept["supplier_id"],
        supplier=kept["supplier"],
        supplier_sku=kept["supplier_sku"],
        place=_("first choice") if rank == 1 else _("backup %(n)s") % {"n": rank - 1},
        stated=quantity(kept["quantity"], kept["kind"]),
        kind=kept["kind"],
        as_of=parse_datetime(kept["as_of"]) if kept["as_of"] else None,
        free=None if kept["kind"] == "unknown" else kept["promisable"] - kept["reserved"],
        promised=kept["reserved"],
        cost_cents=kept["cost_cents"],
        currency=kept["currency"],
        served=in_words(kept["served"]) if kept.get("served") else "",
        **given,
    )
