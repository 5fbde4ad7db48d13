"""Members of staff: for administrators."""

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from stocke.core.domain import people
from stocke.core.forms import PersonForm
from stocke.core.models import User
from stocke.core.queries import colleagues, timeline
from stocke.core.tables import UserFilter, UserTable
from stocke.core.web.access import StaffRequest, staff_can
from stocke.core.web.listpage import ListPage, NamedView, PageAction, list_response
from stocke.core.web.partials import go_on, page
from stocke.core.web.timeline import build_timeline
from stocke.core.web.undo import offer_undo

USERS = ListPage(
    key="users",
    title=gettext_lazy("Users"),
    rows=lambda request: colleagues(),
    table=UserTable,
    filters=UserFilter,
    search_label=gettext_lazy("Search by name or e-mail"),
    views=(NamedView(gettext_lazy("Open accounts"), "is_active=true"),),
    actions=(
        PageAction(
            gettext_lazy("Add a user"), "core:user_new", "users.manage", icon="plus", primary=True, key="n"
        ),
    ),
    context={"nav_key": "settings"},
)


def refusal(problem: people.PeopleError) -> str:
    """A refused change, in words."""
    if isinstance(problem, people.OwnAccount):
        return _("This is your own account. Nothing was changed. Another administrator can do it.")
    return _("This is the last administrator. Nothing was changed. Name another one first.")


@staff_can("users.manage")
def user_list(request: StaffRequest) -> HttpResponseBase:
    return list_response(request, USERS)


@staff_can("users.manage")
def user_new(request: StaffRequest) -> HttpResponse:
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user, first_password = people.invite(**form.cleaned_data, by=request.staff)
        return page(request, "core/user_password.html", person=user, password=first_password)
    return page(request, "core/user_new.html", form=form, status=422 if form.errors else 200)


@staff_can("users.manage")
def user_page(request: StaffRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(User, pk=pk)
    form = PersonForm(request.POST or None, instance=person, initial={"role": people.role_of(person)})
    if request.method == "POST" and form.is_valid():
        return save(request, User.objects.get(pk=pk), form)
    entries = build_timeline(timeline(f"user:{pk}"), request)
    status = 422 if form.errors else 200
    shown = User.objects.get(pk=pk)
    return page(request, "core/user.html", form=form, person=shown, timeline=entries, status=status)


def save(request: StaffRequest, person: User, form: PersonForm) -> HttpResponse:
    """Who he is, then his role; a refused role leaves the rest saved and says so."""
    wanted = dict(form.cleaned_data)
    try:
        people.change_role(person, wanted.pop("role"), by=request.staff)
    except people.PeopleError as problem:
        messages.error(request, refusal(problem))
        return go_on(request, reverse("core:user", args=[person.pk]))
    people.rename(person, **wanted, by=request.staff)
    messages.success(request, _("%(name)s saved") % {"name": person})
    return go_on(request, reverse("core:user", args=[person.pk]))


@require_POST
@staff_can("users.manage")
def user_deactivate(request: StaffRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(User, pk=pk)
    try:
        people.deactivate(person, by=request.staff)
        undo = reverse("core:user_reactivate", args=[pk])
        offer_undo(request, _("Account of %(name)s closed") % {"name": person}, undo)
    except people.PeopleError as problem:
        messages.error(request, refusal(problem))
    return go_on(request, reverse("core:user", args=[pk]))


@require_POST
@staff_can("users.manage")
def user_reactivate(request: StaffRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(User, pk=pk)
    people.reactivate(person, by=request.staff)
    messages.success(request, _("Account of %(name)s open again") % {"name": person})
    return go_on(request, reverse("core:user", args=[pk]))


@require_POST
@staff_can("users.manage")
def user_new_password(request: StaffRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(User, pk=pk)
    fresh = people.give_new_password(person, by=request.staff)
    return page(request, "core/user_password.html", person=person, password=fresh)
