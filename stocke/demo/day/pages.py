"""The pages of the product as somebody outside sees them: opened by a link, answered by sending one of their forms."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import httpx
from lxml import html

SECONDS = 30.0


@dataclass(frozen=True)
class Form:
    """One form of a page: where it goes, what stands in it, what may be chosen and which buttons send it.

    `titles` says in the page's words what each choice is.
    """

    action: str
    fields: Mapping[str, str]
    choices: Mapping[str, tuple[str, ...]]
    buttons: frozenset[tuple[str, str]]
    titles: Mapping[tuple[str, str], str]

    def names(self, prefix: str) -> list[str]:
        """The fields of one kind, by the name of each."""
        return sorted(name for name in {*self.fields, *self.choices} if name.startswith(prefix))

    def pressed(self, button: str) -> dict[str, str]:
        """What its button of this name says."""
        return {name: value for name, value in self.buttons if name == button}


@dataclass(frozen=True)
class Page:
    url: str
    status: int
    forms: tuple[Form, ...]
    words: str = ""

    def form_with(self, prefix: str) -> Form | None:
        """The first form that has a field of this kind."""
        return next((form for form in self.forms if form.names(prefix)), None)

    def form_sent_by(self, button: str, value: str = "") -> Form | None:
        """The first form with such a button, if `value` is given with one that says so."""
        said = (one.pressed(button).get(button) for one in self.forms)
        found = zip(self.forms, said, strict=True)
        return next((form for form, word in found if word is not None and value in ("", word)), None)


class Visitor:
    """Somebody with a browser of his own: cookies are his alone. Raises httpx.HTTPError where nobody answers."""

    def __init__(self, base: str, transport: httpx.BaseTransport | None = None) -> None:
        self.browser = httpx.Client(
            base_url=base, transport=transport, timeout=SECONDS, follow_redirects=True
        )

    def open(self, url: str) -> Page:
        return page_of(self.browser.get(url))

    def send(self, page: Page, form: Form, said: Mapping[str, str]) -> Page:
        """Send the form with these answers in it."""
        target = httpx.URL(page.url).join(form.action or page.url)
        return page_of(self.browser.post(target, data={**form.fields, **said}))

    def close(self) -> None:
        self.browser.close()


def page_of(answer: httpx.Response) -> Page:
    tree = html.fromstring(answer.text or "<html></html>")
    forms = tuple(form_of(one) for one in tree.iter("form"))
    return Page(str(answer.url), answer.status_code, forms, " ".join(str(text) for text in tree.itertext()))


def form_of(form: html.HtmlElement) -> Form:
    inputs = list(form.iter("input", "textarea", "select"))
    plain = {
        str(one.get("name")): value_of(one)
        for one in inputs
        if one.get("name") and one.get("type") not in ("radio", "checkbox", "submit")
    }
    buttons = {(one.get("name", ""), one.get("value", "")) for one in form.iter("button")}
    return Form(str(form.get("action", "")), plain, radios_in(inputs), frozenset(buttons), titles_in(form))


def value_of(field: html.HtmlElement) -> str:
    if field.tag == "select":
        chosen = field.xpath("./option[@selected]") or field.xpath("./option[1]")
        return str(chosen[0].get("value", "")) if chosen else ""
    return str(field.text or "").strip() if field.tag == "textarea" else str(field.get("value", ""))


def radios_in(inputs: Iterable[html.HtmlElement]) -> dict[str, tuple[str, ...]]:
    """What may be chosen by each name, in the order of the page."""
    found: dict[str, tuple[str, ...]] = {}
    for one in inputs:
        if one.get("type") == "radio" and one.get("disabled") is None:
            found[one.get("name", "")] = (*found.get(one.get("name", ""), ()), str(one.get("value", "")))
    return found


def titles_in(form: html.HtmlElement) -> dict[tuple[str, str], str]:
    """The bold words of each label that holds something to choose."""
    return {
        (str(radio.get("name")), str(radio.get("value"))): " ".join(label.xpath("string(.//b[1])").split())
        for label in form.iter("label")
        for radio in label.iter("input")
    }
