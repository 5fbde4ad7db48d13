"""Who may do what: one table of roles, one decorator for views."""

from collections.abc import Callable, Mapping
from functools import wraps
from types import MappingProxyType
from typing import Concatenate, cast

from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode

from stocke.core.actors import Actor
from stocke.core.models import User
from stocke.core.models.user import Role

VIEWS = frozenset(
    f"{thing}.view"
    for thing in (
        "orders",
        "cases",
        "purchasing",
        "messages",
        "products",
        "suppliers",
        "feeds",
        "customers",
        "channels",
        "insights",
    )
)
CUSTOMER_CARE = frozenset({"cases.work", "messages.send", "customers.edit", "orders.edit"})
SUPPLY = frozenset(
    {
        "feeds.edit",
        "feeds.decide",
        "orders.verify",
        "purchasing.edit",
        "products.edit",
        "suppliers.edit",
        "channels.edit",
    }
)
MANAGEMENT = frozenset({"users.manage", "settings.manage", "templates.edit"})
BEHIND_THE_SCENES = frozenset({"settings.view", "jobs.view"})

ROLE_PERMISSIONS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        Role.ADMINISTRATOR: VIEWS | CUSTOMER_CARE | SUPPLY | MANAGEMENT | BEHIND_THE_SCENES,
        Role.OPERATIONS: VIEWS | CUSTOMER_CARE | SUPPLY | BEHIND_THE_SCENES | {"templates.edit"},
        Role.CUSTOMER_SERVICE: VIEWS | CUSTOMER_CARE,
        Role.VIEWER: VIEWS,
    }
)
ALL_PERMISSIONS = frozenset().union(*ROLE_PERMISSIONS.values())


class StaffRequest(HttpRequest):
    """A request that `staff_can` has let in: `user` is a member of staff, `staff` the actor for `by=`."""

    user: User
    staff: Actor


def permissions_of(user: User | AnonymousUser) -> frozenset[str]:
    """Everything this person may do."""
    if not isinstance(user, User) or not user.is_active:
        return frozenset()
    return frozenset().union(*(ROLE_PERMISSIONS[role] for role in roles_of(user)))


def roles_of(user: User) -> list[Role]:
    """The roles of a member of staff: the groups of that name. They are asked for once and kept with the user."""
    known: list[Role] | None = getattr(user, "_roles", None)
    if known is None:
        names = set(user.groups.values_list("name", flat=True))
        known = user._roles = [role for role in Role if role in names]  # type: ignore[attr-defined]
    return known


def can(user: User | AnonymousUser, permission: str) -> bool:
    return permission in permissions_of(user)


def roles_with(permission: str) -> list[str]:
    """The names of the roles that may: for the page that says who can."""
    return [str(Role(role).label) for role, granted in ROLE_PERMISSIONS.items() if permission in granted]


def people_who_can(permission: str) -> QuerySet[User]:
    """Every active member of staff who may, in the order of their names."""
    roles = [role for role, granted in ROLE_PERMISSIONS.items() if permission in granted]
    return User.objects.filter(is_active=True, groups__name__in=roles).distinct()


def refuse(request: HttpRequest, permission: str) -> HttpResponse:
    """The house's 403: what is refused to whom, and who can."""
    return render(request, "403.html", {"roles": roles_with(permission)}, status=403)


def send_to_login(request: HttpRequest) -> HttpResponse:
    """To the login page and back again: from an action, to the page with its button, because an action has none.

    A swap would draw that page inside this one, so htmx is told to leave.
    """
    if not request.headers.get("HX-Request"):
        is_page = request.method in {"GET", "HEAD"}
        return redirect_to_login(request.get_full_path() if is_page else request.headers.get("Referer", ""))
    back = request.headers.get("HX-Current-URL", "")
    return HttpResponse(headers={"HX-Redirect": f"{reverse('core:login')}?{urlencode({'next': back})}"})


type StaffView[**P] = Callable[Concatenate[StaffRequest, P], HttpResponseBase]
type View[**P] = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def staff_can[**P](permission: str = "") -> Callable[[StaffView[P]], View[P]]:
    """Let in members of staff who hold the permission (none named: every member of staff).

    Strangers are sent to the login page, the others get a 403 that names who can.
    """
    if permission and permission not in ALL_PERMISSIONS:
        raise ValueError(f"{permission!r} is in no role of ROLE_PERMISSIONS")

    def decorate(view: StaffView[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not isinstance(request.user, User):
                return send_to_login(request)
            if permission and not can(request.user, permission):
                return refuse(request, permission)
            staff_request = cast("StaffRequest", request)
            staff_request.staff = Actor.person(request.user)
            return view(staff_request, *args, **kwargs)

        guarded.staff_permission = permission  # type: ignore[attr-defined]
        return cast("View[P]", guarded)

    return decorate
