"""Purchase orders as a supplier reads them: CSV, XLSX, PDF and JSON of the same values. Pure: no rows, no files."""

from orders.domain.documents.body import BadTemplate, body_of, check_template
from orders.domain.documents.content import AskedLine, AskedParcel, Document
from orders.domain.documents.files import TYPES, file_name, file_of

__all__ = [
    "TYPES",
    "AskedLine",
    "AskedParcel",
    "BadTemplate",
    "Document",
    "body_of",
    "check_template",
    "file_name",
    "file_of",
]
