"""Who does something: a person, a job, a customer, a supplier or a channel."""

from dataclasses import dataclass

from stocke.core.models.history import ActorKind
from stocke.core.models.user import User


@dataclass(frozen=True)
class Actor:
    """The answer to "by whom?" on every record. Make one with a class method below."""

    kind: ActorKind
    label: str
    user_id: int | None = None

    @classmethod
    def person(cls, user: User) -> "Actor":
        return cls(ActorKind.PERSON, user.get_full_name(), user.pk)

    @classmethod
    def job(cls, name: str) -> "Actor":
        """`name` is a word of the house: "clock", "verification", "feed 12"."""
        return cls(ActorKind.JOB, name)

    @classmethod
    def customer(cls, name: str) -> "Actor":
        return cls(ActorKind.CUSTOMER, name)

    @classmethod
    def supplier(cls, name: str) -> "Actor":
        return cls(ActorKind.SUPPLIER, name)

    @classmethod
    def channel(cls, name: str) -> "Actor":
        return cls(ActorKind.CHANNEL, name)
