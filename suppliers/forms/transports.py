"""The ways to fetch a feed, in the order in which a person is asked."""

from suppliers.forms.addresses import FolderPart, PushPart, RestPart, SheetPart, UploadPart, WebPart
from suppliers.forms.servers import FtpPart, MailboxPart, SftpPart
from suppliers.forms.sources import SourcePart

PARTS: tuple[type[SourcePart], ...] = (
    UploadPart,
    WebPart,
    SheetPart,
    RestPart,
    SftpPart,
    FtpPart,
    MailboxPart,
    FolderPart,
    PushPart,
)
