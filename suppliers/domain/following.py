"""A file whose columns changed: how the confirmed mapping may follow, and what it would have to do without."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, replace

from suppliers.readers import ColumnMap, NotAFeed
from suppliers.readers.following import moved_map, places_by_name
from suppliers.readers.layouts import tells_parts_apart
from suppliers.readers.sampling import Sample
from suppliers.readers.values import Repeated


@dataclass(frozen=True)
class Followed:
    """The mapping as it would read the new file; None where it cannot, because no column is the article's code.

    `renamed` are columns that are gone by name, and the new ones that we take for the same; `missing` are the names
    of columns that it would have to do without.
    """

    column_map: ColumnMap | None
    renamed: Mapping[int, int]
    missing: tuple[str, ...] = ()


def follow(confirmed: ColumnMap, shown: Sample) -> Followed:
    """By name, wherever a column stands now; by what we take the columns for, where a name is gone."""
    places = places_by_name(confirmed.header, shown.names)
    renamed = renamed_columns(confirmed, shown, places)
    try:
        followed, missing = moved_map(confirmed, {**places, **renamed})
    except NotAFeed:
        return Followed(None, renamed)
    here = replace(
        followed,
        header=shown.names,
        header_row=shown.header_row,
        price_divisor=shown.divisor_of(followed.fields.get("price"))
        if confirmed.fields.get("price") in renamed
        else confirmed.price_divisor,
        repeated=repeated_here(confirmed, shown, {*places.values(), *renamed.values()}),
        sheet=shown.sheet or "",
        member=shown.member,
    )
    return Followed(here, renamed, missing)


def repeated_here(confirmed: ColumnMap, shown: Sample, known: Container[int]) -> Repeated:
    """What several lines of one code mean: what was confirmed, unless a new column tells them apart.

    Whoever confirmed the columns saw no places or sizes of one article, and has said nothing of them.
    """
    is_told = any(tells_parts_apart(name) for index, name in enumerate(shown.names) if index not in known)
    guessed = shown.guessed if is_told and not confirmed.apart else None
    return guessed.repeated if guessed else confirmed.repeated


def renamed_columns(confirmed: ColumnMap, shown: Sample, places: Mapping[int, int]) -> dict[int, int]:
    """Of columns that we read and whose names are gone, the new columns that look like the same field."""
    taken, renamed = set(places.values()), dict[int, int]()
    for field, index in confirmed.fields.items():
        guess = shown.guesses.get(field)
        if index in places or guess is None or guess.index is None or guess.index in taken:
            continue
        renamed[index] = guess.index
        taken.add(guess.index)
    return renamed
