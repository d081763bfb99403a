"""Which file of an export is which of LinkedIn's tables.

The header decides together with the name: the two tables of recommendations have equal headers, and the
chats with LinkedIn's own assistants have that of the messages. Names and columns are those of the files
that silkyrich/linkedin-export-viewer, szabgab/linkedin-csv.rs and juanmanueldaza/linkedin2md read.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import NamedTuple

from crm.importers.kit.export import Export
from crm.importers.kit.tables import header_in

ASSISTANTS = ("guidemessages", "coachmessages", "learningcoachmessages", "learningroleplaymessages")
"""Tables with the header of messages that hold chats with LinkedIn's robots."""

_FEW = 6
"""Up to so many CSV files a table may also be known by its header alone, whatever its name."""


class _Looks(NamedTuple):
    headers: tuple[Collection[str], ...]
    """Each a way its header may look: the columns that must be there."""
    telling: bool = True
    """The header is no other program's; else the file must speak of linkedin.com to be recognised alone."""
    by_header: bool = False
    """The header is no other table's either."""


_TABLES = {
    "connections": _Looks((("first name", "last name", "connected on"),), by_header=True),
    "messages": _Looks(
        (
            ("conversation id", "from", "sender profile url", "date", "content"),
            ("conversation id", "from", "to", "date", "content"),
            ("from", "to", "date", "content", "direction"),
            ("from", "to", "date", "subject", "content", "folder"),
        ),
        by_header=True,
    ),
    "invitations": _Looks((("from", "to", "sent at", "direction"),), by_header=True),
    "comments": _Looks((("date", "link", "message"),), telling=False),
    "reactions": _Looks((("date", "type", "link"),), telling=False),
    "shares": _Looks((("date", "sharelink", "sharecommentary"),), by_header=True),
    "instantreposts": _Looks((("date", "link"),), telling=False),
    "votes": _Looks((("date", "link", "optiontext"),), telling=False),
    "memberfollows": _Looks((("date", "status", "fullname"),)),
    "endorsementreceivedinfo": _Looks(
        (("endorsement date", "skill name", "endorser first name"),), by_header=True
    ),
    "endorsementgiveninfo": _Looks(
        (("endorsement date", "skill name", "endorsee first name"),), by_header=True
    ),
    "recommendationsreceived": _Looks((("first name", "last name", "text", "creation date"),)),
    "recommendationsgiven": _Looks((("first name", "last name", "text", "creation date"),)),
    "importedcontacts": _Looks((("firstname", "lastname", "emails", "phonenumbers"),)),
    "contacts": _Looks((("source", "firstname", "lastname", "emails", "phonenumbers"),)),
    "profile": _Looks((("first name", "last name", "headline", "twitter handles"),)),
    "emailaddresses": _Looks((("email address", "confirmed", "primary"),)),
}
_ANY_MESSAGES = _TABLES["messages"].headers


class Member(NamedTuple):
    """One file that holds one of LinkedIn's tables."""

    name: str
    table: str
    """A key of `_TABLES` or one of `ASSISTANTS`."""
    columns: tuple[str, ...]
    telling: bool


def needed_by(table: str) -> tuple[Collection[str], ...]:
    """Return the ways the header of a table may look, for `kit.tables.Table`."""
    return _ANY_MESSAGES if table in ASSISTANTS else _TABLES[table].headers


def known_as(name: str) -> tuple[str | None, bool]:
    """Return the table that a file's name says it is, or None, and whether it says nothing else.

    `Endorsement_Received_Info.csv`, `Comments_123.csv`, `messages (1).csv` and, with other words before,
    `sample_export_Comments.csv`.
    """
    stem, dot, suffix = name.rpartition("/")[2].casefold().rpartition(".")
    if not dot or suffix != "csv":
        return None, False
    words = [word for word in re.split(r"[\W_]+", stem) if word]
    while words and words[-1].isdecimal():
        words.pop()
    for start in range(len(words)):
        joined = "".join(words[start:])
        if joined in _TABLES or joined in ASSISTANTS:
            return joined, start == 0
    return None, False


def find_members(export: Export) -> list[Member]:
    """Return the files of an export that hold tables to read, in the order of their names."""
    tables = [name for name in export.names if name[-4:].casefold() == ".csv"]
    named = [(name, *known_as(name)) for name in tables]
    plain = {table for _, table, exact in named if exact}
    found = []
    for name, table, exact in named:
        if table is not None and not exact and table in plain:  # "some_new_robot_messages.csv"
            continue
        member = _look(export, name, table) if table else None
        if member is None and len(tables) <= _FEW:
            member = _by_header(export, name)
        if member is not None:
            found.append(member)
    return found


def _look(export: Export, name: str, table: str) -> Member | None:
    head = export.peek(name)
    columns = header_in(head, *needed_by(table))
    if not columns:
        return None
    telling = table in ASSISTANTS or _TABLES[table].telling or b"linkedin.com" in head
    return Member(name, table, columns, telling)


def _by_header(export: Export, name: str) -> Member | None:
    head = export.peek(name)
    for table, looks in _TABLES.items():
        if looks.by_header and (columns := header_in(head, *looks.headers)):
            return Member(name, table, columns, True)
    return None


def misfits(export: Export, members: list[Member]) -> list[str]:
    """Return the files that are named like a table of LinkedIn's and hold something else."""
    read = {member.name for member in members}
    return [
        name
        for name in export.names
        if name not in read
        and export.size(name)
        and known_as(name)[1]
        and known_as(name)[0] not in ASSISTANTS
    ]
