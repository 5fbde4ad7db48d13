"""Whether this machine had no room left for what was to be written, and what an import comes to then."""

import re
from collections.abc import Iterator
from errno import EDQUOT, EFBIG, ENOSPC

from psycopg.errors import DiskFull

from stocke.core.actors import Actor
from suppliers.domain.runs import JUDGED, settle_failed
from suppliers.models import Run
from suppliers.transports import not_fetched

NO_ROOM = frozenset({ENOSPC, EDQUOT, EFBIG})
# polars tells the number of the system's error in its words only.
TOLD = re.compile(r"\(os error (\d+)\)")


def lacks_room(error: BaseException) -> bool:
    """Also where it was taken for something else on its way: for a damaged file, as a reader must."""
    return any(isinstance(one, DiskFull) or number_of(one) in NO_ROOM for one in causes_of(error))


def causes_of(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__


def number_of(error: BaseException) -> int | None:
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno
    told = TOLD.search(str(error))
    return int(told[1]) if told else None


def settle_without_room(run: Run, *, by: Actor) -> None:
    """Nothing was changed. An import is tried again; an undo is when a person asks for it once more."""
    run.refresh_from_db(fields=JUDGED)
    problem = not_fetched("disk")
    settle_failed(run, problem.code, problem.message, by=by, retry=run.undoes_id is None)
