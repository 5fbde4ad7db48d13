"""Orders from received to delivered, the promises behind them, and what happens when one cannot be kept."""

from orders.models.allocation import Allocation, AllocationRevision, AllocationStatus
from orders.models.case import CaseCause, CaseOption, CaseStatus, OptionKind, Refund, StockoutCase, Voucher
from orders.models.cause_tally import CauseChange, CauseTally
from orders.models.decision import (
    CauseDecision,
    DecidedCase,
    DecidedUnits,
    DecisionAct,
    DecisionStatus,
    Gathering,
)
from orders.models.goodwill import Goodwill, GoodwillKind
from orders.models.order import LineStatus, Order, OrderLine, OrderStatus
from orders.models.ordering import (
    AnswerKey,
    FileFormat,
    Grouping,
    OfferTerms,
    OrderingRules,
    PurchaseCounter,
    Transmission,
    TransmissionStatus,
    Way,
)
from orders.models.playbook import Playbook, PlaybookAct, PlaybookRule
from orders.models.policy import VerificationPolicy
from orders.models.purchase import (
    Answer,
    CancelAnswer,
    PurchaseOrder,
    PurchaseOrderLine,
    PurchaseOrderStatus,
    RefusalReason,
)
from orders.models.question import (
    AskingRules,
    AskingWay,
    AvailabilityInterface,
    AvailabilityRequest,
    Question,
    RequestStatus,
    Said,
)
from orders.models.returns import Condition, Receiver, Return, ReturnLine, ReturnReason, ReturnStatus
from orders.models.shipment import Shipment, ShipmentLine, ShipmentState, TrackingEvent
from orders.models.sourcing_policy import (
    Parcels,
    SourcingPolicy,
    SourcingPolicyVersion,
    SourcingTrial,
    SourcingTrialStatus,
)
from orders.models.stock_link import StockLink

__all__ = [
    "Allocation",
    "AllocationRevision",
    "AllocationStatus",
    "Answer",
    "AnswerKey",
    "AskingRules",
    "AskingWay",
    "AvailabilityInterface",
    "AvailabilityRequest",
    "CancelAnswer",
    "CaseCause",
    "CaseOption",
    "CaseStatus",
    "CauseChange",
    "CauseDecision",
    "CauseTally",
    "Condition",
    "DecidedCase",
    "DecidedUnits",
    "DecisionAct",
    "DecisionStatus",
    "FileFormat",
    "Gathering",
    "Goodwill",
    "GoodwillKind",
    "Grouping",
    "LineStatus",
    "OfferTerms",
    "OptionKind",
    "Order",
    "OrderLine",
    "OrderStatus",
    "OrderingRules",
    "Parcels",
    "Playbook",
    "PlaybookAct",
    "PlaybookRule",
    "PurchaseCounter",
    "PurchaseOrder",
    "PurchaseOrderLine",
    "PurchaseOrderStatus",
    "Question",
    "Receiver",
    "Refund",
    "RefusalReason",
    "RequestStatus",
    "Return",
    "ReturnLine",
    "ReturnReason",
    "ReturnStatus",
    "Said",
    "Shipment",
    "ShipmentLine",
    "ShipmentState",
    "SourcingPolicy",
    "SourcingPolicyVersion",
    "SourcingTrial",
    "SourcingTrialStatus",
    "StockLink",
    "StockoutCase",
    "TrackingEvent",
    "Transmission",
    "TransmissionStatus",
    "VerificationPolicy",
    "Voucher",
    "Way",
]
