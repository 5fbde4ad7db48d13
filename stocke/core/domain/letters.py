"""Letters: a kind, a language and facts become a subject, a plain text and the same in HTML."""

from collections.abc import Mapping
from dataclasses import dataclass

from stocke.core.domain.letter_facts import LINKS, PICTURE, MissingFact, fill, missing_in, one_line
from stocke.core.domain.letter_html import framed
from stocke.core.domain.letter_kinds import Words, words_of
from stocke.core.models import Shop

__all__ = ["Letter", "MissingFact", "missing_facts", "render", "shop_facts"]


@dataclass(frozen=True)
class Letter:
    subject: str
    text: str
    html: str


def shop_facts(shop: Shop) -> dict[str, str]:
    """What every letter may say of the merchant. The signature falls back to his name."""
    contact = " · ".join(part for part in (shop.contact_email, shop.contact_phone) if part)
    return {"shop.name": shop.name, "shop.contact": contact, "shop.signature": shop.signature or shop.name}


def chosen_words(kind: str, language: str, subject: str | None, body: str | None) -> Words:
    """What will be said: the agent's words where he wrote some, else the merchant's, else ours."""
    if subject is not None and body is not None:
        return Words(subject, body)
    words = words_of(kind, language)
    return Words(
        words.subject if subject is None else subject,
        words.body if body is None else body,
    )


def missing_facts(
    kind: str, language: str, facts: Mapping[str, str], *, subject: str | None = None, body: str | None = None
) -> list[str]:
    """The facts for want of which this letter would be held."""
    words = chosen_words(kind, language, subject, body)
    return missing_in(words.subject, words.body, facts={**shop_facts(Shop.current()), **facts})


def render(
    kind: str, language: str, facts: Mapping[str, str], *, subject: str | None = None, body: str | None = None
) -> Letter:
    """The letter as it will be read. Facts of the shop are added. Raises MissingFact when a named one is empty."""
    words, shop = chosen_words(kind, language, subject, body), Shop.current()
    known = {**shop_facts(shop), **facts}
    if names := missing_in(words.subject, words.body, facts=known):
        raise MissingFact(names)
    title = one_line(fill(words.subject, known))
    links = {name: known[name] for name in LINKS if known.get(name)}
    # Links stay names while the text is laid out, so that each becomes one button with words on it.
    layout = fill(words.body, {**known, **{name: f"{{{name}}}" for name in links}})
    picture = known.get(PICTURE, "")
    html = framed(
        layout,
        title=title,
        links=links,
        shop=shop,
        language=language,
        picture=picture if picture.startswith("https://") else "",
    )
    return Letter(title, fill(words.body, known), html)
