"""One pass over the files of an export: which cards were there before, and what has to be reported.

Takeout has each contact once per label, so the same card comes again and again; it is read once. A UID that
two different people share (some programs number their cards from 1) counts for the first of them only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from crm.domain.records import Left, Problem, Record
from crm.importers.kit.export import Export
from crm.importers.vcard.contacts import contact_of, remarks, says_anything
from crm.importers.vcard.groups import Groups
from crm.vcard import details
from crm.vcard.identity import fingerprint
from crm.vcard.model import Card, Note
from crm.vcard.names import display_name
from crm.vcard.reader import read_cards, shortened, where

_MOST_ALIKE = 20


class Reading:
    """What is known while the files are read one after the other."""

    def __init__(self, groups: Groups) -> None:
        self.cards = 0
        """How many cards there were, those that could not be read included."""
        self._groups = groups
        self._seen: dict[str, tuple[int, str | None]] = {}
        self._repeated = 0
        self._group_cards = 0

    def file(self, export: Export, file: str) -> Iterator[Record]:
        """Yield the records of one file."""
        before = self.cards
        oddities = _Oddities(file)
        with export.open(file) as stream:
            for item in read_cards(stream):
                if isinstance(item, Card):
                    self.cards += 1
                    yield from self._card(item, file, oddities)
                else:
                    self.cards += item.where.startswith("card ")
                    yield Problem(f"{file} {item.where}", item.reason, item.raw)
        yield from oddities.rest()
        if self.cards == before:
            yield Problem(file, "there is no vCard in it")

    def _card(self, card: Card, file: str, oddities: _Oddities) -> Iterator[Record]:
        name = display_name(card)
        if details.kind(card) == "group":
            self._group_cards += 1
            return
        if not says_anything(card, name):
            reason = "no name, address, number or account in this card"
            yield Problem(f"{file} {where(card, name)}", reason, card.text)
            return
        uid = details.uid(card)
        key = self._key(card, uid, name)
        if key is None:
            self._repeated += 1
            return
        if uid is not None and key != uid:
            other = self._seen[uid][1] or "a card without a name"
            yield Problem(
                f"{file} {where(card, name)}",
                f"its UID is also that of {shortened(other)}; kept as a new card",
            )
        contact = contact_of(card, key, self._groups.of(card))
        yield contact
        yield from remarks(card, contact, file)
        yield from oddities.of(card, name)

    def _key(self, card: Card, uid: str | None, name: str | None) -> str | None:
        """Return the key under which this card is a contact, or None when it was there before."""
        state = (hash(card.text), name)
        if uid is not None:
            known = self._seen.setdefault(uid, state)
            if known is state:
                return uid
            if known[0] == state[0]:
                return None
            if known[1] == name:
                self._seen[uid] = state
                return uid
        key = fingerprint(card)
        return key if self._seen.setdefault(key, state) is state else None

    def rest(self) -> Iterator[Record]:
        """Yield what can be said at the end only."""
        yield from self._groups.problems()
        if self._group_cards:
            yield Left("groups, which are now tags of their members", self._group_cards)
        if self._repeated:
            yield Left("cards that are in it more than once", self._repeated)


class _Oddities:
    """Notes about values that were read all the same: the first of each kind, then how many more."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._counts: Counter[str] = Counter()

    def of(self, card: Card, name: str | None) -> Iterator[Problem]:
        """Yield the notes of a card that are still worth a line each."""
        for note in card.notes:
            if note.about is not None:
                self._counts[note.reason] += 1
                if self._counts[note.reason] <= _MOST_ALIKE:
                    yield self._problem(card, name, note)

    def _problem(self, card: Card, name: str | None, note: Note) -> Problem:
        return Problem(
            f"{self._file} {where(card, name, note.line)}", f"{shortened(note.about or '')}: {note.reason}"
        )

    def rest(self) -> Iterator[Problem]:
        """Yield how many there were beyond those."""
        for reason, count in self._counts.items():
            if count > _MOST_ALIKE:
                yield Problem(self._file, f"and {count - _MOST_ALIKE} more values: {reason}")
