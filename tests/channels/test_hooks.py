"""What is noted of a shop's hooks while others change the channel, and how long messages are kept."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from stocke.channels.connectors.shape import Tended
from stocke.channels.domain.connecting import change_hook_secret
from stocke.channels.domain.doors import hook_secrets
from stocke.channels.domain.hooks import note_tended
from stocke.channels.jobs.retention import forget_old
from stocke.channels.models import Channel, Delivery
from tests.channels.conftest import BY, House

FOUND = Tended(hooks={"order.created": "7"})


def test_hooks_with_a_secret_that_was_changed_meanwhile_are_looked_at_again(house: House) -> None:
    read = Channel.objects.get()
    secrets = hook_secrets(read)
    change_hook_secret(read, by=BY)

    note_tended(read, secrets, FOUND)

    now = Channel.objects.get()
    assert (now.facts["hooks"], now.hooks_tended_at) == ({}, None)


def test_noting_hooks_keeps_what_others_noted_while_the_shop_was_spoken_with(house: House) -> None:
    read = Channel.objects.get()
    Channel.objects.update(facts={**read.facts, "noted": "meanwhile"})

    note_tended(read, hook_secrets(read), FOUND)

    now = Channel.objects.get()
    assert (now.facts["hooks"], now.facts["noted"]) == (FOUND.hooks, "meanwhile")
    assert now.hooks_tended_at is not None


def test_old_messages_are_forgotten_also_where_nobody_works_them(house: House) -> None:
    old = timezone.now() - timedelta(days=settings.KEEP_CHANGES_DAYS + 1)
    Delivery.objects.create(
        channel=house.channel, resource="order", resource_id="1", version="a", received_at=old
    )
    kept = Delivery.objects.create(channel=house.channel, resource="order", resource_id="2", version="b")

    assert forget_old() == 1
    assert list(Delivery.objects.values_list("pk", flat=True)) == [kept.pk]
