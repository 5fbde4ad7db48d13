"""What the outbox adds to the shell: its entry, its search, and how a mail's history is told."""

from collections.abc import Collection, Mapping

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from stocke.core.domain.letter_facts import FACTS
from stocke.core.domain.letter_kinds import label_of
from stocke.core.incoming_queries import count_open
from stocke.core.mail_tables import state_of
from stocke.core.models import HistoryEntry, Message, User
from stocke.core.outbox_queries import count_stuck, messages_in_short, search_messages
from stocke.core.web.commands import Command, Hit, first_hits, register_command, register_search
from stocke.core.web.navigation import NavEntry, register
from stocke.core.web.places import Place, register_places
from stocke.core.web.status import Words
from stocke.core.web.timeline import register_job, register_sentence


def find_messages(query: str, user: User) -> Collection[Hit]:
    found = search_messages(Message.objects.all(), query)
    return [
        Hit(
            label=message.subject,
            hint=message.recipient,
            url=reverse("core:message", args=[message.pk]),
            kind=gettext_lazy("Messages"),
            icon="mail",
            status=state_of(message),
        )
        for message in first_hits(messages_in_short(), found, "-id")
    ]


def mail_places(keys: Collection[int]) -> Mapping[int, Place]:
    found = messages_in_short().filter(pk__in=keys)
    return {
        message.pk: Place(message.subject, reverse("core:message", args=[message.pk])) for message in found
    }


def mail_link(entry: HistoryEntry) -> str | None:
    """The mail that an entry speaks of. Not on the mail's own page, where the link would lead nowhere new."""
    number = entry.data.get("message")
    return reverse("core:message", args=[number]) if number and entry.thread != f"message:{number}" else None


def tell_mail(kind: str, words: Words, shape: str) -> None:
    """Word one kind of entry: "Mail sent: First delay"."""

    def say(entry: HistoryEntry) -> str:
        return _("%(what)s: %(mail)s") % {"what": words, "mail": label_of(entry.data.get("mail", ""))}

    register_sentence(kind, say, shape=shape, group="mails", link=mail_link)


def say_held(entry: HistoryEntry) -> str:
    names = ", ".join(str(FACTS.get(name, name)) for name in entry.data.get("missing", []))
    about = {"mail": label_of(entry.data.get("mail", "")), "names": names}
    return _("Mail held: %(mail)s. Missing: %(names)s") % about


def count_for_a_person() -> int:
    """Mails that go no further, and messages that wait for an answer."""
    return count_stuck() + count_open()


register_sentence("message.held", say_held, shape="held", group="mails", link=mail_link)
register(
    NavEntry(
        key="messages",
        group="work",
        label=gettext_lazy("Messages"),
        url_name="core:messages",
        icon="mail",
        permission="messages.view",
        counter=count_for_a_person,
    )
)
register_places("message", mail_places)
register_search(find_messages, permission="messages.view")
register_command(
    Command(
        gettext_lazy("Mail templates"), lambda: reverse("core:mail_templates"), "messages.view", icon="edit"
    )
)
tell_mail("message.composed", gettext_lazy("Mail written"), "")
tell_mail("message.completed", gettext_lazy("Facts added to the mail"), "")
tell_mail("message.approved", gettext_lazy("Mail on its way"), "waiting")
tell_mail("message.hurried", gettext_lazy("Mail leaving at once"), "waiting")
tell_mail("message.reopened", gettext_lazy("Mail taken back"), "undone")
tell_mail("message.cancelled", gettext_lazy("Mail cancelled"), "undone")
tell_mail("message.sent", gettext_lazy("Mail sent"), "done")
tell_mail("message.postponed", gettext_lazy("Mail postponed"), "late")
tell_mail("message.bounced", gettext_lazy("Mail refused by the other side"), "refused")
tell_mail("message.failed", gettext_lazy("Mail failed"), "failed")
tell_mail("message.unsure", gettext_lazy("Mail unsure"), "unsure")
tell_mail("message.arrived", gettext_lazy("Mail found to have arrived"), "done")
tell_mail("message.resent", gettext_lazy("Mail sent again by decision"), "waiting")
tell_mail("message.retried", gettext_lazy("Mail tried again"), "waiting")
WORDS = {"subject": gettext_lazy("Subject"), "body": gettext_lazy("Text")}
register_sentence(
    "template.edited", lambda entry: gettext_lazy("Words changed"), group="people", changes=WORDS
)
register_sentence(
    "template.reset",
    lambda entry: gettext_lazy("Back to the shipped words"),
    shape="undone",
    group="people",
    changes=WORDS,
)

register_job("mail", gettext_lazy("dispatch of mails"))
