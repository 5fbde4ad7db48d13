"""Drawing the pieces of a previewed letter. In Python, because a template would put spaces between them."""

from collections.abc import Iterable

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from stocke.core.domain.letter_html import Piece

register = template.Library()


def draw(piece: Piece) -> SafeString | str:
    if piece.is_missing:
        return format_html('<mark class="se-fact se-changed">{}</mark>', piece.words)
    if piece.url:
        return format_html('<a class="se-fact" href="{}">{}</a>', piece.url, piece.words)
    if piece.fact:
        return format_html('<span class="se-fact" title="{}">{}</span>', piece.fact, piece.words)
    return piece.words


@register.simple_tag
def pieces(line: Iterable[Piece]) -> SafeString:
    """A line of a letter with its facts underlined and its gaps marked."""
    return format_html_join("", "{}", ((draw(piece),) for piece in line))
