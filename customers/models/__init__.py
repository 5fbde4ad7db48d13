"""Who buys from us, and how we speak to them."""

from customers.models.customer import Customer

__all__ = ["Customer"]
