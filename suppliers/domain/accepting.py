"""From a dry run to what counts: products of what has none, the reading confirmed, the file imported."""

from collections.abc import Sequence
from dataclasses import replace

from django.db import connection, transaction

from stocke.core.actors import Actor
from suppliers.domain.creating import Article, Made, PriceRule, make_products
from suppliers.domain.deciding import FeedIsBusy
from suppliers.domain.feeds import read_again
from suppliers.domain.mappings import save_version
from suppliers.domain.matching import Matching
from suppliers.domain.runs import request_run
from suppliers.domain.words import learn
from suppliers.models import FeedMapping, Run, Stands, Trial, TrialLine
from suppliers.readers import ColumnMap

FOUND = """
UPDATE suppliers_trialline line SET product_id = made.product_id
FROM unnest(%s::varchar[], %s::bigint[]) AS made (sku, product_id)
WHERE line.trial_id = %s AND line.supplier_sku = made.sku AND line.product_id IS NULL
"""


def article_of(line: TrialLine) -> Article:
    return Article(line.supplier_sku, line.name, line.gtin, line.cost_cents, line.currency, line.offer_id)


@transaction.atomic
def make_unmatched(trial: Trial, lines: Sequence[TrialLine], *, rule: PriceRule, by: Actor) -> Made:
    """Products of these lines, which have none; the import then finds them by their SKU."""
    made = make_products([article_of(line) for line in lines], rule=rule, by=by)
    kept = Trial.objects.select_for_update(of=("self",)).get(pk=trial.pk)
    with connection.cursor() as cursor:
        cursor.execute(FOUND, [list(made.products), list(made.products.values()), trial.pk])
        kept.counts["unmatched"] = max(kept.counts.get("unmatched", 0) - cursor.rowcount, 0)
    kept.counts["made"] = kept.counts.get("made", 0) + len(made.products)
    kept.save(update_fields=["counts"])
    return made


@transaction.atomic
def confirm(trial: Trial, *, by: Actor) -> FeedMapping:
    """Make the reading that was tried the confirmed one. Words and titles explained for it are learned by that."""
    column_map = ColumnMap.from_json(trial.column_map)
    supplier = trial.feed.supplier if trial.words_for_one else None
    learn(column_map.words, supplier=supplier, by=by)
    learn(trial.titles, supplier=supplier, by=by, stands=Stands.TITLE)
    kept = replace(column_map, words={}).to_json()
    return save_version(trial.feed, kept, matching=Matching.from_json(trial.matching), by=by)


def import_of(trial: Trial, *, by: Actor) -> Run:
    """Ask for the import of the file that was tried.

    Raises FeedIsBusy; raises Overtaken where a newer file counts, because this one would undo it.
    """
    if trial.run is not None:
        return read_again(trial.run, by=by)
    known = {"file": trial.file, "file_name": trial.file_name, "size_bytes": trial.size_bytes}
    run = request_run(
        trial.feed, by=by, trigger="upload", sha256=trial.sha256, taken_at=trial.taken_at, **known
    )
    if run is None:
        raise FeedIsBusy(trial.feed_id)
    return run


class NothingToFollow(Exception):
    """No column of the file is surely the article's code, so a person has to say how it is read."""


@transaction.atomic
def follow_columns(run: Run, *, by: Actor) -> Run:
    """Let the mapping follow the changed columns of this import, and read its file again under it.

    Raises NothingToFollow, FeedIsBusy or Overtaken, with nothing changed.
    """
    if not run.facts.get("proposed"):
        raise NothingToFollow(run.pk)
    save_version(run.feed, run.facts["proposed"], by=by, because_of=run)
    return read_again(run, by=by)
