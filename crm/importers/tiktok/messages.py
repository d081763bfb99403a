"""TikTok's direct messages, of two and in groups, to records.

The decision to know: a conversation of two is with the person in its title, so whatever in it is not the
user's is theirs, whatever name stands in front of it; that keeps one identity for people who renamed
themselves. Groups, which few exports have, are read as far as they look like conversations.
"""

from __future__ import annotations

from collections.abc import Iterator

from crm.domain.records import Direction, IdentityRef, InteractionRecord, Kind, Left, Problem, Record
from crm.importers.kit import chats
from crm.importers.kit.keys import Keys
from crm.importers.kit.times import TimeColumn, iso
from crm.importers.tiktok.layout import Section
from crm.importers.tiktok.people import PLATFORM, People, folded, named_in
from crm.importers.tiktok.shapes import Holds, Row

_TO_SELF = "messages to yourself"


class Messages:
    """Reads the conversations of one export."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._keys = Keys()
        self._left: dict[str, int] = {}

    def read(self, section: Section) -> Iterator[Record]:
        """Yield the records of one conversation."""
        times = TimeColumn(section.where, iso)
        title = named_in(section.title)
        is_group = section.holds is Holds.GROUP
        to_self = not is_group and self._people.is_me(title)
        thread = f"tiktok:group:{title.casefold()}" if is_group else f"tiktok:dm:{folded(title)}"
        for number, row in enumerate(section.rows, start=1):
            if isinstance(row, Problem):
                yield row
            elif row.sender is None:
                yield Problem(f"{section.where}[{number - 1}]", "does not say who wrote it")
            elif to_self:
                self._count(_TO_SELF)
            elif is_group:
                yield from self._in_group(row, row.sender, thread, title, times, number)
            else:
                yield self._of_two(row, row.sender, thread, title, times, number)
        problem = times.problem()
        if problem:
            yield problem

    def left(self) -> Iterator[Left]:
        """Yield what was left out."""
        for what, number in sorted(self._left.items()):
            yield Left(what, number)

    def _count(self, what: str) -> None:
        self._left[what] = self._left.get(what, 0) + 1

    def _of_two(
        self, row: Row, sender: str, thread: str, title: str, times: TimeColumn, number: int
    ) -> InteractionRecord:
        at, precision, assumed = times.read(row.date, number)
        mine = self._people.is_me(sender)
        text = row.content
        return InteractionRecord(
            PLATFORM,
            self._keys.make("message", thread, at, "me" if mine else "other", text),
            IdentityRef(PLATFORM, title),
            at,
            Direction.OUT if mine else Direction.IN,
            Kind.MESSAGE,
            text,
            thread,
            precision=precision,
            zone_assumed=assumed,
        )

    def _in_group(
        self, row: Row, sender: str, thread: str, title: str, times: TimeColumn, number: int
    ) -> list[InteractionRecord]:
        at, precision, assumed = times.read(row.date, number)
        text = row.content
        key = self._keys.make("message", thread, at, folded(sender), text)
        act = InteractionRecord(
            PLATFORM,
            key,
            None,
            at,
            Direction.OUT,
            Kind.GROUP_MESSAGE,
            text,
            thread,
            precision=precision,
            zone_assumed=assumed,
        )
        members = self._people.groups.get(title, {})
        others = {handle: who for handle, who in members.items() if handle not in self._people.mine}
        if self._people.is_me(sender):
            return chats.sent(act, others)
        heard = chats.received(act, IdentityRef(PLATFORM, sender), len(others))
        if heard is None:
            self._count(chats.NOT_TO_YOU)
            return []
        return [heard]
