"""Claim, hand over, mark: to a supplier's server, outside any transaction. What may have arrived is never sent again.

A supplier's interface that keeps to the key of a transmission may be asked again even then: the same key is the same
purchase order. His SFTP server has it when the file lies there under its name.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import timedelta
from types import MappingProxyType

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from orders.domain.documents import BadTemplate, body_of, file_name, file_of
from orders.domain.documents.content import Document
from orders.domain.ordering import rules_of
from orders.domain.transmissions import (
    hand_over,
    kept_document,
    mark_asked,
    put,
    tell,
)
from orders.models import OrderingRules, Transmission, TransmissionStatus, Way
from orders.queries.transmissions import purchases_in
from stocke.core.actors import Actor
from stocke.core.domain.credentials import reveal
from stocke.core.domain.delivery import Delivery, Ending
from stocke.core.domain.sending import PAUSES
from stocke.core.outbound import OutboundError, Unsure, WebAccess, post
from stocke.core.sealing import NotOpened, Secrets
from suppliers.transports import NotFetched, Source
from suppliers.transports.dropping import drop

COURIER = Actor.job("transmissions")
# Longer than any conversation with a supplier's server may take.
LONGEST = timedelta(minutes=5)
SECONDS = 30
# Their server says that it has not taken it, for now.
PASSING = frozenset({408, 425, 429, 503})

NEXT = """
SELECT id FROM orders_transmission
WHERE status = %(status)s AND not_before <= clock_timestamp()
    AND (%(only)s::bigint IS NULL OR id = %(only)s::bigint) AND NOT supplier_id = ANY(%(avoided)s)
ORDER BY not_before, id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
"""


def next_one(
    status: TransmissionStatus, only: int | None = None, avoided: Collection[int] = ()
) -> Transmission | None:
    """The one that has waited longest in this state, held; nobody else gets it. None of the avoided suppliers'."""
    with connection.cursor() as cursor:
        cursor.execute(NEXT, {"status": status.value, "only": only, "avoided": list(avoided)})
        row = cursor.fetchone()
    return Transmission.objects.select_related("supplier").get(pk=row[0]) if row else None


@transaction.atomic
def close_one() -> bool:
    """End one collection whose cut-off has come; False when none is due."""
    due = next_one(TransmissionStatus.COLLECTING)
    if due is None:
        return False
    hand_over(due, by=COURIER, at=timezone.now())
    return True


@transaction.atomic
def claim(only: int | None = None, avoided: Collection[int] = ()) -> Transmission | None:
    """Take one for this worker. What it says is fixed here: whatever was taken back before is not in it."""
    while found := next_one(TransmissionStatus.READY, only, avoided):
        purchases = purchases_in(found)
        if not purchases:
            put(found, TransmissionStatus.CANCELLED)
            continue
        numbers = {one.number for one in purchases}
        kept = found.content
        parcels = [parcel for parcel in kept["parcels"] if parcel["number"] in numbers]
        found.content = {**kept, "parcels": parcels}
        found.attempts += 1
        put(found, TransmissionStatus.SENDING, claimed_at=timezone.now(), attempts=found.attempts, error="")
        return found
    return None


def send_waiting(*, limit: int = 100, only: int | None = None) -> int:
    """Hand over what is due, at most `limit`; how many were attempted.

    After one failure the rest of that supplier waits for the next time: a dead server holds up no other's.
    """
    attempted, avoided = 0, set[int]()
    while attempted < limit and (transmission := claim(only, avoided)):
        delivery = deliver(transmission, rules_of(transmission.supplier))
        settle(transmission, delivery)
        attempted += 1
        if delivery.ending != Ending.SENT:
            avoided.add(transmission.supplier_id)
    return attempted


def deliver(transmission: Transmission, rules: OrderingRules) -> Delivery:
    """One conversation with his server, and what its end means. Writes nothing."""
    try:
        send = SENDERS[transmission.way]
        return send(transmission, rules, reveal(rules.credential))
    except Unsure as error:
        return uncertain(rules, error)
    except NotFetched as problem:
        return Delivery(Ending.LATER if problem.retry else Ending.FAILED, str(problem))
    except OutboundError as error:
        return Delivery(Ending.LATER if error.retry else Ending.FAILED, str(NotFetched.of(error)))
    except (BadTemplate, NotOpened, KeyError) as error:
        return Delivery(Ending.FAILED, f"{type(error).__name__}: {error}"[:500])


def uncertain(rules: OrderingRules, error: Unsure) -> Delivery:
    """The same key again is the same purchase order, where his interface keeps to it."""
    keeps_keys = rules.way == Way.API and rules.access.get("keeps_keys")
    host = error.facts.get("host", "")
    if keeps_keys:
        return Delivery(Ending.LATER, _("%(host)s did not answer to the end. We ask again.") % {"host": host})
    lost = _("The line to %(host)s broke before its answer: perhaps the purchase order arrived, perhaps not.")
    return Delivery(Ending.UNSURE, lost % {"host": host})


def by_sftp(transmission: Transmission, rules: OrderingRules, secrets: Secrets) -> Delivery:
    document = kept_document(transmission)
    name, content = drop_file(document, rules)
    drop(Source("", rules.access, secrets, seconds=SECONDS), name, content)
    return Delivery(Ending.SENT, name)


def drop_file(document: Document, rules: OrderingRules) -> tuple[str, bytes]:
    """What would lie on his server, and under which name."""
    form = str(rules.access.get("form") or "csv")
    if form == "json":
        return f"{document.number}.json", body_of(document, rules.body_template)
    return file_name(document, form), file_of(document, form)


def by_api(transmission: Transmission, rules: OrderingRules, secrets: Secrets) -> Delivery:
    body = body_of(kept_document(transmission), rules.body_template)
    headers = {"Content-Type": "application/json; charset=utf-8", "Idempotency-Key": str(transmission.key)}
    access = web_access(rules.access, secrets)
    reply = post(str(rules.access["url"]), body, headers=headers, access=access, seconds=SECONDS)
    said = f"{reply.status} {' '.join(reply.text.split())}"[:500].strip()
    return Delivery(ending_of(reply.status, keeps_keys=bool(rules.access.get("keeps_keys"))), said)


def ending_of(status: int, *, keeps_keys: bool) -> Ending:
    """What a reply means. A server that fell over may have taken it before. Pure."""
    if 200 <= status < 300:
        return Ending.SENT
    if status in PASSING:
        return Ending.LATER
    if status >= 500:
        return Ending.LATER if keeps_keys else Ending.UNSURE
    return Ending.FAILED


def web_access(access: Mapping[str, object], secrets: Secrets) -> WebAccess:
    """What opens his interface: nothing, a user and a password, a token, or a header of his own."""
    match access.get("auth"):
        case "basic":
            return WebAccess.basic(str(access.get("user", "")), secrets["password"])
        case "bearer":
            return WebAccess.bearer(secrets["token"])
        case "header":
            return WebAccess({str(access["header"]): secrets["token"]})
        case _:
            return WebAccess()


type Sender = Callable[[Transmission, OrderingRules, Secrets], Delivery]
SENDERS: Mapping[str, Sender] = MappingProxyType({Way.SFTP.value: by_sftp, Way.API.value: by_api})


@transaction.atomic
def settle(transmission: Transmission, delivery: Delivery) -> None:
    """Write down how it ended, if the claim is still ours or was swept to unsure; nothing when a person has decided."""
    mine = (TransmissionStatus.SENDING, TransmissionStatus.UNSURE)
    claimed = Transmission.objects.select_for_update(no_key=True, of=("self",)).select_related("supplier")
    held = claimed.filter(pk=transmission.pk, claimed_at=transmission.claimed_at, status__in=mine).first()
    if held is None:
        return
    if delivery.ending == Ending.SENT:
        mark_sent(held, delivery)
    elif delivery.ending == Ending.LATER and held.attempts <= len(PAUSES):
        pause = timedelta(seconds=PAUSES[held.attempts - 1])
        put(held, TransmissionStatus.READY, error=delivery.reason, not_before=timezone.now() + pause)
    else:
        lost = delivery.ending == Ending.UNSURE
        status = TransmissionStatus.UNSURE if lost else TransmissionStatus.FAILED
        put(held, status, error=delivery.reason)
        tell(purchases_in(held), f"purchase.{status}", by=COURIER, why=delivery.reason)


def mark_sent(held: Transmission, delivery: Delivery) -> None:
    now, purchases = timezone.now(), purchases_in(held)
    mark_asked(held, at=now)
    put(held, TransmissionStatus.SENT, sent_at=now, reply=delivery.reason, error="")
    tell(purchases, "purchase.handed_over", by=COURIER, way=held.way)


@transaction.atomic
def sweep(*, older_than: timedelta = LONGEST) -> int:
    """What a dead worker left behind becomes unsure, and a person decides; how many."""
    lost = Transmission.objects.select_for_update(skip_locked=True, no_key=True).filter(
        status=TransmissionStatus.SENDING, claimed_at__lte=timezone.now() - older_than
    )
    found = list(lost.order_by("pk")[:200])
    for one in found:
        put(one, TransmissionStatus.UNSURE)
        tell(purchases_in(one), "purchase.unsure", by=COURIER)
    return len(found)
