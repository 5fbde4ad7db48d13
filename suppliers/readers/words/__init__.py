"""The words of suppliers, as data: one TOML file per subject, so that anybody can add a language."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any


@cache
def table(name: str) -> dict[str, Any]:
    """The words of one subject, read once."""
    return tomllib.loads((Path(__file__).parent / f"{name}.toml").read_text(encoding="utf-8"))


def read_tables() -> None:
    """The words of all subjects, for whoever needs them next."""
    for path in Path(__file__).parent.glob("*.toml"):
        table(path.stem)
