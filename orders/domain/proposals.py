"""Writing to the customer: one letter per version of the proposal, which can be taken back for a moment."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from customers.domain.apologies import apologise
from orders.domain.case_letters import last_day_to_answer, letter_facts, usual_kind
from orders.domain.cases import CaseError, claim, lock_open_case
from orders.domain.options import PricedOption, Stake, reasons_as_json, with_refund
from orders.domain.ways_out import stake_of
from orders.models import CaseOption, CaseStatus, StockoutCase, VerificationPolicy
from stocke.core.actors import Actor
from stocke.core.domain import outbox
from stocke.core.domain.history import record, thread_of
from stocke.core.models import Message
from stocke.core.models.history import ActorKind

# A second apology for one line within two days does harm: the page is brought up to date instead.
LETTERS_APART = timedelta(hours=48)


class ProposalOutdated(CaseError):
    """The case has moved on since the page was drawn: it has a newer proposal, or this one was taken back."""


class LetterIncomplete(CaseError):
    """The letter names facts that are not on the record; nothing was sent."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(", ".join(names))
        self.names = tuple(names)


class TooLate(CaseError):
    """The letter has left the house, or the customer has answered it already."""


@dataclass(frozen=True)
class LetterDraft:
    """What the agent wrote; names of facts in braces are filled in. Empty texts mean the merchant's own words."""

    kind: str = ""
    subject: str | None = None
    body: str | None = None
    language: str = ""


@dataclass(frozen=True)
class Proposal:
    """What came of sending: the letter, or none when only the page was brought up to date."""

    case: StockoutCase
    message: Message | None
    is_new: bool


@transaction.atomic
def propose(
    case_id: int,
    *,
    version: int,
    options: Sequence[PricedOption],
    letter: LetterDraft,
    by: Actor,
    delay_seconds: int | None = None,
) -> Proposal:
    """Offer these ways out and write to the customer, through the outbox; the letter waits there for a while.

    `version` is the one the agent saw: a second click finds the proposal made and returns it, one letter in all.
    The refund is added when it was left out. Raises CaseClosed, HeldByAnother, ProposalOutdated,
    LetterIncomplete; then nothing is changed.
    """
    case = lock_open_case(case_id)
    if case.version == version + 1 and case.status == CaseStatus.WITH_CUSTOMER:
        return Proposal(case, message_of(case), is_new=False)
    if case.version != version or case.status == CaseStatus.TO_EXECUTE:
        raise ProposalOutdated(case.number)
    if by.kind == ActorKind.PERSON:
        claim(case, by=by)
    stake = stake_of(case)
    chosen = with_refund(options, stake)
    speaks = case.status == CaseStatus.TO_PROPOSE or not wrote_lately(case)
    deadline = last_day_to_answer(VerificationPolicy.current().customer_days, now=timezone.now())
    offer_version(case, chosen, deadline)
    message = (
        _write(case, stake, chosen, letter, deadline, by=by, delay_seconds=delay_seconds) if speaks else None
    )
    record(
        case.line.order,
        "case.proposed",
        by=by,
        case=case.number,
        product=case.line.ordered_name,
        version=case.version,
        options=[option.key for option in chosen],
        message=message.pk if message else None,
    )
    return Proposal(case, message, is_new=True)


def offer_version(case: StockoutCase, options: Sequence[PricedOption], deadline: datetime | None) -> None:
    """The next version, with its options and the customer's last day. The caller holds the case."""
    case.version += 1
    case.status, case.choice, case.chosen_at = CaseStatus.WITH_CUSTOMER, None, None
    case.deadline, case.reminded_at = deadline, None
    case.save(update_fields=["version", "status", "choice", "chosen_at", "deadline", "reminded_at"])
    CaseOption.objects.bulk_create(
        [
            CaseOption(
                case=case,
                version=case.version,
                position=position,
                kind=option.kind,
                product_id=option.product_id,
                reasons=reasons_as_json(option),
                until=option.until,
                amount_cents=option.amount_cents,
                price_difference_cents=option.price_difference_cents,
                units=option.units,
            )
            for position, option in enumerate(options, start=1)
        ]
    )


def _write(
    case: StockoutCase,
    stake: Stake,
    options: Sequence[PricedOption],
    letter: LetterDraft,
    deadline: datetime,
    *,
    by: Actor,
    delay_seconds: int | None,
) -> Message:
    """The letter of this version. Raises LetterIncomplete rather than leaving a held draft behind."""
    customer = case.line.order.customer
    language = letter.language or customer.language
    message = apologise(
        customer,
        kind=letter.kind or usual_kind(case, options),
        about=thread_of(case.line.order),
        key=message_key(case),
        facts=letter_facts(case, stake, options, deadline=deadline, version=case.version, language=language),
        by=by,
        subject=letter.subject,
        body=letter.body,
        language=language,
        delay_seconds=delay_seconds,
    )
    if names := outbox.held_for(message):
        raise LetterIncomplete(names)
    return message


def message_key(case: StockoutCase) -> str:
    return f"case:{case.pk}:proposal:{case.version}"


def message_of(case: StockoutCase) -> Message | None:
    """The letter of the newest proposal, if it was one."""
    return Message.objects.filter(dedupe_key=message_key(case)).first()


def keep_letter(case: StockoutCase, *, by: Actor) -> None:
    """Cancel the newest letter if it has not left: what it says is no longer so."""
    message = message_of(case)
    if message is not None and message.status in (Message.Status.DRAFT, Message.Status.APPROVED):
        # Its sending may begin this very moment: then the customer's page tells him how it went on.
        with suppress(outbox.NotPossible):
            outbox.cancel(message, by=by)


def letters_of(case: StockoutCase) -> QuerySet[Message]:
    """Every letter of this case that was not taken back."""
    letters = Message.objects.filter(dedupe_key__startswith=f"case:{case.pk}:proposal:")
    return letters.exclude(status=Message.Status.CANCELLED)


def wrote_lately(case: StockoutCase) -> bool:
    """Whether a letter of this case went out, or is about to, within the last two days."""
    return letters_of(case).filter(created_at__gt=timezone.now() - LETTERS_APART).exists()


def was_told(case: StockoutCase) -> bool:
    """Whether the newest letter of this case has left and did not come back: else his silence says nothing."""
    newest = letters_of(case).order_by("-pk").first()
    return newest is not None and newest.status == Message.Status.SENT


@transaction.atomic
def take_back(case_id: int, *, version: int, by: Actor) -> StockoutCase:
    """Undo a proposal whose letter is still in the house: the letter is cancelled, the case is to be proposed.

    Raises TooLate when the letter is being sent or the customer has chosen; then nothing is changed.
    """
    case = lock_open_case(case_id)
    if case.version != version or case.status != CaseStatus.WITH_CUSTOMER:
        raise TooLate(case.number)
    message = message_of(case)
    if message is None:
        raise TooLate(case.number)
    try:
        outbox.cancel(message, by=by)
    except outbox.NotPossible as gone:
        raise TooLate(case.number) from gone
    case.status, case.deadline = CaseStatus.TO_PROPOSE, None
    case.save(update_fields=["status", "deadline"])
    record(case.line.order, "case.taken_back", by=by, case=case.number, version=version)
    return case
