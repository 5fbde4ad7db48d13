"""Kept files of a test, in a folder of its own."""

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings


@pytest.fixture
def media(settings: Settings, tmp_path: Path) -> Path:
    """Where feeds' files go, for this test and for the processes it starts."""
    root = tmp_path / "media"
    settings.MEDIA_ROOT = root
    feeds = {**settings.STORAGES["feeds"], "OPTIONS": {"location": root / "feeds", "base_url": None}}
    settings.STORAGES = {**settings.STORAGES, "feeds": feeds}
    return root
