"""Where a supplier's program tells what he has: written down, taken away, and on the record."""

from collections.abc import Mapping

from django.db import transaction

from orders.models import AvailabilityInterface
from stocke.core.actors import Actor
from stocke.core.domain.credentials import keep_secrets
from stocke.core.domain.history import record
from suppliers.domain.feeds import GivenSecrets
from suppliers.models import Supplier


@transaction.atomic
def save_interface(
    supplier: Supplier, access: Mapping[str, object], secrets: GivenSecrets, *, by: Actor
) -> None:
    """Ask this supplier there from now on. On the record is that it changed, and nothing of the secrets."""
    interface, _is_new = AvailabilityInterface.objects.select_for_update().get_or_create(supplier=supplier)
    interface.access = dict(access)
    interface.credential = keep_secrets(interface.credential, secrets.given, kept=secrets.kept)
    interface.save(update_fields=["access", "credential"])
    record(supplier, "availability.interface_changed", by=by)


@transaction.atomic
def drop_interface(supplier: Supplier, *, by: Actor) -> bool:
    """Ask him by mail again, or by telephone, also what is being asked; False when there was no interface.

    What opened it is forgotten.
    """
    interface = (
        AvailabilityInterface.objects.select_for_update(of=("self",)).filter(supplier=supplier).first()
    )
    if interface is None:
        return False
    credential = interface.credential
    interface.delete()
    if credential is not None:
        credential.delete()
    record(supplier, "availability.interface_dropped", by=by)
    return True
