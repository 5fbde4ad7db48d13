"""Contrast between colours, and a merchant's accent made legible on light and on dark pages."""

import re
from dataclasses import dataclass

TEXT_CONTRAST = 4.5
SHAPE_CONTRAST = 3.0
WHITE, BLACK = "#ffffff", "#0e1117"
LIGHT_PAGE, DARK_PAGE = "#ffffff", "#161a22"
OWN_ACCENT = "#3346bd"


@dataclass(frozen=True)
class Accent:
    """A fill for buttons and the text upon it, on light pages and on dark ones."""

    light: str
    on_light: str
    dark: str
    on_dark: str


def channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (channel / 255 for channel in channels(colour))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def mixed(colour: str, other: str, share: float) -> str:
    parts = zip(channels(colour), channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in parts)


def legible(colour: str, page: str) -> str:
    """The colour itself, or the nearest shade of it that stands out from the page like text."""
    towards = BLACK if luminance(page) > 0.5 else WHITE
    shades = (mixed(colour, towards, step / 20) for step in range(21))
    return next(shade for shade in shades if contrast(shade, page) >= TEXT_CONTRAST)


def text_on(fill: str) -> str:
    return max((WHITE, BLACK), key=lambda ink: contrast(ink, fill))


def accent_of(colour: str) -> Accent:
    """The merchant's own colour where it can be read, a shade of it where it cannot; ours if it is none."""
    chosen = colour if re.fullmatch(r"#[0-9a-fA-F]{6}", colour) else OWN_ACCENT
    light, dark = legible(chosen, LIGHT_PAGE), legible(chosen, DARK_PAGE)
    return Accent(light, text_on(light), dark, text_on(dark))
