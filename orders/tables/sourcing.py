"""Sourcing policies in words."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.domain.rules import Priority
from orders.models import Parcels
from orders.models.sourcing_policy import PolicyScope
from stocke.core.web.formats import country, percent

PREFERRED: Mapping[str, Promise] = {
    Priority.COST: gettext_lazy("the lowest landed cost"),
    Priority.LEAD: gettext_lazy("the shortest lead time"),
    Priority.RELIABILITY: gettext_lazy("the supplier who refuses least"),
    Priority.OWN: gettext_lazy("our own stock"),
}
PREFERRED_WHY: Mapping[str, Promise] = {
    Priority.COST: gettext_lazy("The goods and what the supplier charges for the parcel."),
    Priority.LEAD: gettext_lazy("Days from the purchase order to the customer."),
    Priority.RELIABILITY: gettext_lazy("By his answers to our latest 200 purchase orders."),
    Priority.OWN: gettext_lazy("The supplier marked as ours, under “How he is ordered from”."),
}
SAID_OF_PARCELS: Mapping[str, Promise] = {
    Parcels.PREFERRED: gettext_lazy("as few parcels as possible"),
    Parcels.REQUIRED: gettext_lazy("one parcel only"),
}


def scope_words(policy: PolicyScope) -> str:
    """For which lines it is."""
    named = [
        _("channel %(name)s") % {"name": policy.channel} if policy.channel else "",
        str(policy.category) if policy.category_id else "",
        _("customers of the class %(name)s") % {"name": policy.customer_class}
        if policy.customer_class
        else "",
    ]
    return ", ".join(one for one in named if one) or _("every line")


def priorities_in_words(priorities: list[str]) -> str:
    """ "the lowest landed cost, then our own stock"."""
    if not priorities:
        return _("the backup list and points")
    return _(", then ").join(str(PREFERRED[one]) for one in priorities)


def limits_in_words(rules: Mapping[str, Any]) -> str:
    return " · ".join(limits(rules))


def limits(rules: Mapping[str, Any]) -> Iterator[str]:
    if rules.get("margin_percent") is not None:
        yield _("margin at least %(margin)s") % {"margin": percent(rules["margin_percent"] / 100)}
    if rules.get("most_lead_days") is not None:
        yield _("at most %(days)s days") % {"days": rules["most_lead_days"]}
    if rules.get("countries"):
        yield _("from %(countries)s") % {"countries": ", ".join(map(country, rules["countries"]))}
    if rules.get("may_split") is not None:
        yield _("lines may be split") if rules["may_split"] else _("lines are not split")
    if said := SAID_OF_PARCELS.get(rules.get("parcels", "")):
        yield str(said)
    if rules.get("parcels") == Parcels.LIMITED:
        yield _("at most %(n)s parcels") % {"n": rules["most_parcels"]}
