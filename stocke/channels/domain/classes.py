"""Classes of customers as a shop tells them, by the merchant's own table: what the shop says, what we call it.

Only a channel that has such a table asks its shop. Orders never wait for it: where the shop does not say, they come
without a class, and the channel's page says why.
"""

from collections.abc import Iterable, Mapping, Sequence

from django.db import transaction

from stocke.channels.connectors.errors import Away, Busy, ShopError
from stocke.channels.connectors.shape import Door, RemoteOrder
from stocke.channels.domain.doors import connector_of
from stocke.channels.models import Channel, ClassRule, Standing
from stocke.core.actors import Actor
from stocke.core.domain.history import record

# Among the facts of a channel: why its shop does not tell the groups of its customers.
UNTOLD = "groups_untold"
WITH_BUYER = [Standing.PAID, Standing.HELD]


def class_for(groups: Iterable[str], rules: Mapping[str, str]) -> str:
    """The class of the first rule that fits what the shop says; upper or lower case does not matter. Pure."""
    said = {group.strip().casefold() for group in groups}
    return next((ours for theirs, ours in rules.items() if theirs.casefold() in said), "")


def classes_told(channel: Channel, door: Door, orders: Sequence[RemoteOrder]) -> dict[str, str]:
    """Our class by order, of those whose buyers have one. Asks the shop: never inside a transaction.

    Raises a ShopError only where the shop is away or busy, so that the orders are read again.
    """
    rules = rules_of(channel)
    sold = [order for order in orders if order.standing in WITH_BUYER and order.lines]
    if not rules:
        note_untold(channel, "")
    if not rules or not sold:
        return {}
    try:
        groups = connector_of(channel).groups_of(door, sold)
    except (Busy, Away):
        raise
    except ShopError as error:
        note_untold(channel, error.code)
        return {}
    note_untold(channel, "")
    return {one: name for one, said in groups.items() if (name := class_for(said, rules))}


def rules_of(channel: Channel) -> dict[str, str]:
    """What the shop says, and our class; the first one counts."""
    rules = ClassRule.objects.filter(channel=channel).order_by("pk")
    return dict(rules.values_list("said", "customer_class"))


@transaction.atomic
def note_untold(channel: Channel, code: str) -> None:
    """Keep why the shop does not say it, or that it does, beside what others wrote while the shop was spoken with."""
    if channel.facts.get(UNTOLD, "") == code:
        return
    row = Channel.objects.select_for_update(no_key=True, of=("self",)).get(pk=channel.pk)
    row.facts = channel.facts = {**row.facts, UNTOLD: code}
    row.save(update_fields=["facts"])


@transaction.atomic
def change_class(channel: Channel, said: str, customer_class: str, *, by: Actor) -> None:
    """Set the class for one thing that the shop says; an empty one takes the rule away. For orders read from now on."""
    found = ClassRule.objects.filter(channel=channel, said__iexact=said)
    before = found.values_list("customer_class", flat=True).first() or ""
    if before == customer_class:
        return
    if before and customer_class:
        found.update(customer_class=customer_class)
    elif customer_class:
        ClassRule.objects.create(channel=channel, said=said, customer_class=customer_class)
    else:
        found.delete()
    record(
        channel, "channel.class", by=by, said=said, before={"class": before}, after={"class": customer_class}
    )
