"""One chat, which is one text file: looked through once to learn its order and people, then read.

The decision to know: whoever stands before the first `: ` of a line wrote it, unless that is a notice of
WhatsApp's own ("Zoë changed the subject to "a: b""): what looks like a name with quotation marks in it, or
only ever says what iPhones mark as WhatsApp's words, is nobody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator
from functools import lru_cache

from msgspec import Struct

from crm.domain.handles import normalise
from crm.domain.records import Precision
from crm.importers.kit.export import Export
from crm.importers.kit.keys import normal_text
from crm.importers.kit.text import TextLines, clean_value
from crm.importers.kit.times import DAY, SECOND
from crm.importers.whatsapp import phrases
from crm.importers.whatsapp.dates import Order, Orders, day_of
from crm.importers.whatsapp.lines import Date, Header, Reading, whole, without_marks

_LONGEST_NAME = 100
_LONG = 1000
"""Characters that no name has; longer ones must not fill the caches."""
_MOST_WORDS = 8
_TWO = 2
_LONGEST_TEXT = 1 << 20
_QUOTES = frozenset('"“”„«»')
_SHORTEST_NUMBER = 6
_SECOND, _MINUTE = Precision.SECOND, Precision.MINUTE  # looking them up for each message takes longer


class Entry(Struct, gc=False):
    """A message or notice of a chat."""

    local: int | None
    """By the clock on the wall, microseconds since 1970; None for a date that is none."""
    precision: Precision
    sender: str | None
    """The label of who wrote it; None for a notice."""
    text: str
    line: int


class Chat:
    """What is known about a chat before it is read."""

    def __init__(self, export: Export, name: str, title: str | None) -> None:
        self.name = name
        self.title = title
        """From the names of files or from notices; None where nothing tells."""
        self.orders = Orders()
        self.order: Order | None = None
        self.senders: Counter[str] = Counter()
        """How many messages each label has written."""
        self.mine: set[str] = set()
        """Labels of messages that only the user can have written."""
        self.is_group = False
        self.unknown_halves = 0
        self.note: str | None = None
        self._export = export
        self._brackets: bool | None = None
        self._survey()

    @property
    def by_mark(self) -> bool:
        """Whether the phone marks WhatsApp's own words: iPhones do."""
        return bool(self._brackets)

    def _survey(self) -> None:
        authors: Counter[str] = Counter()
        made: str | None = None
        for header in self._not_plain():
            self.unknown_halves += not header.knows_half
            label, text = _split(header)
            if label is not None and not self._brackets:
                self.senders[label] += 1
                if phrases.is_own_deletion(text):
                    self.mine.add(label)
                continue
            what = phrases.what_is(text, by_mark=self.by_mark)
            if label is None or what.left == phrases.NOTICES:
                authors[label or ""] += 1
                made = made or self._title_in(without_marks(text))
                continue
            if what.text is not None or what.call or what.left in (phrases.DELETED, phrases.EMPTY):
                self.senders[label] += 1
            if what.mine:
                self.mine.add(label)
        self.is_group = self.is_group or len(self.senders) > _TWO
        # iPhones sign notices with the name of the chat.
        signed = next((name for name, _ in authors.most_common() if name and name not in self.senders), None)
        self.title = self.title or signed or made

    def _not_plain(self) -> Iterator[Header]:
        """Count the messages that are plainly somebody's, and yield all other headers; note every date."""
        date: Date | None = None
        senders = self.senders
        reading = Reading()
        with TextLines(self._export.open(self.name)) as lines:
            for block in lines.blocks():
                for header, _ in reading.lines(block):
                    if header is None:
                        continue
                    if header.date is not date:
                        if self._brackets is None:
                            self._brackets = header.date.bracket
                        if header.date.bracket != self._brackets:
                            continue
                        date = header.date
                        self.orders.add(date.numbers, date.shape)
                    raw = header.author
                    if raw is not None and len(raw) < _LONG and phrases.is_plainly_theirs(header.text):
                        author = _author(raw)
                        if author is not None and header.knows_half:
                            senders[author] += 1
                            continue
                    yield header
            self.note = lines.note

    def _title_in(self, notice: str) -> str | None:
        """Take note of what a notice says about the chat; return the name it gives a new group."""
        if not phrases.is_of_group(notice):
            return None
        self.is_group = True
        return phrases.title_in(notice)

    def entries(self) -> Iterator[Entry]:
        """Yield everything in the file, in its order; `order` must be decided."""
        if self.order is None:
            return
        date: Date | None = None
        day: int | None = None
        senders = self.senders
        for header, following, line in self._messages():
            raw, text = header.author, header.text
            label = _author(raw) if raw is not None and len(raw) < _LONG else None
            if label not in senders:  # nearly all are; the others are looked at again
                label, text = _split(header, senders)
                if label is not None and label not in senders:
                    label, text = None, _behind(header)
            if following:
                text = "\n".join((text, *following))
            if header.date is not date:
                date = header.date
                day = day_of(date.numbers, self.order, self.orders.last_year)
            precision = _SECOND if header.has_seconds else _MINUTE
            local = None if day is None else day * DAY + header.seconds * SECOND
            if day is not None and not header.knows_half:
                local, precision = day * DAY, Precision.DAY
            yield Entry(local, precision, label, clean_value(text), line)

    def _messages(self) -> Iterator[tuple[Header, list[str], int]]:
        """Yield each header with the lines that follow it and its line number."""
        header: Header | None = None
        following: list[str] = []
        size = begun = number = 0
        reading = Reading()
        with TextLines(self._export.open(self.name)) as lines:
            for block in lines.blocks():
                for found, parts in reading.lines(block):
                    number += 1
                    if found is not None and found.date.bracket == self._brackets:
                        if header is not None:
                            yield header, following, begun
                        header, following, size, begun = found, [], 0, number
                    elif header is not None and size < _LONGEST_TEXT:
                        line = whole(parts)
                        following.append(line)
                        size += len(line) + 1
        if header is not None:
            yield header, following, begun


def _behind(header: Header) -> str:
    return header.text if header.author is None else f"{header.author}: {header.text}"


def _split(header: Header, known: Container[str] | None = None) -> tuple[str | None, str]:
    """Return the label of who wrote a line, None for a notice, and what follows it.

    A label without a blank behind its colon (an empty message) must be known from other lines.
    """
    raw, text = header.author, header.text
    if raw is not None:
        author = _author(raw) if len(raw) < _LONG else _author_in(raw)
        return (None, _behind(header)) if author is None else (author, text)
    place = text.find(":")
    label = label_of(text[:place]) if place > 0 else ""
    if place < 0 or known is None or label not in known:
        return (label_of(text[:-1]), "") if text.endswith(":") and known is None else (None, text)
    return label, text[place + 1 :]


def _author_in(raw: str) -> str | None:
    """Return the label of who wrote a message, None where what stands before its colon is no name."""
    label = label_of(raw)
    if not label or len(label) > _LONGEST_NAME or not _QUOTES.isdisjoint(label):
        return None
    return None if label.count(" ") >= _MOST_WORDS else label


_author = lru_cache(maxsize=4096)(_author_in)


def label_of(raw: str) -> str:
    """Return a sender's label as it is compared: without marks, single blanks."""
    return clean_value(" ".join(without_marks(raw).split()))


@lru_cache(maxsize=4096)
def number_in(label: str) -> str | None:
    """Return the telephone number that an unsaved sender's label is, or None for a name."""
    if not label or not set(label) <= set("+0123456789 ()-.\u2010\u2011\u2012\u2013"):
        return None
    digits = "".join(char for char in label if char.isdigit())
    return normalise("phone", label) if len(digits) >= _SHORTEST_NUMBER else None


@lru_cache(maxsize=4096)
def key_of(label: str) -> str:
    """Return what tells people of a chat apart: the number, or the name in lower case."""
    number = number_in(label)
    if number:
        return number
    name = normal_text(label).casefold()
    return f"name:~{name[1:].lstrip()}" if name.startswith("~") else f"name:{name}"
