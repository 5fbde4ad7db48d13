"""The words and titles of suppliers that people have explained: the list, one of them, a new one."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from stocke.core.queries import timeline
from stocke.core.web.access import StaffRequest, staff_can
from stocke.core.web.listpage import Empty, ListPage, PageAction, list_response
from stocke.core.web.partials import form_page, go_on
from stocke.core.web.settings_tabs import tabs_for
from stocke.core.web.timeline import build_timeline
from stocke.core.web.undo import offer_undo
from suppliers.domain.words import forget, learn
from suppliers.forms.explaining import explained_by
from suppliers.forms.words import COUNTED, MEANINGS, NEW_FORMS, Explained, form_for, said_as
from suppliers.models import Feed, LearnedWord, Stands
from suppliers.queries.words import heard_from, words_for_list
from suppliers.tables.words import WordFilter, WordTable, unexplained

NEW = PageAction(
    gettext_lazy("Explain a word"),
    "suppliers:word_new",
    permission="feeds.edit",
    icon="plus",
    primary=True,
    key="n",
)
NEW_TITLE = PageAction(
    gettext_lazy("Explain a column title"), "suppliers:title_new", permission="feeds.edit", icon="plus"
)
WORDS = ListPage(
    key="words",
    title=gettext_lazy("Learned words"),
    rows=lambda request: words_for_list(),
    table=WordTable,
    filters=WordFilter,
    search_label=gettext_lazy("Search by a part of the word"),
    template="suppliers/word_list.html",
    actions=(NEW_TITLE, NEW),
    empty=Empty(
        gettext_lazy("No word was explained yet"),
        gettext_lazy(
            "Words for “in stock” and titles of columns in the languages of Europe are understood without it. What "
            "a supplier invents stands with his imports and on the page of his columns: one click explains it, and "
            "a column that you choose there teaches its title."
        ),
        action=NEW,
    ),
    context={"nav_key": "settings"},
)


@staff_can("feeds.view")
def word_list(request: StaffRequest) -> HttpResponseBase:
    return list_response(request, replace(WORDS, context={**WORDS.context, "tabs": tabs_for(request)}))


@staff_can("feeds.edit")
def word_new(request: StaffRequest, stands: Stands = Stands.CELL) -> HttpResponse:
    form = NEW_FORMS[stands](request.POST or None)
    if request.method == "POST" and form.is_valid():
        text, supplier = form.cleaned_data["text"], form.cleaned_data["supplier"]
        learn({text: form.kept()}, supplier=supplier, by=request.staff, stands=stands)
        messages.success(request, said_learned(text, form.kept(), stands))
        return go_on(request, reverse("suppliers:words"))
    is_title = stands == Stands.TITLE
    return form_page(request, "suppliers/word_new.html", form=form, is_title=is_title, nav_key="settings")


@staff_can("feeds.view")
def word(request: StaffRequest, pk: int) -> HttpResponse:
    shown = word_or_404(pk)
    return word_page(request, shown, form_for(shown))


@require_POST
@staff_can("feeds.edit")
def word_change(request: StaffRequest, pk: int) -> HttpResponse:
    shown = word_or_404(pk)
    form, stands = form_for(shown, request.POST), Stands(shown.stands)
    if not form.is_valid():
        return word_page(request, shown, form)
    if learn({shown.text: form.kept()}, supplier=shown.supplier, by=request.staff, stands=stands):
        messages.success(request, said_learned(shown.text, form.kept(), stands))
    return go_on(request, reverse("suppliers:word", args=[pk]))


@require_POST
@staff_can("feeds.edit")
def word_forget(request: StaffRequest, pk: int) -> HttpResponse:
    shown = word_or_404(pk)
    forget([shown], by=request.staff)
    messages.success(request, _("“%(word)s” was forgotten") % {"word": shown.text})
    return go_on(request, safe_next(request, reverse("suppliers:words")))


@require_POST
@staff_can("feeds.edit")
def feed_word(request: StaffRequest, pk: int) -> HttpResponse:
    """One click beside a word that nobody had explained; back to where it stood."""
    feed = get_object_or_404(Feed.objects.select_related("supplier"), pk=pk)
    back = safe_next(request, reverse("suppliers:feed", args=[pk]))
    text, meaning = explained_by(request.POST)
    if not meaning:
        messages.warning(request, _("Say how many units. Nothing was learned."))
        return go_on(request, back)
    supplier = None if request.POST.get("words_for") == "all" else feed.supplier
    for learned in learn({text: meaning}, supplier=supplier, by=request.staff):
        undo = f"{reverse('suppliers:word_forget', args=[learned.pk])}?{urlencode({'next': back})}"
        offer_undo(request, said_learned(text, meaning), undo)
    return go_on(request, back)


def safe_next(request: StaffRequest, otherwise: str) -> str:
    """Where the form stood, when that is one of our own pages."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    return wanted if url_has_allowed_host_and_scheme(wanted, None) else otherwise


def said_learned(text: str, meaning: str, stands: Stands = Stands.CELL) -> str:
    if stands == Stands.TITLE:
        said = _("A column titled “%(word)s” is read as: %(meaning)s. We propose it from the next file on.")
    else:
        said = _("“%(word)s” means: %(meaning)s. It counts from the next import on.")
    return said % {"word": text, "meaning": said_as(meaning)}


def word_page(request: StaffRequest, shown: LearnedWord, form: Explained) -> HttpResponse:
    return form_page(
        request,
        "suppliers/word.html",
        form=form,
        word=shown,
        is_title=shown.stands == Stands.TITLE,
        meaning=said_as(shown.meaning),
        timeline=build_timeline(timeline(f"learnedword:{shown.pk}"), request),
        nav_key="settings",
    )


def word_or_404(pk: int) -> LearnedWord:
    return get_object_or_404(words_for_list(), pk=pk)


def words_context(facts: Mapping[str, Any], supplier_id: int) -> dict[str, Any]:
    """What a page about a file needs to show the words that were not understood in it."""
    words = facts.get("unknown_words")
    return {
        "unexplained": unexplained(facts, heard_from(supplier_id).words) if words else [],
        "meanings": MEANINGS.items(),
        "counted_meanings": COUNTED.items(),
    }
