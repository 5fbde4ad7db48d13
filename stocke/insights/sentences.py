"""What waits, in words: one sentence and its reason for each kind of thing on Today."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from orders.models import Order, PurchaseOrder, Question, Refund, StockoutCase
from stocke.core.domain.outbox import held_for
from stocke.core.models import HistoryEntry, IncomingMessage, Message, MessageStatus, User
from stocke.core.web.formats import age, day, moment, money
from suppliers.domain.sentences import in_this_language
from suppliers.models import Feed, Run, RunStatus
from suppliers.tables.headlines import title_of


@dataclass(frozen=True)
class Said:
    """What a row says of one thing. `stake` is what is lost if nobody acts."""

    title: str
    why: str
    stake: str = ""
    owner: User | None = None
    shape: str = ""


def say_case(case: StockoutCase) -> Said:
    order, line = case.line.order, case.line
    return Said(
        _("%(product)s: %(customer)s waits for an answer")
        % {"product": line.ordered_name, "customer": order.customer},
        _("order %(number)s · %(cause)s") % {"number": order.number, "cause": case.get_cause_display()},
        money(case.quantity * line.unit_price_cents, order.currency),
        case.claimed_by,
    )


def say_order(order: Order) -> Said:
    promised = _("promised for %(day)s") % {"day": day(order.promised_on)} if order.promised_on else ""
    return Said(
        _("Order %(number)s, %(customer)s") % {"number": order.number, "customer": order.customer},
        promised or _("no date promised yet"),
        money(order.total_cents, order.currency),
    )


def say_question(question: Question) -> Said:
    """A supplier to be called, or one of whose answer too little time is left."""
    line, order = question.line, question.line.order
    about = {"product": line.ordered_name, "quantity": question.quantity, "supplier": question.supplier}
    title = (
        _("%(supplier)s has not said whether he has %(quantity)s × %(product)s")
        if question.is_forced
        else _("Ask %(supplier)s by telephone: %(quantity)s × %(product)s")
    )
    why = _("order %(order)s, %(customer)s · authorisation until %(when)s") % {
        "order": order.number,
        "customer": order.customer,
        "when": moment(question.expires_at),
    }
    stake = money(question.quantity * line.unit_price_cents, order.currency)
    return Said(title % about, why, stake, shape="late" if question.is_forced else "")


def say_run(run: Run) -> Said:
    why = _("%(what)s · nothing is applied") % {"what": title_of(run)}
    names = {"supplier": run.feed.supplier, "number": run.pk}
    return Said(_("%(supplier)s: import %(number)s is held") % names, why)


def say_purchase(asked: PurchaseOrder) -> Said:
    names = {"supplier": asked.supplier, "number": asked.number}
    about = {"order": asked.order.number, "customer": asked.order.customer, "when": moment(asked.created_at)}
    return Said(
        _("%(supplier)s has not answered %(number)s") % names,
        _("order %(order)s, %(customer)s · asked %(when)s") % about,
    )


MAIL_SHAPES = {MessageStatus.BOUNCED: "refused", MessageStatus.FAILED: "failed", MessageStatus.DRAFT: "held"}


def say_mail(message: Message) -> Said:
    names = {"name": message.recipient_name or message.recipient}
    titles = {
        MessageStatus.UNSURE: _("Mail to %(name)s: perhaps sent, perhaps not"),
        MessageStatus.BOUNCED: _("Mail to %(name)s: refused by the other side"),
        MessageStatus.FAILED: _("Mail to %(name)s: could not be sent"),
        MessageStatus.DRAFT: _("Mail to %(name)s: held, facts are missing"),
    }
    why = message.subject if not held_for(message) else ", ".join(held_for(message))
    status = MessageStatus(message.status)
    return Said(titles[status] % names, why, shape=MAIL_SHAPES.get(status, ""))


def say_received(received: IncomingMessage) -> Said:
    names = {"name": received.sender_name or received.sender}
    why = " · ".join(part for part in (received.subject, received.text[:120]) if part)
    if not received.thread:
        return Said(_("%(name)s has written: nobody knows about what") % names, why, shape="unsure")
    return Said(_("%(name)s has written and waits for an answer") % names, why)


def say_refund(refund: Refund) -> Said:
    order = refund.line.order
    return Said(
        _("Pay %(customer)s back, order %(number)s") % {"customer": order.customer, "number": order.number},
        _("legal deadline %(day)s") % {"day": day(refund.due_on)},
        money(refund.amount_cents, refund.currency),
    )


def say_feed(feed: Feed) -> Said:
    """A feed of `troubled_feeds`: why its last import failed, or since when nothing good came."""
    failed = getattr(feed, "last_status", "") == RunStatus.FAILED
    problem = in_this_language(getattr(feed, "last_problem", None) or {}) if failed else ""
    names = {"supplier": feed.supplier, "feed": feed.name}
    title = _("%(supplier)s: the last import failed") if failed else _("%(supplier)s: the feed is silent")
    last = {"when": age(feed.last_good_at), "feed": feed.name}
    why = f"{feed.name} · {problem}" if problem else _("%(feed)s · last good file %(when)s") % last
    return Said(title % names, why, shape="failed" if failed else "")


def say_difference(entry: HistoryEntry) -> Said:
    return Said(
        _("Offer %(offer)s: %(counter)s reserved, %(ledger)s promised") % entry.data,
        _("the counter and the ledger must agree: this is a defect"),
    )
