"""Why a file could not be fetched, in sentences for the person who looks after the feed."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Self

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from stocke.core.outbound import BadAnswer, OutboundError

DENIED, BUSY = frozenset({401, 403, 407}), 429
# When the next attempt comes is said beside them, by what is planned: a test of the connection plans none.
SENTENCES = {
    "scheme": _("An address must begin with http:// or https://. Correct it."),
    "credentials": _(
        "The address holds a user name or password before the host, where logs would show it. Take it out."
    ),
    "host_name": _("Write only the name of the server here, for example ftp.supplier.example."),
    "host": _("The address names no host. Correct it."),
    "astray": _(
        "The server {host} sends us on to where we do not go: that is no address of the web, or holds a password. Tell "
        "the supplier, or correct the address."
    ),
    "private": _(
        "{host} is inside a private network, where we do not go. An operator can allow the host in "
        "STOCKE_ALLOWED_PRIVATE_HOSTS."
    ),
    "unknown_host": _("No server is known under the name {host}. Check the address."),
    "connect": _("{host} does not answer."),
    "secure": _("The secure connection to {host} failed: its certificate is not valid. Tell the supplier."),
    "slow": _("{host} was too slow and we stopped waiting."),
    "cut": _("The connection was cut before the whole file was here."),
    "denied": _(
        "The server does not let us in ({status}): user name, password or key are missing or wrong. Correct them."
    ),
    "status": _("The server answered {status} instead of the file. Check the address with the supplier."),
    "status_later": _("The server answered {status} instead of the file."),
    "busy": _("The server has been asked too often and wants to be left alone for a while."),
    "bytes": _("The file is larger than {limit} MB. Ask the supplier for a smaller one, or raise the limit."),
    "redirects": _("The address leads in a circle: more than {limit} redirects. Check it with the supplier."),
    "encoding": _("The server compresses in a way that we did not ask for ({encoding}). Tell the supplier."),
    "login": _("{host} refuses the user name, the password or the key. Correct them."),
    "host_key": _(
        "{host} shows another key than before: {key}. Either the supplier has changed his server, or somebody "
        "stands in between. Ask him, then put the right key into the feed."
    ),
    "private_key": _("The private key cannot be read. Enter one without a passphrase; it is kept sealed."),
    "missing": _("{host} has no such file or folder. Check the path with the supplier."),
    "forbidden": _("{host} does not let this user read the file. Ask the supplier for the right."),
    "no_match": _("No file on the server fits “{pattern}”. Check the path with the supplier."),
    "many_files": _(
        "More than {limit} files lie in the folder “{folder}”. Name the file, or another folder."
    ),
    "name_taken": _(
        "{host} has another file under the name {name}. Nothing was written. Ask the supplier what it is."
    ),
    "server_later": _("{host} cannot give us the file at the moment."),
    "no_mail_folder": _("The mailbox at {host} has no such folder. Correct its name."),
    "nothing_new": _(
        "No new mail in “{mailbox}” fits sender and subject. Nothing was said, so nothing changed."
    ),
    "nothing_pushed": _("Nothing was sent since the last import. Nothing was said, so nothing changed."),
    "no_file_in_mail": _(
        "The mail “{subject}” holds no complete file or link that fits. Ask the supplier, or correct the pattern."
    ),
    "dead_link": _(
        "The link in the mail “{subject}” is dead: its server answered {status}. Ask the supplier for a new one."
    ),
    "mail_large": _(
        "A mail is larger than {limit} MB. Ask the supplier for a smaller file, or for another way."
    ),
    "protocol": _(
        "{host} answers in a way that we do not understand. Check the port and the kind of server."
    ),
    "sheet_login": _(
        "The sheet is not open to us: its server sends a page to log in. Share it with everybody who has the link, or "
        "publish it on the web as CSV."
    ),
    "page": _("Page {page} of the interface did not come. {problem}"),
    "not_json": _("Page {page} of the interface is no JSON. Check the address with the supplier."),
    "no_articles": _(
        "Page {page} holds no list of articles at “{path}”. Correct where they are in the answer."
    ),
    "same_page": _(
        "Page {page} is one that we had already: the interface does not go on. Correct how it is asked."
    ),
    "many_pages": _("The interface gives more than {limit} pages. Ask for more articles per page."),
    "other_server": _(
        "The next page is on another server, to which we do not show the key. Tell the supplier."
    ),
    "disk": _("This machine could not write the file: its disk may be full. Tell the operator."),
    "no_file": _("No complete file is waiting in the folder “{folder}”. Put one there."),
    "no_folder": _("The folder “{folder}” does not exist below the watched folder. Create it."),
    "outside": _("The folder “{folder}” lies outside the watched folder. Choose one below it."),
    "unstable": _("The file “{name}” is still being written."),
}


class NotFetched(Exception):
    """There is no file to read. `retry` says whether the next attempt may succeed without anybody's help.

    `wait` is how long the source asked us to stay away; `remember` what the transport wants to be told next time all
    the same.
    """

    def __init__(
        self, code: str, message: str | Promise, *, retry: bool, wait: timedelta | None = None
    ) -> None:
        super().__init__(code)
        self.code, self.message, self.retry, self.wait = code, message, retry, wait
        self.remember: Mapping[str, Any] = {}

    def __str__(self) -> str:
        return str(self.message)

    @classmethod
    def of(cls, error: OutboundError) -> Self:
        """An error of the way out, with its sentence."""
        code = code_of(error)
        facts = dict(error.facts)
        if error.code == "bytes":
            facts["limit"] = int(facts["limit"]) // 10**6
        seconds = error.retry_after if isinstance(error, BadAnswer) else None
        wait = None if seconds is None else timedelta(seconds=seconds)
        return cls(code, format_lazy(SENTENCES[code], **facts), retry=error.retry, wait=wait)

    def on_page(self, number: int) -> Self:
        """The same, saying that the pages before this one came."""
        said = format_lazy(SENTENCES["page"], page=number, problem=self.message)
        return type(self)(self.code, said, retry=self.retry, wait=self.wait)


def code_of(error: OutboundError) -> str:
    """Answers of one kind have sentences of their own."""
    if not isinstance(error, BadAnswer):
        return error.code
    if error.status in DENIED:
        return "denied"
    if error.status == BUSY:
        return "busy"
    return "status_later" if error.retry else "status"


def not_fetched(code: str, *, retry: bool = False, **facts: object) -> NotFetched:
    """The NotFetched of this code, its sentence filled with the facts."""
    return NotFetched(code, format_lazy(SENTENCES[code], **facts), retry=retry)
