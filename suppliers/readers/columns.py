"""Which column is which field: by its name first, by its cells second, with a reason for each."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from suppliers.readers.cellclaims import claims_by_cells
from suppliers.readers.claims import (
    ENOUGH,
    ENOUGH_BY_CELLS,
    Claim,
    Column,
    assigned,
    claims_of_persons,
)
from suppliers.readers.comparing import claims_by_name, is_beside_amount
from suppliers.readers.evidence import seen
from suppliers.readers.folding import folded_name
from suppliers.readers.layouts import key_parts
from suppliers.readers.names import OTHER
from suppliers.readers.values import FIELDS, STATEMENTS, Candidate, ColumnGuess, Text
from suppliers.readers.words import table

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
# Names tell goods apart where nearly all of them differ.
_TELLING_NAMES, _TELLING_CODES, _MANY_MORE, _FAR_MORE = 0.9, 0.95, 0.4, 0.5
_SOME_MORE = 0.05
_CANDIDATES = 6
_NOTHING = _("no column is named or filled like this")


def guess_columns(
    columns: Sequence[Column],
    *,
    has_header: bool,
    self_named: bool = False,
    names: Mapping[str, str] = MappingProxyType({}),
) -> tuple[ColumnGuess, ...]:
    """A guess for every field, with the column None where nothing fits.

    `self_named` formats name every value. `names` are the merchant's own meanings of column names.
    """
    own = {folded_name(name): field for name, field in names.items() if field in {*FIELDS, OTHER}}
    others = [column for column in columns if folded_name(column.name) not in own]
    unnamed = claims_by_cells(others, has_header=has_header, self_named=self_named)
    named = [*_proven(claims_by_name(others), unnamed), *claims_of_persons(columns, own)]
    chosen = assigned(named, {})
    if "quantity" in chosen or "availability" in chosen:
        unnamed = [claim for claim in unnamed if claim.field not in {"quantity", "availability"}]
    parts = key_parts([column.name for column in columns])
    fuller = _fuller_code(assigned(unnamed, chosen), named, columns)
    chosen = _own_currency(_told_apart(fuller, parts if len(parts) > 1 else ()), named)
    taken = {claim.column.index for claim in chosen.values()}
    free = [claim for claim in (*named, *unnamed) if claim.column.index not in taken]
    return tuple(_guess(field, chosen.get(field), free) for field in FIELDS)


def _proven(claims: Sequence[Claim], unnamed: Sequence[Claim]) -> list[Claim]:
    """The claims by name, without a "Barcode" that holds none where check digits prove another column to hold some."""
    is_proven = any(claim.field == "gtin" and claim.score >= ENOUGH_BY_CELLS for claim in unnamed)
    return [
        claim
        for claim in claims
        if claim.field != "gtin" or not is_proven or claim.column.empty or claim.column.profile.gtins
    ]


def _own_currency(chosen: dict[str, Claim], claims: Sequence[Claim]) -> dict[str, Claim]:
    """The choice, with the currency that is named after the price: "Price2Currency" beside "Price2", and not
    "PriceListCurrency" beside "Price".
    """
    if "price" not in chosen or "currency" not in chosen:
        return chosen
    name = _joined(chosen["price"].column)
    own_names = {name + word.replace(" ", "") for word in table("columns")["currency"]["strong"]}
    own = [claim for claim in claims if claim.field == "currency" and _joined(claim.column) in own_names]
    return chosen | {"currency": own[0]} if own and name else chosen


def _joined(column: Column) -> str:
    return folded_name(column.name).replace(" ", "")


def _told_apart(chosen: dict[str, Claim], groups: Sequence[int]) -> dict[str, Claim]:
    """Without a code of their own, goods are told apart by their barcode, or else by their name.

    `groups` are the columns of a product and its options, where these name a line: no name does it better.
    """
    gtin, name = chosen.get("gtin"), chosen.get("name")
    key = chosen.get("key")
    if key and key.column.index in groups:
        return chosen
    if name and key and chosen.keys() & set(STATEMENTS) and _tells_more(name, key):
        return chosen | {"key": Claim("key", name.column, ENOUGH_BY_CELLS, by="cells")}
    if key and not (gtin and _leaves_out(key, gtin)):
        return chosen
    if gtin and gtin.column.profile.filled >= 0.5:
        return chosen | {"key": Claim("key", gtin.column, 0.5, by="cells")}
    if name and _tells_apart(name) and chosen.keys() & _proofs(name):
        return chosen | {"key": Claim("key", name.column, ENOUGH_BY_CELLS, by="cells")}
    return chosen


def _fuller_code(
    chosen: dict[str, Claim], claims: Sequence[Claim], columns: Sequence[Column]
) -> dict[str, Claim]:
    """The choice, with another code where many lines have that one only: they would not be read.

    Where a product and its options name a line without a code, none is needed; a product alone may have many lines.
    """
    key, taken = chosen.get("key"), {claim.column.index for claim in chosen.values()}
    parts = key_parts([column.name for column in columns])
    if len(parts) > 1 or (parts and columns[parts[0]].profile.distinct >= _TELLING_CODES):
        return chosen
    others = [
        claim
        for claim in claims
        if claim.field == "key"
        and key
        and claim.column.index not in taken
        and _leaves_out(key, claim, _SOME_MORE if parts else _MANY_MORE)
        and claim.column.profile.distinct >= _TELLING_CODES
    ]
    best = max(others, key=lambda claim: claim.score, default=None)
    return chosen | {"key": best} if best else chosen


def _leaves_out(key: Claim, other: Claim, many: float = _MANY_MORE) -> bool:
    """Whether many lines have a code in the other column and none in this one."""
    return other.column.profile.filled - key.column.profile.filled > many


def _tells_more(name: Claim, key: Claim) -> bool:
    """Whether hardly a name comes twice, and what is called a code comes again and again: a material, a rate of tax."""
    distinct = name.column.profile.distinct
    return key.by != "person" and _tells_apart(name) and distinct - key.column.profile.distinct > _FAR_MORE


def _tells_apart(name: Claim) -> bool:
    return name.column.profile.distinct >= _TELLING_NAMES


def _proofs(name: Claim) -> set[str]:
    """What else must be there for a name to be that of goods: texts without a header may be anything."""
    return {"price"} if name.by == "cells" else set(STATEMENTS)


def totalled(guess: ColumnGuess, total: Column, parts: Sequence[Column]) -> ColumnGuess:
    """The guess for the stock, moved to the column that sums up the others."""
    reason = format_lazy(
        _("its numbers are the sums of {columns}"),
        columns=", ".join(f"“{title(part)}”" for part in parts[:_CANDIDATES]),
    )
    others = tuple(other for other in guess.candidates if other.index != total.index)
    return replace(guess, column=title(total), index=total.index, reason=reason, candidates=others)


def named_total(guess: ColumnGuess, total: Column) -> ColumnGuess:
    """The guess for the stock, in the column that is called the total of others."""
    if guess.index == total.index:
        return guess
    reason = format_lazy(_("named like a total; {seen}"), seen=seen(guess.field, total.profile))
    others = tuple(other for other in guess.candidates if other.index != total.index)
    return replace(guess, column=title(total), index=total.index, reason=reason, candidates=others)


def not_reserved(guess: ColumnGuess, free: Column, reserved: Column) -> ColumnGuess:
    """The guess for the stock, moved to the column of what nobody has reserved of it; the whole stays the next."""
    reason = format_lazy(
        _("“{whole}” without “{reserved}”: what may still be sold"),
        whole=guess.column,
        reserved=title(reserved),
    )
    others = tuple(other for other in _former(guess) + guess.candidates if other.index != free.index)
    return replace(guess, column=title(free), index=free.index, reason=reason, candidates=others)


def of_part(guess: ColumnGuess, column: Column) -> ColumnGuess:
    """The guess for the code, moved from the article to its parts; the article's stays the next that it could be."""
    reason = format_lazy(
        _("tells the parts of one article apart; {seen}"), seen=seen(guess.field, column.profile)
    )
    others = tuple(other for other in _former(guess) + guess.candidates if other.index != column.index)
    return replace(guess, column=title(column), index=column.index, reason=reason, candidates=others)


def lying_at(guess: ColumnGuess, column: Column) -> ColumnGuess:
    """The guess for the stock, in a column that is called like the place where it lies."""
    reason = format_lazy(
        _("named like a place where goods lie; {seen}"), seen=seen(guess.field, column.profile)
    )
    others = tuple(other for other in guess.candidates if other.index != column.index)
    return ColumnGuess(guess.field, title(column), column.index, ENOUGH, reason, others)


def priced_each(guess: ColumnGuess, each: Column, total: Column) -> ColumnGuess:
    """The guess for the price, moved from the total of a line to the price of one piece."""
    reason = format_lazy(
        _("“{total}” is this price times the quantity; {seen}"),
        total=title(total),
        seen=seen(guess.field, each.profile),
    )
    others = tuple(other for other in guess.candidates if other.index != each.index)
    return replace(guess, column=title(each), index=each.index, reason=reason, candidates=others)


def as_in(layout: str, guess: ColumnGuess, column: Column) -> ColumnGuess:
    """The guess as a known kind of file has it."""
    reason = format_lazy(
        _("as in files for {layout}; {seen}"), layout=layout, seen=seen(guess.field, column.profile)
    )
    others = tuple(other for other in _former(guess) + guess.candidates if other.index != column.index)
    return ColumnGuess(guess.field, title(column), column.index, 1.0, reason, others)


def _former(guess: ColumnGuess) -> tuple[Candidate, ...]:
    """The column of a guess as one that the field could be as well."""
    if guess.index is None:
        return ()
    return (Candidate(guess.index, guess.column or "", guess.confidence, guess.reason),)


def with_name_as_key(guesses: Sequence[ColumnGuess]) -> tuple[ColumnGuess, ...]:
    """The guesses, with the column of the name for the code as well."""
    name = next(guess for guess in guesses if guess.field == "name")
    key = replace(name, field="key", confidence=ENOUGH_BY_CELLS, candidates=(), by="cells")
    return tuple(key if guess.field == "key" else guess for guess in guesses)


def nowhere(guess: ColumnGuess) -> ColumnGuess:
    """The guess without its column."""
    return ColumnGuess(guess.field, None, None, 0.0, _NOTHING, guess.candidates)


def _guess(field: str, chosen: Claim | None, claims: Sequence[Claim]) -> ColumnGuess:
    best: dict[int, Claim] = {}
    for claim in claims:
        if claim.field == field:
            known = best.get(claim.column.index)
            best[claim.column.index] = claim if known is None or known.score < claim.score else known
    rivals = [claim for claim in best.values() if claim.score >= 0.25 and _rivals(claim, chosen)]
    others = sorted(rivals, key=lambda claim: -claim.score)
    candidates = tuple(
        Candidate(claim.column.index, title(claim.column), _confidence(claim), _reason(claim))
        for claim in others[:_CANDIDATES]
    )
    if chosen is None:
        return ColumnGuess(field, None, None, 0.0, _NOTHING, candidates)
    column = chosen.column
    return ColumnGuess(
        field, title(column), column.index, _confidence(chosen), _reason(chosen), candidates, chosen.by
    )


def _rivals(claim: Claim, chosen: Claim | None) -> bool:
    """Whether a column could stand in for the chosen one: a material or a genre tells no goods apart as codes do."""
    if chosen is None:
        return True
    if claim.field == "price":
        return not is_beside_amount(claim.column, chosen.column)
    if claim.field != "key":
        return True
    return claim.column.profile.distinct >= 0.5 * chosen.column.profile.distinct


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


def _confidence(claim: Claim) -> float:
    return round(min(1.0, max(0.0, claim.score)), 2)


def _reason(claim: Claim) -> Text:
    label = _PRICE_LABELS.get(claim.kind) or FIELD_LABELS[claim.field]
    cells = seen(claim.field, claim.column.profile)
    if claim.by == "person":
        return format_lazy(_("read as “{label}” by a person before; {seen}"), label=label, seen=cells)
    if claim.by == "cells":
        return cells
    return format_lazy(_("named like “{label}”; {seen}"), label=label, seen=cells)
