"""Pages without the numbers beside the navigation's entries, which cost more than all the rest of a page.

A test that is about them asks for `numbers`, as the walk over every page in a browser does.
"""

from typing import Any

import pytest

from stocke.core.web import navigation, shell
from stocke.core.web.navigation import NavEntry

place: Any = shell


def no_number(entry: NavEntry) -> int:
    return 0


def pytest_configure() -> None:
    place.count = no_number


@pytest.fixture
def numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(place, "count", navigation.count)
