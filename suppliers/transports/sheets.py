"""A sheet that somebody shares on the web: the link he copied becomes the address of its CSV."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

from stocke.core.outbound import Answer, BadAnswer, open_download
from suppliers.transports.errors import DENIED, not_fetched
from suppliers.transports.sources import Incoming, Source
from suppliers.transports.web import incoming_of

PAGE_STARTS = (b"<!doctype html", b"<html")


def export_address(link: str) -> str:
    """Where the sheet of this link is given as CSV; a link that we do not know is an address already."""
    parts = urlsplit(link.strip())
    steps = [step for step in parts.path.split("/") if step]
    if "spreadsheets" in steps and "d" in steps:
        return google_export(parts.scheme, parts.netloc, steps, asked_of(parts.query, parts.fragment))
    if parts.hostname and parts.hostname.endswith("dropbox.com"):
        asked = {**asked_of(parts.query, ""), "dl": "1"}
        return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(asked), ""))
    return link.strip()


def asked_of(query: str, fragment: str) -> dict[str, str]:
    """The parameters of a link, those behind its # too: the chosen sheet often stands there alone."""
    return {name: values[-1] for name, values in {**parse_qs(query), **parse_qs(fragment)}.items()}


def google_export(scheme: str, host: str, steps: list[str], asked: dict[str, str]) -> str:
    """Published sheets have a name of their own (d/e/…) and another way out than those that are shared."""
    name = steps[steps.index("d") + 1 :]
    chosen = {"gid": asked["gid"]} if asked.get("gid", "").isdecimal() else {}
    if name[:1] == ["e"] and len(name) > 1:
        only = {"single": "true"} if chosen else {}
        path, wanted = f"/spreadsheets/d/e/{name[1]}/pub", {"output": "csv", **chosen, **only}
    elif name:
        path, wanted = f"/spreadsheets/d/{name[0]}/export", {"format": "csv", **chosen}
    else:
        path, wanted = "/" + "/".join(steps), {}
    return urlunsplit((scheme, host, path, urlencode(wanted), ""))


@contextmanager
def open_sheet(source: Source) -> Iterator[Incoming]:
    """The sheet as CSV. Who is not let in gets a login page, and with it the answer that all is well."""
    try:
        with open_download(export_address(source.location), limits=source.limits) as answer:
            yield incoming_of(with_first_block(answer))
    except BadAnswer as refused:
        if refused.status in DENIED:
            raise not_fetched("sheet_login") from None
        raise


def with_first_block(answer: Answer) -> Answer:
    """The same answer, unless it is a page for people."""
    first = next(answer.blocks, b"")
    if answer.content_type == "text/html" or first.lstrip()[:20].lower().startswith(PAGE_STARTS):
        raise not_fetched("sheet_login")
    return replace(answer, blocks=chain([first] if first else [], answer.blocks))
