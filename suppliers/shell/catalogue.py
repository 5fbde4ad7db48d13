"""Products in the shell: their pages show offers, so they belong to this context."""

from collections.abc import Collection, Mapping

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from stocke.core.models import HistoryEntry, User
from stocke.core.web.commands import Command, Hit, first_hits, register_command, register_search
from stocke.core.web.formats import money, number, quantity
from stocke.core.web.navigation import NavEntry, register
from stocke.core.web.places import Place, register_places
from stocke.core.web.settings_tabs import SettingsTab, register_settings
from stocke.core.web.timeline import register_job, register_sentence
from stocke.products.models import Product
from stocke.products.queries.products import search_products
from suppliers.models import Offer
from suppliers.tables.products import light_of


def find_products(query: str, user: User) -> Collection[Hit]:
    found = search_products(Product.objects.all(), query)
    return [
        Hit(
            label=f"{product.name} · {product.sku}",
            hint="",
            url=reverse("suppliers:product", args=[product.pk]),
            kind=gettext_lazy("Products"),
            icon="products",
            status=light_of(product),
        )
        for product in first_hits(Product.objects.select_related("level"), found, "sku")
    ]


def places_of_products(keys: Collection[int]) -> Mapping[int, Place]:
    found = Product.objects.filter(pk__in=keys).only("pk", "name")
    return {
        product.pk: Place(product.name, reverse("suppliers:product", args=[product.pk])) for product in found
    }


def places_of_offers(keys: Collection[int]) -> Mapping[int, Place]:
    found = Offer.objects.filter(pk__in=keys, product__isnull=False).select_related("product", "supplier")
    return {
        offer.pk: Place(
            f"{offer.product} · {offer.supplier}", reverse("suppliers:product", args=[offer.product_id])
        )
        for offer in found
    }


def say_made(entry: HistoryEntry) -> str:
    count = entry.after.get("products", 0)
    said = ngettext("%(count)s product made together", "%(count)s products made together", count)
    return said % {"count": number(count)}


def say_taken_back(entry: HistoryEntry) -> str:
    count, kept = entry.after.get("products", 0), entry.data.get("kept", 0)
    said = ngettext("%(count)s product taken back", "%(count)s products taken back", count)
    words = said % {"count": number(count)}
    stay = ngettext("%(count)s stays, because it is used", "%(count)s stay, because they are used", kept)
    return f"{words}, {stay % {'count': number(kept)}}" if kept else words


def say_changed(entry: HistoryEntry) -> str:
    """A price is said as money; the rest is shown as before and after."""
    if "price_cents" not in entry.after:
        return _("Product corrected")
    prices = {
        "before": money(entry.before.get("price_cents"), entry.after.get("currency", "EUR")),
        "after": money(entry.after["price_cents"], entry.after.get("currency", "EUR")),
    }
    return _("Selling price changed from %(before)s to %(after)s") % prices


def say_observed(entry: HistoryEntry) -> str:
    stated = quantity(entry.after.get("quantity"), entry.after.get("kind", "unknown"))
    return _("Stock stated outside the feed: %(stated)s") % {"stated": stated}


register(
    NavEntry(
        key="products",
        group="records",
        label=gettext_lazy("Products"),
        url_name="suppliers:product_list",
        icon="products",
        permission="products.view",
    )
)
register_search(find_products, permission="products.view")
register_places("product", places_of_products)
register_places("offer", places_of_offers)
register_settings(
    SettingsTab("levels", gettext_lazy("Prudence"), "suppliers:level_policy", permission="settings.view")
)
register_settings(
    SettingsTab("kept", gettext_lazy("What is kept"), "suppliers:kept", permission="settings.view")
)
register_sentence(
    "retention.forgot",
    lambda entry: (
        ngettext(
            "%(months)s month of statements was dropped; the last word on each offer was carried over",
            "%(months)s months of statements were dropped; the last word on each offer was carried over",
            entry.after.get("months", 0),
        )
        % {"months": entry.after.get("months", 0)}
    ),
)
register_job("retention", gettext_lazy("retention"))
register_command(
    Command(
        label=gettext_lazy("Add a product"),
        url=lambda: reverse("suppliers:product_new"),
        permission="products.edit",
        icon="plus",
    )
)
register_command(
    Command(
        label=gettext_lazy("Offers without a product"),
        url=lambda: reverse("suppliers:unmatched_list"),
        permission="products.view",
        words=gettext_lazy("match unmatched"),
    )
)
register_sentence("product.created", lambda entry: _("Product added"), shape="done", group="people")
register_sentence(
    "product.removed",
    lambda entry: _("Product %(sku)s removed") % {"sku": entry.before.get("sku", "")},
    shape="stopped",
    group="people",
)
register_sentence("products.made", say_made, shape="done", group="people")
register_sentence("products.taken_back", say_taken_back, shape="undone", group="people")
register_sentence(
    "product.changed",
    say_changed,
    group="people",
    changes={
        "name": gettext_lazy("Name"),
        "sku": gettext_lazy("SKU"),
        "gtin": gettext_lazy("Barcode (GTIN)"),
        "brand": gettext_lazy("Brand"),
        "category": gettext_lazy("Category"),
        "fulfilment": gettext_lazy("Fulfilment"),
        "buffer": gettext_lazy("Buffer"),
        "cap": gettext_lazy("Cap"),
        "active": gettext_lazy("Sold"),
    },
)
register_sentence(
    "backup_list.reordered",
    lambda entry: _("Backup list reordered"),
    group="people",
    changes={"order": pgettext_lazy("backup list", "Order")},
)
register_sentence(
    "offer.switched_off",
    lambda entry: _("%(supplier)s no longer counts") % {"supplier": entry.data["supplier"]},
    shape="stopped",
    group="people",
)
register_sentence(
    "offer.switched_on",
    lambda entry: _("%(supplier)s counts again") % {"supplier": entry.data["supplier"]},
    shape="done",
    group="people",
)
register_sentence(
    "offer.attached",
    lambda entry: _("Offer %(supplier_sku)s of %(supplier)s matched") % entry.data,
    shape="done",
    group="people",
)
register_sentence(
    "offer.detached",
    lambda entry: _("Offer %(supplier_sku)s of %(supplier)s taken off this product") % entry.data,
    shape="undone",
    group="people",
)
register_sentence("offer.observed", say_observed, group="promises")
register_sentence(
    "substitute.linked", lambda entry: _("%(name)s may stand in") % entry.data, shape="done", group="people"
)
register_sentence(
    "substitute.unlinked",
    lambda entry: _("%(name)s no longer stands in") % entry.data,
    shape="undone",
    group="people",
)
register_sentence(
    "substitute.moved",
    lambda entry: _("%(name)s is offered at another rank") % entry.data,
    group="people",
    changes={"rank": gettext_lazy("Rank")},
)
register_sentence(
    "level_policy.changed",
    lambda entry: _("Prudence rules changed"),
    group="people",
    changes={
        "buffer": gettext_lazy("Buffer"),
        "cap": gettext_lazy("Cap"),
        "low_below": gettext_lazy("Low-stock threshold"),
        "flag_counts_as": gettext_lazy("“In stock” without a number counts as"),
        "trusted_hours": gettext_lazy("A statement is trusted for (hours)"),
        "learned_buffer": gettext_lazy("Hold back what is probably not served"),
        "doubted_below": gettext_lazy("No green light by a supplier who serves less often than (%)"),
    },
)
register_sentence(
    "levels.healed",
    lambda entry: _("Nightly check corrected numbers: %(levels)s") % entry.after,
    shape="verify",
)
register_sentence(
    "levels.orphaned",
    lambda entry: (
        _("Nightly check found rows whose supplier, offer or product is gone: %(rows)s") % entry.after
    ),
    shape="verify",
)
