"""Which column is which field: by its name first, by its cells second, with a reason for each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType

import polars as pl
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from suppliers.readers.folding import folded_name
from suppliers.readers.likeness import likeness, unnamed_likeness
from suppliers.readers.names import OTHER, Meaning, meanings
from suppliers.readers.profiles import Profile, profile
from suppliers.readers.values import FIELDS, Candidate, ColumnGuess, Text

FIELD_LABELS: Mapping[str, Promise] = {
    "key": _("supplier SKU"),
    "name": _("name"),
    "gtin": _("barcode (GTIN)"),
    "quantity": _("quantity"),
    "availability": _("availability"),
    "lead": _("lead time"),
    "price": _("price"),
    "currency": _("currency"),
    "brand": _("brand"),
    "category": _("category"),
}
_PRICE_LABELS: Mapping[str, Promise] = {
    "purchase": _("purchase price"),
    "plain": _("price"),
    "special": _("special price"),
    "retail": _("retail price"),
}
# We want what we pay; a price for end customers only where nothing else is there.
_PRICE_WISH = {"purchase": 0.4, "plain": 0.2, "special": 0.0, "retail": -0.2, "": 0.0}

_ENOUGH = 0.35
_ENOUGH_UNNAMED = 0.3
_CANDIDATES = 6


@dataclass
class Column:
    """One column of the table: its place, its name ("" without one) and a sample of its cells."""

    index: int
    name: str
    cells: pl.Series

    @cached_property
    def profile(self) -> Profile:
        """What the cells look like."""
        return profile(self.cells.to_list())

    @property
    def empty(self) -> bool:
        return self.cells.null_count() == len(self.cells)


@dataclass(frozen=True)
class _Claim:
    field: str
    column: Column
    score: float
    kind: str = ""
    by_name: bool = True
    learned: bool = False


def guess_columns(
    columns: Sequence[Column],
    *,
    has_header: bool,
    self_named: bool = False,
    names: Mapping[str, str] = MappingProxyType({}),
) -> tuple[ColumnGuess, ...]:
    """A guess for every field, with the column None where nothing fits.

    `self_named` formats name every value, so that a number whose name says nothing is no quantity. `names` are the
    merchant's own meanings of column names.
    """
    own = {folded_name(name): field for name, field in names.items() if field in {*FIELDS, OTHER}}
    others = [column for column in columns if folded_name(column.name) not in own]
    named = _usual_prices([claim for column in others for claim in _named_claims(column)])
    named += _learned_claims(columns, own)
    chosen = _assigned(named, {})
    unnamed = [claim for column in others for claim in _unnamed_claims(column, has_header)]
    if self_named:
        unnamed = [claim for claim in unnamed if claim.field in {"key", "gtin", "name"}]
    if "quantity" in chosen or "availability" in chosen:
        unnamed = [claim for claim in unnamed if claim.field not in {"quantity", "availability"}]
    chosen = _assigned(unnamed, chosen)
    if "key" not in chosen and "gtin" in chosen:
        # Without a code of their own, goods are told apart by their barcode.
        chosen["key"] = _Claim("key", chosen["gtin"].column, 0.5, by_name=False)
    taken = {claim.column.index for claim in chosen.values()}
    free = [claim for claim in (*named, *unnamed) if claim.column.index not in taken]
    return tuple(_guess(field, chosen.get(field), free) for field in FIELDS)


def _learned_claims(columns: Sequence[Column], own: Mapping[str, str]) -> list[_Claim]:
    """A person's word outweighs every name and every cell."""
    found = [(column, own.get(folded_name(column.name), OTHER)) for column in columns]
    return [
        _Claim(field, column, 2.0, learned=True)
        for column, field in found
        if field != OTHER and not column.empty
    ]


def _named_claims(column: Column) -> list[_Claim]:
    found = _counted(meanings(column.name), column)
    strongest = found[0].score if found else 0
    return [
        _Claim(meaning.field, column, _named_score(meaning.score, column, meaning.field), meaning.kind)
        for meaning in found
        if meaning.field != OTHER
        and meaning.score >= 0.5 * strongest
        and not _is_other(column, meaning.score)
    ]


def _counted(found: Sequence[Meaning], column: Column) -> list[Meaning]:
    """What a column called "availability" holds decides: numbers are quantities, "1-3" are days, words are words."""
    named = next((meaning for meaning in found if meaning.field == "availability"), None)
    if named is None:
        return list(found)
    cells = column.profile
    counting = max((meaning.score for meaning in found if meaning.field == "quantity"), default=0.0)
    if cells.whole > 0.8 and (counting > named.score or cells.availabilities < 0.8):
        numbers = replace(named, field="quantity", score=0.75 * named.score)
        return [*_without(found, "availability"), numbers]
    if cells.spans > 0.5:
        return [*_without(found, "quantity"), replace(named, field="lead", score=0.75 * named.score)]
    return _without(found, "quantity") if cells.availabilities > 0.5 else list(found)


def _without(found: Sequence[Meaning], field: str) -> list[Meaning]:
    return [meaning for meaning in found if meaning.field != field]


def _is_other(column: Column, score: float) -> bool:
    """Whether the name means something that is no field of ours at least as surely."""
    return any(meaning.field == OTHER and meaning.score >= score for meaning in meanings(column.name))


def _named_score(score: float, column: Column, field: str) -> float:
    if column.profile.empty:
        # A named column may be empty today: the file still says which one it is. An empty code identifies nothing.
        return 0.0 if field == "key" else score * 0.4
    return score * (0.5 + 0.5 * likeness(field, column.profile))


def _usual_prices(claims: list[_Claim]) -> list[_Claim]:
    """Prices, wished for by kind, unless a column is mostly empty where others are full."""
    fullest = max((claim.column.profile.filled for claim in claims if claim.field == "price"), default=0)
    return [
        _Claim(claim.field, claim.column, claim.score + _PRICE_WISH[claim.kind], claim.kind)
        if claim.field == "price" and claim.column.profile.filled >= 0.5 * fullest
        else claim
        for claim in claims
    ]


def _unnamed_claims(column: Column, has_header: bool) -> list[_Claim]:
    found = [meaning for meaning in meanings(column.name) if meaning.score >= _ENOUGH]
    claims = []
    for field in ("key", "gtin", "name", "quantity", "price", "availability"):
        # Check digits prove a barcode whatever its column is called; the other proofs are weaker than a name.
        if found and not (field == "gtin" and found[0].field in {"key", OTHER}):
            continue
        score = 0.55 * unnamed_likeness(field, column.profile, has_header=has_header)
        claims.append(_Claim(field, column, score, by_name=False))
    return claims


def _assigned(claims: Sequence[_Claim], before: Mapping[str, _Claim]) -> dict[str, _Claim]:
    """The best claims, each field and each column once; of equal ones the column further left."""
    chosen = dict(before)
    taken = {claim.column.index for claim in chosen.values()}
    for claim in sorted(claims, key=lambda claim: (-round(claim.score, 3), claim.column.index)):
        enough = (0.2 if claim.field == "key" else _ENOUGH) if claim.by_name else _ENOUGH_UNNAMED
        if claim.score >= enough and claim.field not in chosen and claim.column.index not in taken:
            chosen[claim.field] = claim
            taken.add(claim.column.index)
    return chosen


def _guess(field: str, chosen: _Claim | None, claims: Sequence[_Claim]) -> ColumnGuess:
    best: dict[int, _Claim] = {}
    for claim in claims:
        if claim.field == field:
            known = best.get(claim.column.index)
            best[claim.column.index] = claim if known is None or known.score < claim.score else known
    others = sorted((claim for claim in best.values() if claim.score >= 0.25), key=lambda claim: -claim.score)
    candidates = tuple(
        Candidate(claim.column.index, title(claim.column), _confidence(claim), _reason(claim))
        for claim in others[:_CANDIDATES]
    )
    if chosen is None:
        reason = _("no column is named or filled like this")
        return ColumnGuess(field, None, None, 0.0, reason, candidates)
    column = chosen.column
    return ColumnGuess(field, title(column), column.index, _confidence(chosen), _reason(chosen), candidates)


def title(column: Column) -> str:
    """The name of a column as found, or its letter where it has none."""
    return column.name or _letters(column.index)


def _letters(index: int) -> str:
    letters = ""
    place = index + 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _confidence(claim: _Claim) -> float:
    return round(min(1.0, max(0.0, claim.score)), 2)


def _reason(claim: _Claim) -> Text:
    label = _PRICE_LABELS.get(claim.kind) or FIELD_LABELS[claim.field]
    seen = _seen(claim.field, claim.column.profile)
    if claim.learned:
        return format_lazy(_("read as “{label}” by a person before; {seen}"), label=label, seen=seen)
    if not claim.by_name:
        return seen
    return format_lazy(_("named like “{label}”; {seen}"), label=label, seen=seen)


def _seen(field: str, cells: Profile) -> Text:
    """What the cells of the column show, in one phrase."""
    if cells.empty:
        return _("it is empty in this file")
    share, sentence = _EVIDENCE[field](cells)
    return format_lazy(sentence, share=round(100 * share), example=cells.example)


_EVIDENCE = {
    "key": lambda cells: (cells.distinct, _("{share} % of its cells differ, such as “{example}”")),
    "name": lambda cells: (cells.distinct, _("its cells are texts such as “{example}”")),
    "gtin": lambda cells: (cells.gtins, _("{share} % of its cells have the right check digit")),
    "quantity": lambda cells: (
        (cells.whole, _("{share} % of its cells are whole numbers"))
        if cells.whole >= 0.9 * cells.quantities
        else (cells.quantities, _("{share} % of its cells say how much there is, such as “{example}”"))
    ),
    "availability": lambda cells: (
        cells.availabilities,
        _("{share} % of its cells are words such as “{example}”"),
    ),
    "lead": lambda cells: (
        max(cells.leads, cells.whole),
        _("{share} % of its cells are times such as “{example}”"),
    ),
    "price": lambda cells: (cells.prices, _("{share} % of its cells are amounts such as “{example}”")),
    "currency": lambda cells: (cells.currencies, _("{share} % of its cells are currencies")),
    "brand": lambda cells: (cells.distinct, _("its cells repeat, such as “{example}”")),
    "category": lambda cells: (cells.distinct, _("its cells repeat, such as “{example}”")),
}
