"""Letters: facts in, a subject, a text and HTML out; never a letter with a hole."""

import pytest
from django.utils.translation import override

from stocke.core.domain import letters
from stocke.core.domain.letter_facts import FACTS, MissingFact, named_in, unknown_in
from stocke.core.domain.letter_html import Block, Piece, blocks
from stocke.core.domain.letter_kinds import KINDS, LANGUAGES, Words, shipped_words
from stocke.core.domain.letter_preview import preview
from stocke.core.domain.letter_samples import SAMPLES
from stocke.core.models import MailTemplate, Shop

pytestmark = pytest.mark.django_db
EVERYTHING = {name: f"<{name}>" for name in FACTS if not name.startswith("shop.")} | {
    name: f"https://shop.example/{name}" for name in FACTS if name.endswith("_link")
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_shipped_letter_names_known_facts_and_renders(kind: str, language: str) -> None:
    words = shipped_words(kind, language)

    letter = letters.render(kind, language, EVERYTHING)

    assert unknown_in(words.subject, words.body) == []
    assert "{" not in letter.subject + letter.text + letter.html.partition("</head>")[2]


@pytest.mark.parametrize("kind", KINDS)
def test_both_languages_say_the_same_facts(kind: str) -> None:
    french, english = shipped_words(kind, "fr"), shipped_words(kind, "en")

    assert set(named_in(french.subject, french.body)) == set(named_in(english.subject, english.body))


@pytest.mark.parametrize("kind", KINDS)
def test_a_shipped_letter_to_a_customer_is_short_and_typeset(kind: str) -> None:
    french, english = shipped_words(kind, "fr").body, shipped_words(kind, "en").body

    assert max(len(french.split()), len(english.split())) <= 140
    assert "'" not in french + english
    assert not any(f" {sign}" in french for sign in ":;?!%€")


def test_a_missing_fact_is_named_and_nothing_is_rendered() -> None:
    facts = {**EVERYTHING, "new_date": " "}
    del facts["refund.amount"]

    with pytest.raises(MissingFact) as missing:
        letters.render("delay_first", "fr", facts)

    assert missing.value.names == ("new_date", "refund.amount")


def test_a_customer_without_first_name_is_greeted_all_the_same() -> None:
    letter = letters.render("delay_first", "fr", {**EVERYTHING, "customer.first_name": ""})

    assert "Bonjour,\n" in letter.text


def test_a_fact_is_never_read_as_a_name_and_never_as_markup() -> None:
    facts = {**EVERYTHING, "line.product": "{order.number} <script>alert(1)</script>"}

    letter = letters.render("refund_done", "en", facts)

    assert "for {order.number} <script>alert(1)</script> (order" in letter.text
    assert "{order.number} &lt;script&gt;" in letter.html
    assert "<script>" not in letter.html


def test_a_subject_is_one_line() -> None:
    letter = letters.render(
        "delay_first", "en", EVERYTHING, subject="Order\r\nBcc: thief@evil.example {order.number}"
    )

    assert letter.subject == "Order Bcc: thief@evil.example <order.number>"


def test_the_merchants_words_win_over_the_shipped_ones_and_the_agents_over_both() -> None:
    MailTemplate.objects.create(
        kind="delay_first", language="en", subject="Late", body="Late, {order.number}."
    )

    assert letters.render("delay_first", "en", {"order.number": "7"}).text == "Late, 7."
    assert letters.render("delay_first", "en", {}, body="Sorry.").text == "Sorry."


def test_a_link_at_the_end_of_a_line_becomes_a_button_and_others_become_links() -> None:
    links = {"choice_link": "https://shop.example/c", "answer_link": "javascript:alert(1)"}

    with override("en"):
        laid_out = blocks("Choose: {choice_link}\n\nOr {choice_link} now\n– one\n– two {answer_link}", links)

    choice = Piece("Make my choice", "https://shop.example/c")
    assert [(block.kind, block.lines) for block in laid_out] == [
        ("text", ((Piece("Choose: "),),)),
        ("button", ((choice,),)),
        ("text", ((Piece("Or "), choice, Piece(" now")),)),
        ("list", ((Piece("one"),), (Piece("two "), Piece("javascript:alert(1)")))),
    ]
    assert isinstance(laid_out[0], Block)


def test_the_frame_carries_the_shop() -> None:
    Shop.objects.create(name="Chez Démo", accent="#123456", contact_email="a@b.example")

    letter = letters.render("feed_failed", "en", EVERYTHING)

    assert letter.text.endswith("Chez Démo")
    assert "Chez Démo" in letter.html
    assert "#123456" in letter.html


def test_a_preview_marks_every_fact_and_shows_what_is_missing_or_misspelt() -> None:
    words = Words(
        "Order {order.number}",
        "Hello {customer.first_name},\n\n{options}\n\n{deadline} {sorry} {choice_link}",
    )
    facts = {"order.number": "7", "options": "– one\n– two", "choice_link": "https://shop.example/c"}

    with override("en"):
        shown = preview(words, facts)

    assert shown.subject == (Piece("Order "), Piece("7", fact="order.number"))
    assert [(block.kind, block.lines) for block in shown.blocks] == [
        ("text", ((Piece("Hello,"),),)),
        ("list", ((Piece("one", fact="options"),), (Piece("two", fact="options"),))),
        (
            "text",
            (
                (
                    Piece("deadline", fact="deadline", is_missing=True),
                    Piece(" "),
                    Piece("{sorry}", fact="sorry", is_missing=True),
                    Piece(" "),
                ),
            ),
        ),
        ("button", ((Piece("Make my choice", "https://shop.example/c", "choice_link"),),)),
    ]
    assert (shown.missing, shown.unknown) == (["deadline"], ["sorry"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_samples_know_every_fact(language: str) -> None:
    assert set(SAMPLES[language]) == {name for name in FACTS if not name.startswith("shop.")}


def test_a_subject_keeps_its_no_break_spaces() -> None:
    letter = letters.render("feed_held", "fr", EVERYTHING)

    assert "retenu\u00a0: " in letter.subject
