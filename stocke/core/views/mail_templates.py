"""The words of each kind of letter, in each language."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import uuid4

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_POST

from stocke.core.domain import letters, mail_templates
from stocke.core.domain.letter_facts import FACTS, named_in
from stocke.core.domain.letter_kinds import (
    KINDS,
    LANGUAGES,
    Audience,
    LetterKind,
    Words,
    shipped_words,
    words_of,
)
from stocke.core.domain.letter_preview import preview, with_gaps_named
from stocke.core.domain.letter_samples import SAMPLES
from stocke.core.domain.template_tests import send_to_oneself
from stocke.core.mail_forms import FactsChoice, WordsForm
from stocke.core.models import HistoryEntry
from stocke.core.outbox_queries import own_templates
from stocke.core.queries import timeline
from stocke.core.views.messages import LETTER_CSP
from stocke.core.web.access import StaffRequest, staff_can
from stocke.core.web.fact_sources import facts_named, facts_of
from stocke.core.web.partials import go_on, page, partial
from stocke.core.web.timeline import build_timeline, signature
from stocke.core.web.undo import offer_undo


@staff_can("messages.view")
def template_list(request: StaffRequest) -> HttpResponse:
    own = own_templates()
    groups = [
        (
            audience.label,
            [
                (kind, [(language, own.get((kind.key, language))) for language in LANGUAGES])
                for kind in KINDS.values()
                if kind.audience == audience
            ],
        )
        for audience in Audience
    ]
    return page(request, "core/mail_templates.html", groups=groups, nav_key="messages")


def known_kind(key: str, language: str) -> LetterKind:
    """The kind of letter at this address. Raises Http404."""
    if key not in KINDS or language not in LANGUAGES:
        raise Http404
    return KINDS[key]


def chosen(request: HttpRequest) -> str:
    return request.POST.get("facts", "") or request.GET.get("facts", "")


def named(request: HttpRequest) -> str:
    return (request.POST.get("number", "") or request.GET.get("number", "")).strip()[:40]


def chosen_facts(request: StaffRequest, language: str) -> Mapping[str, str]:
    """The facts that the preview is to speak of; an invented order's where the chosen thing is gone."""
    if number := named(request):
        return facts_named(number, language, request.user) or SAMPLES[language]
    return facts_of(chosen(request), language, request.user) or SAMPLES[language]


def facts_choice(request: StaffRequest, kind: LetterKind, language: str) -> FactsChoice:
    """Whose facts are looked at; a number that nobody knows says so."""
    number = named(request)
    choice = FactsChoice({"facts": chosen(request), "number": number}, kind=kind.key)
    if number and facts_named(number, language, request.user) is None:
        choice.add_error(
            "number", _("No case has this number, and no letter was written about such an order.")
        )
    return choice


def drawn(
    request: StaffRequest, kind: LetterKind, language: str, form: WordsForm, words: Words, fragment: str = ""
) -> HttpResponse:
    """The editor with a preview of `words`, or the part of it that htmx asked for."""
    shipped, needed = shipped_words(kind.key, language), mail_templates.must_name(kind.key, language)
    return partial(
        request,
        f"core/mail_template.html{fragment}",
        status=422 if form.is_bound and form.errors else 200,
        form=form,
        kind=kind,
        language=language,
        languages=LANGUAGES,
        choice=facts_choice(request, kind, language),
        letter=preview(words, facts := chosen_facts(request, language)),
        useful=[
            (f"{{{name}}}", FACTS[name], facts.get(name) or SAMPLES[language].get(name, ""), name in needed)
            for name in useful_facts(shipped, words)
        ],
        other=other_language(kind, language),
        versions=versions_of(kind, language),
        key=uuid4().hex,
        is_own=words_of(kind.key, language) != shipped,
        timeline=build_timeline(timeline(mail_templates.thread(kind.key, language)), request),
        nav_key="messages",
    )


def other_language(kind: LetterKind, language: str) -> tuple[str, Words]:
    """The same letter in the other language, to write both alike."""
    other = next(one for one in LANGUAGES if one != language)
    return other, words_of(kind.key, other)


@dataclass(frozen=True)
class Version:
    """One change of the words: who made it, when, and line by line what it changed."""

    entry: HistoryEntry
    who: str
    is_present: bool
    difference: list[mail_templates.DiffLine]


def versions_of(kind: LetterKind, language: str) -> list[Version]:
    """The changes, newest first."""
    entries = mail_templates.versions(kind.key, language)[:30]
    return [
        Version(
            entry,
            signature(entry),
            at == 0,
            mail_templates.difference(Words(**entry.before), Words(**entry.after)),
        )
        for at, entry in enumerate(entries)
    ]


def useful_facts(shipped: Words, words: Words) -> list[str]:
    """The facts that this kind of letter has: those of our own words and of the present ones, and the shop's."""
    named = named_in(shipped.subject, shipped.body, words.subject, words.body)
    return [name for name in dict.fromkeys([*named, "shop.signature"]) if name in FACTS]


def typed_words(form: WordsForm) -> Words:
    """What stands in the fields, right or wrong."""
    return Words(str(form["subject"].value() or ""), str(form["body"].value() or ""))


@staff_can("messages.view")
def template_page(request: StaffRequest, kind: str, language: str) -> HttpResponse:
    known, words = known_kind(kind, language), words_of(kind, language)
    form = WordsForm(kind=kind, language=language, initial={"subject": words.subject, "body": words.body})
    return drawn(request, known, language, form, words)


@require_POST
@staff_can("messages.view")
def template_preview(request: StaffRequest, kind: str, language: str) -> HttpResponse:
    """The letter with the words as they are being typed. Saves nothing."""
    form = WordsForm(request.POST, kind=kind, language=language)
    form.full_clean()
    return drawn(request, known_kind(kind, language), language, form, typed_words(form), "#preview")


@require_POST
@staff_can("messages.view")
@xframe_options_sameorigin
@csp_override(LETTER_CSP)
def template_as_mail(request: StaffRequest, kind: str, language: str) -> HttpResponse:
    """The HTML mail that these words would make, for a frame. Facts that are missing show their names."""
    known_kind(kind, language)
    words = typed_words(WordsForm(request.POST, kind=kind, language=language))
    facts = with_gaps_named(words, chosen_facts(request, language))
    letter = letters.render(kind, language, facts, subject=words.subject, body=words.body)
    return HttpResponse(letter.html)


@require_POST
@staff_can("templates.edit")
def template_save(request: StaffRequest, kind: str, language: str) -> HttpResponse:
    known = known_kind(kind, language)
    form = WordsForm(request.POST, kind=kind, language=language)
    if not form.is_valid():
        return drawn(request, known, language, form, typed_words(form))
    if mail_templates.save_words(kind, language, **form.cleaned_data, by=request.staff):
        offer_undo(request, _("Template saved"), reverse("core:mail_template_undo", args=[kind, language]))
    else:
        notices.info(request, _("Nothing to save: the words are the same"))
    return go_on(request, reverse("core:mail_template", args=[kind, language]))


@require_POST
@staff_can("templates.edit")
def template_reset(request: StaffRequest, kind: str, language: str) -> HttpResponse:
    known_kind(kind, language)
    if mail_templates.reset_words(kind, language, by=request.staff):
        back = reverse("core:mail_template_undo", args=[kind, language])
        offer_undo(request, _("Shipped words in use again"), back)
    return go_on(request, reverse("core:mail_template", args=[kind, language]))


@require_POST
@staff_can("templates.edit")
def template_undo(request: StaffRequest, kind: str, language: str) -> HttpResponse:
    """Take back the last change of these words."""
    known_kind(kind, language)
    return former_words(
        request, kind, language, lambda: mail_templates.undo_last(kind, language, by=request.staff)
    )


@require_POST
@staff_can("templates.edit")
def template_version(request: StaffRequest, kind: str, language: str, version: int) -> HttpResponse:
    """Use the words of an earlier version again."""
    known_kind(kind, language)

    def use() -> bool:
        return mail_templates.use_version(kind, language, version, by=request.staff)

    return former_words(request, kind, language, use)


def former_words(request: StaffRequest, kind: str, language: str, use: Callable[[], bool]) -> HttpResponse:
    try:
        if use():
            notices.success(request, _("Former words in use again"))
    except HistoryEntry.DoesNotExist:
        raise Http404 from None
    except (mail_templates.UnknownFacts, mail_templates.LacksFacts) as refused:
        said = _("That version lacks or misspells a fact that must be said: %(names)s. Nothing was changed.")
        notices.error(request, said % {"names": refused})
    return go_on(request, reverse("core:mail_template", args=[kind, language]))


@require_POST
@staff_can("templates.edit")
def template_test(request: StaffRequest, kind: str, language: str) -> HttpResponse:
    """Send what stands in the fields to oneself. Saves nothing."""
    known = known_kind(kind, language)
    form = WordsForm(request.POST, kind=kind, language=language)
    words = typed_words(form)
    if not form.is_valid():
        return drawn(request, known, language, form, words)
    facts, key = chosen_facts(request, language), request.POST.get("key", "")[:40] or uuid4().hex
    send_to_oneself(kind, language, words, facts, reader=request.user, key=key, by=request.staff)
    notices.success(request, _("Sent to %(address)s") % {"address": request.user.email})
    return drawn(
        request,
        known,
        language,
        WordsForm(kind=kind, language=language, initial=dict(request.POST.items())),
        words,
    )
