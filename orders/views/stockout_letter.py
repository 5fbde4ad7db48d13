"""The composer: the words to start from, what was typed, and the letter as the customer would read it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import override

from orders.domain.case_letters import last_day_to_answer, letter_facts, usual_kind
from orders.domain.options import with_refund
from orders.domain.proposals import wrote_lately
from orders.forms.cases import ProposalForm
from orders.models import VerificationPolicy
from orders.views.stockout_desk import CaseView
from stocke.core.domain.letter_kinds import Words, words_of
from stocke.core.domain.letter_preview import Preview, preview


@dataclass(frozen=True)
class Composer:
    """The letter being written."""

    form: ProposalForm
    preview: Preview
    facts: int
    is_silent: bool


def composer(view: CaseView, typed: QueryDict | None = None, *, is_reset: bool = False) -> Composer:
    """The letter as it stands. With `is_reset`, the words of the chosen template replace what was typed."""
    kind, language = _chosen(view, typed)
    words = words_of(kind, language)
    if typed is not None and not is_reset:
        words = Words(typed.get("subject", words.subject), typed.get("body", words.body))
    facts = facts_now(view, language)
    with override(language):
        shown = preview(words, facts)
    form = ProposalForm(initial=_initial(view, kind, language, words), auto_id="letter_%s")
    is_silent = view.case.status == "with_customer" and wrote_lately(view.case)
    return Composer(form, shown, sum(bool(value) for value in facts.values()), is_silent)


def _chosen(view: CaseView, typed: QueryDict | None) -> tuple[str, str]:
    """The template and the language: what was chosen, else what fits the case and the customer."""
    given: Mapping[str, Any] = typed or {}
    known = dict(ProposalForm().fields["kind"].choices)  # type: ignore[attr-defined]
    kind = str(given.get("kind", ""))
    language = str(given.get("language", ""))
    return (
        kind if kind in known else usual_kind(view.case, view.priced),
        language if language in ("fr", "en") else view.case.line.order.customer.language,
    )


def _initial(view: CaseView, kind: str, language: str, words: Words) -> dict[str, Any]:
    return {
        "version": view.case.version,
        "kind": kind,
        "language": language,
        "subject": words.subject,
        "body": words.body,
    }


def facts_now(view: CaseView, language: str) -> dict[str, str]:
    """The facts that a letter sent now would carry."""
    days = VerificationPolicy.current().customer_days
    return letter_facts(
        view.case,
        view.stake,
        with_refund(view.priced, view.stake),
        deadline=last_day_to_answer(days, now=timezone.now()),
        version=view.case.version + 1,
        language=language,
    )
