"""Long tweets: `tweets.js` has their beginning, `note-tweet.js` the whole text but not which tweet it is.

They are joined by time (X makes both within seconds) and an equal beginning.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import NamedTuple

from crm.domain.records import PostRecord, Precision, Problem
from crm.importers.kit.times import SECOND
from crm.importers.x import moments, shapes
from crm.importers.x.layout import Holds, Layout
from crm.importers.x.people import PLATFORM
from crm.importers.x.shapes import id_of

_APART = 5  # seconds
_COMPARED = 60  # characters
_ADDRESSED = re.compile(r"(?:@\w+\s+)+")  # a reply's text begins with them, its note may not
_SHORTEST_CUT = 200  # characters: X keeps about 280 of a long tweet


class _Note(NamedTuple):
    id: str
    at: int | None
    text: str


class Notes:
    """The notes of an archive that no tweet has claimed yet."""

    def __init__(self) -> None:
        self._by_second: dict[int, list[_Note]] = {}
        self._timeless: list[_Note] = []

    def __bool__(self) -> bool:
        """Say whether any are left."""
        return bool(self._by_second)

    def read(self, layout: Layout) -> Iterator[Problem]:
        """Read them all; yield what cannot be read."""
        for item in layout.rows(Holds.NOTES, shapes.NoteRow):
            if isinstance(item, Problem):
                yield item
                continue
            row, name, number = item
            note = row.note or row
            identifier = id_of(note.note_id)
            if identifier is None or note.core is None or not note.core.text:
                yield Problem(f"{name}[{number}]", "is a long post without id or text")
                continue
            self._add(_Note(identifier, moments.of(note.created_at, identifier)[0], _text(note.core)))

    def _add(self, note: _Note) -> None:
        if note.at is None:
            self._timeless.append(note)
        else:
            self._by_second.setdefault(note.at // SECOND, []).append(note)

    def whole(self, at: int | None, beginning: str) -> str | None:
        """Return the whole text of the tweet of this time and beginning (as the export writes it)."""
        if at is None or len(beginning) < _SHORTEST_CUT:
            return None
        second = at // SECOND
        for near in sorted(range(second - _APART, second + _APART + 1), key=lambda s: abs(s - second)):
            notes = self._by_second.get(near, [])
            for note in notes:
                if _begins(note.text, beginning):
                    notes.remove(note)
                    if not notes:
                        del self._by_second[near]
                    return note.text
        return None

    def rest(self) -> Iterator[PostRecord]:
        """Yield the notes that belong to no tweet of this archive, as posts of their own."""
        for notes in (*self._by_second.values(), self._timeless):
            for note in notes:
                precision = Precision.SECOND if note.at else Precision.UNKNOWN
                yield PostRecord(PLATFORM, f"x:note:{note.id}", note.at, note.text, precision=precision)


def _text(core: shapes.NoteCore) -> str:
    text = core.text or ""
    for link in core.urls:
        if link.short and link.expanded:
            text = text.replace(link.short, link.expanded)
    return text


def _begins(note: str, beginning: str) -> bool:
    """Say whether a note begins as a tweet does, up to its first link, which the two shorten differently."""
    cut = html.unescape(beginning)
    return any(_alike(note, text) for text in (cut, _ADDRESSED.sub("", cut, count=1)))


def _alike(note: str, cut: str) -> bool:
    ours = " ".join(cut.partition("http")[0].split())[:_COMPARED]
    return " ".join(note[: 2 * _COMPARED + len(ours)].split()).startswith(ours)
