"""Customers come with their orders: found by address, or made."""

from django.db import transaction

from customers.models import Customer
from customers.models.customer import ERASED
from stocke.core.actors import Actor
from stocke.core.domain.history import record

PERSONAL = frozenset({"email", "first_name", "last_name", "phone", "notes"})
EDITABLE = ("email", "first_name", "last_name", "phone", "language", "country", "customer_class", "notes")


@transaction.atomic
def find_or_create(
    *,
    email: str,
    by: Actor,
    first_name: str = "",
    last_name: str = "",
    phone: str = "",
    language: str = "fr",
    country: str = "FR",
    customer_class: str = "",
) -> Customer:
    """The customer with this address, whatever its case. Race-safe: two orders at once make one customer.

    A known customer keeps what is on his page: staff may have corrected it. Only blanks are filled.
    """
    said = {
        "first_name": first_name.strip()[:80],
        "last_name": last_name.strip()[:80],
        "phone": phone.strip()[:40],
        "customer_class": customer_class.strip()[:40],
    }
    customer, is_new = Customer.objects.get_or_create(
        email=email.strip().lower(),
        defaults={
            **said,
            "language": language if language in {"fr", "en"} else "fr",
            "country": country.upper()[:2],
        },
    )
    if is_new:
        record(customer, "customer.created", by=by)
    else:
        fill_blanks(customer, said)
    return customer


def fill_blanks(customer: Customer, said: dict[str, str]) -> None:
    """Add what we did not know yet."""
    news = {name: value for name, value in said.items() if value and not getattr(customer, name)}
    for name, value in news.items():
        setattr(customer, name, value)
    if news:
        customer.save(update_fields=list(news))


@transaction.atomic
def erase(customer: Customer) -> None:
    """Take everything that names him off his page. Country, language and class stay: reports are made of them.

    Whoever buys again with this address is a new customer.
    """
    nobody = dict.fromkeys(PERSONAL, "") | {"email": f"erased-{customer.pk}@{ERASED}"}
    Customer.objects.filter(pk=customer.pk).update(**nobody)


class AddressTaken(Exception):
    """Another customer has this address already."""


@transaction.atomic
def edit(customer: Customer, *, by: Actor, **changes: str) -> Customer:
    """Correct what we know of a customer. Raises AddressTaken; unknown fields are a TypeError."""
    if unknown := set(changes) - set(EDITABLE):
        raise TypeError(f"not fields of a customer: {', '.join(sorted(unknown))}")
    locked = Customer.objects.select_for_update().get(pk=customer.pk)
    if "email" in changes:
        changes["email"] = changes["email"].strip().lower()
        if Customer.objects.filter(email=changes["email"]).exclude(pk=locked.pk).exists():
            raise AddressTaken(changes["email"])
    before = {
        name: getattr(locked, name) for name, value in changes.items() if getattr(locked, name) != value
    }
    for name in before:
        setattr(locked, name, changes[name])
    if before:
        locked.save(update_fields=list(before))
        after = {name: changes[name] for name in before}
        fields = sorted(PERSONAL & set(before))
        shown = impersonal(before), impersonal(after)
        record(locked, "customer.edited", by=by, before=shown[0], after=shown[1], fields=fields)
    return locked


def impersonal(facts: dict[str, str]) -> dict[str, str]:
    """What the record may keep for ever: of what is personal it keeps only that it changed."""
    return {name: value for name, value in facts.items() if name not in PERSONAL}
