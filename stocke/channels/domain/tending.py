"""Everything that is to be said to or asked of one shop, by the one who holds its claim, in the right order.

Orders are read before stock is told, because an absolute number wipes the sales that it does not know of.
"""

from django.utils import timezone

from stocke.channels.connectors.errors import Gone, NotAllowed, Refused, ShopError
from stocke.channels.domain import hooks, leaving, listings, looking, reading, reporting, telling
from stocke.channels.domain.claims import Claim, ClaimLost, claim
from stocke.channels.domain.health import note_problem, note_well
from stocke.channels.models import Channel, Delivery, DeliveryState
from stocke.channels.queries.wanted import Numbered

type Numbers = list[Numbered]


def is_due(channel: Channel) -> bool:
    """Whether there is anything to say or ask now. Cheap."""
    if channel.takes_orders and reading.is_reading_due(channel):
        return True
    if hooks.is_tending_due(channel) or listings.is_reading_due(channel):
        return True
    waiting = Delivery.objects.filter(channel=channel, state=DeliveryState.WAITING)
    if channel.takes_orders and waiting.exists():
        return True
    if reporting.due_reports(channel):
        return True
    return bool(
        channel.tells_stock and (telling.is_comparing_due(channel) or telling.numbers_wanted(channel))
    )


def tend(channel_id: int) -> bool:
    """Speak with the shop as far as something is due; False where somebody else does, or it is left in peace.

    A shop that fails is left in peace for a while, which delays nobody else; what was done until then stands.
    """
    held = claim(channel_id)
    if held is None:
        return False
    channel = Channel.objects.select_related("credential").get(pk=channel_id)
    try:
        speak(channel, held)
        note_well(channel_id)
    except ClaimLost:
        return False
    except ShopError as error:
        note_problem(channel_id, error)
    finally:
        held.release()
    return True


def speak(channel: Channel, held: Claim) -> None:
    leaving.heed_goodbye(channel, held)
    if hooks.is_tending_due(channel):
        hooks.tend(channel, held)
    if listings.is_reading_due(channel):
        listings.read_listings(channel, held)
    if channel.takes_orders:
        reading.work_deliveries(channel, held)
        if reading.is_reading_due(channel):
            reading.read_changed(channel, held)
            looking.look(channel, held)
    try:
        tell(channel, held)
    except (NotAllowed, Refused, Gone):
        # What it does not want to know of our stock is no reason to leave its orders without their parcels.
        reporting.send_reports(channel, held)
        raise
    reporting.send_reports(channel, held)


def tell(channel: Channel, held: Claim) -> None:
    begun, is_full = timezone.now(), telling.is_comparing_due(channel)
    numbers = telling.numbers_wanted(channel)
    if numbers:
        if channel.takes_orders:
            reading.read_changed(channel, held)
            numbers = telling.numbers_wanted(channel)
        if numbers:
            telling.tell_shop(channel, held, numbers)
            Channel.objects.filter(pk=channel.pk).update(told_at=timezone.now())
    if is_full and len(numbers) < telling.PLANNED_AT_ONCE:
        Channel.objects.filter(pk=channel.pk).update(compared_at=begun)
