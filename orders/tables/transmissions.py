"""Why something waits for a person, in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from stocke.core.web.formats import money


def hold_in_words(hold: str, facts: Mapping[str, Any]) -> str:
    """The sentence, with the figures of the rule; empty where nothing is held."""
    return sentence(hold) % figures(facts)


def figures(facts: Mapping[str, Any]) -> dict[str, object]:
    currency = str(facts.get("currency", "EUR"))
    return {
        **facts,
        "value": money(facts.get("cents"), currency),
        "least_value": money(facts.get("least_cents"), currency),
    }


def sentence(hold: str) -> str:
    return {
        "person": _("A person places the orders of this supplier. Place it, then say so here."),
        "no_address": _("This supplier has no e-mail address: call him, then say so here."),
        "no_server": _("We do not know where his server is. Fill it in, then send it."),
        "minimum_units": _("%(units)s units are asked; he wants at least %(least)s in one purchase order."),
        "minimum_value": _("It is worth %(value)s; he wants at least %(least_value)s in one purchase order."),
        "minimum_article": _("%(units)s of %(sku)s are asked; he wants at least %(least)s of it."),
        "multiple": _(
            "%(units)s of %(sku)s are asked; he sells it in packs of %(multiple)s. It goes to customers, so nothing is "
            "rounded up."
        ),
    }.get(hold, "")
