"""Staff and customers. Their names say that they are made up."""

from random import Random

from customers.models import Customer
from stocke.core.models import User
from stocke.core.models.user import Role
from stocke.demo.world.words import ENGLISH_NAMES, FIRST_NAMES, LAST_NAMES

PASSWORD = "stock-e-demonstration"  # noqa: S105  # printed by `make demo`, for the demo only
STAFF = (
    (Role.ADMINISTRATOR, "Alix", "Démo", "admin@maison-exemple.example"),
    (Role.OPERATIONS, "Léa", "Démo", "operations@maison-exemple.example"),
    (Role.CUSTOMER_SERVICE, "Samir", "Démo", "clients@maison-exemple.example"),
    (Role.VIEWER, "Vera", "Démo", "lecture@maison-exemple.example"),
)


def save_staff() -> list[dict[str, str]]:
    """One member of staff per role; returns what `make demo` prints."""
    for role, first, last, email in STAFF:
        User.objects.create_user(email, PASSWORD, role=role, first_name=first, last_name=last)
    return [{"role": role.value, "email": email, "password": PASSWORD} for role, _, _, email in STAFF]


def save_customers(random: Random) -> list[Customer]:
    french = [(first, last, "fr") for first in FIRST_NAMES for last in LAST_NAMES]
    english = [(first, last, "en") for first, last in ENGLISH_NAMES]
    people = french + english
    random.shuffle(people)
    return Customer.objects.bulk_create(
        [
            Customer(
                email=f"client{number:03d}@client.example",
                first_name=first,
                last_name=last,
                language=language,
                country="FR" if language == "fr" else "GB",
                phone=f"+33 1 99 00 {number // 100:02d} {number % 100:02d}",
            )
            for number, (first, last, language) in enumerate(people, start=1)
        ]
    )
