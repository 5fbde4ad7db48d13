"""The team is told once, each in his language, of what should not wait."""

import pytest

from stocke.core.models import Message, User
from stocke.core.models.user import Role
from stocke.insights.jobs.alerts import feed_failed, run_held
from tests.factories.feeds import FeedFactory, RunFactory
from tests.factories.suppliers import SupplierFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def team() -> None:
    for language, role in (("fr", Role.OPERATIONS), ("en", Role.OPERATIONS), ("fr", Role.VIEWER)):
        User.objects.create_user(
            f"{role}-{language}@demo.example", first_name="Léa", role=role, language=language
        )


def test_operations_are_told_of_a_held_import_once_in_their_language(team: None) -> None:
    feed = FeedFactory(name="Matin", supplier=SupplierFactory(name="Nordique Démo"))
    run = RunFactory(feed, status="held", counts={"gone": 1204})

    run_held(run.pk)
    run_held(run.pk)

    english, french = Message.objects.order_by("language")
    assert english.subject == f"Import {run.pk} held: Matin"
    assert "1,204 SKUs gone from the file · nothing is applied." in english.text
    assert french.subject == f"Import {run.pk} retenu\u00a0: Matin"
    assert "1\u00a0204 références disparues du fichier" in french.text
    assert {mail.status for mail in (english, french)} == {"approved"}
    assert {mail.thread for mail in (english, french)} == {f"run:{run.pk}"}


def test_an_import_decided_meanwhile_needs_no_mail(team: None) -> None:
    run_held(RunFactory(status="applied").pk)

    assert not Message.objects.exists()


def test_administrators_are_told_where_there_is_no_operations_team() -> None:
    boss = User.objects.create_user("boss@demo.example", first_name="Zoé", role=Role.ADMINISTRATOR)
    problem = {"text": {"fr": "Le serveur ne répond pas.", "en": "The server does not answer."}}

    feed_failed(RunFactory(status="failed", facts={"problem": problem}).pk)

    message = Message.objects.get()
    assert message.recipient == boss.email
    assert "Le serveur ne répond pas." in message.text
