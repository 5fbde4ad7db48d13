"""Signed links open one page, for a time, and cannot be bent."""

import time

import pytest

from stocke.core.domain.links import Link, LinkExpired, LinkTampered, read, sign


def test_a_link_carries_its_subject_and_version() -> None:
    assert read("choice", sign("choice", 41, version=2), days=7) == Link(41, 2)


def test_a_link_for_one_page_opens_no_other() -> None:
    with pytest.raises(LinkTampered):
        read("purchase", sign("choice", 41), days=7)


@pytest.mark.parametrize("bend", [lambda t: t[:-1], lambda t: "x" + t, lambda t: "", lambda t: t.swapcase()])
def test_a_changed_link_is_refused(bend) -> None:  # type: ignore[no-untyped-def]  # a lambda of one string
    with pytest.raises(LinkTampered):
        read("choice", bend(sign("choice", 41)), days=7)


def test_an_expired_link_still_says_what_it_was_for(monkeypatch: pytest.MonkeyPatch) -> None:
    token = sign("choice", 41)
    later = time.time() + 8 * 24 * 3600
    monkeypatch.setattr(time, "time", lambda: later)

    with pytest.raises(LinkExpired) as expired:
        read("choice", token, days=7)
    assert expired.value.subject_id == 41
