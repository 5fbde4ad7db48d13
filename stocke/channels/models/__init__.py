"""Shops, what they show, what they tell us and what they are told."""

from stocke.channels.models.channel import CategoryRules, Channel, ChannelKind, ClassRule, Unknown
from stocke.channels.models.inbound import Delivery, DeliveryState, ShopOrder, ShopOrderState, Standing
from stocke.channels.models.listing import Keeping, Listing, MatchedBy, Telling, Told, ToldOutcome
from stocke.channels.models.report import Report, ReportKind, ReportState
from stocke.channels.models.window import ShopWindow

__all__ = [
    "CategoryRules",
    "Channel",
    "ChannelKind",
    "ClassRule",
    "Delivery",
    "DeliveryState",
    "Keeping",
    "Listing",
    "MatchedBy",
    "Report",
    "ReportKind",
    "ReportState",
    "ShopOrder",
    "ShopOrderState",
    "ShopWindow",
    "Standing",
    "Telling",
    "Told",
    "ToldOutcome",
    "Unknown",
]
