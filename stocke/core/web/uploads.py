"""Files that people hand in, refused before they are read when they are too large.

The view of such a form is `csrf_exempt` and passes on to a `csrf_protect` one: checking the token reads the body,
and a body too large is not read.
"""

from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler
from django.http import HttpRequest

# What a form carries beside its file: the boundary, the token, the headers of its parts.
ENVELOPE = 100_000


class BoundedUpload(TemporaryFileUploadHandler):
    """Stops as soon as more has come than is taken, whatever the request had announced."""

    def __init__(self, request: HttpRequest, limit: int) -> None:
        super().__init__(request)
        self.limit, self.received = limit, 0

    @property
    def is_over(self) -> bool:
        return self.received > self.limit

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.received += len(raw_data)
        if self.is_over:
            raise StopUpload(connection_reset=True)
        super().receive_data_chunk(raw_data, start)


def announced_bytes(request: HttpRequest, limit: int) -> int:
    """How large the request says its body is, when that is more than is taken; 0 when it may be read."""
    announced = int(request.META.get("CONTENT_LENGTH") or 0)
    return announced if announced > limit + ENVELOPE else 0
