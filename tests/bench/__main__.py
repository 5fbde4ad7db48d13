"""`make bench`: one line per figure. BENCH=name takes one subject or one figure, BENCH=feeds,pages several in turn;
BENCH_JSON=file writes them as JSON, BENCH_TABLE=file puts them into the place that a document keeps for figures.

A subject is a module of this package with a function `run` that yields Figures whose names begin with PREFIX.
It finds a migrated, otherwise empty database on durable servers and cleans up nothing.
"""

import importlib
import json
import os
import pkgutil
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from types import ModuleType

import django

import tests.bench
from tests.bench.figure import Figure
from tests.bench.table import write_table


def subjects() -> Iterator[ModuleType]:
    for found in pkgutil.iter_modules(tests.bench.__path__):
        module = importlib.import_module(f"tests.bench.{found.name}")
        if hasattr(module, "run"):
            yield module


def wanted(name: str) -> Iterator[Figure]:
    for subject in subjects():
        is_subject = subject.__name__.endswith(f".{name}")
        if not name or is_subject or name.startswith(subject.PREFIX):
            yield from (figure for figure in subject.run() if is_subject or figure.name.startswith(name))


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stocke.settings")
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    figures = []
    for figure in chain.from_iterable(map(wanted, os.environ.get("BENCH", "").split(","))):
        sys.stdout.write(figure.line() + "\n")
        sys.stdout.flush()
        figures.append(figure)
    if target := os.environ.get("BENCH_JSON"):
        Path(target).write_text(json.dumps([figure.to_json() for figure in figures], indent=1))
    if document := os.environ.get("BENCH_TABLE"):
        write_table(document, figures)
    return 1 if any(figure.verdict == "short" for figure in figures) else 0


if __name__ == "__main__":
    if len(sys.argv) > 1:
        os.environ["BENCH"] = sys.argv[1]
    sys.exit(main())
