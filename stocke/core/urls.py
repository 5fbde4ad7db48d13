"""Addresses of the shell and of accounts."""

from django.urls import path

from stocke.core.views import account, shell, users

app_name = "core"
urlpatterns = [
    path("", account.home, name="home"),
    path("login/", account.login, name="login"),
    path("logout/", account.logout, name="logout"),
    path("language/", account.language, name="language"),
    path("profile/", account.profile, name="profile"),
    path("profile/password/", account.password, name="password"),
    path("profile/preferences/", account.preferences, name="preferences"),
    path("search/", shell.search, name="search"),
    path("navigation/", shell.counters, name="counters"),
    path("views/", shell.save_view, name="save_view"),
    path("views/<int:pk>/delete/", shell.delete_view, name="delete_view"),
    path("users/", users.user_list, name="users"),
    path("users/new/", users.user_new, name="user_new"),
    path("users/<int:pk>/", users.user_page, name="user"),
    path("users/<int:pk>/deactivate/", users.user_deactivate, name="user_deactivate"),
    path("users/<int:pk>/reactivate/", users.user_reactivate, name="user_reactivate"),
    path("users/<int:pk>/password/", users.user_new_password, name="user_new_password"),
    path("kit/", shell.kit, name="kit"),
]
