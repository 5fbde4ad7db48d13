"""The list of users."""

from typing import Any

import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter

from stocke.core.domain.people import role_of
from stocke.core.models import User
from stocke.core.models.user import Role
from stocke.core.web.filters import StaffFilter, YesNoFilter
from stocke.core.web.status import Status
from stocke.core.web.tables import LinkColumn, MomentColumn, StaffTable, StatusColumn


class UserTable(StaffTable):
    name = LinkColumn("core:user", accessor="get_full_name", order_by="first_name", verbose_name=_("Name"))
    email = tables.Column(verbose_name=_("E-mail"))
    role = tables.Column(accessor="pk", verbose_name=_("Role"), orderable=False)
    state = StatusColumn(accessor="is_active", verbose_name=_("State"), orderable=False)
    last_login = MomentColumn(verbose_name=_("Last login"))

    class Meta:
        order_by = ("name",)

    def render_role(self, record: User) -> str:
        role = role_of(record)
        return str(Role(role).label) if role else ""

    def render_state(self, record: User) -> str:
        return str(self.columns["state"].column.render(account_state(record)))

    def value_state(self, record: User) -> str:
        return account_state(record).word


def account_state(user: User) -> Status:
    return Status("done", _("Active")) if user.is_active else Status("stopped", _("Closed"))


class UserFilter(StaffFilter):
    role = ChoiceFilter(field_name="groups__name", choices=Role.choices, label=_("Role"))
    is_active = YesNoFilter(label=_("Active"))

    class Meta:
        model = User
        fields: list[str] = []

    def search(self, rows: QuerySet[Any], words: str) -> QuerySet[Any]:
        return rows.filter(
            Q(email__icontains=words) | Q(first_name__icontains=words) | Q(last_name__icontains=words)
        )
