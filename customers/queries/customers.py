"""Questions about customers."""

from django.db.models import Q, QuerySet

from customers.models import Customer


def search_customers(customers: QuerySet[Customer], words: str) -> QuerySet[Customer]:
    """Each word in the address or in a name: "jean dém" finds Jean Démo."""
    for word in words.split():
        customers = customers.filter(
            Q(email__holds=word) | Q(first_name__holds=word) | Q(last_name__holds=word)
        )
    return customers
