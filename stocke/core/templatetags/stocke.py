"""Tags and filters of every template (a builtin: nothing to load)."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from django import template
from django.forms import BaseForm
from django.template.context import RequestContext
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from stocke.core.models import Shop
from stocke.core.web import formats
from stocke.core.web.colours import Accent, accent_of
from stocke.core.web.drawings import ICONS, Shape
from stocke.core.web.moments import instant
from stocke.core.web.status import Status, Words, status_of

register = template.Library()

register.filter("money", formats.money)
register.filter("number", formats.number)
register.filter("how_many", formats.how_many)
register.filter("percent", formats.percent)
register.filter("country", formats.country)
register.filter("day", formats.day)
register.filter("long_day", formats.long_day)
register.filter("clock", formats.clock)
register.filter("moment", formats.moment)
register.filter("instant", instant)
register.filter("duration", formats.duration)
register.filter("quantity", formats.quantity)


@register.filter
def plain(key: object) -> str:
    """A key in an address or a field: 1234, where a number for people would be 1 234."""
    return str(key)


@register.simple_tag
@lru_cache(maxsize=1024)
def icon(name: str, size: str = "") -> SafeString:
    """A decorative icon. `size` is "small" or "large"."""
    classes = f"se-icon se-icon-{size}" if size else "se-icon"
    return format_html(
        '<svg class="{}" viewBox="0 0 24 24" aria-hidden="true"><path d="{}"/></svg>', classes, ICONS[name]
    )


@lru_cache(maxsize=1024)
def draw(drawn: Shape, classes: str) -> SafeString:
    solid = format_html('<path class="se-fill" d="{}"/>', drawn.fill) if drawn.fill else ""
    line = format_html('<path d="{}"/>', drawn.stroke) if drawn.stroke else ""
    return format_html(
        '<svg class="{}" viewBox="0 0 16 16" aria-hidden="true">{}{}</svg>', classes, solid, line
    )


@register.simple_tag
def shape(state: Status | str) -> SafeString:
    """The shape alone, where its word stands beside it already."""
    status = status_of(state)
    return draw(status.shape, f"se-shape se-tone-{status.tone}")


@register.simple_tag(name="status")
def show_status(
    state: Status | str | tuple[str, Words],
    word: Words | None = None,
    *,
    pill: bool = False,
    big: bool = False,
) -> SafeString:
    """A shape, a word, a colour. A function, not a template: a list page draws it fifty times."""
    status = status_of(state, word)
    looks = "".join([" se-pill" if pill else "", " se-big" if big else ""])
    return format_html(
        '<span class="se-status se-tone-{}{}">{}{}</span>', status.tone, looks, shape(status), status.word
    )


@register.simple_tag
def kbd(keys: str) -> SafeString:
    """The key that does the same as the button it stands on."""
    return format_html('<kbd aria-hidden="true">{}</kbd>', keys)


@register.simple_tag
def key(letter: str) -> SafeString:
    """Attributes of a link or button that a key presses. `ctrl+enter` works inside fields too."""
    spoken = "+".join({"ctrl": "Control"}.get(part, part.capitalize()) for part in letter.split("+"))
    return format_html('data-key="{}" aria-keyshortcuts="{}"', letter, spoken)


@register.simple_tag(takes_context=True)
def address(context: RequestContext, **changes: Any) -> str:
    """This page's address with some parameters changed; `None` removes one. A new filter starts at page one."""
    query = context["request"].GET.copy()
    query.pop("page", None)
    for name, value in changes.items():
        query.pop(name, None)
        if value is not None:
            query[name] = str(value)
    return f"?{query.urlencode()}" if query else context["request"].path


def timed(when: datetime, words: str, tone: str = "") -> SafeString:
    return format_html(
        '<time datetime="{}" title="{}"{}>{}</time>',
        timezone.localtime(when).isoformat(timespec="seconds"),
        formats.moment(when),
        format_html(' class="se-{}"', tone) if tone else "",
        words,
    )


@register.filter
def age(when: datetime | None, limit: timedelta | int | str | None = None) -> SafeString | str:
    """il y a 3 h, the exact moment in its title; amber past `limit` (hours, or a timedelta)."""
    if when is None:
        return formats.age(None)
    return timed(when, formats.age(when), stale(when, limit))


@register.filter
def since(when: datetime | None, limit: timedelta | int | str | None = None) -> SafeString | str:
    """26 h: the same without "ago", for columns called Age."""
    return "–" if when is None else timed(when, formats.since(when), stale(when, limit))


def stale(when: datetime, limit: timedelta | int | str | None) -> str:
    if limit is None or limit == "":
        return ""
    longest = limit if isinstance(limit, timedelta) else timedelta(hours=float(str(limit).removesuffix("h")))
    return "soon" if timezone.now() - when > longest else ""


@register.filter
def due(when: datetime | None) -> SafeString | str:
    """What is left until a promise; red when it has passed, amber when it presses."""
    words, tone = formats.due(when)
    return words if when is None else timed(when, words, tone)


@register.filter
def item(values: Mapping[Any, Any], name: Any) -> Any:
    """A mapping's value under a name that is itself a variable."""
    return values.get(name)


@register.simple_tag
def bar(value: float, most: float, tone: str = "accent", width: int = 64) -> SafeString:
    """A small decorative bar; its number stands beside it in words."""
    filled = 0 if not most else max(0, min(width, round(width * float(value) / float(most))))
    return format_html(
        '<svg class="se-bar-mini se-tone-{}" width="{}" height="4" viewBox="0 0 {} 4" aria-hidden="true">'
        '<rect class="se-bar-back" width="{}" height="4" rx="2"/>'
        '<rect class="se-bar-front" width="{}" height="4" rx="2"/>'
        "</svg>",
        *(tone, width, width, width, filled),
    )


@register.inclusion_tag("parts/form_summary.html")
def form_summary(form: BaseForm) -> dict[str, Any]:
    """What is to be corrected, with a link to each field; what is wrong with the whole form is only said. Nothing when
    it is fine."""
    problems = [
        (form[name], error) for name, errors in form.errors.items() if name in form.fields for error in errors
    ]
    return {
        "form": form,
        "problems": problems,
        "fields": sum(name in form.fields for name in form.errors),
        "others": form.non_field_errors() if form.is_bound else [],
    }


@register.filter
def initials(name: str) -> str:
    return "".join(word[0] for word in str(name).split()[:2]).upper()


@register.filter
def hue(name: object) -> str:
    """One of five tones for a person's disc: always the same for the same name."""
    tones = ("violet", "blue", "green", "amber", "grey")
    return tones[sum(str(name).encode()) % len(tones)]


@register.simple_tag
def said(text: object) -> SafeString:
    """A supplier's own words, marked up as such; a dash when there were none."""
    return format_html('<span class="se-raw">{}</span>', text if text not in (None, "") else "–")


@register.filter
def is_day(value: object) -> bool:
    return isinstance(value, date)


@register.simple_tag(takes_context=True)
def again(context: RequestContext, name: str) -> SafeString:
    """The contents of a block once more: the title stands in the tab and in the page's head."""
    blocks = context.render_context[BLOCK_CONTEXT_KEY]
    block = blocks.get_block(name)
    content: SafeString = block.nodelist.render(context)
    return SafeString(content.strip())


@register.simple_tag
def merchant() -> Shop:
    """The house as customers and suppliers see it: one query."""
    return Shop.current()


@register.filter
def accent(shop: Shop) -> Accent:
    """The merchant's colour, legible on light and on dark pages."""
    return accent_of(shop.accent)
