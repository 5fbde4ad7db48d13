"""The outbox: one message per key, held for want of a fact, taken back until its sending begins."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from stocke.core.actors import Actor
from stocke.core.domain import outbox
from stocke.core.domain.outbox import NotPossible
from stocke.core.models import HistoryEntry, Message, MessageStatus, User
from tests.factories.messages import MessageFactory

pytestmark = pytest.mark.django_db
CLOCK = Actor.job("clock")
FACTS = {
    "customer.first_name": "Jean",
    "order.number": "10482",
    "line.product": "Suspension Galet",
    "promised_date": "vendredi 20 novembre 2026",
    "new_date": "mercredi 9 décembre 2026",
    "cause_sentence": "Nous n’avons pas encore la cause.",
    "refund.amount": "95,80 €",
    "choice_link": "https://shop.example/choice/abc",
    "silence_sentence": "Sans réponse, rien ne change.",
}


@pytest.fixture
def lea() -> Actor:
    return Actor.person(User.objects.create_user("lea@demo.example", first_name="Léa"))


def compose(**given: Any) -> Message:
    defaults: dict[str, Any] = {
        "key": "order:1:delay:1",
        "thread": "order:1",
        "recipient": "jean@client.example",
        "recipient_name": "Jean Démo",
        "language": "fr",
        "facts": FACTS,
        "by": CLOCK,
        "send": True,
    }
    return outbox.compose("delay_first", **{**defaults, **given})


def kinds(thread: str) -> list[str]:
    return list(HistoryEntry.objects.filter(thread=thread).order_by("id").values_list("kind", flat=True))


def test_a_message_is_written_approved_and_on_the_record_of_its_order() -> None:
    message = compose()

    assert message.subject == "Votre commande 10482 aura du retard"
    assert message.text.startswith("Bonjour Jean,\n\nSuspension Galet devait")
    assert "https://shop.example/choice/abc" in message.html
    assert message.status == MessageStatus.APPROVED
    assert kinds("order:1") == kinds(f"message:{message.pk}") == ["message.composed", "message.approved"]


def test_the_same_key_gives_the_first_message_unchanged() -> None:
    first = compose()

    second = compose(facts={**FACTS, "new_date": "jamais"}, recipient="other@client.example")

    assert second.pk == first.pk
    assert second.recipient == "jean@client.example"
    assert "jamais" not in second.text
    assert len(kinds("order:1")) == 2


def test_a_message_with_a_missing_fact_is_held_as_a_draft_that_says_why() -> None:
    message = compose(facts={**FACTS, "new_date": "", "refund.amount": ""})

    assert message.status == MessageStatus.DRAFT
    assert outbox.held_for(message) == ["new_date", "refund.amount"]
    assert "le {new_date}." in message.text
    assert kinds("order:1") == ["message.held"]


def test_a_held_message_cannot_be_approved() -> None:
    message = compose(facts={**FACTS, "new_date": ""})

    with pytest.raises(NotPossible):
        outbox.approve(message, by=CLOCK)

    message.refresh_from_db()
    assert message.status == MessageStatus.DRAFT
    assert kinds("order:1") == ["message.held"]


def test_a_held_message_is_completed_and_can_then_leave(lea: Actor) -> None:
    message = compose(facts={**FACTS, "new_date": ""})

    outbox.complete(message, facts={"new_date": "mardi 1er décembre 2026"}, by=lea)
    outbox.approve(message, by=lea)

    assert "une nouvelle date\u00a0: le mardi 1er décembre 2026." in message.text
    assert message.status == MessageStatus.APPROVED
    assert kinds("order:1") == ["message.held", "message.completed", "message.approved"]


def test_a_persons_message_waits_for_the_undo_window_and_a_jobs_does_not(lea: Actor, settings: Any) -> None:
    settings.UNDO_SECONDS = 30
    now = timezone.now()

    by_person, by_job = compose(key="a", by=lea), compose(key="b")

    assert by_person.not_before is not None
    assert by_job.not_before is not None
    assert by_person.not_before >= now + timedelta(seconds=30)
    assert by_job.not_before < now + timedelta(seconds=5)


def test_an_approved_message_can_be_taken_back_for_good_or_as_a_draft(lea: Actor) -> None:
    cancelled, reopened = compose(key="a", by=lea), compose(key="b", by=lea)

    outbox.cancel(cancelled, by=lea)
    outbox.reopen(reopened, by=lea)

    assert (cancelled.status, reopened.status) == (MessageStatus.CANCELLED, MessageStatus.DRAFT)


@pytest.mark.parametrize("status", ["sending", "sent", "unsure", "cancelled"])
def test_a_message_that_has_left_cannot_be_taken_back(lea: Actor, status: str) -> None:
    message = MessageFactory(status=status)

    with pytest.raises(NotPossible):
        outbox.cancel(message, by=lea)

    message.refresh_from_db()
    assert message.status == status
    assert kinds(message.thread) == []


def test_a_person_says_that_an_unsure_message_arrived(lea: Actor) -> None:
    claimed_at = timezone.now() - timedelta(hours=1)
    message = MessageFactory(status="unsure", claimed_at=claimed_at)

    outbox.resolve_unsure(message, was_sent=True, by=lea)

    assert (message.status, message.sent_at) == (MessageStatus.SENT, claimed_at)
    assert kinds(message.thread) == ["message.arrived"]


def test_a_person_has_an_unsure_message_sent_again(lea: Actor) -> None:
    message = MessageFactory(status="unsure", attempts=1)

    outbox.resolve_unsure(message, was_sent=False, by=lea)

    assert (message.status, message.attempts) == (MessageStatus.APPROVED, 0)
    assert kinds(message.thread) == ["message.resent"]


def test_only_an_unsure_message_is_resolved(lea: Actor) -> None:
    message = MessageFactory(status="sent")

    with pytest.raises(NotPossible):
        outbox.resolve_unsure(message, was_sent=False, by=lea)

    message.refresh_from_db()
    assert message.status == MessageStatus.SENT


def test_a_bounced_message_is_tried_again_at_a_corrected_address(lea: Actor) -> None:
    message = MessageFactory(status="bounced", error="550 no such user", attempts=1)

    outbox.retry(message, by=lea, recipient="jean.demo@client.example")

    assert (message.status, message.recipient, message.error) == ("approved", "jean.demo@client.example", "")
