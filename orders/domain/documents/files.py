"""The files that a supplier can have."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from orders.domain.documents.content import Document
from orders.domain.documents.pdf import as_pdf
from orders.domain.documents.sheets import as_csv, as_xlsx

MAKERS: Mapping[str, Callable[[Document], bytes]] = MappingProxyType(
    {"pdf": as_pdf, "csv": as_csv, "xlsx": as_xlsx}
)
TYPES: Mapping[str, str] = MappingProxyType(
    {
        "pdf": "application/pdf",
        "csv": "text/csv",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }
)


def file_of(document: Document, form: str) -> bytes:
    """The purchase order as a file. Raises KeyError for a form that we do not make."""
    return MAKERS[form](document)


def file_name(document: Document, form: str) -> str:
    """One name for one purchase order: the same file again has the same name."""
    return f"{document.number}.{form}"
