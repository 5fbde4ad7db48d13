"""A shop from which our app was taken away says so once, and does not know our key any more."""

from django.db.models import QuerySet
from django.utils import timezone

from stocke.channels.connectors.errors import NotAllowed
from stocke.channels.domain.claims import Claim
from stocke.channels.domain.doors import connector_of, door_of
from stocke.channels.models import Channel, Delivery, DeliveryState


def goodbyes(channel: Channel) -> QuerySet[Delivery]:
    """What it said of that, while it is not known to be over."""
    return Delivery.objects.filter(channel=channel, state=DeliveryState.WAITING, resource="app")


def heed_goodbye(channel: Channel, claim: Claim) -> None:
    """Like every message, it is only a hint: the shop is asked whether it knows our key.

    Raises NotAllowed("uninstalled") where it does not; where it does, because somebody has connected it again, the
    message is forgotten.
    """
    said = list(goodbyes(channel).values_list("pk", flat=True))
    if not said:
        return
    try:
        connector_of(channel).probe(door_of(channel, claim))
    except NotAllowed as error:
        raise NotAllowed("uninstalled") from error
    Delivery.objects.filter(pk__in=said).update(state=DeliveryState.IGNORED, done_at=timezone.now(), body=b"")
