"""The data package: the account with its friends, and the messages the user sent, channel by channel."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from crm.domain.errors import ExportError
from crm.domain.records import (
    ContactRecord,
    Direction,
    IdentityRef,
    InteractionRecord,
    Kind,
    Owner,
    Precision,
    Problem,
    Record,
)
from crm.importers.discord import moments, words
from crm.importers.discord.layout import COLUMNS, Folder, Layout
from crm.importers.discord.people import PLATFORM, Me, People, account_of, is_gone, number_of
from crm.importers.discord.shapes import Account, Channel, Relationship, Sent
from crm.importers.kit import chats
from crm.importers.kit.export import Export
from crm.importers.kit.jsonstream import decode_each, read_document, stream_array
from crm.importers.kit.tables import Row, Table
from crm.importers.kit.text import clean_id, clean_value
from crm.importers.kit.times import EARLIEST, Moment, counted, iso, latest

_TWO = frozenset(("1", "dm"))
_GROUPS = frozenset(("3", "group_dm"))
_FRIEND, _BLOCKED, _ASKED_ME, _I_ASKED = "1", "2", "3", "4"
# "Direct Message with ada#0", in any language; before 2023 the name had blanks and four digits behind it
_MODERN = re.compile(r"(?<![a-z0-9_.])([a-z0-9_.]{2,32})#0(?![0-9])")
_LEGACY = re.compile(r"Direct Message with (.{2,32}#\d{4})")
BLOCKED = "blocked accounts"


class _Place(NamedTuple):
    """A channel with its messages."""

    folder: Folder
    number: str
    about: Channel


class Package:
    """Reads a data package; call `learn` first."""

    def __init__(self, export: Export, layout: Layout, left: Counter[str]) -> None:
        self.me = Me()
        self._export = export
        self._layout = layout
        self._left = left
        self._people = People()
        self._relationships: list[Relationship] = []
        self._index: dict[str, str] = {}
        self._places: list[_Place] = []
        self._latest = latest()

    def learn(self, owner: Owner) -> Iterator[Problem]:
        """Take note of who the user is, who their friends are and what the channels are called."""
        for name in self._layout.user:
            yield from self._account(name)
        for name in self._layout.index:
            try:
                names = read_document(self._export.open(name), dict[str, Any], name)
            except ExportError as error:
                yield Problem(name, error.message)
                continue
            self._index |= {key: clean_value(value) for key, value in names.items() if isinstance(value, str)}
        for folder in self._layout.folders:
            about = Channel()
            if folder.about:
                try:
                    about = read_document(self._export.open(folder.about), Channel, folder.about)
                except ExportError as error:
                    yield Problem(folder.about, error.message)
            self._places.append(_Place(folder, number_of(about.id) or folder.number or "", about))
        if not self.me.numbers:
            self.me.numbers |= {number for platform, number in owner.external_ids if platform == PLATFORM}
            self.me.numbers |= self._in_all_of_two()

    def _account(self, name: str) -> Iterator[Problem]:
        try:
            account = read_document(self._export.open(name), Account, name)
        except ExportError as error:
            yield Problem(name, error.message)
            return
        who = account_of(account)
        if who is not None and who.external_id:
            self.me.numbers.add(who.external_id)
            self.me.identities.append(who)
            self.me.name = self.me.name or who.name
            self._people.learn(who)
        if account.email:
            self.me.identities.append(IdentityRef("email", clean_value(account.email)))
        for found in decode_each(account.relationships or (), Relationship, f"{name}:relationships"):
            if isinstance(found, Problem):
                yield found
                continue
            self._relationships.append(found)
            if found.user and (ref := account_of(found.user, found.nickname or found.display_name)):
                self._people.learn(ref)

    def _in_all_of_two(self) -> set[str]:
        """Return who is in every direct message, where that is one and there are several."""
        pairs = [
            {number for one in place.about.recipients if (number := number_of(one))}
            for place in self._places
            if _kind(place.about) in _TWO and place.about.recipients
        ]
        pairs = [pair for pair in pairs if len(pair) == 2]
        common = set.intersection(*pairs) if len(pairs) > 1 else set()
        return common if len(common) == 1 else set()

    def friends(self) -> Iterator[Record]:
        """Yield friends, and requests to become one."""
        for found in self._relationships:
            number = number_of(found.user.id if found.user else None) or number_of(found.id)
            kind = clean_id(found.type)
            if number is None or kind not in (_FRIEND, _BLOCKED, _ASKED_ME, _I_ASKED):
                self._left["people you have nothing to do with but a note"] += 1
                continue
            if kind == _BLOCKED:
                self._left[BLOCKED] += 1
                continue
            who = self._people.of(number)
            if kind == _FRIEND:
                yield ContactRecord((who,), who.name)
            since = iso(found.since.strip()) if found.since else None
            at = since.at if since and since.at is not None and EARLIEST <= since.at <= self._latest else None
            yield InteractionRecord(
                PLATFORM,
                f"discord:{'friend' if kind == _FRIEND else 'request'}:{number}",
                who,
                at,
                Direction.OUT if kind == _I_ASKED else Direction.IN,
                Kind.FOLLOW,
                precision=Precision.UNKNOWN if at is None else Precision.SECOND,
            )

    def messages(self) -> Iterator[Record]:
        """Yield the messages of every channel."""
        unknown = 0
        first = ""
        for place in self._places:
            write = self._writer(place)
            for name in place.folder.messages:
                for row in self._rows(name):
                    if isinstance(row, Problem):
                        yield row
                        continue
                    records = write(row, name)
                    if isinstance(records[0], InteractionRecord) and records[0].at is None:
                        unknown, first = unknown + 1, first or name
                    yield from records
        if unknown:
            said = counted(unknown)
            yield Problem(first, f"{said} as unknown: unreadable, before 1990 or in the future")

    def _rows(self, name: str) -> Iterator[Sent | Problem]:
        if not name.casefold().endswith(".csv"):
            try:
                yield from stream_array(self._export.open(name), Sent, name)
            except ExportError as error:  # one channel of hundreds
                yield Problem(name, error.message)
            return
        for row in Table(self._export.open(name), name, COLUMNS):
            if isinstance(row, Row):
                yield Sent(row["id"], row["timestamp"], row["contents"], row["attachments"])
            else:
                yield row

    def _writer(self, place: _Place) -> _Writer:
        kind, about = _kind(place.about), place.about
        label = self._index.get(place.number, "")
        others = [
            number
            for one in about.recipients or ()
            if (number := number_of(one)) and number not in self.me.numbers
        ]
        handle = _handle_in(label) if kind in _TWO or kind == "" else None
        guild = number_of(about.guild.id) if about.guild else None
        is_direct = kind in _TWO or kind in _GROUPS or bool(handle)
        writer = _Writer(self, place.number, guild or ("@me" if is_direct else None))
        if kind in _GROUPS:
            writer.others = {number: self._people.of(number) for number in others}
            writer.is_group = True
        elif kind in _TWO or (not kind and handle):
            if len(others) == 1:
                writer.partner = self._people.of(others[0], handle)
            elif handle:
                writer.partner = IdentityRef(PLATFORM, handle)
        else:
            writer.is_group = True
        return writer

    def text_of(self, sent: Sent) -> tuple[str | None, list[str]]:
        """Return what a message says, and the numbers of the others whom it names."""
        raw = sent.contents if isinstance(sent.contents, str) else clean_id(sent.contents) or ""
        named = [number for number in words.people_in(raw) if number not in self.me.numbers]
        files = [words.file_name(url) for url in (sent.attachments or "").split()]
        return words.whole(words.written_out(raw, self._people.name_of, self._channel_of), files), named

    def _channel_of(self, number: str) -> str | None:
        label = self._index.get(number)
        return label.partition(" in ")[0] if label and " in " in label else None

    def person(self, number: str) -> IdentityRef:
        """Return an account by its number."""
        return self._people.of(number)

    def moment(self, sent: Sent, number: str | None) -> Moment:
        """Return when a message was written."""
        return moments.of(number, sent.timestamp, self._latest)


class _Writer:
    """Makes records of the messages of one channel."""

    def __init__(self, package: Package, channel: str, guild: str | None) -> None:
        self.partner: IdentityRef | None = None
        self.others: dict[str, IdentityRef] = {}
        self.is_group = False
        self._package = package
        self._thread = f"discord:channel:{channel}" if channel else None
        self._url = f"https://discord.com/channels/{guild}/{channel}/" if channel and guild else None

    def __call__(self, sent: Sent, where: str) -> list[InteractionRecord] | list[Problem]:
        """Return what one message is."""
        number = clean_id(sent.id)
        if not number:
            return [Problem(where, "has a message without an id")]
        moment = self._package.moment(sent, number)
        text, named = self._package.text_of(sent)
        act = InteractionRecord(
            PLATFORM,
            f"discord:msg:{number}",
            self.partner,
            moment.at,
            Direction.OUT,
            Kind.MESSAGE,
            text,
            self._thread,
            f"{self._url}{number}" if self._url else None,
            moment.precision,
            moment.assumed,
        )
        if not self.is_group:
            return [act]
        people = {one: self._package.person(one) for one in named}
        return chats.sent(act, self.others | people, dict.fromkeys(people, Kind.MENTION))


def _kind(about: Channel) -> str:
    return (clean_id(about.type) or "").casefold()


def _handle_in(label: str) -> str | None:
    """Return the account that a direct message is with, from what Discord calls it."""
    match = _MODERN.search(label) or _LEGACY.fullmatch(label)
    return None if match is None or is_gone(match[1]) else match[1]
