"""Typefaces as files that a PDF can take along: one for each group of signs, regular and bold.

It is the pages' own, and for Greek, which that has not, one that looks much like it.
"""

import logging
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

# The first is the one that is asked first; together they know Europe.
GROUPS = (
    "geist-latin",
    "geist-latin-ext",
    "geist-cyrillic",
    "geist-cyrillic-ext",
    "geist-vietnamese",
    "inter-greek",
    "inter-greek-ext",
)
REGULAR, BOLD = 400, 600
# It tells of every table that it leaves out.
logging.getLogger("fontTools").setLevel(logging.WARNING)


@dataclass(frozen=True)
class Typeface:
    """`signs` are the codes that it can draw."""

    name: str
    regular: Path
    bold: Path
    signs: frozenset[int]


@cache
def typefaces() -> Sequence[Typeface]:
    """Made once for each process, in a folder that goes with it; none where the third-party files were not fetched."""
    found = {group: finders.find(f"vendor/{family_of(group)}/{group}-wght-normal.woff2") for group in GROUPS}
    return tuple(made(group, Path(str(path))) for group, path in found.items() if path)


def family_of(group: str) -> str:
    return group.partition("-")[0]


@cache
def folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="stocke-typefaces-")


def made(group: str, source: Path) -> Typeface:
    regular, bold = (instance(group, source, weight) for weight in (REGULAR, BOLD))
    with TTFont(regular) as font:
        return Typeface(group, regular, bold, frozenset(font.getBestCmap()))


def instance(group: str, source: Path, weight: int) -> Path:
    """One weight of a variable typeface as a file of its own."""
    path = Path(folder().name) / f"{group}-{weight}.ttf"
    with TTFont(source, recalcTimestamp=False) as font:
        one = instantiateVariableFont(font, {"wght": weight})
        one.flavor = None
        one.save(path)
    return path
