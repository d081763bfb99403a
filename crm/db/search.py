"""Full text over what was said: an FTS5 table beside the interactions, filled by the writers themselves.

Filling it once at the end of an import is three times faster than triggers. A prefix index for two and
three letters makes search-as-you-type cheap; word positions and lengths are left out (`detail=none`,
`columnsize=0`), which halves its size and costs only exact phrases and ranking by relevance. Contacts are
found by their folded `search` column. On PostgreSQL the same is done by `lexemes`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, Connection, select

from crm.db import lexemes
from crm.db.tables import contact, interaction
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
_INDEXED = 3
"""The longest beginning of a word that has an index."""
_AHEAD = 4
"""How many times as many texts are looked at for a longer beginning."""
_SAMPLE = 100
"""Texts after which that is given up, where too few of them fit."""
_MATCHES = "SELECT rowid FROM interaction_text WHERE interaction_text MATCH ? ORDER BY rowid DESC LIMIT ?"
_CANDIDATES = 500
"""Newest candidates looked at per search: ranking by relevance would read every match."""


def create(connection: Connection) -> None:
    """Make the full-text table."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(_CREATE)
    else:
        lexemes.create(connection)


def add_range(connection: Connection, first_id: int, last_id: int) -> None:
    """Index the interactions with ids from `first_id` to `last_id`, both included; each only once."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(
            "INSERT INTO interaction_text(rowid, text) SELECT id, text FROM interaction "
            "WHERE id BETWEEN ? AND ? AND text IS NOT NULL",
            (first_id, last_id),
        )
    else:
        lexemes.add_range(connection, first_id, last_id)


def remove(connection: Connection, ids: Iterable[int]) -> None:
    """Take interactions out of the index; call it before their rows go, because it reads their text."""
    gone = list(ids)
    if not gone:
        return
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(
            "INSERT INTO interaction_text(interaction_text, rowid, text) "
            "SELECT 'delete', id, text FROM interaction WHERE id = ? AND text IS NOT NULL",
            [(row_id,) for row_id in gone],
        )
    else:
        lexemes.remove(connection, gone)


def rebuild(connection: Connection) -> None:
    """Fill the index from nothing."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("INSERT INTO interaction_text(interaction_text) VALUES('rebuild')")
    else:
        lexemes.rebuild(connection)


def optimise(connection: Connection) -> None:
    """Merge the index into one piece, in which nothing is left of texts that were removed."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("INSERT INTO interaction_text(interaction_text) VALUES('optimize')")


def intact(connection: Connection) -> bool:
    """Say whether the index agrees with the interactions."""
    if connection.dialect.name != "sqlite":
        return lexemes.intact(connection)
    try:
        connection.exec_driver_sql(
            "INSERT INTO interaction_text(interaction_text, rank) VALUES('integrity-check', 1)"
        )
    except Exception as error:
        if "malformed" in str(error) or "corrupt" in str(error):
            return False
        raise
    return True


def named(words: str) -> tuple[ColumnElement[bool], ...]:
    """Return what holds of a contact in whose names, handles and organisation every word occurs."""
    return tuple(contact.c.search.contains(word, autoescape=True) for word in folded(words).split())


def find(connection: Connection, words: str, limit: int) -> Sequence[int]:
    """Return the ids of the newest interactions that hold all words, the last one as a prefix.

    Args:
        connection: where to look.
        words: what the user typed, so far.
        limit: the most ids to return.

    """
    terms = lexemes.terms(words)
    if not terms:
        return []
    if _UNSPACED.search(words):
        return _scan(connection, words.split(), limit)
    if len(terms) == 1 and len(terms[0]) < _SHORTEST:
        return []
    if connection.dialect.name != "sqlite":
        return lexemes.find(connection, terms, limit, _CANDIDATES)
    wanted = max(limit, _CANDIDATES)
    near = _near(connection, terms, wanted) if len(terms[-1]) > _INDEXED else []
    if len(near) == wanted:
        newest = "SELECT id FROM interaction WHERE id IN (SELECT value FROM json_each(?)) "
        values: tuple[object, ...] = (json.dumps(near), limit)
    else:
        newest = f"SELECT id FROM interaction WHERE id IN ({_MATCHES}) "  # noqa: S608 - ours
        values = (_query(terms), wanted, limit)
    rows = connection.exec_driver_sql(f"{newest}ORDER BY at IS NULL, at DESC, id DESC LIMIT ?", values)
    return [row[0] for row in rows]


def _query(terms: Sequence[str]) -> str:
    return " AND ".join([f'"{term}"' for term in terms[:-1]] + [f'"{terms[-1]}"*'])


def _near(connection: Connection, terms: Sequence[str], wanted: int) -> list[int]:
    """Return the newest interactions that fit, found among those that fit the last word's first letters.

    The index of prefixes gives these newest first, at once. For a longer beginning FTS5 gathers every text
    that has it before the first is given: 46 ms where a quarter of a million do, and there these are many.
    """
    rows = connection.exec_driver_sql(
        f"SELECT id, text FROM interaction WHERE id IN ({_MATCHES}) ORDER BY id DESC",  # noqa: S608 - ours
        (_query([*terms[:-1], terms[-1][:_INDEXED]]), wanted * _AHEAD),
    )
    begins = re.compile(f"(?<![^\\W_]){re.escape(terms[-1])}", re.IGNORECASE)
    found: list[int] = []
    for number, (key, text) in enumerate(rows):
        if number == _SAMPLE and len(found) * _AHEAD < _SAMPLE:
            break  # it is rare: gathering the few texts that have it is quick
        if begins.search(text if text.isascii() else folded(text)):
            found.append(key)
        if len(found) == wanted:
            break
    return found


def _scan(connection: Connection, words: Sequence[str], limit: int) -> Sequence[int]:
    """Look through every text, newest first: for scripts without blanks a word can begin anywhere."""
    query = select(interaction.c.id).where(*map(_holds, words))
    newest = (interaction.c.at.is_(None), interaction.c.at.desc(), interaction.c.id.desc())
    return list(connection.scalars(query.order_by(*newest).limit(limit)))


def _holds(word: str) -> ColumnElement[bool]:
    text = interaction.c.text
    if (
        word.lower() == word.upper()
    ):  # these scripts know no capitals: to make all texts small is half the cost
        return text.contains(word, autoescape=True)
    return text.icontains(word, autoescape=True)
