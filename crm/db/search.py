"""Full text over what was said: an FTS5 table beside the interactions, filled by the writers themselves.

Filling it once at the end of an import is three times faster than triggers. A prefix index for two and
three letters makes search-as-you-type cheap; word positions and lengths are left out (`detail=none`,
`columnsize=0`), which halves its size and costs only exact phrases and ranking by relevance. Contacts are
found by their folded `search` column.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection

from crm.domain.text import folded

_CREATE = (
    "CREATE VIRTUAL TABLE interaction_text USING fts5("
    "text, content='interaction', content_rowid='id', detail=none, columnsize=0, prefix='2 3', "
    "tokenize='unicode61 remove_diacritics 2')"
)
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\U00020000-\U0003ffff]"
)
"""Thai, Lao, Burmese, Khmer, Japanese, Chinese, Korean: the tokeniser takes a whole run for one word."""
_SHORTEST = 2
"""A single letter fits nearly everything, and its prefix has no index."""
_CANDIDATES = 500
"""Newest candidates looked at per search: ranking by relevance would read every match."""


def create(connection: Connection) -> None:
    """Make the full-text table."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(_CREATE)


def add_range(connection: Connection, first_id: int, last_id: int) -> None:
    """Index the interactions with ids from `first_id` to `last_id`, both included; each only once."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(
            "INSERT INTO interaction_text(rowid, text) SELECT id, text FROM interaction "
            "WHERE id BETWEEN ? AND ? AND text IS NOT NULL",
            (first_id, last_id),
        )


def remove(connection: Connection, ids: Iterable[int]) -> None:
    """Take interactions out of the index; call it before their rows go, because it reads their text."""
    rows = [(row_id,) for row_id in ids]
    if rows and connection.dialect.name == "sqlite":
        connection.exec_driver_sql(
            "INSERT INTO interaction_text(interaction_text, rowid, text) "
            "SELECT 'delete', id, text FROM interaction WHERE id = ? AND text IS NOT NULL",
            rows,
        )


def rebuild(connection: Connection) -> None:
    """Fill the index from nothing."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("INSERT INTO interaction_text(interaction_text) VALUES('rebuild')")


def optimise(connection: Connection) -> None:
    """Merge the index into one piece, in which nothing is left of texts that were removed."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("INSERT INTO interaction_text(interaction_text) VALUES('optimize')")


def intact(connection: Connection) -> bool:
    """Say whether the index agrees with the interactions."""
    if connection.dialect.name != "sqlite":
        return True
    try:
        connection.exec_driver_sql(
            "INSERT INTO interaction_text(interaction_text, rank) VALUES('integrity-check', 1)"
        )
    except Exception as error:
        if "malformed" in str(error) or "corrupt" in str(error):
            return False
        raise
    return True


def find(connection: Connection, words: str, limit: int) -> Sequence[int]:
    """Return the ids of the newest interactions that hold all words, the last one as a prefix.

    Args:
        connection: where to look.
        words: what the user typed, so far.
        limit: the most ids to return.

    """
    terms = _terms(words)
    if not terms or connection.dialect.name != "sqlite":
        return []
    if _UNSPACED.search(words):
        return _scan(connection, words.split(), limit)
    if len(terms) == 1 and len(terms[0]) < _SHORTEST:
        return []
    query = " AND ".join([f'"{term}"' for term in terms[:-1]] + [f'"{terms[-1]}"*'])
    rows = connection.exec_driver_sql(
        "SELECT id FROM interaction WHERE id IN (SELECT rowid FROM interaction_text "
        "WHERE interaction_text MATCH ? ORDER BY rowid DESC LIMIT ?) "
        "ORDER BY at IS NULL, at DESC, id DESC LIMIT ?",
        (query, max(limit, _CANDIDATES), limit),
    )
    return [row[0] for row in rows]


def _scan(connection: Connection, words: Sequence[str], limit: int) -> Sequence[int]:
    """Look through every text, newest first: for scripts without blanks a word can begin anywhere."""
    like = " AND ".join(["text LIKE ? ESCAPE '~'"] * len(words))
    escaped = [re.sub(r"([~%_])", r"~\1", word) for word in words]
    rows = connection.exec_driver_sql(
        f"SELECT id FROM interaction WHERE {like} "  # noqa: S608 - only question marks
        "ORDER BY at IS NULL, at DESC, id DESC LIMIT ?",
        (*(f"%{word}%" for word in escaped), limit),
    )
    return [row[0] for row in rows]


def _terms(words: str) -> list[str]:
    """Split as the tokeniser does, so that nothing typed can be taken for query syntax."""
    return "".join(c if c.isalnum() else " " for c in folded(words)).split()
