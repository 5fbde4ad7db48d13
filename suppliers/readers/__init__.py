"""Feeds of any format read as rows. Pure: no database, no settings, no network.

reading = read("stock.csv")                     # columns guessed, with reasons
reading.mapping.to_json()                       # saved once a person has confirmed it
read("stock.csv", column_map=ColumnMap.from_json(saved)).rows
"""

from suppliers.readers.doubts import sentence
from suppliers.readers.errors import NotAFeed
from suppliers.readers.limits import Limits
from suppliers.readers.marks import digest_of_readers
from suppliers.readers.reading import ReadSoFar, Recollection, Reread, nobody, read, read_again, sniff
from suppliers.readers.rejects import REASONS
from suppliers.readers.remembered import REMEMBERED_SCHEMA, Remembered
from suppliers.readers.shelves import Blocks, whole
from suppliers.readers.summaries import row_lines, summary
from suppliers.readers.values import (
    FIELDS,
    REJECT_SCHEMA,
    ROW_SCHEMA,
    Candidate,
    ColumnGuess,
    ColumnMap,
    Doubt,
    FileFacts,
    Reading,
    Skipped,
    Totals,
)
from suppliers.readers.vocabulary import UnknownWord, Vocabulary
from suppliers.readers.words import read_tables

__all__ = [
    "FIELDS",
    "REASONS",
    "REJECT_SCHEMA",
    "REMEMBERED_SCHEMA",
    "ROW_SCHEMA",
    "Blocks",
    "Candidate",
    "ColumnGuess",
    "ColumnMap",
    "Doubt",
    "FileFacts",
    "Limits",
    "NotAFeed",
    "ReadSoFar",
    "Reading",
    "Recollection",
    "Remembered",
    "Reread",
    "Skipped",
    "Totals",
    "UnknownWord",
    "Vocabulary",
    "digest_of_readers",
    "nobody",
    "read",
    "read_again",
    "read_tables",
    "row_lines",
    "sentence",
    "sniff",
    "summary",
    "whole",
]
