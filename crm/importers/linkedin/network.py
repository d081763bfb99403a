"""Connections, invitations, follows and the address book once given to LinkedIn.

The decision to know: a connection is an act of who asked. The invitation tells; where there is none, the
other person is taken to have asked, so that nothing is claimed of the user that is not written down.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from crm.domain.records import (
    ContactRecord,
    Direction,
    IdentityRef,
    InteractionRecord,
    Kind,
    PartialDate,
    Record,
)
from crm.importers.kit.export import Export
from crm.importers.kit.keys import digest, normal_text
from crm.importers.kit.tables import Row
from crm.importers.kit.times import iso
from crm.importers.linkedin.members import Member
from crm.importers.linkedin.people import PLATFORM, full_name, key_of, named, profile, slug_of
from crm.importers.linkedin.reading import Reading, act, read_rows, table_rows

_ADDRESS = re.compile(r"[^\s@<>\"]+@[^\s@<>\"]+\.[^\s@<>\".]+")
_NUMBER = re.compile(r"\+?[0-9(][0-9 ()./-]{3,}[0-9]")
_BETWEEN = re.compile(r"[,;|\n]")


class Invitation:
    """One row of the invitations: the other person, and who asked whom."""

    def __init__(self, row: Row) -> None:
        outgoing = row["direction"].strip().upper() == "OUTGOING"
        mine, theirs = ("inviter", "invitee") if outgoing else ("invitee", "inviter")
        self.direction = Direction.OUT if outgoing else Direction.IN
        self.my_slug = slug_of(row[f"{mine}profileurl"])
        self.my_name = row["from" if outgoing else "to"]
        self.slug = slug_of(row[f"{theirs}profileurl"])
        self.name = row["to" if outgoing else "from"]


def invitations(export: Export, members: list[Member]) -> Iterator[Invitation]:
    """Yield the invitations, for who asked whom and which side is the user's."""
    for member in members:
        for row in table_rows(export, member):
            if isinstance(row, Row):
                yield Invitation(row)


def invitation(row: Row, reading: Reading) -> Iterator[Record]:
    """Yield an invitation: with a personal text it is a message (words were spoken), else a follow."""
    asked = Invitation(row)
    text = row["message"].strip()
    who = profile(asked.slug, asked.name) if asked.slug else named(asked.name)
    moment = reading.times.read(row["sent at"], row.line)
    sender = "me" if asked.direction is Direction.OUT else "other"
    key = reading.keys.make("invitation", key_of(who) if who else "", moment.at, sender)
    if text:
        yield act(key, who, moment, asked.direction, Kind.MESSAGE, text)
    elif asked.slug:
        yield act(key, who, moment, asked.direction, Kind.FOLLOW)
    else:
        yield act(key, None, moment, asked.direction, Kind.FOLLOW, asked.name)


def read_connections(export: Export, member: Member, asked: dict[str, Direction]) -> Iterator[Record]:
    """Yield a contact and a follow for each connection.

    Args:
        export: the export.
        member: its table of connections.
        asked: who sent the invitation, by profile address.

    """

    def connection(row: Row, reading: Reading) -> Iterator[Record]:
        name = full_name(row["first name"], row["last name"])
        slug = slug_of(row["url"])
        if not name and not slug:
            reading.left["connections who have closed or hidden their account"] += 1
            return
        moment = reading.times.read(row["connected on"], row.line)
        if slug:
            who, key = profile(slug, name), slug
        else:  # before the middle of 2023; a name alone would make namesakes one person
            key = digest(normal_text(name), row["connected on"] if moment.at is None else moment.at)
            who = IdentityRef(PLATFORM, external_id=f"connection:{key}", name=name)
        address = row["email address"].strip()
        identities = (who, IdentityRef("email", address)) if _is_address(address) else (who,)
        yield ContactRecord(
            identities, name or None, organisation=row["company"] or None, title=row["position"] or None
        )
        direction = asked.get(slug or "", Direction.IN)
        yield act(f"connection:{key}", who, moment, direction, Kind.FOLLOW)

    return read_rows(export, member, connection)


def follow(row: Row, reading: Reading) -> Iterator[InteractionRecord]:
    """Yield a follow of nobody in particular: the export has only the names of those the user follows."""
    moment = reading.times.read(row["date"], row.line)
    key = reading.keys.make("follow", "", moment.at, "me", row["fullname"])
    yield act(key, None, moment, Direction.OUT, Kind.FOLLOW, row["fullname"])


def imported_contact(row: Row, reading: Reading) -> Iterator[Record]:
    """Yield a contact of the address book; one without an address or a number could never be found again."""
    addresses = [part.strip() for part in _BETWEEN.split(row["emails"])]
    numbers = [part.strip() for part in _BETWEEN.split(row["phonenumbers"])]
    slugs = [slug_of(part) for part in _BETWEEN.split(row["profiles"])]
    identities = (
        *(IdentityRef("email", address) for address in addresses if _is_address(address)),
        *(IdentityRef("phone", number) for number in numbers if _NUMBER.fullmatch(number[:40])),
        *(IdentityRef(PLATFORM, slug) for slug in slugs if slug),
    )
    if not identities:
        reading.left["imported contacts without an address or a number"] += 1
        return
    yield ContactRecord(
        tuple(dict.fromkeys(identities)),
        row["fullname"].strip() or full_name(row["firstname"], row["lastname"]) or None,
        organisation=row["companies"] or None,
        title=row["title"] or None,
        birthday=_birthday(row["birthday"].strip()),
    )


def _is_address(text: str) -> bool:
    return len(text) < 255 and _ADDRESS.fullmatch(text) is not None


def _birthday(text: str) -> PartialDate | None:
    if iso(text) is None:
        return None
    year, month, day = re.split("[-/ T]", text)[:3]
    return PartialDate(int(month), int(day), int(year))
