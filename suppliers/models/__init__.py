"""Suppliers, what they say they have, and the feeds that say it."""

from suppliers.models.absent import AbsentOffer
from suppliers.models.batch import ProductBatch
from suppliers.models.change import UNSETTLED, Change, RunChange, WithheldLine, WithheldState
from suppliers.models.feed import AbsentPolicy, Feed, FeedMapping, Transport
from suppliers.models.horizon import Horizon
from suppliers.models.observation import Observation
from suppliers.models.offer import Offer, OfferRevision, OfferStock, QuantityKind
from suppliers.models.push import Push, PushKey
from suppliers.models.run import Run, RunStatus
from suppliers.models.served import FeedHabit, ServedRate
from suppliers.models.snapshot import Distrust, Snapshot
from suppliers.models.supplier import Supplier
from suppliers.models.trial import Trial, TrialLine, TrialStatus
from suppliers.models.word import LearnedWord, Stands

__all__ = [
    "UNSETTLED",
    "AbsentOffer",
    "AbsentPolicy",
    "Change",
    "Distrust",
    "Feed",
    "FeedHabit",
    "FeedMapping",
    "Horizon",
    "LearnedWord",
    "Observation",
    "Offer",
    "OfferRevision",
    "OfferStock",
    "ProductBatch",
    "Push",
    "PushKey",
    "QuantityKind",
    "Run",
    "RunChange",
    "RunStatus",
    "ServedRate",
    "Snapshot",
    "Stands",
    "Supplier",
    "Transport",
    "Trial",
    "TrialLine",
    "TrialStatus",
    "WithheldLine",
    "WithheldState",
]
