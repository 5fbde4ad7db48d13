"""What we owe a shop to know of its orders: a row first, then written back, each once."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from stocke.channels.connectors.errors import Away, Busy, Down, Gone, NotAllowed, Refused, ShopError
from stocke.channels.connectors.shape import Connector, Door, ParcelReport, RefundReport
from stocke.channels.domain.claims import Claim
from stocke.channels.domain.doors import connector_of, door_of
from stocke.channels.domain.shop_orders import ASTRAY
from stocke.channels.models import Channel, Report, ReportKind, ReportState, ShopOrder
from stocke.core.actors import Actor
from stocke.core.domain.history import record

OPEN = [ReportState.WAITING, ReportState.SENDING]
AT_ONCE = 50
# Twelve tries with pauses that double take about a day.
MOST_TRIES = 12
LONGEST_PAUSE = timedelta(hours=6)
# What keeps us out as a whole, and is no matter of one report.
OF_ALL = frozenset({"credentials", "address", "moved", "sealed", "frozen"})


def owe(slug: str, *, key: str, kind: str, remote_order: str, facts: Mapping[str, Any]) -> Report | None:
    """Something the shop is to know; once per key, however often it is said. None for a channel that is no shop."""
    channel = Channel.objects.filter(slug=slug, active=True).first()
    if channel is None:
        return None
    report, _is_new = Report.objects.get_or_create(
        channel=channel,
        key=key,
        defaults={"kind": kind, "remote_order": remote_order, "facts": dict(facts)},
    )
    return report


def due_reports(channel: Channel) -> list[Report]:
    due = Report.objects.filter(channel=channel, state__in=OPEN, not_before__lte=timezone.now())
    return list(due.order_by("pk")[:AT_ONCE])


def send_reports(channel: Channel, claim: Claim) -> None:
    """Write back what is due. Raises a ShopError where the shop is to be left in peace."""
    for report in due_reports(channel):
        claim.renew()
        if astray := why_astray(report):
            keep_to_ourselves(report, astray)
            continue
        # From here on it may have arrived: whoever tries again looks first.
        before = report.tried
        Report.objects.filter(pk=report.pk).update(state=ReportState.SENDING, tried=F("tried") + 1)
        try:
            remote_id = send(connector_of(channel), door_of(channel, claim), report, tried=before > 0)
        except (Refused, Gone) as error:
            settle(report, ReportState.FAILED, problem=problem_of(error))
        except (Away, Busy):
            postpone(report)
            raise
        except (Down, NotAllowed) as error:
            # The shop stumbles over this one, or our key may do the others: they are not kept waiting.
            put_off(report, error)
            if error.code in OF_ALL:
                raise
        else:
            settle(report, ReportState.DONE, remote_id=remote_id)


def why_astray(report: Report) -> str:
    """Why the order under that id in the shop, if there is one, is not ours; empty where it is."""
    found = ShopOrder.objects.filter(channel=report.channel_id, remote_id=report.remote_order).first()
    codes = [problem.get("code") for problem in found.problems] if found else []
    return next((code for code in codes if code in ASTRAY), "")


@transaction.atomic
def keep_to_ourselves(report: Report, why: str) -> None:
    """The shop has lost the order: whatever we wrote to its id might be written to another one.

    A person sees parcels and refunds; a cancellation has nothing to say there, and nobody looks for the order any more.
    """
    if report.kind != ReportKind.CANCELLATION:
        settle(report, ReportState.FAILED, problem=why)
        return
    settle(report, ReportState.DONE)
    rows = ShopOrder.objects.filter(channel=report.channel_id, remote_id=report.remote_order)
    rows.update(problems=[], look_at=None)


def problem_of(error: ShopError) -> str:
    return str(error.facts.get("said") or error.facts.get("reason") or error.code)


def put_off(report: Report, error: ShopError) -> None:
    """Later, or never more without a person where it was tried often enough."""
    if report.tried + 1 >= MOST_TRIES:
        settle(report, ReportState.FAILED, problem=problem_of(error))
    else:
        postpone(report)


def postpone(report: Report) -> None:
    """Behind those that were not tried yet."""
    Report.objects.filter(pk=report.pk, state__in=OPEN).update(
        state=ReportState.WAITING, not_before=timezone.now() + pause_after(report.tried + 1)
    )


def pause_after(tried: int) -> timedelta:
    return min(timedelta(seconds=30 << min(tried, MOST_TRIES)), LONGEST_PAUSE)


def send(connector: Connector, door: Door, report: Report, *, tried: bool) -> str:
    facts = report.facts
    match report.kind:
        case ReportKind.PARCEL:
            parcel = ParcelReport(key=report.key, order=report.remote_order, **facts)
            return connector.report_parcel(door, parcel, tried=tried)
        case ReportKind.REFUND:
            refund = RefundReport(key=report.key, order=report.remote_order, **facts)
            return connector.report_refund(door, refund, tried=tried)
    return connector.report_cancellation(door, report.remote_order, tried=tried)


@transaction.atomic
def settle(report: Report, state: str, *, remote_id: str = "", problem: str = "") -> None:
    Report.objects.filter(Q(pk=report.pk), state__in=OPEN).update(
        state=state, done_at=timezone.now(), remote_id=remote_id[:64], problem=problem[:250]
    )
    if state == ReportState.FAILED:
        by = Actor.channel(report.channel.slug)
        record(
            report.channel, "report.refused", by=by, what=report.kind, order=report.remote_order, why=problem
        )


def try_again(report_id: int) -> bool:
    """A person wants a refused report sent once more."""
    rows = Report.objects.filter(pk=report_id, state=ReportState.FAILED)
    return bool(
        rows.update(state=ReportState.WAITING, problem="", not_before=timezone.now() - timedelta(seconds=1))
    )
