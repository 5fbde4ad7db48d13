"""The playbook at work: what it says of a case now, acting alone on it, and changing its rules."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields

from django.conf import settings
from django.db import transaction
from django.forms.models import model_to_dict
from django.utils import timezone

from orders.domain.case_clock import case_clock
from orders.domain.cases import holder_of, lock_case
from orders.domain.options import PricedOption
from orders.domain.outright import refund_outright
from orders.domain.playbook import Play, Rule, Situation, play
from orders.domain.proposals import LetterDraft, propose
from orders.domain.ways_out import stake_of, ways_out
from orders.models import CaseStatus, Playbook, PlaybookAct, PlaybookRule, StockoutCase
from orders.queries.cases import cases_with_order
from stocke.core.actors import Actor
from stocke.core.domain.history import record
from stocke.core.models import Shop

THREAD = "playbook"


def rules_now() -> list[Rule]:
    """The saved rules, the first that fits in front."""
    return [rule_of(row) for row in PlaybookRule.objects.all()]


def rule_of(row: PlaybookRule) -> Rule:
    given = {field.name: getattr(row, field.name) for field in fields(Rule)}
    return Rule(**{**given, "act": PlaybookAct(row.act)})


def situation_of(case: StockoutCase, options: Sequence[PricedOption]) -> Situation:
    """What the rules look at, as it stands now."""
    now, stake = timezone.now(), stake_of(case)
    refund = case_clock(case, stake, None, None, now=now).refund
    return Situation(
        value_cents=stake.goods_cents,
        cause=case.cause,
        opened_at=case.opened_at,
        options=options,
        today=timezone.localdate(),
        in_shop_currency=stake.currency == Shop.current().currency,
        refund_is_doubtful=refund.rule.is_doubtful or refund.other is not None,
    )


def play_of(case: StockoutCase, options: Sequence[PricedOption], rules: Sequence[Rule]) -> Play | None:
    """What these rules say of the case now; nothing is written."""
    return play(rules, situation_of(case, options)) if rules else None


@transaction.atomic
def act_alone(case_id: int, *, by: Actor) -> Play | None:
    """Do what the playbook says, if it may and the time has come; else None, and nothing is changed.

    Never where a person was before: no proposal was made, nobody works on the case, and it is nobody's task.
    """
    case = lock_case(case_id)
    untouched = case.status == CaseStatus.TO_PROPOSE and case.version == 0 and case.assigned_to_id is None
    if not (untouched and holder_of(case) is None and Playbook.current().acts_alone):
        return None
    options = ways_out(case)
    found = play_of(case, options, rules_now())
    if found is None or found.alone_at is None or found.alone_at > timezone.now():
        return None
    note_play(case, found, by=by)
    if found.is_outright:
        refund_outright(case.pk, version=0, by=by, via="playbook")
    else:
        chosen = [option for option in options if option.key in found.keys]
        wait = settings.COMMON_UNDO_SECONDS
        propose(case.pk, version=0, options=chosen, letter=LetterDraft(), by=by, delay_seconds=wait)
    return found


def note_play(case: StockoutCase, found: Play, *, by: Actor) -> None:
    """Keep with the case which sentence acted, as it read then. The caller holds the case."""
    said = {"rule": found.rule.position, "act": found.rule.act, "at": timezone.now().isoformat()}
    case.facts = {**case.facts, "playbook": said}
    case.save(update_fields=["facts"])
    sentence = {name: value for name, value in asdict(found.rule).items() if value not in (None, "")}
    record(
        case.line.order,
        "playbook.acted",
        by=by,
        case=case.number,
        product=case.line.ordered_name,
        **sentence,
    )


def dry_run(rules: Sequence[Rule], limit: int) -> list[tuple[StockoutCase, Play | None]]:
    """What these rules would say of the cases that wait now, the most urgent first. Nothing is written."""
    waiting = cases_with_order().filter(status=CaseStatus.TO_PROPOSE).order_by("respond_by", "id")[:limit]
    return [(case, play_of(case, ways_out(case), rules)) for case in waiting]


@transaction.atomic
def save_playbook(rules: Sequence[Mapping[str, object]], *, by: Actor, **settled: bool | int) -> bool:
    """Replace all rules, in this order, and set what else is given; False when everything reads as before."""
    Playbook.objects.get_or_create(pk=1)
    Playbook.objects.select_for_update().get(pk=1)
    before = _as_it_reads()
    PlaybookRule.objects.all().delete()
    PlaybookRule.objects.bulk_create(
        PlaybookRule(**{**given, "position": at}) for at, given in enumerate(rules, start=1)
    )
    Playbook.objects.filter(pk=1).update(**settled)
    after = _as_it_reads()
    if before == after:
        return False
    record(THREAD, "playbook.changed", by=by, before=before, after=after)
    return True


def _as_it_reads() -> dict[str, object]:
    return {
        **model_to_dict(Playbook.current(), exclude=["id"]),
        "rules": [asdict(rule) for rule in rules_now()],
    }
