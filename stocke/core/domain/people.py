"""Members of staff: who works here, in which role, and how each likes the screen."""

import secrets

from django.contrib.auth.models import Group
from django.db import transaction

from stocke.core.actors import Actor
from stocke.core.domain.history import record
from stocke.core.models import SavedView, User
from stocke.core.models.user import Role


class PeopleError(Exception):
    """A change to the staff that would lock the house or its owner out."""


class LastAdministrator(PeopleError):
    """Nobody would be left who may manage users."""


class OwnAccount(PeopleError):
    """Nobody deactivates himself or takes his own role away: a colleague does."""


def role_of(user: User) -> str:
    """The role of a member of staff; an empty word when he has none."""
    names = {group.name for group in user.groups.all()}
    return next((role for role in Role.values if role in names), "")


def administrators_besides(user: User) -> int:
    """How many other active administrators there are. Their rows stay locked until the transaction ends."""
    others = User.objects.filter(groups__name=Role.ADMINISTRATOR, is_active=True).exclude(pk=user.pk)
    return len(others.select_for_update(of=("self",)).values_list("pk", flat=True))


@transaction.atomic
def invite(
    *, email: str, first_name: str, last_name: str, role: str, language: str, by: Actor
) -> tuple[User, str]:
    """A new member of staff, and the first password to hand over: it is shown once and kept nowhere."""
    password = secrets.token_urlsafe(12)
    user = User.objects.create_user(
        email, password, role=role, first_name=first_name, last_name=last_name, language=language
    )
    record(user, "user.invited", by=by, after={"email": user.email, "role": role})
    return user, password


@transaction.atomic
def rename(user: User, *, email: str, first_name: str, last_name: str, language: str, by: Actor) -> None:
    """Change how a member of staff is called and reached."""
    before = {"email": user.email, "name": user.get_full_name()}
    user.email, user.first_name, user.last_name, user.language = email, first_name, last_name, language
    user.save(update_fields=["email", "first_name", "last_name", "language"])
    after = {"email": user.email, "name": user.get_full_name()}
    if after != before:
        record(user, "user.renamed", by=by, before=before, after=after)


@transaction.atomic
def change_role(user: User, role: str, *, by: Actor) -> None:
    """Give a member of staff this role instead of his own. Raises OwnAccount or LastAdministrator."""
    before = role_of(user)
    if before == role:
        return
    if by.user_id == user.pk:
        raise OwnAccount
    if before == Role.ADMINISTRATOR and not administrators_besides(user):
        raise LastAdministrator
    user.groups.set([Group.objects.get_or_create(name=role)[0]])
    record(user, "user.role_changed", by=by, before={"role": before}, after={"role": role})


@transaction.atomic
def deactivate(user: User, *, by: Actor) -> None:
    """Close the account: no more login, at once. Raises OwnAccount or LastAdministrator. Idempotent."""
    if by.user_id == user.pk:
        raise OwnAccount
    if role_of(user) == Role.ADMINISTRATOR and not administrators_besides(user):
        raise LastAdministrator
    if User.objects.filter(pk=user.pk, is_active=True).update(is_active=False):
        record(user, "user.deactivated", by=by)
    user.is_active = False


@transaction.atomic
def reactivate(user: User, *, by: Actor) -> None:
    """Open a closed account again. Idempotent."""
    if User.objects.filter(pk=user.pk, is_active=False).update(is_active=True):
        record(user, "user.reactivated", by=by)
    user.is_active = True


@transaction.atomic
def give_new_password(user: User, *, by: Actor) -> str:
    """A fresh password for somebody who lost his; the old one stops at once, and so do his sessions."""
    password = secrets.token_urlsafe(12)
    user.set_password(password)
    user.save(update_fields=["password"])
    record(user, "user.password_reset", by=by)
    return password


def prefer(user: User, **preferences: object) -> None:
    """How one likes the screen: language, theme, density, single keys. No record: it is nobody else's matter."""
    for name, value in preferences.items():
        setattr(user, name, value)
    user.save(update_fields=list(preferences))


def keep_view(user: User, *, page: str, name: str, query: str, shared: bool) -> SavedView:
    """Keep a list's filters under a name; the same name on the same list is replaced."""
    view, _created = SavedView.objects.update_or_create(
        user=user, page=page, name=name, defaults={"query": query, "shared": shared}
    )
    return view


def drop_view(view: SavedView) -> None:
    view.delete()
