"""Addresses of the shell and of accounts."""

from django.urls import path

from stocke.core.views import account, mail_templates, mailbox, messages, settings, shell, users

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
    path("messages/", messages.message_list, name="messages"),
    path("messages/<int:pk>/", messages.message_page, name="message"),
    path("messages/<int:pk>/body/", messages.message_body, name="message_body"),
    path("messages/<int:pk>/complete/", messages.message_complete, name="message_complete"),
    path("messages/<int:pk>/retry/", messages.message_retry, name="message_retry"),
    path("messages/<int:pk>/<slug:act>/", messages.message_act, name="message_act"),
    path("templates/", mail_templates.template_list, name="mail_templates"),
    path("templates/<slug:kind>/<slug:language>/", mail_templates.template_page, name="mail_template"),
    path(
        "templates/<slug:kind>/<slug:language>/save/", mail_templates.template_save, name="mail_template_save"
    ),
    path(
        "templates/<slug:kind>/<slug:language>/preview/",
        mail_templates.template_preview,
        name="mail_template_preview",
    ),
    path(
        "templates/<slug:kind>/<slug:language>/mail/",
        mail_templates.template_as_mail,
        name="mail_template_as_mail",
    ),
    path(
        "templates/<slug:kind>/<slug:language>/reset/",
        mail_templates.template_reset,
        name="mail_template_reset",
    ),
    path(
        "templates/<slug:kind>/<slug:language>/test/", mail_templates.template_test, name="mail_template_test"
    ),
    path(
        "templates/<slug:kind>/<slug:language>/versions/<int:version>/",
        mail_templates.template_version,
        name="mail_template_version",
    ),
    path(
        "templates/<slug:kind>/<slug:language>/undo/", mail_templates.template_undo, name="mail_template_undo"
    ),
    path("settings/", settings.settings_home, name="settings"),
    path("settings/shop/", settings.shop_page, name="settings_shop"),
    path("settings/shop/save/", settings.shop_save, name="settings_shop_save"),
    path("settings/mailbox/", mailbox.mailbox_page, name="settings_mailbox"),
    path("settings/mailbox/save/", mailbox.mailbox_save, name="settings_mailbox_save"),
    path("settings/mailbox/look/", mailbox.mailbox_look, name="settings_mailbox_look"),
    path("settings/tokens/", settings.token_list, name="settings_tokens"),
    path("settings/tokens/new/", settings.token_new, name="settings_token_new"),
    path("settings/tokens/<int:pk>/revoke/", settings.token_revoke, name="settings_token_revoke"),
    path("settings/journal/", settings.journal, name="settings_journal"),
    path("kit/", shell.kit, name="kit"),
    path("kit/desk/", shell.kit, {"part": "kit_desk"}, name="kit_desk"),
]
