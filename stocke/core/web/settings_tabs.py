"""The tabs of the settings: each context adds its own pages of rules."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse

from stocke.core.models import User
from stocke.core.web.access import permissions_of
from stocke.core.web.status import Words

ORDER = (
    "shop",
    "verification",
    "sourcing",
    "playbook",
    "asking",
    "wishes",
    "levels",
    "words",
    "kept",
    "mailbox",
    "users",
    "tokens",
    "journal",
)


@dataclass(frozen=True)
class SettingsTab:
    key: str
    label: Words
    url_name: str
    permission: str

    @property
    def url(self) -> str:
        return reverse(self.url_name)


TABS: dict[str, SettingsTab] = {}


def register_settings(tab: SettingsTab) -> None:
    """Add a tab; its key decides where it stands."""
    if tab.key not in ORDER:
        raise ValueError(f"{tab.key!r} has no place in the settings")
    TABS[tab.key] = tab


def tabs_for(request: HttpRequest) -> list[SettingsTab]:
    """The tabs this person may open, in the order of the house."""
    user = request.user
    allowed = permissions_of(user) if isinstance(user, User) else frozenset()
    return sorted(
        (tab for tab in TABS.values() if tab.permission in allowed), key=lambda tab: ORDER.index(tab.key)
    )
