"""A template as a mail to its author: what he typed, with the facts that he looks at, and links that lead nowhere."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from stocke.core.actors import Actor
from stocke.core.domain.letter_facts import LINKS
from stocke.core.domain.letter_kinds import TEST, Words
from stocke.core.domain.letter_preview import with_gaps_named
from stocke.core.domain.letter_samples import SAMPLES
from stocke.core.domain.mail_templates import thread
from stocke.core.domain.outbox import compose
from stocke.core.models import Message, User


def send_to_oneself(
    kind: str, language: str, words: Words, facts: Mapping[str, str], *, reader: User, key: str, by: Actor
) -> Message:
    """Send it to this member of staff, once per key. A real customer's link would act for him: it is not in it."""
    samples = {name: SAMPLES[language][name] for name in LINKS if name in SAMPLES[language]}
    subject = _("[Test] %(subject)s") % {"subject": words.subject}
    return compose(
        TEST,
        key=f"template_test:{reader.pk}:{key}"[:120],
        thread=thread(kind, language),
        recipient=reader.email,
        recipient_name=reader.get_full_name(),
        language=language,
        facts=with_gaps_named(words, {**facts, **samples}),
        by=by,
        send=True,
        subject=subject,
        text=words.body,
        delay_seconds=0,
    )
