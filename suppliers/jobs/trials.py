"""The jobs of dry runs. Any of them may run twice, late, or at once with itself."""

from suppliers.domain.trials import claim_trial, forget_trials, recover_trials, settle_failed
from suppliers.domain.trying import work_off
from suppliers.jobs.feeds import BROKEN


def try_feed(trial_id: int) -> None:
    """Compare the file of one trial, unless another worker has it."""
    trial = claim_trial(trial_id)
    if trial is None:
        return
    try:
        work_off(trial)
    except Exception:
        settle_failed(trial, BROKEN)
        raise


def sweep_trials() -> None:
    """Queue again what a wiped queue lost, and end what a dead worker left."""
    recover_trials()


def forget_old_trials() -> None:
    """Delete what people looked at some days ago."""
    while forget_trials():
        pass
