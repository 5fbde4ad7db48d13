"""The customer's choice: recorded, changed until it is carried out, and carried out once.

The choice stands for a while before it is carried out (settings.CHANGE_OF_MIND_SECONDS), so that he may change
his mind; what he chose is kept for him meanwhile (`kept_choices`). `executed_at` is set once, under the case's lock:
whoever comes second finds nothing left to do.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, Max
from django.utils import timezone

from orders.domain.allocations import release_chosen
from orders.domain.case_letters import last_day_to_answer
from orders.domain.cases import CaseClosed, CaseError, lock_case, lock_open_case
from orders.domain.execution import SoldOut, carry_on, carry_out
from orders.domain.kept_choices import KEEPS, keep_chosen, kept_units
from orders.domain.proposals import ProposalOutdated, keep_letter, was_told
from orders.domain.receipts import confirm_choice
from orders.domain.resourcing import hold_offers
from orders.models import CaseOption, CaseStatus, OptionKind, StockoutCase, VerificationPolicy
from orders.queries.cases import open_questions, options_of, questions_of
from orders.queries.substitutes import product_with_source
from stocke.core.actors import Actor
from stocke.core.domain.history import record

# Why a case is with the agent again although a proposal stands: the chosen product sold out, or no letter reached him.
CAME_BACK = {"sold_out", "unreached"}
DAYS_AFTER_ANSWER = 2


class OptionGone(CaseError):
    """This way out no longer exists: sold out meanwhile, or its date has passed. Nothing was changed."""

    def __init__(self, option: CaseOption) -> None:
        super().__init__(f"option {option.pk} of case {option.case_id}")
        self.option = option


class StillMissing(CaseError):
    """Nobody can deliver the ordered product: the case stays open."""


def is_choosable(case: StockoutCase) -> bool:
    """Whether the customer may choose now: a proposal stands, or it came back to us and the rest of it stands."""
    if case.status in (CaseStatus.WITH_CUSTOMER, CaseStatus.TO_EXECUTE):
        return True
    return case.status == CaseStatus.TO_PROPOSE and not CAME_BACK.isdisjoint(case.facts)


def is_available(case: StockoutCase, option: CaseOption) -> bool:
    """Whether this way out is still open now. A refund always is."""
    if option.kind == OptionKind.SUBSTITUTE:
        return option.product_id is not None and in_stock(case, option.product_id)
    if option.kind == OptionKind.PARTIAL and not part_is_there(case, option):
        return False
    if option.kind == OptionKind.WAIT or option.until:
        return option.until is not None and option.until > timezone.localdate()
    return True


def part_is_there(case: StockoutCase, option: CaseOption) -> bool:
    """Whether one supplier has at least the units that this option sends now."""
    product = case.line.product_id
    return product is not None and in_stock(case, product, quantity=option.units or 1)


def in_stock(case: StockoutCase, product_id: int, *, quantity: int | None = None) -> bool:
    """Whether one supplier has so many units (default: all that are missing), with those kept for this case."""
    wanted = quantity or case.quantity
    return product_with_source(product_id, quantity=wanted, kept=kept_units(case)) is not None


def original_is_back(case: StockoutCase) -> bool:
    """Whether somebody could deliver the ordered product after all."""
    return case.line.product_id is not None and in_stock(case, case.line.product_id)


@transaction.atomic
def choose(case_id: int, option_id: int, *, version: int, by: Actor, via: str = "link") -> StockoutCase:
    """Record what the customer wants; until it is carried out, a new choice replaces the last. Idempotent.

    `via` is "link", or "phone" when staff write down what he said. Raises CaseClosed, ProposalOutdated when the
    page showed an older proposal, OptionGone; then nothing is changed. Units of a product are kept for him.
    """
    case = lock_open_case(case_id)
    option = CaseOption.objects.filter(pk=option_id, case=case).first()
    if case.version != version or option is None or option.version != version or not is_choosable(case):
        raise ProposalOutdated(case.number)
    if case.choice_id == option.pk:
        return case
    if not is_available(case, option):
        raise OptionGone(option)
    return record_choice(case, option, by=by, via=via)


@transaction.atomic
def choose_original(case_id: int, *, version: int, by: Actor, via: str = "link") -> StockoutCase:
    """The ordered product is back, and the customer wants it. Raises as `choose`, and StillMissing."""
    case = lock_open_case(case_id)
    if case.version != version or not is_choosable(case):
        raise ProposalOutdated(case.number)
    if not original_is_back(case):
        raise StillMissing(case.number)
    option = original_option(case)
    return case if case.choice_id == option.pk else record_choice(case, option, by=by, via=via)


def original_option(case: StockoutCase) -> CaseOption:
    """The option "your original product" of this version, written the first time somebody wants it."""
    existing = options_of(case).filter(kind=OptionKind.SUBSTITUTE, product=case.line.product).first()
    if existing is not None:
        return existing
    return CaseOption.objects.create(
        case=case,
        version=case.version,
        position=options_of(case).count() + 1,
        kind=OptionKind.SUBSTITUTE,
        product=case.line.product,
        reasons=[{"key": "original_back", "name": "", "before": "", "after": ""}],
    )


def record_choice(case: StockoutCase, option: CaseOption, *, by: Actor, via: str) -> StockoutCase:
    """Put the choice on the case and on the record, and keep its units. The caller holds the case.

    Raises OptionGone when nobody has the units any more.
    """
    if not keep_chosen(case, option, by=by):
        raise OptionGone(option)
    before = {"option": case.choice.kind} if case.choice else {}
    case.choice, case.chosen_at, case.status = option, timezone.now(), CaseStatus.TO_EXECUTE
    case.choice_via = via
    case.save(update_fields=["choice", "chosen_at", "status", "choice_via"])
    record(
        case.line.order,
        "case.chosen",
        by=by,
        before=before,
        after={"option": option.kind},
        case=case.number,
        via=via,
        product=option.product.name if option.product else "",
        until=option.until.isoformat() if option.until else "",
    )
    return case


def carried_out_at(case: StockoutCase) -> datetime | None:
    """When the choice will be carried out, if he does not change it."""
    if case.chosen_at is None or case.executed_at is not None:
        return None
    return case.chosen_at + timedelta(seconds=settings.CHANGE_OF_MIND_SECONDS)


@transaction.atomic
def execute(case_id: int, *, by: Actor, chosen_before: datetime | None = None) -> StockoutCase:
    """Carry out the choice, once; a second call finds it done and changes nothing.

    With `chosen_before`, a choice changed since then is left for later. When the chosen product sold out
    meanwhile, the case goes back to the agent with that reason.
    """
    case = lock_case(case_id)
    choice = case.choice
    if case.status != CaseStatus.TO_EXECUTE or choice is None or case.chosen_at is None:
        return case
    if chosen_before is not None and case.chosen_at > chosen_before:
        return case
    if choice.kind in KEEPS:
        # Until the end: where it is sold out, what was tried is undone, and with it the locks that were taken there.
        # Another case for the last unit would then still find ours kept, and both would go back.
        hold_offers(case.line, product_id=choice.product_id)
    try:
        carry_out(case, choice, by=by)
    except SoldOut:
        name = choice.product.name if choice.product else ""
        return _back_to_agent(lock_case(case_id), "sold_out", product=name, by=by)
    confirm_choice(case, choice, by=by)
    carry_on(case.line.order, by=by)
    return case


def _back_to_agent(case: StockoutCase, fact: str, *, product: str, by: Actor) -> StockoutCase:
    """A person must write again, and the case says why; the customer's page says what still stands."""
    release_chosen(case.line, reason="feed_fell", by=by)
    now = timezone.now()
    case.facts = {**case.facts, fact: {"product": product, "at": now.isoformat()}}
    case.status, case.choice, case.chosen_at = CaseStatus.TO_PROPOSE, None, None
    case.respond_by = now + timedelta(hours=VerificationPolicy.current().respond_hours)
    case.save(update_fields=["facts", "status", "choice", "chosen_at", "respond_by"])
    record(case.line.order, f"case.{fact}", by=by, case=case.number, product=product)
    return case


@transaction.atomic
def settle_silence(case_id: int, *, by: Actor) -> bool:
    """The customer's time is over without an answer: the refund that the letter announced, once.

    False when he has answered, or has time left. This is the shop's policy, told in every letter. A letter that
    came back, or perhaps never left, has told him nothing: then nothing is decided for him, and a person is asked.
    Whoever asked us something is not silent: nothing is decided before we have answered and he has had time to read.
    """
    case = lock_case(case_id)
    now = timezone.now()
    if case.status != CaseStatus.WITH_CUSTOMER or case.deadline is None or case.deadline > now:
        return False
    if waits_for_our_answer(case) or _gives_time_after_answer(case, now):
        return False
    if not was_told(case):
        _back_to_agent(case, "unreached", product=case.line.ordered_name, by=by)
        return True
    refund = options_of(case).get(kind=OptionKind.REFUND)
    case.choice, case.chosen_at = refund, now
    carry_out(case, refund, by=by, told_as="case.defaulted")
    carry_on(case.line.order, by=by)
    return True


def waits_for_our_answer(case: StockoutCase) -> bool:
    """Whether something that was written about this order waits for a person."""
    return StockoutCase.objects.filter(Exists(open_questions()), pk=case.pk).exists()


def _gives_time_after_answer(case: StockoutCase, now: datetime) -> bool:
    """A question that we have answered gives him two whole days from then; the new last day is on the case."""
    answered = questions_of(case).aggregate(last=Max("settled_at"))["last"]
    if answered is None:
        return False
    until = last_day_to_answer(DAYS_AFTER_ANSWER, now=answered)
    if until <= now:
        return False
    StockoutCase.objects.filter(pk=case.pk).update(deadline=until)
    return True


@transaction.atomic
def reinstate(case_id: int, *, by: Actor, offer_id: int | None = None) -> StockoutCase:
    """Staff found that the ordered product can be delivered after all: promised again, and the case is closed.

    `offer_id` is the source that staff chose, whatever limits of the policy it breaks. Raises CaseClosed,
    StillMissing, and ProposalOutdated when the customer has already chosen something else.
    """
    case = lock_open_case(case_id)
    if case.status == CaseStatus.TO_EXECUTE:
        raise ProposalOutdated(case.number)
    if not original_is_back(case):
        raise StillMissing(case.number)
    option = original_option(case)
    case.choice, case.chosen_at = option, timezone.now()
    try:
        carry_out(case, option, by=by, told_as="case.reinstated", offer_id=offer_id)
    except SoldOut:
        raise StillMissing(case.number) from None
    keep_letter(case, by=by)
    carry_on(case.line.order, by=by)
    return case


__all__ = ["CaseClosed", "OptionGone", "ProposalOutdated", "SoldOut", "StillMissing"]
