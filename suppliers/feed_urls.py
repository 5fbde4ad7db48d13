"""Addresses of feeds and imports."""

from django.urls import path

from suppliers.views import columns, feeds, following, guards, runs, trials, uploads, withheld, words

urlpatterns = [
    path("feeds/", feeds.feed_list, name="feed_list"),
    path("feeds/new/", feeds.feed_new, name="feed_new"),
    path("feeds/<int:pk>/", feeds.feed_page, name="feed"),
    path("feeds/<int:pk>/edit/", feeds.feed_edit, name="feed_edit"),
    path("feeds/<int:pk>/file/", uploads.feed_upload, name="feed_upload"),
    path("feeds/<int:pk>/columns/", columns.feed_columns, name="feed_columns"),
    path("feeds/<int:pk>/guards/", guards.feed_guards, name="feed_guards"),
    path("feeds/<int:pk>/guards/save/", guards.feed_guards_save, name="feed_guards_save"),
    path("feeds/<int:pk>/import/", feeds.feed_run, name="feed_run"),
    path("feeds/<int:pk>/switch/<str:state>/", feeds.feed_switch, name="feed_switch"),
    path("imports/<int:pk>/", runs.run, name="run"),
    path("imports/<int:pk>/apply/", runs.run_apply, name="run_apply"),
    path("imports/<int:pk>/apply-safely/", runs.run_apply_safely, name="run_apply_safely"),
    path("imports/<int:pk>/withheld/", withheld.run_withheld, name="run_withheld"),
    path("imports/<int:pk>/reject/", runs.run_reject, name="run_reject"),
    path("imports/<int:pk>/again/", runs.run_again, name="run_again"),
    path("imports/<int:pk>/follow/", following.run_follow, name="run_follow"),
    path("imports/<int:pk>/file/", runs.run_file, name="run_file"),
    path("trials/<int:pk>/", trials.trial, name="trial"),
    path("trials/<int:pk>/products/", trials.trial_products, name="trial_products"),
    path("trials/<int:pk>/products/make/", trials.trial_make, name="trial_make"),
    path("trials/<int:pk>/match/", trials.trial_match, name="trial_match"),
    path("trials/<int:pk>/changes/", trials.trial_changes, name="trial_changes"),
    path("trials/<int:pk>/save/", trials.trial_save, name="trial_save"),
    path("feeds/<int:pk>/words/", words.feed_word, name="feed_word"),
    path("settings/words/", words.word_list, name="words"),
    path("settings/words/new/", words.word_new, name="word_new"),
    path("settings/words/<int:pk>/", words.word, name="word"),
    path("settings/words/<int:pk>/change/", words.word_change, name="word_change"),
    path("settings/words/<int:pk>/forget/", words.word_forget, name="word_forget"),
]
