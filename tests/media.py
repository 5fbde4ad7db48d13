"""Kept files of a test, in a folder of its own."""

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings


@pytest.fixture
def media(settings: Settings, tmp_path: Path) -> Path:
    """Where the files of feeds and of orders go, for this test and for the processes it starts."""
    root = tmp_path / "media"
    settings.MEDIA_ROOT = root
    moved = {
        name: {**settings.STORAGES[name], "OPTIONS": {"location": root / name, "base_url": None}}
        for name in ("feeds", "orders")
    }
    settings.STORAGES = {**settings.STORAGES, **moved}
    return root
