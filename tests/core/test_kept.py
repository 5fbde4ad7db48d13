"""Figures that are kept for a while."""

from itertools import count

from pytest_django.fixtures import Settings

from stocke.core.kept import kept


def test_a_figure_is_reckoned_once_for_everybody_and_anew_for_whoever_needs_this_moments(
    settings: Settings,
) -> None:
    settings.ENVIRONMENT = "production"
    numbers = count(1)

    said = [
        kept("test:figure", lambda: next(numbers), seconds=60, fresh=fresh)
        for fresh in (True, False, True, False)
    ]

    assert said == [1, 1, 2, 2]
