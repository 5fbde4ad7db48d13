"""How an interface gives its pages: where the articles stand in an answer, and what to ask for next. Pure."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from suppliers.transports.errors import not_fetched
from suppliers.transports.sources import Source

# Numbers keep the signs they were written with: "12.10" is not 12.1, and what is longer than a number stays what it is.
MARK = "\0"
MARKED = re.compile(r'"\\u0000([-+0-9.eE]+)"')
DEFAULT_PARAMETERS = {"page": "page", "offset": "offset", "cursor": "cursor"}


@dataclass(frozen=True)
class Description:
    """What a person said of an interface. `kind` is "", page, offset, cursor, next or link."""

    kind: str = ""
    items: str = ""
    parameter: str = ""
    first: int = 1
    size_parameter: str = ""
    size: int | None = None
    next_path: str = ""
    per_minute: int | None = None

    @classmethod
    def of(cls, source: Source) -> "Description":
        access, kind = source.access, source.said("paging")
        return cls(
            kind=kind,
            items=source.said("items"),
            parameter=source.said("parameter") or DEFAULT_PARAMETERS.get(kind, ""),
            first=int(access.get("first", 1)),
            size_parameter=source.said("size_parameter"),
            size=access.get("size"),
            next_path=source.said("next_path"),
            per_minute=access.get("per_minute"),
        )


@dataclass(frozen=True)
class Page:
    """One answer: the text of its articles, and what in it leads on."""

    articles: tuple[str, ...]
    next_value: str = ""


def with_parameters(url: str, values: Mapping[str, Any]) -> str:
    """The address with these parameters; what it had under other names stays as it was written."""
    parts = urlsplit(url)
    kept = [
        (name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name not in values
    ]
    query = urlencode([*kept, *((name, str(value)) for name, value in values.items())])
    return urlunsplit(parts._replace(query=query, fragment="")) if values else url


def first_address(url: str, how: Description) -> str:
    asked: dict[str, Any] = {}
    if how.size_parameter and how.size:
        asked[how.size_parameter] = how.size
    if how.kind == "page":
        asked[how.parameter] = how.first
    if how.kind == "offset":
        asked[how.parameter] = 0
    return with_parameters(url, asked)


def next_address(url: str, how: Description, page: Page, *, number: int, taken: int, link: str) -> str | None:
    """What to ask for after page `number` (from 1), when `taken` articles came so far; None at the end.

    Pages that are counted end with an empty one. A short one proves nothing: the interface may give fewer than we
    asked for, and whoever takes that for the end loses the rest in silence.
    """
    is_last = not page.articles
    if how.kind == "page":
        return None if is_last else with_parameters(url, {how.parameter: how.first + number})
    if how.kind == "offset":
        return None if is_last else with_parameters(url, {how.parameter: taken})
    if how.kind == "cursor":
        return with_parameters(url, {how.parameter: page.next_value}) if page.next_value else None
    target = {"next": page.next_value, "link": link}.get(how.kind, "")
    return urljoin(url, target) if target else None


def is_beyond_the_end(page: Page, before: Page, how: Description, *, full: int) -> bool:
    """Some interfaces give the last page again when asked for more; then it was no full one."""
    if page.articles != before.articles or how.kind not in ("page", "offset"):
        return False
    return len(page.articles) < max(full, how.size or 0)


def page_of(body: bytes, how: Description, *, number: int) -> Page:
    """The articles of an answer. Raises NotFetched where they are not where they should be."""
    try:
        answer = json.loads(body, parse_float=marked, parse_int=marked, parse_constant=lambda text: None)
    except (ValueError, RecursionError):
        raise not_fetched("not_json", page=number) from None
    found = articles_in(answer, how.items)
    if found is None:
        raise not_fetched("no_articles", page=number, path=how.items or "–")
    led_on = at_path(answer, how.next_path) if how.next_path else None
    return Page(tuple(as_text(article) for article in found), unmarked(led_on))


def marked(text: str) -> str:
    return MARK + text


def unmarked(value: Any) -> str:
    """What leads on, as text: nothing for null, false and what is no single value."""
    return value.removeprefix(MARK) if isinstance(value, str) else ""


def as_text(article: Mapping[str, Any]) -> str:
    return MARKED.sub(r"\1", json.dumps(article))


def at_path(answer: Any, path: str) -> Any:
    """The value at "data.items" or "pages.0.next"; None where there is none."""
    for step in filter(None, path.split(".")):
        if isinstance(answer, Mapping):
            answer = answer.get(step)
        elif isinstance(answer, list) and step.isdecimal() and int(step) < len(answer):
            answer = answer[int(step)]
        else:
            return None
    return answer


def articles_in(answer: Any, path: str) -> list[Mapping[str, Any]] | None:
    """The list of articles; without a path, the answer itself or the one list in it."""
    found = at_path(answer, path)
    if not path and isinstance(found, Mapping):
        lists = [value for value in found.values() if isinstance(value, list)]
        found = lists[0] if len(lists) == 1 else None
    elif isinstance(found, Mapping) and found and all(isinstance(value, Mapping) for value in found.values()):
        # {"SKU-1": {…}, "SKU-2": {…}}
        found = [{"id": key, **value} for key, value in found.items()]
    if not isinstance(found, list) or not all(isinstance(article, Mapping) for article in found):
        return None
    return found
