import os
from pathlib import Path

import pytest

from stocke.localservices import accounts
from stocke.localservices.accounts import Account, home_for, is_reachable

NOBODY = Account(65534, 65534)


@pytest.fixture
def as_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)


def test_a_closed_folder_above_makes_a_path_unreachable(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)

    assert not is_reachable(closed / "data", NOBODY)
    assert is_reachable(Path("/usr/bin/env"), NOBODY)


def test_an_ordinary_person_keeps_the_data_in_the_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    assert home_for(tmp_path) == tmp_path


@pytest.mark.usefixtures("as_root")
def test_root_keeps_the_data_outside_a_folder_that_the_lent_account_cannot_enter(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    for name in ("one", "other"):
        (closed / name).mkdir()

    homes = [home_for(closed / name) for name in ("one", "other")]

    assert [home.parent for home in homes] == [accounts.SHARED_HOME, accounts.SHARED_HOME]
    assert homes[0] != homes[1]
