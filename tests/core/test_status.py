"""The status language: told apart in black and white, and by its words alone."""

import pytest
from django.template import Context, Template
from django.utils import translation

from stocke.core.web.drawings import SHAPES
from stocke.core.web.status import KINDS, Status, status_of


def test_there_are_fifteen_shapes_and_no_two_are_drawn_alike() -> None:
    drawn = {(shape.fill, shape.stroke) for shape in SHAPES.values()}

    assert (len(SHAPES), len(drawn)) == (15, 15)
    assert {kind.shape for kind in KINDS.values()} == set(SHAPES)


def test_one_shape_never_has_two_colours() -> None:
    tones: dict[str, set[str]] = {}
    for kind in KINDS.values():
        tones.setdefault(kind.shape, set()).add(kind.tone)

    assert [shape for shape, found in tones.items() if len(found) > 1] == []


def test_unknown_looks_nothing_like_out_of_stock() -> None:
    assert (KINDS["unknown"].tone, KINDS["out"].tone) == ("grey", "red")


def test_the_word_is_always_in_the_page() -> None:
    with translation.override("fr"):
        html = Template('{% status "held" pill=True %}').render(Context())

    assert 'class="se-status se-tone-violet se-pill"' in html
    assert html.endswith("Retenu</span>")
    assert 'aria-hidden="true"' in html


def test_a_page_may_use_its_own_word_and_keeps_the_shape() -> None:
    assert str(status_of(("partly", "Partly shipped"))) == "Partly shipped"
    assert status_of(("partly", "Partly shipped")).shape == Status("partly").shape


def test_a_kind_that_is_not_in_the_table_is_refused() -> None:
    with pytest.raises(KeyError):
        status_of("purple")


def test_words_from_outside_are_escaped() -> None:
    html = Template("{% status 'out' word %}{% said text %}").render(
        Context({"word": "<b>gone</b>", "text": "<script>"})
    )

    assert "<b>" not in html
    assert '<span class="se-raw">&lt;script&gt;</span>' in html
