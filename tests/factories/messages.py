"""Messages: `MessageFactory(status="unsure")`."""

from itertools import count
from typing import Any

from stocke.core.models import Message

numbers = count(1)


def MessageFactory(**given: Any) -> Message:
    number = next(numbers)
    defaults = {
        "dedupe_key": f"test:{number}",
        "kind": "delay_first",
        "thread": f"order:{number}",
        "recipient": f"reader{number}@customer.example",
        "recipient_name": f"Camille Exemple {number}",
        "subject": f"Votre commande {number} aura du retard",
        "text": "Bonjour,\n\nVotre commande aura du retard.",
        "html": "<p>Bonjour</p>",
    }
    return Message.objects.create(**{**defaults, **given})
