"""Learned words in the shell: their tab among the settings, and how what was learned is told."""

from collections.abc import Collection, Mapping

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from stocke.core.models import HistoryEntry
from stocke.core.web.commands import Command, register_command
from stocke.core.web.places import Place, register_places
from stocke.core.web.settings_tabs import SettingsTab, register_settings
from stocke.core.web.timeline import register_sentence
from suppliers.forms.words import said_as
from suppliers.models import Stands
from suppliers.queries.words import words_by_key


def places_of_words(keys: Collection[int]) -> Mapping[int, Place]:
    return {
        word.pk: Place(word.text, reverse("suppliers:word", args=[word.pk])) for word in words_by_key(keys)
    }


def say_learned(entry: HistoryEntry) -> str:
    """What a word means; for whom stands beside it, because one word may mean two things."""
    words = {"word": entry.data.get("word", ""), "meaning": said_as(entry.after.get("meaning", ""))}
    supplier = entry.data.get("supplier")
    if entry.data.get("stands") == Stands.TITLE:
        said = _("A column titled “%(word)s” is read as: %(meaning)s, for %(supplier)s")
    else:
        said = _("“%(word)s” means: %(meaning)s, for %(supplier)s")
    return said % {**words, "supplier": supplier or _("all suppliers")}


def say_forgotten(entry: HistoryEntry) -> str:
    return _("“%(word)s” was forgotten") % {"word": entry.data.get("word", "")}


register_settings(SettingsTab("words", gettext_lazy("Learned words"), "suppliers:words", "feeds.view"))
register_command(
    Command(gettext_lazy("Learned words"), lambda: reverse("suppliers:words"), "feeds.view", icon="feeds")
)
register_places("learnedword", places_of_words)
register_sentence("word.learned", say_learned, shape="done", group="people")
register_sentence("word.changed", say_learned, group="people")
register_sentence("word.forgotten", say_forgotten, shape="stopped", group="people")
