"""The catalogues on disk. Needs no settings, so that tests can compile before Django starts."""

import os
import tempfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[3]
LANGUAGE = "fr"
PLURALS = "nplurals=2; plural=(n > 1);"
# Babel's own header holds the minute of the extraction, and would change every time.
HEADER = rf"""msgid ""
msgstr ""
"Language: fr\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Plural-Forms: {PLURALS}\n"

"""


def po_file(folder: Path) -> Path:
    """The catalogue of the context in this folder."""
    return folder / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"


def empty_catalogue() -> Catalog:
    """A French catalogue. Babel would give it a third form, for a million of something, which Django never asks for."""
    catalogue = Catalog(locale=LANGUAGE)
    catalogue.mime_headers = [("Plural-Forms", PLURALS)]
    return catalogue


def read_catalogue(po: Path) -> Catalog:
    """What the file holds; an empty catalogue if there is none yet."""
    if not po.exists():
        return empty_catalogue()
    with po.open("rb") as source:
        return read_po(source, locale=LANGUAGE)


def write_catalogue(po: Path, catalogue: Catalog) -> None:
    """Sorted by text, so that two people who add texts rarely touch the same lines."""
    output = BytesIO()
    write_po(output, catalogue, width=100, include_lineno=False, omit_header=True, sort_output=True)
    _replace(po, HEADER.encode() + output.getvalue().lstrip())


def compile_all(root: Path = ROOT) -> list[Path]:
    """Compile the catalogues that changed since they were compiled, and name them."""
    stale = [po for po in _catalogues(root) if _is_stale(po)]
    for po in stale:
        output = BytesIO()
        write_mo(output, read_catalogue(po))
        _replace(po.with_suffix(".mo"), output.getvalue())
    return stale


def _catalogues(root: Path) -> Iterator[Path]:
    for folder in ("stocke/*", "suppliers", "orders", "customers"):
        yield from root.glob(f"{folder}/locale/*/LC_MESSAGES/django.po")


def _is_stale(po: Path) -> bool:
    mo = po.with_suffix(".mo")
    return not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime


def _replace(target: Path, content: bytes) -> None:
    """Several processes may compile at once; each must find a whole file."""
    target.parent.mkdir(parents=True, exist_ok=True)
    descriptor, unfinished = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    with os.fdopen(descriptor, "wb") as output:
        output.write(content)
    Path(unfinished).chmod(0o644)
    Path(unfinished).replace(target)
