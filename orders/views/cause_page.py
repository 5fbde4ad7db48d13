"""The page of one cause in values: what can be decided, what it means for each case, and letters to read at random."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from orders.domain.case_letters import last_day_to_answer, letter_facts, usual_kind
from orders.domain.cause_plan import Fit, Misfit
from orders.domain.cause_ways import Cause, plan_of
from orders.domain.options import PricedOption
from orders.models import DecisionAct, OptionKind, StockoutCase, VerificationPolicy
from orders.views.case_options import OptionRow, gap_in_words, row_of
from orders.views.stockout_desk import default_keys, history_of
from stocke.core.domain.letter_kinds import words_of
from stocke.core.domain.letter_preview import Preview, preview
from stocke.core.models import User

LETTERS_SHOWN = 3
MISFITS: Mapping[Misfit, Promise] = {
    Misfit.HELD: _("a colleague works on it"),
    Misfit.SOLD_OUT: _("not enough left for this case"),
    Misfit.CURRENCY: _("paid in another currency"),
    Misfit.VOUCHER: _("no voucher may stand beside the refund in this country"),
    Misfit.MOVED_ON: _("somebody has changed it meanwhile"),
    Misfit.CLOSED: _("settled meanwhile"),
    Misfit.GONE: _("what was to be offered is no longer there"),
    Misfit.INCOMPLETE: _("its letter would lack a fact of the record"),
    Misfit.FAULT: _("a fault of ours, several times"),
}


@dataclass(frozen=True)
class CauseRow:
    """One case and what the decision means for it."""

    case: StockoutCase
    history: str
    differences: Sequence[str]
    misfit: str
    is_ticked: bool

    @property
    def value(self) -> str:
        """What the form sends: the case, and the version that was looked at."""
        return f"{self.case.pk}:{self.case.version}"


@dataclass(frozen=True)
class SampleLetter:
    name: str
    preview: Preview


@dataclass(frozen=True)
class CausePage:
    """Everything that the page shows."""

    example: StockoutCase
    act: str
    keys: Sequence[str]
    options: Sequence[OptionRow]
    rows: Sequence[CauseRow]
    total: int
    currency: str
    value_cents: int
    borne_cents: int
    letters: Sequence[SampleLetter]

    @property
    def fitting(self) -> int:
        return sum(row.is_ticked for row in self.rows)

    @property
    def left_out(self) -> int:
        return len(self.rows) - self.fitting

    @property
    def further(self) -> int:
        """Those that are not shown: each is judged when its turn comes."""
        return self.total - len(self.rows)


def cause_page(cause: Cause, query: QueryDict, *, user: User) -> CausePage:
    """The cause as it is now, with the options that are ticked so far."""
    act = DecisionAct.REFUND if query.get("act") == DecisionAct.REFUND else DecisionAct.OFFER
    keys = query.getlist("options") if "asked" in query else default_keys(cause.offered)
    wanted = cause.wanted(keys if act == DecisionAct.OFFER else [])
    plan = plan_of(cause, wanted, user_id=user.pk)
    fitting = [case for case, fit in zip(cause.cases, plan, strict=True) if fit.misfit is None]
    first = cause.cases[0]
    return CausePage(
        example=first,
        act=act,
        keys=[option.key for option in wanted],
        options=option_rows(cause, wanted),
        rows=[row(cause, case, fit, wanted) for case, fit in zip(cause.cases, plan, strict=True)],
        total=cause.total,
        currency=first.line.order.currency,
        value_cents=sum(cause.stakes[case.pk].refund_cents for case in fitting),
        borne_cents=sum(fit.worst_cents for fit in plan if fit.misfit is None),
        letters=[letter_to(cause, case, wanted) for case in at_random(fitting)]
        if act == DecisionAct.OFFER
        else [],
    )


def option_rows(cause: Cause, wanted: Sequence[PricedOption]) -> list[OptionRow]:
    keys, stake = {option.key for option in wanted}, cause.stakes[cause.cases[0].pk]
    return [
        row_of(option, stake, key=str(at) if at < 10 else "", is_ticked=option.key in keys)
        for at, option in enumerate(cause.offered, start=1)
    ]


def row(cause: Cause, case: StockoutCase, fit: Fit, wanted: Sequence[PricedOption]) -> CauseRow:
    stake = cause.stakes[case.pk]
    options = cause.options_for(case, wanted)
    return CauseRow(
        case=case,
        history=history_of(case),
        differences=[gap_in_words(one, stake) for one in options if one.kind == OptionKind.SUBSTITUTE],
        misfit=str(MISFITS[fit.misfit]) if fit.misfit else "",
        is_ticked=fit.misfit is None,
    )


def at_random(cases: Sequence[StockoutCase]) -> Sequence[StockoutCase]:
    """The first, the last and one between: enough to see what differs, and the same at every look."""
    if len(cases) <= LETTERS_SHOWN:
        return cases
    return [cases[0], cases[len(cases) // 2], cases[-1]]


def letter_to(cause: Cause, case: StockoutCase, wanted: Sequence[PricedOption]) -> SampleLetter:
    """The letter that this customer would get, in his language."""
    options, customer = cause.options_for(case, wanted), case.line.order.customer
    facts = letter_facts(
        case,
        cause.stakes[case.pk],
        options,
        deadline=last_day_to_answer(VerificationPolicy.current().customer_days, now=timezone.now()),
        version=case.version + 1,
        language=customer.language,
    )
    words = words_of(usual_kind(case, options), customer.language)
    with override(customer.language):
        return SampleLetter(customer.full_name, preview(words, facts))
