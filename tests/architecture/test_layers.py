"""The shape of the house, held by tests: foreign keys and imports look down."""

import ast
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from django.apps import apps
from django.db.models import ForeignKey, ManyToManyField, Model, OneToOneField

ROOT = Path(__file__).resolve().parents[2]
FLOORS = {
    "demo": 6,
    "insights": 5,
    "orders": 4,
    "suppliers": 3,
    "customers": 3,
    "adfeeds": 4,
    "channels": 3,
    "products": 2,
    "core": 1,
    "auth": 0,
    "contenttypes": -1,
}
HOUSE = ("stocke", "suppliers", "orders", "customers")


def own_models() -> list[type[Model]]:
    return [m for m in apps.get_models(include_auto_created=True) if m._meta.app_label in FLOORS]


def links(model: type[Model]) -> Iterator[tuple[str, type[Model]]]:
    for field in model._meta.get_fields():
        if isinstance(field, ForeignKey | OneToOneField | ManyToManyField):
            yield field.name, field.related_model


def points_down(model: type[Model], target: type[Model]) -> bool:
    here, there = model._meta.app_label, target._meta.app_label
    return here == there or FLOORS[here] > FLOORS[there]


def test_foreign_keys_point_down_too() -> None:
    upward = [
        f"{model._meta.label}.{name} -> {target._meta.label}"
        for model in own_models()
        for name, target in links(model)
        if not points_down(model, target)
    ]

    assert upward == []


def source_files() -> list[Path]:
    found = (path for name in HOUSE for path in (ROOT / name).rglob("*.py"))
    return [path for path in found if "migrations" not in path.parts]


def functions() -> list[tuple[int, str]]:
    sizes = []
    for path in source_files():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                sizes.append((length, f"{path.relative_to(ROOT)}:{node.name}"))
    return sizes


def test_functions_are_short() -> None:
    sizes = sorted(functions())
    lengths = [length for length, _ in sizes]

    assert [name for length, name in sizes if length > 60] == []
    assert median(lengths) <= 8
    assert lengths[int(len(lengths) * 0.9)] <= 25


def test_files_hold_one_subject() -> None:
    long = {
        str(p.relative_to(ROOT)): n for p in source_files() if (n := len(p.read_text().splitlines())) > 330
    }

    assert long == {}


def test_there_is_no_drawer_for_odds_and_ends() -> None:
    drawers = [p for p in source_files() if p.stem in {"utils", "util", "helpers", "misc", "common"}]

    assert drawers == []


def test_nothing_reads_the_environment_but_the_settings() -> None:
    allowed = {"stocke/environment.py", "stocke/wsgi.py", "stocke/asgi.py"}
    readers = [
        name
        for path in source_files()
        if not (name := str(path.relative_to(ROOT))).startswith(("stocke/localservices/", "stocke/demo/"))
        and name not in allowed
        and ("os.environ" in (text := path.read_text()) or "os.getenv" in text)
    ]

    assert readers == []


def test_there_are_no_signals() -> None:
    signals = [
        p
        for p in source_files()
        if "django.dispatch" in p.read_text() or "db.models.signals" in p.read_text()
    ]

    assert signals == []
