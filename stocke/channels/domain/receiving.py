"""Messages of shops' hooks: proved, stored, and nothing more; the work comes later."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection

from stocke.channels.connectors import CONNECTORS
from stocke.channels.connectors.shape import Greeting, Notice
from stocke.channels.domain.doors import hook_secrets
from stocke.channels.models import Channel, Delivery, DeliveryState

# The same message again is worked again: an order may be deleted, restored and deleted with the same words.
STORE = """
INSERT INTO channels_delivery (channel_id, topic, resource, resource_id, version, delivery_id, body, state, times,
                               received_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, 'waiting', 1, now())
ON CONFLICT (channel_id, resource, resource_id, version) DO UPDATE SET
    times = channels_delivery.times + 1, state = 'waiting', topic = EXCLUDED.topic, received_at = now()
"""
WORKED_AT_ONCE = 500


def receive(channel: Channel, headers: Mapping[str, str], body: bytes) -> bool:
    """Store a message; whether there was one to be stored. Raises NotGenuine, with nothing stored."""
    told = CONNECTORS[channel.kind].recognise(hook_secrets(channel), headers, body)
    if isinstance(told, Greeting):
        return False
    store(channel, told, body)
    return True


def store(channel: Channel, told: Notice, body: bytes) -> None:
    values: list[Any] = [
        channel.pk,
        told.topic,
        told.resource,
        told.resource_id,
        told.version,
        told.delivery_id,
        body,
    ]
    with connection.cursor() as cursor:
        cursor.execute(STORE, values)


def waiting(channel: Channel) -> list[Delivery]:
    """The oldest messages that nobody has worked. That our app was taken away is heeded elsewhere."""
    found = Delivery.objects.filter(channel=channel, state=DeliveryState.WAITING).defer("body")
    return list(found.exclude(resource="app").order_by("pk")[:WORKED_AT_ONCE])


def orders_meant(deliveries: Sequence[Delivery]) -> list[str]:
    """The orders that they are about, each once."""
    return list(dict.fromkeys(one.resource_id for one in deliveries if is_of_order(one) and one.resource_id))


def is_of_order(delivery: Delivery) -> bool:
    return delivery.resource == "order"


def are_vague(deliveries: Sequence[Delivery]) -> bool:
    """Whether one of them says that an order has changed, and not which."""
    return any(is_of_order(one) and not one.resource_id for one in deliveries)
