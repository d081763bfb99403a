"""Full text on PostgreSQL: the words of each text, folded here and kept as a `tsvector` beside it.

The decision to know: the words are split and folded by this program, not by a text-search configuration of
the server. So both databases find the same: SQLite's tokeniser takes letters and digits and drops accents,
the server's parser keeps addresses and hyphenated words whole, and drops accents only with an extension.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection

from crm.db import server
from crm.domain.text import folded

_STRETCH = 20_000
"""Texts read at a time."""
_LONGEST = 200
"""Letters of a word that are kept: the server takes 2,046 bytes."""
_MOST = 20_000
"""Different words of a text that are kept: the server takes a megabyte."""


def terms(words: str) -> list[str]:
    """Split as SQLite's tokeniser does, so that nothing typed can be taken for query syntax."""
    return "".join(c if c.isalnum() else " " for c in folded(words)).split()


def create(connection: Connection) -> None:
    """Make the table and its index."""
    connection.exec_driver_sql(
        "CREATE TABLE interaction_text (id BIGINT PRIMARY KEY, words TSVECTOR NOT NULL)"
    )
    connection.exec_driver_sql("CREATE INDEX ix_interaction_text_words ON interaction_text USING GIN (words)")


def add_range(connection: Connection, first_id: int, last_id: int) -> None:
    """Keep the words of the interactions with these ids, both included; each only once."""
    for start in range(first_id, last_id + 1, _STRETCH):
        rows = connection.exec_driver_sql(
            "SELECT id, text FROM interaction WHERE id BETWEEN %s AND %s AND text IS NOT NULL",
            (start, min(start + _STRETCH - 1, last_id)),
        ).all()
        if len(rows) == 1:  # what the user logged just now
            connection.exec_driver_sql(
                "INSERT INTO interaction_text VALUES (%s, %s::tsvector)", (rows[0][0], _vector(rows[0][1]))
            )
        elif rows:
            with server.raw(connection) as cursor, cursor.copy("COPY interaction_text FROM STDIN") as copy:
                for key, text in rows:
                    copy.write_row((key, _vector(text)))


def remove(connection: Connection, ids: Sequence[int]) -> None:
    """Forget the words of these interactions."""
    connection.exec_driver_sql("DELETE FROM interaction_text WHERE id = ANY(%s)", (list(ids),))


def rebuild(connection: Connection) -> None:
    """Fill the table from nothing."""
    connection.exec_driver_sql("DELETE FROM interaction_text")
    last = connection.exec_driver_sql("SELECT max(id) FROM interaction").scalar()
    if last is not None:
        add_range(connection, 1, last)


def intact(connection: Connection) -> bool:
    """Say whether every text, and nothing else, is there with its words."""
    odd = connection.exec_driver_sql(
        "SELECT 1 FROM interaction_text FULL JOIN (SELECT id FROM interaction WHERE text IS NOT NULL) spoken "
        "USING (id) WHERE spoken.id IS NULL OR interaction_text.id IS NULL LIMIT 1"
    ).first()
    if odd is not None:
        return False
    last = connection.exec_driver_sql("SELECT max(id) FROM interaction_text").scalar() or 0
    return all(set(_words(text)) == set(kept) for text, kept in _kept(connection, last))


def _kept(connection: Connection, last: int) -> Iterator[Any]:
    for start in range(0, last + 1, _STRETCH):
        rows = connection.exec_driver_sql(
            "SELECT text, tsvector_to_array(words) FROM interaction JOIN interaction_text USING (id) "
            "WHERE id >= %s AND id < %s",
            (start, start + _STRETCH),
        )
        yield from rows


def find(connection: Connection, words: Sequence[str], limit: int, candidates: int) -> Sequence[int]:
    """Return the ids of the newest interactions that hold all words, the last one as a prefix.

    Args:
        connection: where to look.
        words: as `terms` gives them, at least one.
        limit: the most ids to return.
        candidates: how many of the newest to look at.

    """
    query = " & ".join([f"'{word[:_LONGEST]}'" for word in words]) + ":*"
    rows = connection.exec_driver_sql(
        "SELECT id FROM interaction WHERE id IN (SELECT id FROM interaction_text "
        "WHERE words @@ %s::tsquery ORDER BY id DESC LIMIT %s) "
        "ORDER BY at IS NULL, at DESC, id DESC LIMIT %s",
        (query, max(limit, candidates), limit),
    )
    return [row[0] for row in rows]


def _vector(text: str) -> str:
    """Return the words of a text as the server reads a vector: letters and digits need no escaping."""
    return " ".join([f"'{word}'" for word in _words(text)])


def _words(text: str) -> list[str]:
    found = dict.fromkeys(word[:_LONGEST] for word in terms(text))
    return list(found)[:_MOST]
