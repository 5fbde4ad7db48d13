"""What an administrator sets: the shop, the words of letters, the tokens of programs."""

import pytest

from stocke.core.actors import Actor
from stocke.core.domain import mail_templates, shops, tokens
from stocke.core.domain.letter_kinds import KINDS, Words, shipped_words, words_of
from stocke.core.models import ApiToken, HistoryEntry, MailTemplate, Shop

pytestmark = pytest.mark.django_db
LEA = Actor.job("test")
NEEDED = "{cause_sentence} {choice_link} {silence_sentence}"


def test_own_words_replace_the_shipped_ones_and_are_on_the_record() -> None:
    changed = mail_templates.save_words(
        "delay_first", "en", subject=" Late\r\n", body=f"Hi.\r\n\r\n{NEEDED}", by=LEA
    )

    words, entry = words_of("delay_first", "en"), HistoryEntry.objects.get(thread="mail:delay_first.en")
    assert changed
    assert (words.subject, words.body) == ("Late", f"Hi.\n\n{NEEDED}")
    assert entry.before["subject"] == shipped_words("delay_first", "en").subject
    assert entry.after == {"subject": "Late", "body": f"Hi.\n\n{NEEDED}"}


def test_saving_the_same_words_changes_nothing() -> None:
    shipped = shipped_words("delay_first", "en")

    changed = mail_templates.save_words(
        "delay_first", "en", subject=shipped.subject, body=shipped.body, by=LEA
    )

    assert not changed
    assert not MailTemplate.objects.exists()
    assert not HistoryEntry.objects.exists()


def test_words_with_an_unknown_fact_are_refused() -> None:
    with pytest.raises(mail_templates.UnknownFacts) as refused:
        mail_templates.save_words("delay_first", "en", subject="{order.numbr}", body="{sorry}", by=LEA)

    assert refused.value.names == ["order.numbr", "sorry"]
    assert not MailTemplate.objects.exists()


def test_a_text_without_what_must_be_said_is_refused_with_our_own_line() -> None:
    with pytest.raises(mail_templates.LacksFacts) as refused:
        mail_templates.save_words("delay_first", "en", subject="Late", body="{cause_sentence}", by=LEA)

    lines = shipped_words("delay_first", "en").body.split("\n")
    assert [(one.name, lines[one.line - 1]) for one in refused.value.lacking] == [
        (one.name, one.words) for one in refused.value.lacking
    ]
    assert [one.name for one in refused.value.lacking] == ["choice_link", "silence_sentence"]
    assert not MailTemplate.objects.exists()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_our_own_words_say_what_must_be_said_in_both_languages(language: str) -> None:
    assert all(
        mail_templates.lacking_in(kind, language, shipped_words(kind, language).body) == [] for kind in KINDS
    )
    assert all(mail_templates.must_name(kind, "fr") == mail_templates.must_name(kind, "en") for kind in KINDS)


def test_two_versions_are_compared_line_by_line() -> None:
    before, after = Words("Late", "Hello\n\nWait."), Words("Late", "Hello\n\nPlease wait.\nThanks.")

    assert [(line.sign, line.words) for line in mail_templates.difference(before, after)] == [
        (" ", "Late"),
        (" ", "Hello"),
        (" ", ""),
        ("-", "Wait."),
        ("+", "Please wait."),
        ("+", "Thanks."),
    ]


def test_an_earlier_version_is_used_again_and_one_of_another_letter_is_not() -> None:
    for body in (f"One {NEEDED}", f"Two {NEEDED}"):
        mail_templates.save_words("delay_first", "en", subject="Late", body=body, by=LEA)
    first, second = HistoryEntry.objects.order_by("pk")

    assert mail_templates.use_version("delay_first", "en", first.pk, by=LEA)
    assert words_of("delay_first", "en").body == f"One {NEEDED}"
    with pytest.raises(HistoryEntry.DoesNotExist):
        mail_templates.use_version("delay_second", "en", second.pk, by=LEA)
    assert HistoryEntry.objects.count() == 3


def test_resetting_brings_the_shipped_words_back_and_keeps_the_record() -> None:
    mail_templates.save_words("delay_first", "en", subject="Late", body=NEEDED, by=LEA)

    assert mail_templates.reset_words("delay_first", "en", by=LEA)
    assert not mail_templates.reset_words("delay_first", "en", by=LEA)
    assert words_of("delay_first", "en") == shipped_words("delay_first", "en")
    assert list(HistoryEntry.objects.order_by("id").values_list("kind", flat=True)) == [
        "template.edited",
        "template.reset",
    ]


def test_a_token_is_shown_once_and_only_its_hash_is_kept() -> None:
    token, secret = tokens.issue(name="Shop", channel="web", scopes=["orders:write"], by=LEA)

    assert secret.startswith("ste_")
    assert ApiToken.objects.get(digest=ApiToken.digest_of(secret)) == token
    assert secret not in str(list(ApiToken.objects.values()) + list(HistoryEntry.objects.values()))


def test_a_token_is_revoked_once() -> None:
    token, _secret = tokens.issue(name="Shop", channel="web", scopes=[], by=LEA)

    assert tokens.revoke(token, by=LEA)
    assert not tokens.revoke(token, by=LEA)
    assert token.revoked_at is not None
    assert HistoryEntry.objects.filter(kind="token.revoked").count() == 1


def test_the_shop_records_only_what_changed() -> None:
    shops.edit_shop(by=LEA, name="Chez Démo", currency="EUR")

    entry = HistoryEntry.objects.get(thread="shop:1")
    assert Shop.current().name == "Chez Démo"
    assert (entry.before, entry.after) == ({"name": "Maison Exemple"}, {"name": "Chez Démo"})


@pytest.mark.parametrize(("colour", "readable"), [("#3346bd", True), ("#ffd700", False), ("#767676", True)])
def test_a_button_colour_must_carry_white_words(colour: str, readable: bool) -> None:
    assert shops.carries_white_text(colour) is readable


def test_the_last_change_of_words_can_be_taken_back_even_a_reset() -> None:
    mail_templates.save_words("delay_first", "en", subject="Late", body=NEEDED, by=LEA)
    mail_templates.reset_words("delay_first", "en", by=LEA)

    assert mail_templates.undo_last("delay_first", "en", by=LEA)
    assert words_of("delay_first", "en").subject == "Late"
    assert mail_templates.undo_last("delay_first", "en", by=LEA)
    assert words_of("delay_first", "en") == shipped_words("delay_first", "en")
    assert not MailTemplate.objects.exists()
