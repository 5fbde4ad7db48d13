"""Which source file belongs to which catalogue, and the texts in it."""

from collections.abc import Iterator
from fnmatch import fnmatch
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[3]
HOUSE = ("stocke", "suppliers", "orders", "customers", "templates")
CONTEXTS = {
    "core": "stocke/core",
    "products": "stocke/products",
    "channels": "stocke/channels",
    "insights": "stocke/insights",
    "suppliers": "suppliers",
    "orders": "orders",
    "customers": "customers",
}
# The first pattern that fits decides; what fits none belongs to the core.
OWNERS = [
    ("templates/public/orders_*", "orders"),
    ("templates/public/customers_*", "customers"),
    *((f"templates/{name}/*", name) for name in CONTEXTS),
    *((f"{folder}/*", name) for name, folder in CONTEXTS.items()),
]
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
SILENT_FOLDERS = {"migrations", "locale", "static", "__pycache__"}


def owner(path: str) -> str:
    """The context whose catalogue holds the texts of the file at this path, relative to the repository."""
    return next((name for pattern, name in OWNERS if fnmatch(path, pattern)), "core")


def texts_of(context: str, *, root: Path = ROOT) -> Catalog:
    """Every text in the sources of a context, without translations.

    References name files without lines, so that moving code does not change a catalogue.
    """
    found = Catalog()
    for path in source_files(root):
        name = path.relative_to(root).as_posix()
        if owner(name) == context:
            _add_texts(found, name, path.read_text(encoding="utf-8"))
    return found


def source_files(root: Path) -> Iterator[Path]:
    for folder in HOUSE:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in {".py", ".html", ".txt", ".mjml"} and not SILENT_FOLDERS & set(path.parts):
                yield path


def _add_texts(catalogue: Catalog, name: str, source: str) -> None:
    content = source if name.endswith(".py") else _as_python(source, name)
    found = extract("python", BytesIO(content.encode()), keywords=KEYWORDS, options={"encoding": "utf-8"})
    for _line, text, _comments, context in found:
        catalogue.add(text, locations=[(name, 0)], context=context)


def _as_python(template: str, name: str) -> str:
    """Django turns a template into gettext calls amid rubble; Python's reader stumbles over its indentation."""
    return "\n".join(line.strip() for line in templatize(template, origin=name).splitlines())
