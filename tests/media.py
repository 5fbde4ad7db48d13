"""Kept files of a test, in a folder of its own."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as current
from pytest_django.fixtures import Settings


def storages_below(root: Path) -> dict[str, Any]:
    """The settings that keep whatever the house keeps in files below this folder."""
    kept: dict[str, Any] = current.STORAGES
    moved = {
        name: {**kept[name], "OPTIONS": {"location": root / name, "base_url": None}}
        for name in kept
        if "location" in kept[name].get("OPTIONS", {})
    }
    return {"MEDIA_ROOT": root, "STORAGES": {**kept, **moved}}


@pytest.fixture
def media(settings: Settings, tmp_path: Path) -> Path:
    """Where files go, for this test and for the processes it starts."""
    root = tmp_path / "media"
    for name, value in storages_below(root).items():
        setattr(settings, name, value)
    return root
