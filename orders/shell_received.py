"""Where received messages are, for timelines and Today."""

from collections.abc import Collection, Mapping

from django.urls import reverse
from django.utils.translation import gettext_lazy

from stocke.core.models import IncomingMessage
from stocke.core.web.commands import Command, register_command
from stocke.core.web.places import Place, register_places


def places_of_received(keys: Collection[int]) -> Mapping[int, Place]:
    found = IncomingMessage.objects.filter(pk__in=keys).only("subject", "sender")
    return {one.pk: Place(one.title, reverse("orders:received", args=[one.pk])) for one in found}


register_places("incomingmessage", places_of_received)
register_command(
    Command(
        gettext_lazy("Messages received"),
        lambda: reverse("orders:received_list"),
        "messages.view",
        icon="mail",
    )
)
