"""The guards are a pure function: figures, what is usual, and limits in; a verdict with every check out."""

from dataclasses import asdict, replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suppliers.domain.figures import Figures, FileFigures
from suppliers.domain.judging import RANK, Check, Header, Outcome, Usual, judge, no_table
from suppliers.domain.limits import DEFAULT_BOUNDS, Bound, Limits, Rise

FILE = FileFigures(
    lines=100,
    units=800,
    counted=80,
    identical=8,
    zeros=20,
    priced=90,
    price_cents=90_000,
    currency="EUR",
    ending="whole",
)
FIGURES = Figures(rows=100, known=100, present=100, in_stock=80, changed=20, file=FILE)
USUAL = Usual((FIGURES, FIGURES, FIGURES))
LIMITS = Limits()


def checked(figures: Figures, usual: Usual = USUAL, limits: Limits = LIMITS) -> dict[str, str]:
    """The checks that did not pass, with their outcomes."""
    return {c.check: c.outcome.value for c in judge(figures, usual, limits).checks if not c.passed}


def with_file(**file: Any) -> Figures:
    return replace(FIGURES, file=replace(FILE, **file))


def test_a_usual_file_is_applied_and_every_check_says_its_figure() -> None:
    verdict = judge(FIGURES, USUAL, LIMITS)

    assert verdict.result == Outcome.APPLY
    assert {c.check: (c.value, c.usual, c.safe, c.hold) for c in verdict.checks} == {
        "content": ("100", "", "", ""),
        "columns": ("same", "", "", ""),
        "ending": ("whole", "whole", "", ""),
        "zeros": ("20", "", "", ""),
        "rows": ("100.0000", "100.0000", "0.1000", "0.4000"),
        "lost": ("0.0000", "", "0.0500", "0.5000"),
        "zeroed": ("0.0000", "", "", "0.2500"),
        "muted": ("0.0000", "", "0.1000", "0.5000"),
        "units": ("800.0000", "800.0000", "0.5000", "0.8000"),
        "price": ("1000.0000", "1000.0000", "", "0.3000"),
        "currency": ("EUR", "EUR", "", ""),
        "repeated": ("0.0000", "0.0000", "0.0200", "0.2000"),
        "identical": ("0.1000", "0.1000", "0.3000", "0.6000"),
        "unreadable": ("0.0000", "0.0000", "0.0200", "0.2000"),
        "returned": ("0.0000", "", "1.0000", "3.0000"),
        "backwards": ("0.0000", "", "0.0000", "1.0000"),
        "age": ("0.0000", "", "48.0000", "168.0000"),
    }


def test_a_verdict_is_kept_with_every_check() -> None:
    kept = judge(Figures(known=10, in_stock=4), Usual(), LIMITS).to_json()

    assert kept["result"] == "hold"
    assert kept["checks"][0] == {
        "check": "content",
        "value": "0",
        "outcome": "hold",
        "usual": "",
        "safe": "",
        "hold": "",
        "passed": False,
    }


def test_a_first_file_of_zeros_alone_asks_whether_its_stock_is_filled_in() -> None:
    zeros = Figures(rows=5, file=FileFigures(lines=5, zeros=5))

    assert checked(zeros, Usual()) == {"zeros": "hold"}
    # Somebody let the first one count, or others have stated something: then zeros are compared with that.
    assert checked(zeros, Usual((zeros,))) == {}
    assert checked(replace(zeros, file=replace(zeros.file, zeros=4, counted=1, units=2)), Usual()) == {}
    assert checked(Figures(rows=3, file=FileFigures(lines=3, zeros=3)), Usual()) == {}
    assert judge(zeros, Usual(), LIMITS, is_whole=False).result == Outcome.APPLY


def test_a_first_file_knows_nothing_to_lose() -> None:
    assert checked(Figures(rows=5, minutes_old=100_000, file=FileFigures(lines=5, units=9)), Usual()) == {}


@pytest.mark.parametrize(
    ("ending", "before", "outcome"),
    [
        ("cut", [], "hold"),
        ("cut", ["cut", "cut"], "hold"),
        ("short", [], "hold"),
        ("short", ["whole", "whole"], "hold"),
        ("short", ["whole", "short"], ""),
        ("counted", ["whole"], "hold"),
        ("counted", ["counted"], ""),
        ("open", [], ""),
        ("open", [""], ""),
        ("open", ["open", "whole"], ""),
        ("open", ["whole", "whole"], "hold"),
        ("whole", ["open"], ""),
        ("", ["whole"], ""),
    ],
)
def test_a_file_that_does_not_end_as_usual_is_held(ending: str, before: list[str], outcome: str) -> None:
    usual = Usual(tuple(with_file(ending=one) for one in before))

    assert checked(with_file(ending=ending), usual).get("ending", "") == outcome


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        ({"rows": 90}, {}),
        ({"rows": 89}, {"rows": "safe"}),
        ({"rows": 60}, {"rows": "safe"}),
        ({"rows": 59}, {"rows": "hold"}),
        ({"rows": 110}, {}),
        ({"rows": 900}, {"rows": "safe"}),
        ({"present": 95}, {}),
        ({"present": 94}, {"lost": "safe"}),
        ({"present": 50}, {"lost": "safe"}),
        ({"present": 49}, {"lost": "hold"}),
        ({"zeroed": 20}, {}),
        ({"zeroed": 21}, {"zeroed": "hold"}),
        ({"muted": 8}, {}),
        ({"muted": 9}, {"muted": "safe"}),
        ({"muted": 41}, {"muted": "hold"}),
        ({"columns": "moved"}, {"columns": "hold"}),
        ({"columns": "of_stock"}, {"columns": "hold"}),
        ({"columns": "missing"}, {"columns": "hold"}),
        ({"columns": "unconfirmed"}, {"columns": "hold"}),
        ({"returns_to": 7, "changed": 1}, {}),
        ({"returns_to": 7, "changed": 3}, {"returned": "safe"}),
        ({"returns_to": 7, "changed": 4}, {"returned": "hold"}),
        ({"minutes_behind": 1}, {"backwards": "safe"}),
        ({"minutes_behind": 61}, {"backwards": "hold"}),
        ({"minutes_old": 48 * 60}, {}),
        ({"minutes_old": 48 * 60 + 1}, {"age": "safe"}),
        ({"minutes_old": 7 * 24 * 60 + 1}, {"age": "hold"}),
    ],
)
def test_each_figure_has_its_limits(change: dict[str, Any], outcome: dict[str, str]) -> None:
    assert checked(replace(FIGURES, **change)) == outcome


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        ({"units": 400}, {}),
        ({"units": 399}, {"units": "safe"}),
        ({"units": 159}, {"units": "hold"}),
        ({"units": 1200}, {}),
        ({"units": 80_000}, {"units": "safe"}),
        ({"price_cents": 117_000}, {}),
        ({"price_cents": 117_100}, {"price": "hold"}),
        ({"price_cents": 62_900}, {"price": "hold"}),
        ({"priced": 0, "price_cents": 0, "currency": ""}, {"price": "hold"}),
        ({"currency": "USD"}, {"currency": "hold"}),
        ({"currency": ""}, {}),
        ({"repeated": 2}, {}),
        ({"repeated": 4}, {"repeated": "safe"}),
        ({"repeated": 21}, {"repeated": "hold"}),
        ({"identical": 32}, {}),
        ({"identical": 33}, {"identical": "safe"}),
        ({"identical": 80}, {"identical": "hold"}),
        ({"unreadable": 3}, {}),
        ({"unreadable": 4}, {"unreadable": "safe"}),
        ({"unreadable": 21}, {"unreadable": "hold"}),
    ],
)
def test_what_the_file_says_is_compared_with_the_usual(
    change: dict[str, Any], outcome: dict[str, str]
) -> None:
    assert checked(with_file(**change)) == outcome


def test_a_feed_that_is_untidy_every_day_is_not_unusual() -> None:
    untidy = with_file(repeated=50, unreadable=40, identical=80)

    assert checked(untidy, Usual((untidy, untidy))) == {}


def test_the_usual_is_the_median_so_one_odd_import_does_not_move_it() -> None:
    odd = replace(FIGURES, rows=10)

    assert checked(FIGURES, Usual((FIGURES, odd, FIGURES))) == {}
    assert checked(odd, Usual((FIGURES, odd, FIGURES))) == {"rows": "hold"}


def test_what_agrees_with_an_unusual_import_that_counts_is_usual_from_then_on() -> None:
    smaller = replace(FIGURES, rows=80)

    assert checked(smaller, USUAL) == {"rows": "safe"}
    assert checked(smaller, Usual((FIGURES, FIGURES, smaller), is_shifted=True)) == {}
    assert checked(FIGURES, Usual((FIGURES, FIGURES, smaller), is_shifted=True)) == {}


def test_a_few_lines_of_a_small_feed_are_no_pattern() -> None:
    small = Figures(rows=5, known=5, present=5, in_stock=5, changed=5, file=FileFigures(lines=5, units=50))
    usual = Usual((small,))

    assert checked(replace(small, rows=3, present=4), usual) == {}
    assert checked(replace(small, zeroed=1), usual) == {}
    assert checked(replace(small, zeroed=2), usual) == {"zeroed": "hold"}
    assert checked(replace(small, file=replace(small.file, unreadable=3, repeated=3)), usual) == {}
    assert checked(replace(small, changed=1, file=replace(small.file, units=2)), usual) == {}
    assert checked(replace(small, changed=4, file=replace(small.file, units=2)), usual) == {"units": "hold"}


def test_imports_of_older_programs_without_figures_say_nothing_of_the_usual() -> None:
    assert checked(replace(FIGURES, rows=5), Usual((Figures(), Figures()))) == {}


def test_a_file_without_rows_is_held() -> None:
    assert checked(Figures(known=10, present=0, in_stock=4)) == {
        "content": "hold",
        "rows": "hold",
        "lost": "hold",
        "price": "hold",
    }


def test_what_is_no_table_is_held_with_its_reason() -> None:
    assert no_table("html").checks == (Check("content", "html", Outcome.HOLD),)


@pytest.mark.parametrize(
    ("header", "word"),
    [
        (Header(), "same"),
        (Header(missing=("Dispo",)), "missing"),
        (Header(moved=("Dispo",)), "moved"),
        (Header(of_stock=("Depot",)), "of_stock"),
        (Header(moved=("Dispo",), of_stock=("Depot",)), "moved"),
        (Header(confirmed=False), "unconfirmed"),
    ],
)
def test_a_header_in_one_word(header: Header, word: str) -> None:
    assert header.word == word


@pytest.mark.parametrize(
    "old", [{"returns_to": 7, "changed": 2}, {"minutes_behind": 5}, {"minutes_old": 4000}]
)
def test_zeros_of_an_old_file_do_not_count_at_once(old: dict[str, Any]) -> None:
    verdict = judge(replace(FIGURES, **old), USUAL, LIMITS)

    assert (verdict.result, verdict.trusts_zeros) == (Outcome.SAFE, False)
    assert judge(replace(FIGURES, rows=85), USUAL, LIMITS).trusts_zeros


def test_limits_are_kept_as_what_differs_from_the_defaults() -> None:
    limits = LIMITS.with_bounds(lost=Bound(None, Decimal("0.9")), age=Bound())

    assert Limits().to_json() == {}
    assert limits.to_json() == {"lost": [None, "0.9"], "age": [None, None]}
    assert Limits.from_json(limits.to_json()) == limits
    chosen = replace(limits, rise=Rise(Decimal("0.2"), 9))
    assert Limits.from_json({**chosen.to_json(), "tomorrow": ["1", "2"]}) == chosen


counts = st.integers(0, 2000)


@st.composite
def some_files(draw: st.DrawFn) -> FileFigures:
    lines, units = draw(counts), draw(st.integers(0, 10**7))
    part = st.integers(0, lines)
    counted, priced = draw(part), draw(part)
    return FileFigures(
        lines=lines,
        repeated=draw(part),
        unreadable=draw(part),
        units=units,
        counted=counted,
        identical=draw(st.integers(0, counted)),
        zeros=draw(st.integers(0, lines - counted)),
        priced=priced,
        price_cents=priced * draw(st.integers(1, 10**5)),
        currency=draw(st.sampled_from(["", "EUR", "USD"])),
    )


@st.composite
def some_figures(draw: st.DrawFn) -> Figures:
    known = draw(counts)
    in_stock = draw(st.integers(0, known))
    zeroed = draw(st.integers(0, in_stock))
    return Figures(
        rows=draw(counts),
        known=known,
        present=draw(st.integers(0, known)),
        in_stock=in_stock,
        zeroed=zeroed,
        muted=draw(st.integers(0, in_stock - zeroed)),
        changed=draw(st.integers(0, known)),
        columns=draw(
            st.sampled_from(["same", "same", "same", "moved", "missing", "of_stock", "unconfirmed"])
        ),
        returns_to=draw(st.none() | st.just(7)),
        minutes_behind=draw(st.just(0) | counts),
        minutes_old=draw(st.just(0) | st.integers(0, 20_000)),
        file=draw(some_files()),
    )


usuals = st.builds(Usual, st.lists(some_figures(), max_size=4).map(tuple), st.booleans())
some_limit = st.none() | st.decimals(0, 200, places=3, allow_nan=False)
some_limits = st.builds(
    lambda bounds: Limits(bounds),
    st.fixed_dictionaries({name: st.builds(Bound, some_limit, some_limit) for name in DEFAULT_BOUNDS}),
)


@given(some_figures(), usuals, some_limits)
def test_a_verdict_is_its_worst_check_and_the_same_every_time(
    figures: Figures, usual: Usual, limits: Limits
) -> None:
    verdict = judge(figures, usual, limits)

    assert verdict == judge(figures, usual, limits)
    assert RANK[verdict.result] == max(RANK[check.outcome] for check in verdict.checks)
    assert [check.check for check in verdict.checks] == [
        "content",
        "columns",
        "ending",
        "zeros",
        *("rows", "lost", "zeroed", "muted", "units", "price", "currency"),
        "repeated",
        "identical",
        "unreadable",
        "returned",
        "backwards",
        "age",
    ]


@given(some_figures(), usuals)
def test_what_has_no_rows_or_other_columns_never_counts(figures: Figures, usual: Usual) -> None:
    never = Limits({name: Bound() for name in DEFAULT_BOUNDS})
    verdict = judge(figures, usual, never)

    if figures.rows == 0 or figures.columns != "same":
        assert verdict.result == Outcome.HOLD


@given(some_figures(), usuals)
def test_whatever_else_a_file_says_it_cannot_empty_a_feed_by_itself(figures: Figures, usual: Usual) -> None:
    """All that is in stock to zero, all that is known gone, or nothing readable any more: a person decides."""
    emptied = [
        replace(figures, zeroed=figures.in_stock, muted=0) if figures.in_stock > 1 else None,
        replace(figures, muted=figures.in_stock, zeroed=0) if figures.in_stock > 1 else None,
        replace(figures, present=0) if figures.known > 1 else None,
    ]

    assert {judge(one, usual, LIMITS).result for one in emptied if one} <= {Outcome.HOLD}


@given(some_figures(), usuals, st.integers(1, 50), st.sampled_from(["zeroed", "muted", "lost"]))
def test_losing_more_never_makes_a_verdict_better(
    figures: Figures, usual: Usual, more: int, what: str
) -> None:
    worse = (
        replace(figures, present=max(figures.present - more, 0))
        if what == "lost"
        else replace(figures, **{what: min(getattr(figures, what) + more, figures.in_stock)})
    )

    assert RANK[judge(worse, usual, LIMITS).result] >= RANK[judge(figures, usual, LIMITS).result]


@given(some_figures(), usuals, some_limits)
def test_wider_limits_never_make_a_verdict_worse(figures: Figures, usual: Usual, limits: Limits) -> None:
    def wider(limit: Decimal | None) -> Decimal | None:
        return None if limit is None else limit + 1

    widened = Limits({name: Bound(wider(b.safe), wider(b.hold)) for name, b in limits.bounds.items()})

    assert RANK[judge(figures, usual, widened).result] <= RANK[judge(figures, usual, limits).result]


@given(some_figures())
def test_figures_are_judged_alike_after_they_were_kept(figures: Figures) -> None:
    kept = Figures.from_json(asdict(figures))

    assert judge(kept, USUAL, LIMITS) == judge(figures, USUAL, LIMITS)
