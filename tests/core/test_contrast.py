"""Every text is legible and every shape visible, light and dark: computed from the style sheets themselves."""

import re
from pathlib import Path

import pytest

from stocke.core.web.colours import SHAPE_CONTRAST, TEXT_CONTRAST, accent_of, contrast

STATIC = Path(__file__).resolve().parents[2] / "stocke" / "core" / "static" / "stocke"
THEMES = ("light", "dark")
TONES = ("green", "amber", "red", "violet", "blue", "grey")
BACKS = ("surface", "canvas", "sunken", "hover", "selected")


def staff_tokens() -> dict[str, tuple[str, str]]:
    css = (STATIC / "stocke.css").read_text()
    found = re.findall(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);", css)
    return {name: (light, dark) for name, light, dark in found}


def public_tokens() -> dict[str, tuple[str, str]]:
    css = (STATIC / "public.css").read_text()
    light, dark = (dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block)) for block in root_blocks(css))
    assert light.keys() == dark.keys()
    return {name: (light[name], dark[name]) for name in light}


def root_blocks(css: str) -> list[str]:
    return re.findall(r":root \{([^}]*)\}", css)


STAFF, PUBLIC = staff_tokens(), public_tokens()
STAFF_TEXT = [
    *((ink, back) for ink in ("ink", "ink-2", "ink-3", "accent-ink") for back in BACKS),
    *((f"{tone}-ink", f"{tone}-tint") for tone in TONES),
    *((f"{tone}-ink", back) for tone in ("red", "amber", "green", "violet", "blue") for back in BACKS),
    ("grey-ink", "grey-tint"),
    ("on-accent", "accent"),
    ("on-accent", "accent-press"),
    ("toast-ink", "toast"),
]
STAFF_SHAPES = [
    *((tone, back) for tone in (*TONES, "field") for back in ("surface", "selected")),
    *((tone, f"{tone}-tint") for tone in TONES),
    ("accent", "surface"),
    ("accent", "canvas"),
    ("toast-green", "toast"),
]
PUBLIC_TEXT = [
    *((ink, back) for ink in ("ink", "ink-2", "ink-3") for back in ("surface", "canvas", "sunken", "hover")),
    *((f"{tone}-ink", f"{tone}-tint") for tone in ("green", "amber", "red", "grey")),
    ("on-accent", "accent"),
    ("surface", "ink"),
]


def faults(
    tokens: dict[str, tuple[str, str]], pairs: list[tuple[str, str]], least: float
) -> list[tuple[str, str, str, float]]:
    return [
        (theme, front, back, round(ratio, 2))
        for front, back in pairs
        for theme, one, other in zip(THEMES, tokens[front], tokens[back], strict=True)
        if (ratio := contrast(one, other)) < least
    ]


def test_staff_texts_reach_four_and_a_half() -> None:
    assert faults(STAFF, STAFF_TEXT, TEXT_CONTRAST) == []


def test_staff_shapes_and_fields_reach_three() -> None:
    assert faults(STAFF, STAFF_SHAPES, SHAPE_CONTRAST) == []


def test_public_texts_reach_four_and_a_half() -> None:
    assert faults(PUBLIC, PUBLIC_TEXT, TEXT_CONTRAST) == []


def test_public_fields_reach_three() -> None:
    pairs = [("field", "surface"), ("accent", "surface"), ("green", "surface"), ("red", "surface")]

    assert faults(PUBLIC, pairs, SHAPE_CONTRAST) == []


@pytest.mark.parametrize("colour", ["#ffff00", "#000000", "#ffffff", "#3346bd", "#808080", "#ff0000"])
def test_any_accent_of_a_merchant_is_made_legible(colour: str) -> None:
    accent = accent_of(colour)

    ratios = [
        contrast(accent.light, "#ffffff"),
        contrast(accent.light, accent.on_light),
        contrast(accent.dark, "#161a22"),
        contrast(accent.dark, accent.on_dark),
    ]
    assert [ratio for ratio in ratios if ratio < TEXT_CONTRAST] == []


def test_an_accent_that_is_no_colour_gives_way_to_ours() -> None:
    assert accent_of("red; } body { display: none") == accent_of("#3346bd")


def test_a_legible_accent_stays_as_the_merchant_chose_it() -> None:
    assert accent_of("#3346bd").light == "#3346bd"
