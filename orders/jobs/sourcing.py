"""The jobs of previews of sourcing policies. Any of them may run twice, late, or at once with itself."""

from orders.domain.sourcing_trials import claim_trial, forget_trials, recover_trials, settle, work_off
from orders.models import SourcingTrialStatus


def try_policy(trial_id: int) -> None:
    """Compare one preview's policy with those in force, unless another worker has it."""
    trial = claim_trial(trial_id)
    if trial is None:
        return
    try:
        work_off(trial)
    except Exception:
        settle(trial, SourcingTrialStatus.FAILED, result={})
        raise


def sweep_trials() -> None:
    """Queue again what a wiped queue or a dead worker lost."""
    recover_trials()


def forget_old_trials() -> None:
    """Delete what people looked at some days ago."""
    forget_trials()
