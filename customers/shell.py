"""What customers add to the shell: their entry, their search, and how changes to them are told."""

from collections.abc import Collection, Mapping

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from customers.queries.customers import search_customers
from stocke.core.models import HistoryEntry, User
from stocke.core.web.commands import Hit, first_hits, register_search
from stocke.core.web.navigation import NavEntry, register
from stocke.core.web.places import Place, register_places
from stocke.core.web.timeline import register_sentence


def find_customers(query: str, user: User) -> Collection[Hit]:
    found = search_customers(Customer.objects.all(), query)
    return [
        Hit(
            label=customer.full_name,
            hint=customer.email,
            url=reverse("customers:customer", args=[customer.pk]),
            kind=_("Customers"),
            icon="customers",
        )
        for customer in first_hits(Customer.objects.all(), found, "-id")
    ]


PERSONAL = {
    "email": _("E-mail"),
    "first_name": _("First name"),
    "last_name": _("Last name"),
    "phone": _("Phone"),
    "notes": _("Notes"),
}


def say_edited(entry: HistoryEntry) -> str:
    """Of what is personal the record keeps only that it changed."""
    fields = ", ".join(str(PERSONAL[name]) for name in entry.data.get("fields", []) if name in PERSONAL)
    return (
        gettext("Details corrected: %(fields)s") % {"fields": fields}
        if fields
        else gettext("Details corrected")
    )


def customer_places(keys: Collection[int]) -> Mapping[int, Place]:
    found = Customer.objects.filter(pk__in=keys).only("first_name", "last_name", "email")
    return {
        customer.pk: Place(customer.full_name, reverse("customers:customer", args=[customer.pk]))
        for customer in first_hits(Customer.objects.all(), found, "-id")
    }


register(
    NavEntry(
        key="customers",
        group="records",
        label=_("Customers"),
        url_name="customers:customers",
        icon="customers",
        permission="customers.view",
    )
)
register_places("customer", customer_places)
register_search(find_customers, permission="customers.view")
register_sentence(
    "customer.created", lambda entry: _("First order of this customer"), shape="done", group="people"
)
register_sentence(
    "customer.edited",
    say_edited,
    group="people",
    changes={"language": _("Language"), "country": _("Country"), "customer_class": _("Class")},
)
