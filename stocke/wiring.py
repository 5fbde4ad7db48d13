"""Which job reacts to which event, and what the clock does. The only place that knows both sides."""

from collections.abc import Mapping, Sequence

from stocke.core.clock import Tick
from stocke.core.events import Event, Reaction
from stocke.core.mail_events import MessageApproved

REACTIONS: Mapping[type[Event], Sequence[Reaction]] = {
    MessageApproved: (Reaction("mail", "stocke.core.mail_jobs.send_message"),),
}

CLOCK: Sequence[Tick] = [
    Tick(10, "default", "suppliers.jobs.feeds.dispatch_due_feeds"),
    Tick(30, "default", "suppliers.jobs.feeds.sweep_runs"),
    Tick(2, "mail", "stocke.core.mail_jobs.send_due"),
    Tick(60, "mail", "stocke.core.mail_jobs.sweep_sending"),
]
