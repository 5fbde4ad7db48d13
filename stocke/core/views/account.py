"""One's own account: login, logout, preferences, password."""

from collections.abc import Collection

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth import views as auth
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from stocke.core.domain.people import prefer
from stocke.core.forms import LoginForm, PreferencesForm, SwitchForm
from stocke.core.web.access import StaffRequest, permissions_of, staff_can
from stocke.core.web.navigation import ENTRIES, entries_for
from stocke.core.web.partials import go_on, page


class Login(auth.LoginView):
    template_name = "account/login.html"
    authentication_form = LoginForm
    redirect_authenticated_user = True

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


login = Login.as_view()
logout = auth.LogoutView.as_view()


def safe_next(request: HttpRequest, otherwise: str) -> str:
    """Where the form came from, when that is one of our own pages."""
    wanted = request.POST.get("next", "")
    return wanted if url_has_allowed_host_and_scheme(wanted, {request.get_host()}) else reverse(otherwise)


@staff_can()
def home(request: StaffRequest) -> HttpResponse:
    """To the first page of the role: what needs a person, the cases, or the orders."""
    return redirect(first_page(permissions_of(request.user)))


def first_page(permissions: Collection[str]) -> str:
    wanted = ["orders"]
    if "cases.work" in permissions:
        wanted = ["today" if "orders.verify" in permissions else "cases", "orders"]
    entries = [ENTRIES[key] for key in wanted if key in ENTRIES] or entries_for(permissions)
    return entries[0].url if entries else reverse("core:profile")


@staff_can()
def profile(request: StaffRequest) -> HttpResponse:
    form = PreferencesForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        prefer(request.user, **form.cleaned_data)
        with translation.override(request.user.language):
            messages.success(request, _("Preferences saved"))
        return go_on(request, reverse("core:profile"))
    return page(request, "account/profile.html", form=form, status=422 if form.errors else 200)


@require_POST
@staff_can()
def preferences(request: StaffRequest) -> HttpResponse:
    """The switches at the foot of the column: theme or language."""
    form = SwitchForm(request.POST, instance=request.user)
    if form.is_valid():
        prefer(request.user, **{name: value for name, value in form.cleaned_data.items() if value})
    return go_on(request, safe_next(request, "core:home"))


@staff_can()
def password(request: StaffRequest) -> HttpResponse:
    form = PasswordChangeForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        update_session_auth_hash(request, form.save())
        messages.success(request, _("Password changed. Your other sessions are closed."))
        return go_on(request, reverse("core:profile"))
    return page(request, "account/password.html", form=form, status=422 if form.errors else 200)


@require_POST
def language(request: HttpRequest) -> HttpResponseBase:
    """The login page's language switch: strangers have no account to keep it in."""
    response = go_on(request, safe_next(request, "core:login"))
    if translation.check_for_language(request.POST.get("language", "")):
        response.set_cookie("django_language", request.POST["language"], samesite="Lax", max_age=31_536_000)
    return response
