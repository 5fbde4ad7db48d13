"""Who buys from us, and how we speak to them."""

from customers.models.customer import Customer
from customers.models.wish import (
    OPEN_WISHES,
    UNREACHED,
    Demand,
    Notice,
    Restock,
    Wish,
    WishEnd,
    WishState,
)
from customers.models.wish_rules import WishRules

__all__ = [
    "OPEN_WISHES",
    "UNREACHED",
    "Customer",
    "Demand",
    "Notice",
    "Restock",
    "Wish",
    "WishEnd",
    "WishRules",
    "WishState",
]
