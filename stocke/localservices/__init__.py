"""PostgreSQL, Valkey and a mail catcher for a machine that has none of them.

Stands alone: it runs before Django exists, so it imports neither Django nor anything else of ours.
"""

from stocke.localservices.errors import ServiceError
from stocke.localservices.services import Services, ensure, remove

__all__ = ["ServiceError", "Services", "ensure", "remove"]
