"""Words that people have explained."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from suppliers.models import LearnedWord, Stands
from suppliers.readers import Vocabulary
from suppliers.readers.folding import folded


def words_for_list() -> QuerySet[LearnedWord]:
    return LearnedWord.objects.select_related("supplier", "changed_by")


def search_words(words: QuerySet[LearnedWord], query: str) -> QuerySet[LearnedWord]:
    """Each part somewhere in the word, accents or not. People explain words one by one: no index is needed."""
    for part in query.split():
        words = words.filter(Q(text__holds=part) | Q(key__holds=folded(part) or part))
    return words


def heard_from(supplier_id: int) -> Vocabulary:
    """What words and titles mean in the feeds of this supplier: his own come before those of all suppliers."""
    known = LearnedWord.objects.filter(Q(supplier=supplier_id) | Q(supplier=None))
    ours_first = sorted(known, key=lambda word: (word.supplier_id is not None, word.key))
    return Vocabulary(*(meanings_of(ours_first, stands) for stands in (Stands.CELL, Stands.TITLE)))


def meanings_of(words: Iterable[LearnedWord], stands: Stands) -> dict[str, str]:
    return {word.key: word.meaning for word in words if word.stands == stands}


def words_by_key(keys: Iterable[int]) -> QuerySet[LearnedWord]:
    return words_for_list().filter(pk__in=list(keys))
