"""What customers add to the shell: their entry, their search, and how changes to them are told."""

from collections.abc import Collection, Mapping

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.models import Customer, Wish
from customers.queries.customers import search_customers
from customers.views.wishes import wishes_panel
from stocke.core.models import HistoryEntry, User
from stocke.core.storefronts import register_wish_page
from stocke.core.web.commands import Hit, first_hits, register_search
from stocke.core.web.navigation import NavEntry, register
from stocke.core.web.panels import register_panel
from stocke.core.web.places import Place, register_places
from stocke.core.web.settings_tabs import SettingsTab, register_settings
from stocke.core.web.timeline import register_job, register_sentence


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
        for customer in found
    }


WISH_RULES = {
    "statements": _("Said in a row"),
    "minimum": _("Least units"),
    "minutes": _("Minutes"),
    "factor_percent": _("Units told of (%)"),
    "hold_minutes": _("Pause (minutes)"),
    "days": _("Lasts (days)"),
    "confirm_days": _("To confirm (days)"),
    "keep_days": _("Erased after (days)"),
}


def say_restock(entry: HistoryEntry) -> str:
    match entry.kind:
        case "restock.believed":
            return gettext("Back in stock for those who wait: %(units)s units") % dict(entry.data)
        case "restock.wave":
            return gettext("Wave %(wave)s: %(told)s alerts written, for %(units)s units") % dict(entry.data)
    return gettext("No longer back in stock, or nobody waits any more")


def wish_places(keys: Collection[int]) -> Mapping[int, Place]:
    """A wish is seen on the page of its product."""
    found = Wish.objects.filter(pk__in=keys).values_list("pk", "product_id", "product__name")
    return {pk: Place(name, reverse("customers:wish_product", args=[product])) for pk, product, name in found}


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
register(
    NavEntry(
        key="wishes",
        group="records",
        label=_("Back-in-stock alerts"),
        url_name="customers:wishes",
        icon="clock",
        permission="customers.view",
    )
)
register_places("customer", customer_places)
register_places("wish", wish_places)
register_panel("product", wishes_panel)
register_settings(SettingsTab("wishes", _("Back-in-stock alerts"), "customers:wish_rules", "settings.view"))
register_job("wishes", _("back-in-stock alerts"))
register_sentence("wish.asked", lambda entry: _("Alert asked for"), group="people")
register_sentence("wish.confirmed", lambda entry: _("Alert confirmed"), shape="done", group="people")
register_sentence("wish.unsubscribed", lambda entry: _("Unsubscribed"), shape="stopped", group="people")
register_sentence("wish_rules.changed", lambda entry: _("Rules changed"), group="people", changes=WISH_RULES)
register_sentence("restock.believed", say_restock, shape="done", group="promises")
register_sentence("restock.over", say_restock, group="promises")
register_sentence("restock.wave", say_restock, group="mails")
register_wish_page(lambda shop, sku: settings.PUBLIC_URL + reverse("customers:wish_ask", args=[shop, sku]))
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
