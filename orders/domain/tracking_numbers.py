"""Tracking numbers in what somebody wrote. Pure. They are proposed to a person and never believed by themselves."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from orders.domain.carriers import mod_10_of_usps, normalised, recognise, s10_is_valid, ups_is_valid

MOST = 10
# A run of letters and figures, or groups of them that people part with single blanks or dashes.
RUN = re.compile(r"\b[A-Z0-9]{2,35}(?:[ -][A-Z0-9]{2,35}){0,8}\b", re.IGNORECASE)
ABOUT = re.compile(
    r"track|suivi|colis|parcel|paket|sendung|envoi|expédi|shipp|verzonden|zending|spedizion|tracciam|seguimiento|"
    r"rastreo|awb|carrier|transporteur|livraison|delivery",
    re.IGNORECASE,
)
NOT_ABOUT = re.compile(r"\b(?:tel|tél|phone|fax|mobile|iban|vat|tva|siret|siren|ust)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Found:
    """A number as carriers write it, and whose it looks like, the likeliest first."""

    number: str
    carriers: tuple[str, ...]


def tracking_numbers(text: str, *, known: Collection[str] = ()) -> list[Found]:
    """What looks like one. `known` are numbers of ours, which are none."""
    ours = {normalised(one) for one in known}
    found: dict[str, Found] = {}
    for line in text[:20_000].split("\n"):
        for number in numbers_in(line):
            if number not in ours and len(found) < MOST:
                found.setdefault(number, Found(number, recognise(number)))
    return list(found.values())


def numbers_in(line: str) -> Iterator[str]:
    """Check digits speak for themselves; a mere shape counts only in a line that speaks of parcels."""
    if NOT_ABOUT.search(line):
        return
    speaks = bool(ABOUT.search(line))
    for run in RUN.finditer(line):
        yield from taken(run.group(), speaks=speaks)


def taken(run: str, *, speaks: bool) -> Iterator[str]:
    words = re.split(r"[ -]", run)
    for start in range(len(words)):
        for end in range(len(words), start, -1):
            number = normalised("".join(words[start:end]))
            if is_number(number, speaks=speaks, alone=end - start == 1):
                yield number
                yield from taken(" ".join(words[end:]), speaks=speaks)
                return


def is_number(number: str, *, speaks: bool, alone: bool) -> bool:
    if ups_is_valid(number) or mod_10_of_usps(number) or s10_is_valid(number):
        return True
    has_figures = sum(sign.isdecimal() for sign in number) >= 6
    return (
        speaks
        and has_figures
        and 8 <= len(number) <= 35
        and bool(recognise(number))
        and (alone or len(number) > 9)
    )
