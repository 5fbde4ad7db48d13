"""Previews of policies: asked for by a person, worked off by a job in batches, kept for some days.

Nothing is written but the preview's own row. The row is the truth: the sweep queues again what the queue lost.
"""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from orders.domain.asking import Asking
from orders.domain.comparing_policies import Comparison, add_to, with_policy
from orders.domain.rulebook import Rulebook
from orders.domain.sourcing_policies import Draft, save_policy
from orders.models import AskingRules, SourcingPolicy, SourcingTrial, SourcingTrialStatus
from orders.queries.policy import PastOrder, latest_orders, past_orders
from orders.queries.questions import answerable
from orders.queries.sourcing_policies import Standing, standings_of
from stocke.core.actors import Actor
from stocke.core.jobs import enqueue
from suppliers.queries.served import chances_of

QUEUE, JOB = "orders", "orders.jobs.sourcing.try_policy"
BATCH = 100
SILENT_AFTER = timedelta(minutes=2)
MOST_ORDERS = 5000
ATTEMPTS = 3


@transaction.atomic
def ask_preview(policy_id: int | None, draft: Draft, *, orders: int, by: Actor) -> SourcingTrial:
    """Ask a worker what this policy would have done with so many of the latest orders."""
    trial = SourcingTrial.objects.create(
        policy_id=policy_id,
        version=draft.version,
        orders=min(orders, MOST_ORDERS),
        asked_by_id=by.user_id,
        heartbeat_at=timezone.now(),
        **draft.values(),
    )
    enqueue(QUEUE, JOB, trial.pk)
    return trial


def save_trial(trial: SourcingTrial, *, by: Actor) -> SourcingPolicy:
    """Let what was previewed hold. Raises as `save_policy`."""
    return save_policy(trial.policy_id, Draft.of(trial, version=trial.version), by=by)


def claim_trial(trial_id: int) -> SourcingTrial | None:
    """Take a waiting preview for this worker; None when somebody else has it."""
    now = timezone.now()
    waiting = SourcingTrial.objects.filter(pk=trial_id, status=SourcingTrialStatus.QUEUED)
    claimed = waiting.update(
        status=SourcingTrialStatus.RUNNING, claimed_at=now, heartbeat_at=now, attempts=F("attempts") + 1
    )
    return SourcingTrial.objects.get(pk=trial_id) if claimed else None


def work_off(trial: SourcingTrial) -> None:
    """Compare batch by batch; stops when another worker has taken it over."""
    book = Rulebook.current()
    tried = with_policy(book, policy_of(trial))
    found, keys = Comparison(), latest_orders(trial.orders)
    for start in range(0, len(keys), BATCH):
        orders = past_orders(keys[start : start + BATCH])
        add_to(found, orders, book, tried, standings_for(orders), asking_for(orders))
        if not note(trial, looked_at=min(start + BATCH, len(keys)), orders=len(keys)):
            return
    settle(trial, SourcingTrialStatus.DONE, result=found.to_json())


def policy_of(trial: SourcingTrial) -> SourcingPolicy:
    """What would be saved, as a policy that is in no table."""
    draft = Draft.of(trial, version=trial.version)
    return SourcingPolicy(pk=trial.policy_id, version=draft.version + 1, **draft.values())


def asking_for(orders: list[PastOrder]) -> Asking:
    """When the suppliers of these orders are asked first today."""
    named = {supplier for order in orders for line in order.lines for supplier in line.suppliers}
    return Asking(AskingRules.current(), chances_of(named), answerable(named))


def standings_for(orders: list[PastOrder]) -> dict[str, dict[int, Standing]]:
    """How the suppliers of these orders stand today, by currency."""
    suppliers: dict[str, set[int]] = {}
    for order in orders:
        named = suppliers.setdefault(order.lines[0].currency, set())
        for line in order.lines:
            named |= line.suppliers
    return {currency: standings_of(named, currency) for currency, named in suppliers.items()}


def mine(trial: SourcingTrial) -> QuerySet[SourcingTrial]:
    """The row while this worker has it: `attempts` is the fence."""
    return SourcingTrial.objects.filter(
        pk=trial.pk, status=SourcingTrialStatus.RUNNING, attempts=trial.attempts
    )


def note(trial: SourcingTrial, **progress: int) -> bool:
    return bool(mine(trial).update(heartbeat_at=timezone.now(), **progress))


def settle(trial: SourcingTrial, status: SourcingTrialStatus, *, result: dict[str, object]) -> bool:
    return bool(mine(trial).update(status=status, result=result, finished_at=timezone.now()))


def recover_trials() -> int:
    """Queue again what was lost before a worker had it, or while one had it; give up after ATTEMPTS."""
    silent = SourcingTrial.objects.filter(
        status__in=[SourcingTrialStatus.QUEUED, SourcingTrialStatus.RUNNING],
        heartbeat_at__lt=timezone.now() - SILENT_AFTER,
    )
    silent.filter(attempts__gte=ATTEMPTS).update(
        status=SourcingTrialStatus.FAILED, finished_at=timezone.now()
    )
    lost = list(silent.order_by("pk").values_list("pk", flat=True)[:200])
    SourcingTrial.objects.filter(pk__in=lost).update(
        status=SourcingTrialStatus.QUEUED, heartbeat_at=timezone.now()
    )
    for trial_id in lost:
        enqueue(QUEUE, JOB, trial_id)
    return len(lost)


def forget_trials() -> int:
    """Delete the previews of some days ago."""
    old = timezone.now() - timedelta(days=settings.TRIALS_DAYS)
    return SourcingTrial.objects.filter(created_at__lt=old).delete()[0]
