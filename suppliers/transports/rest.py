"""An interface that gives its articles as JSON, in pages; they are joined into one list, one article a line."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from stocke.core.outbound import BadAnswer, Deadline, FetchLimits, OutboundError, WebAccess, open_download
from suppliers.transports.errors import BUSY, NotFetched, not_fetched
from suppliers.transports.paging import (
    Description,
    Page,
    first_address,
    is_beyond_the_end,
    next_address,
    page_of,
)
from suppliers.transports.sources import Incoming, Source
from suppliers.transports.web import door_of, web_access

MOST_PAGES, PAGE_BYTES = 20_000, 64 * 1024**2
# A server that asks for patience between two pages gets it, within the run's own time.
MISSING = 404
PATIENCE_SECONDS, MOST_ASKS = 60.0, 5


@contextmanager
def open_rest(source: Source) -> Iterator[Incoming]:
    """All pages as one file."""
    yield Incoming("pages.json", None, joined(source), goes_on=source.glance and bool(source.said("paging")))


@dataclass
class Interface:
    """One conversation: all of its requests end with one deadline."""

    access: WebAccess
    limits: FetchLimits
    deadline: Deadline
    pause: float

    def ask(self, url: str) -> tuple[bytes, str]:
        """The body of one page, and the address of the next as the head of the answer tells it."""
        with open_download(url, limits=self.limits, access=self.access, deadline=self.deadline) as answer:
            return b"".join(answer.blocks), answer.next_url

    def ask_patiently(self, url: str) -> tuple[bytes, str]:
        for _ask in range(MOST_ASKS - 1):
            try:
                return self.ask(url)
            except BadAnswer as refused:
                if refused.status != BUSY or refused.retry_after is None:
                    raise
                self.wait(refused.retry_after, or_raise=refused)
        return self.ask(url)

    def wait(self, seconds: float, *, or_raise: BadAnswer | None = None) -> None:
        if or_raise and (seconds > PATIENCE_SECONDS or seconds > self.deadline.within(None)):
            raise or_raise
        time.sleep(self.deadline.within(seconds))


def joined(source: Source) -> Iterator[bytes]:
    """The articles of all pages. Raises rather than stopping before the last page."""
    how = Description.of(source)
    limits = FetchLimits(PAGE_BYTES, seconds=source.seconds)
    pause = 60 / how.per_minute if how.per_minute else 0.0
    interface = Interface(web_access(source), limits, Deadline(source.seconds), pause)
    before = "[\n"
    for page in pages(interface, source.location, how):
        if page.articles:
            yield (before + ",\n".join(page.articles)).encode()
            before = ",\n"
        if source.glance:
            break
    yield b"\n]\n" if before == ",\n" else b"[]\n"


def pages(interface: Interface, location: str, how: Description) -> Iterator[Page]:
    """Every page to the last. Raises NotFetched where the interface leads in a circle or away."""
    url = first_address(location, how)
    asked: set[str] = set()
    before, taken, full = Page(()), 0, 0
    for number in range(1, MOST_PAGES + 1):
        refuse_detour(url, location, asked)
        page, link = page_at(interface, url, how, number)
        if is_beyond_the_end(page, before, how, full=full):
            return
        if page.articles and page.articles == before.articles:
            raise not_fetched("same_page", page=number)
        yield page
        before, taken, full = page, taken + len(page.articles), max(full, len(page.articles))
        target = next_address(url, how, page, number=number, taken=taken, link=link)
        if target is None:
            return
        url = target
        interface.wait(interface.pause)
    raise not_fetched("many_pages", limit=MOST_PAGES)


def page_at(interface: Interface, url: str, how: Description, number: int) -> tuple[Page, str]:
    """The page, and the address that the head of the answer leads on to. Beyond the last counted page is none."""
    try:
        body, link = interface.ask_patiently(url)
    except OutboundError as refused:
        if number == 1:
            raise
        if isinstance(refused, BadAnswer) and refused.status == MISSING and how.kind in ("page", "offset"):
            return Page(()), ""
        raise NotFetched.of(refused).on_page(number) from refused
    return page_of(body, how, number=number), link


def refuse_detour(url: str, location: str, asked: set[str]) -> None:
    """A next page is another page of the same server: our key is not for a second one."""
    if url in asked:
        raise not_fetched("same_page", page=len(asked) + 1)
    asked.add(url)
    if door_of(url) != door_of(location):
        raise not_fetched("other_server")
