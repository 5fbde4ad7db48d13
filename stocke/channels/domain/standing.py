"""What an order of a shop becomes with us when it was read: a pure decision."""

from dataclasses import dataclass

from stocke.channels.models import ShopOrderState, Standing

# Its units have left the shop's stock, or will at any moment.
SOLD = {Standing.PAID.value, Standing.HELD.value}
OPEN, TAKEN, APART = (
    state.value for state in (ShopOrderState.OPEN, ShopOrderState.TAKEN, ShopOrderState.APART)
)


@dataclass(frozen=True)
class Known:
    """What we have of it: its state, and the content last read. `is_paid_back`: the shop had given the money back."""

    state: str
    standing: str
    digest: str
    is_paid_back: bool = False


@dataclass(frozen=True)
class Verdict:
    """`problem` is for a person to see. `keeps`: the content that we have stays, the new one is not taken over."""

    state: str
    problem: str = ""
    keeps: bool = False


def judge(
    known: Known | None, standing: str, digest: str, *, is_ours: bool, is_paid_back: bool = False
) -> Verdict:
    """Paid orders are taken in, and unpaid ones never; one that was taken in is followed to its end.

    `is_ours`: it was placed since the shop was connected. Older ones wait for a person, because somebody may have
    served them already; so do those that were complete in the shop before we ever saw them paid.
    """
    match standing:
        case Standing.PAID:
            return paid(known, digest, is_ours=is_ours)
        case Standing.CANCELLED:
            return cancelled(known, is_paid_back=is_paid_back)
        case Standing.COMPLETE:
            return complete(known, is_ours=is_ours)
    if known and known.state == TAKEN:
        return Verdict(TAKEN, problem="unpaid_again", keeps=True)
    return Verdict(APART, problem="unknown_state" if standing == Standing.UNKNOWN else "")


def paid(known: Known | None, digest: str, *, is_ours: bool) -> Verdict:
    if known is None or known.state == APART:
        return Verdict(OPEN) if is_ours else Verdict(APART, problem="before")
    if known.digest == digest and known.standing == Standing.PAID:
        return Verdict(known.state, keeps=True)
    return Verdict(OPEN)


def cancelled(known: Known | None, *, is_paid_back: bool = False) -> Verdict:
    """Only what we have taken in, or were about to, has to be undone; again when the shop gives the money back after
    it has cancelled, or we would give it back too."""
    if known is None or known.state == APART:
        return Verdict(APART)
    if known.standing == Standing.CANCELLED and known.is_paid_back >= is_paid_back:
        return Verdict(known.state, keeps=True)
    return Verdict(OPEN)


def complete(known: Known | None, *, is_ours: bool) -> Verdict:
    if known and known.state == OPEN:
        return Verdict(OPEN, keeps=True)
    if known and known.state != APART:
        return Verdict(known.state, keeps=True)
    return Verdict(APART, problem="complete" if is_ours else "")
