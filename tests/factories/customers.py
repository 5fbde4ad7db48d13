"""Customers: `CustomerFactory(language="en")`."""

from itertools import count
from typing import Any

from customers.models import Customer

numbers = count(1)


def CustomerFactory(**given: Any) -> Customer:
    number = next(numbers)
    defaults = {
        "email": f"customer{number}@customer.example",
        "first_name": "Camille",
        "last_name": f"Exemple {number}",
    }
    return Customer.objects.create(**{**defaults, **given})
