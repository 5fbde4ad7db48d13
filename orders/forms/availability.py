"""Where a supplier's interface tells what he has."""

from collections.abc import Mapping
from typing import Any

from orders.forms.ordering_servers import ApiForm
from orders.models import OrderingRules


class AvailabilityForm(ApiForm):
    """His interface as for orders, without their JSON: what is asked has one form, described on the page."""

    keeps_keys = None  # type: ignore[assignment]  # so Django leaves out a field of the parent
    body_template = None  # type: ignore[assignment]

    def more_initial(self, rules: OrderingRules) -> dict[str, Any]:
        return {}

    def access_of(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        access = super().access_of({**cleaned, "keeps_keys": True})
        return {name: value for name, value in access.items() if name != "keeps_keys"}

    def facts(self) -> dict[str, Any]:
        return {"access": self.access}
