"""Which job reacts to which event, and what the clock does. The only place that knows both sides."""

from collections.abc import Mapping, Sequence

from orders.domain.checkout_questions import ask_in_time
from orders.events import (
    AvailabilityRequestReady,
    LineRefused,
    LinesAsked,
    OrderConfirmed,
    OrderReceived,
    ShipmentSent,
    StockStated,
    TransmissionReady,
)
from orders.queries.restocks import SHOWN as ORDERS_SHOWN
from stocke.channels.domain.availability import Arrivals
from stocke.channels.domain.checkout import AskSuppliers
from stocke.channels.events import ShopOrdersRead
from stocke.channels.queries.availability import Standing
from stocke.core.clock import Tick
from stocke.core.events import Event, Reaction
from stocke.core.mail_events import MessageApproved, MessageReceived
from suppliers.domain.arrivals import arrivals
from suppliers.events import FeedFailed, FeedSilent, RunApplied, RunHeld, UndoRequested

REACTIONS: Mapping[type[Event], Sequence[Reaction]] = {
    MessageApproved: (Reaction("mail", "stocke.core.mail_jobs.send_message"),),
    MessageReceived: (Reaction("orders", "orders.jobs.incoming.sort_incoming"),),
    OrderReceived: (Reaction("orders", "orders.jobs.verification.verify_received"),),
    OrderConfirmed: (Reaction("orders", "orders.jobs.purchasing.purchase"),),
    LinesAsked: (Reaction("orders", "orders.jobs.questions.lines_asked"),),
    AvailabilityRequestReady: (Reaction("mail", "orders.jobs.questions.check_request"),),
    TransmissionReady: (Reaction("mail", "orders.jobs.transmissions.send_transmission"),),
    ShipmentSent: (
        Reaction("orders", "orders.jobs.shipments.shipment_sent"),
        Reaction("orders", "orders.jobs.channels.tell_parcel"),
    ),
    ShopOrdersRead: (Reaction("orders", "orders.jobs.channels.take_in_read"),),
    StockStated: (Reaction("orders", "orders.jobs.reservations.after_statement"),),
    LineRefused: (Reaction("orders", "orders.jobs.reservations.after_refusal"),),
    RunApplied: (
        Reaction("orders", "orders.jobs.reservations.after_run"),
        Reaction("orders", "orders.jobs.wishes.after_run"),
    ),
    UndoRequested: (Reaction("feeds", "orders.jobs.undoing.undo_import"),),
    RunHeld: (Reaction("default", "stocke.insights.jobs.alerts.run_held"),),
    FeedSilent: (Reaction("default", "stocke.insights.jobs.alerts.feed_silent"),),
    FeedFailed: (Reaction("default", "stocke.insights.jobs.alerts.feed_failed"),),
}

# Letters that may have become untrue while they waited: asked at the moment of sending.
LAST_LOOKS: Mapping[str, str] = {"wish_back": "customers.domain.settling.last_look"}

# Who asks suppliers while a customer stands at the checkout of a shop.
ASKED_AT_CHECKOUT: AskSuppliers = ask_in_time

# How products stand for a shop, with what suppliers have stated of them.
SHOWN: Standing = ORDERS_SHOWN
# When what is ordered now arrives, by the calendars of suppliers.
ARRIVALS: Arrivals = arrivals

CLOCK: Sequence[Tick] = [
    Tick(10, "default", "suppliers.jobs.feeds.dispatch_due_feeds"),
    Tick(30, "default", "suppliers.jobs.feeds.sweep_runs"),
    Tick(300, "default", "suppliers.jobs.silence.sweep_silent_feeds"),
    Tick(30, "default", "suppliers.jobs.withheld.sweep_decided_lines"),
    Tick(60, "default", "stocke.insights.jobs.alerts.sweep_untold"),
    Tick(24 * 3600, "default", "suppliers.jobs.feeds.forget_old_files"),
    Tick(60, "default", "suppliers.jobs.trials.sweep_trials"),
    Tick(24 * 3600, "default", "suppliers.jobs.trials.forget_old_trials"),
    Tick(24 * 3600, "default", "suppliers.jobs.feeds.reconcile_feeds"),
    Tick(2, "mail", "stocke.core.mail_jobs.send_due"),
    Tick(60, "mail", "stocke.core.mail_jobs.sweep_sending"),
    Tick(30, "feeds", "stocke.core.mail_jobs.collect_mails"),
    Tick(24 * 3600, "mail", "stocke.core.mail_jobs.forget_received"),
    Tick(60, "orders", "orders.jobs.incoming.sweep_unsorted"),
    Tick(2, "default", "suppliers.jobs.levels.recompute_dirty_levels"),
    Tick(3600, "default", "suppliers.jobs.levels.request_stale_levels"),
    Tick(24 * 3600, "default", "suppliers.jobs.levels.heal_levels"),
    Tick(3600, "default", "suppliers.jobs.partitions.make_partitions"),
    Tick(24 * 3600, "default", "suppliers.jobs.retention.forget_old_records"),
    Tick(60, "orders", "orders.jobs.sourcing.sweep_trials"),
    Tick(24 * 3600, "orders", "orders.jobs.sourcing.forget_old_trials"),
    Tick(10, "orders", "orders.jobs.verification.sweep_received"),
    Tick(20, "orders", "orders.jobs.purchasing.sweep_unasked"),
    Tick(10, "orders", "orders.jobs.transmissions.close_due"),
    Tick(10, "mail", "orders.jobs.transmissions.send_due"),
    Tick(60, "mail", "orders.jobs.transmissions.sweep_sending"),
    Tick(30, "orders", "orders.jobs.purchasing.chase_suppliers"),
    Tick(10, "orders", "orders.jobs.questions.ask_suppliers"),
    Tick(10, "mail", "orders.jobs.questions.check_due"),
    Tick(30, "orders", "orders.jobs.questions.watch_questions"),
    Tick(60, "orders", "orders.jobs.questions.remind_suppliers"),
    Tick(3600, "orders", "orders.jobs.learning.learn_served"),
    Tick(24 * 3600, "orders", "orders.jobs.learning.learn_habits"),
    Tick(300, "orders", "orders.jobs.reservations.sweep_contained"),
    Tick(24 * 3600, "orders", "orders.jobs.reservations.prove_counters"),
    Tick(24 * 3600, "orders", "orders.jobs.order_files.forget_files"),
    Tick(10, "orders", "orders.jobs.cases.execute_choices"),
    Tick(60, "orders", "orders.jobs.decisions.sweep_decisions"),
    Tick(10, "orders", "orders.jobs.decisions.add_up_causes"),
    Tick(300, "orders", "orders.jobs.playbook.act_by_playbook"),
    Tick(60, "orders", "orders.jobs.cases.settle_silent_cases"),
    Tick(600, "orders", "orders.jobs.cases.remind_customers"),
    Tick(60, "orders", "orders.jobs.cases.serve_waiting_lines"),
    Tick(60, "orders", "orders.jobs.cases.sweep_promises"),
    Tick(60, "orders", "orders.jobs.shipments.sweep_untold"),
    Tick(600, "orders", "orders.jobs.shipments.watch_promises"),
    Tick(20, "orders", "orders.jobs.wishes.look_for_restocks"),
    Tick(10, "mail", "customers.jobs.wishes.tell"),
    Tick(600, "default", "customers.jobs.wishes.expire"),
    Tick(3600, "default", "customers.jobs.wishes.forget"),
    Tick(3600, "orders", "orders.jobs.wishes.note_bought"),
    Tick(2, "default", "stocke.channels.jobs.tending.tend_due"),
    Tick(3600, "default", "stocke.channels.jobs.retention.forget_old"),
    Tick(30, "default", "stocke.channels.adfeeds.jobs.building.build_due"),
    Tick(24 * 3600, "default", "stocke.channels.adfeeds.jobs.building.forget_fetches"),
    Tick(5, "orders", "orders.jobs.channels.sweep_read"),
    Tick(30, "orders", "orders.jobs.channels.sweep_unreported"),
]
