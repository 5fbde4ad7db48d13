"""`__holds` finds words whatever their case, takes them literally, and can use the trigram index."""

import pytest
from django.db import connection

from stocke.core.models import Message
from tests.factories.messages import MessageFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("words", "found"), [("ÉTÉ", True), ("100 %", True), ("100 _", False), ("hiver", False), ("a\\", False)]
)
def test_words_are_found_whatever_their_case_and_taken_literally(words: str, found: bool) -> None:
    MessageFactory(subject="Soldes d’été : 100 % remboursé")

    assert Message.objects.filter(subject__holds=words).exists() is found


def test_the_search_can_use_the_trigram_index() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")

    plan = Message.objects.filter(subject__holds="galet").explain()

    assert "message_search_trgm" in plan
