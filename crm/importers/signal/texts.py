"""Chats as text: `data.json` and `chat.md` of signal-export, and other tools' texts of the same form.

In what signal-export writes the user is `Me`; other tools have their name.

The decision to know: there are no ids. As with WhatsApp an id is made of the minute, `me` or `other`, the
words, and the minute of the message before, which tells chats apart and outlives renaming.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from crm.domain.errors import QuestionError
from crm.domain.records import (
    Direction,
    IdentityRef,
    InteractionRecord,
    Kind,
    Owner,
    Precision,
    Problem,
    Record,
    SelfRecord,
)
from crm.domain.text import folded
from crm.importers.kit import chats
from crm.importers.kit.export import Export
from crm.importers.kit.keys import Keys, normal_text
from crm.importers.kit.times import MINUTE
from crm.importers.kit.wallclock import WallClock
from crm.importers.signal.entries import Entry, entries_of
from crm.importers.signal.layout import title_of

PLATFORM = "signal"
ME = "Me"
NOBODY = "No-Sender"
DELETED = "deleted messages"
UNANSWERED = "calls that nobody answered"
NAMELESS = "messages whose sender the tool did not know"
EMPTY = "messages without content"

_CALL = re.compile(r"(?:Incoming|Outgoing|Missed) (?:(?:voice|video) )?call(?: \(([^)\n]*)\))?")
_MOST_CHOICES = 12


class TextChats:
    """Reads the chats of one export."""

    def __init__(self, export: Export, names: Sequence[str], owner: Owner, left: Counter[str]) -> None:
        self._export = export
        self._names = names
        self._owner = owner
        self._left = left
        self._clock = WallClock(owner.zone)

    def records(self) -> Iterator[Record]:
        """Yield every message.

        Raises:
            QuestionError: nobody in a chat is called `Me`, and it is not known who the user is.

        """
        senders = {name: self._senders(name) for name in self._names}
        me = self._me(senders)
        own = tuple(_person(label) for label in sorted(me - {ME}))
        if own:
            yield SelfRecord(own)
        for name in self._names:
            yield from _Chat(self, name, set(senders[name]) - me, me).records()

    def act(self, entry: Entry, made: str, thread: str) -> InteractionRecord:
        """Return a message without the people it is between."""
        return InteractionRecord(
            PLATFORM, made, None, self._clock.utc(entry.local), Direction.OUT, Kind.MESSAGE, entry.text,
            thread, None, entry.precision, True,
        )  # fmt: skip

    def leave(self, what: str) -> None:
        """Count something that is left out."""
        self._left[what] += 1

    def entries(self, name: str) -> Iterator[Entry | Problem]:
        """Yield what a chat holds."""
        return entries_of(self._export, name)

    def _senders(self, name: str) -> Counter[str]:
        return Counter(
            entry.sender
            for entry in self.entries(name)
            if isinstance(entry, Entry) and entry.sender != NOBODY and not entry.is_deleted
        )

    def _me(self, senders: dict[str, Counter[str]]) -> set[str]:
        everybody: Counter[str] = Counter()
        for each in senders.values():
            everybody.update(each)
        known = {ME, *(label for label in everybody if folded(label) in self._owner.names)}
        known |= {label for label in everybody if (PLATFORM, _key(label)) in self._owner.external_ids}
        if self._owner.stated:
            known |= {label for label in everybody if folded(label) == folded(self._owner.stated)}
        unclear = [name for name, each in senders.items() if len(each) > 1 and not known & each.keys()]
        if unclear:
            most = Counter(label for name in unclear for label in senders[name].elements()).most_common()
            choices = tuple(
                (label, f"{label}: {count:,} message{'s' if count > 1 else ''}")
                for label, count in most[:_MOST_CHOICES]
            )
            stated = self._owner.stated
            message = f"nobody in {unclear[0]} is called {stated!r}" if stated else (
                f"{unclear[0]} does not say which of its people you are"
            )  # fmt: skip
            some = ", ".join(label for label, _ in choices[:3])
            raise QuestionError(
                message, f"import it again with --as and your name there, such as: {some}", "as", choices
            )
        return known


class _Chat:
    """One chat on its way to acts."""

    def __init__(self, chats: TextChats, name: str, others: set[str], me: set[str]) -> None:
        self._all = chats
        self._name = name
        self._me = me
        title = title_of(name)
        labels = others or ({title} if title else set())
        self._people = {label: _person(label) for label in labels}
        self._is_group = len(labels) > 1
        self._partner = None if self._is_group else next(iter(self._people.values()), None)
        self._thread = f"signal:{'group' if self._is_group else 'chat'}:{(title or '').casefold()}"
        if self._partner is not None:
            self._thread = f"signal:{self._partner.external_id}"
        self._places: dict[str, str] = {}
        self._present: dict[str, IdentityRef] = {}
        self._before: int | None = None
        self._minute = 0
        self._keys = Keys()

    def records(self) -> Iterator[Record]:
        """Yield what the chat holds."""
        for entry in self._all.entries(self._name):
            if isinstance(entry, Problem):
                yield entry
                continue
            before, self._before = self._before, entry.local // MINUTE
            if entry.is_deleted:
                self._all.leave(DELETED)
            elif entry.sender == NOBODY or (
                entry.sender not in self._me and entry.sender not in self._people
            ):
                self._all.leave(NAMELESS)
            else:
                yield from self._entry(entry, before)

    def _entry(self, entry: Entry, before: int | None) -> Iterable[Record]:
        call = _CALL.fullmatch(entry.text)
        if call is not None:
            return self._call(entry, before, call[1] or "")
        if not entry.text:
            self._all.leave(EMPTY)
            return ()
        act = self._all.act(entry, self._key(entry, before), self._thread)
        is_mine = entry.sender in self._me
        if self._is_group:
            records = self._in_group(act, entry.sender, is_mine=is_mine)
        else:
            records = [act._replace(who=self._partner, direction=Direction.OUT if is_mine else Direction.IN)]
        return [*records, *self._reactions(entry, act, is_mine=is_mine)]

    def _call(self, entry: Entry, before: int | None, detail: str) -> list[Record]:
        if not detail.startswith("accepted") or self._partner is None:
            self._all.leave(UNANSWERED)
            return []
        act = self._all.act(entry, self._key(entry, before), self._thread)
        lasting = detail.partition(", ")[2] or None
        return [act._replace(who=self._partner, direction=Direction.MUTUAL, kind=Kind.CALL, text=lasting)]

    def _in_group(self, act: InteractionRecord, sender: str, *, is_mine: bool) -> list[InteractionRecord]:
        if is_mine:
            return chats.sent(act, self._present)
        who = self._people[sender]
        self._present.setdefault(self._places.setdefault(sender, str(len(self._places))), who)
        found = chats.received(act, who, len(self._people))
        if found is None:
            self._all.leave(chats.NOT_TO_YOU)
        return [found] if found else []

    def _reactions(
        self, entry: Entry, act: InteractionRecord, *, is_mine: bool
    ) -> Iterator[InteractionRecord]:
        """Yield reactions of others to the user, whose own are not told from a stranger's; without times."""
        for name, emoji in entry.reactions if is_mine else ():
            who = self._people.get(name)
            if who is not None:
                yield act._replace(
                    external_id=f"{act.external_id}:reaction:{who.external_id}",
                    who=who,
                    direction=Direction.IN,
                    kind=Kind.REACTION,
                    text=emoji,
                    at=None,
                    precision=Precision.UNKNOWN,
                    zone_assumed=False,
                )

    def _key(self, entry: Entry, before: int | None) -> str:
        minute = entry.local // MINUTE
        if minute != self._minute:  # only messages of one minute can be equal
            self._minute, self._keys = minute, Keys()
        sender = "me" if entry.sender in self._me else "other"
        return self._keys.make("message", str(before), minute * MINUTE, sender, entry.text)


def _key(label: str) -> str:
    return f"name:{normal_text(label).casefold()}"


def _person(label: str) -> IdentityRef:
    """Return somebody by name, which is all these files know."""
    return IdentityRef(PLATFORM, external_id=_key(label), name=label)
