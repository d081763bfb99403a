"""From physical lines to cards: BEGIN:VCARD ... END:VCARD, however they are nested, spelled or missing.

A BEGIN inside an open card belongs to that card's AGENT when the line before it is an AGENT line; else it
opens a card of its own. So a forgotten END, and cards nested without AGENT, both keep every line with its
owner. A nested agent becomes the escaped value of its AGENT line, the way vCard 3.0 writes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from crm.vcard.model import Lines
from crm.vcard.source import MAX_LINE, physical_lines

MAX_CARD = 64 * 1024 * 1024
"""Most bytes of one card."""
MAX_LINES = 1_000_000
"""Most physical lines of one card: 64 MiB of base64 at 76 characters have 900,000."""
_MAX_OPEN = 64
_MAX_CHILDREN = 8  # more cards than this inside a card: its END is missing, they are not nested
_LOOK_BACK = 8
_KEPT_OF_REJECTED = 40
_SAMPLE = 120
_MAX_RUN = 64 * 1024

_BOUNDARY = re.compile(
    rb"(?:\xef\xbb\xbf)?([ \t]*)(?:[A-Za-z0-9_-]{1,64}\.)?(BEGIN|END)[ \t]*:[ \t]*VCARD(?![A-Za-z0-9_-])",
    re.IGNORECASE,
)
_VERSION = re.compile(rb"VERSION[ \t]*[;:]", re.IGNORECASE)
_AGENT = re.compile(rb"(?:[A-Za-z0-9_-]{1,64}\.)?AGENT(?![A-Za-z0-9_-])", re.IGNORECASE)
_AGENT_OPEN = re.compile(rb"[^:]{0,200}(?::[ \t]*)?\Z")
_AGENT_BEGIN = re.compile(rb"([^:]{0,200}:)[ \t]*BEGIN[ \t]*:[ \t]*VCARD[ \t]*\Z", re.IGNORECASE)
_PROPERTY = re.compile(rb"[A-Za-z0-9._-]{1,64}[;:]")
_SPACE = b" \t\0\xef\xbb\xbf"


class RawCard:
    """The lines of one card, and how it ended."""

    __slots__ = (
        "_folds_agent",
        "_folds_until",
        "_settled",
        "agent",
        "children",
        "depth",
        "ended",
        "indent",
        "lines",
        "number",
        "pending",
        "rejected",
        "resumed",
    )

    def __init__(self, number: int, begin: int, indent: bytes) -> None:
        self.number = number
        self.lines = Lines(begin)
        self.indent = indent
        """Blanks before BEGIN; taken from the start of every line."""
        self.ended = False
        """Whether END:VCARD was there."""
        self.rejected: str | None = None
        """Why the card is too big to be read; only its first lines are kept then."""
        self.children = 0
        """How many cards of their own began and ended inside this one."""
        self.resumed = False
        """Whether one of them ended in the line before."""
        self.agent: list[bytes] | None = None
        self.depth = 0
        self.pending = False
        self._settled = 0
        self._folds_until = 0
        self._folds_agent = False

    def add(self, line: bytes) -> None:
        """Take one line; `settle` holds it against the limits."""
        if self.agent is None:
            self.lines.texts.append(line)
        else:
            self.agent.append(line)
            self.lines.size += len(line) + 1

    def settle(self) -> None:
        """Count the lines added since the last time, and drop them when there are too many."""
        texts = self.lines.texts
        new = texts[self._settled :]
        self.lines.size += sum(map(len, new)) + len(new)
        if self.rejected is None:
            self.rejected = self._excess(new)
        if self.rejected is not None:
            del texts[_KEPT_OF_REJECTED:]
            self.agent = None if self.agent is None else []
        self._settled = len(texts)

    def _excess(self, new: list[bytes]) -> str | None:
        if max(map(len, new), default=0) > MAX_LINE:
            return f"a line of more than {MAX_LINE // 2**20} MiB"
        if self.lines.size > MAX_CARD:
            return f"a card of more than {MAX_CARD // 2**20} MiB"
        if len(self.lines.texts) > MAX_LINES:
            return f"a card of more than {MAX_LINES:,} lines"
        return None

    @property
    def special(self) -> bool:
        """Whether the next line cannot simply be added."""
        return self.agent is not None or self.pending or self.resumed

    def previous(self) -> bytes:
        """Return the last line that is not blank."""
        lines = self.lines.texts if self.agent is None else self.agent
        for line in reversed(lines[-_LOOK_BACK:]):
            if line.strip():
                return line
        return b""

    def is_left(self, line: bytes) -> bool:
        """Say whether a line after a card inside this one belongs to neither: a second VERSION."""
        return _VERSION.match(line) is not None and any(map(_VERSION.match, self.lines.texts[:_LOOK_BACK]))

    def folds_agent(self) -> bool:
        """Say whether an indented line here would go on an AGENT line (vCard 3.0, folded)."""
        texts = self.lines.texts
        for index in range(len(texts) - 1, self._folds_until - 1, -1):
            if texts[index][:1] not in (b" ", b"\t", b""):
                self._folds_agent = _AGENT.match(texts[index]) is not None
                break
        self._folds_until = len(texts)  # each line is looked at once, however often this is asked
        return self._folds_agent

    def open_agent(self, first: bytes, number: int) -> None:
        """Begin collecting the card of an agent."""
        self.agent, self.depth = [first], 1
        self.lines.jump(number)

    def close_agent(self, number: int) -> None:
        """Make the agent's card the value of the AGENT line."""
        if self.agent is None:
            return
        body = b"\n".join(self.agent)
        self.agent, self.depth = None, 0
        for char in (b"\\", b";", b","):
            body = body.replace(char, b"\\" + char)
        texts = self.lines.texts
        if texts and b":" not in texts[-1] and _AGENT.match(texts[-1].lstrip()):
            texts[-1] = texts[-1].rstrip() + b":"
        texts.append(b" " + body.replace(b"\n", b"\\n"))
        self.lines.jump(number + 1)

    def finish(self, number: int, *, ended: bool) -> RawCard:
        """Close what is open, and take off the indentation."""
        self.close_agent(number)
        self.settle()
        self.ended = ended
        if self.indent:
            cut = len(self.indent)
            self.lines.texts = [
                line[cut:] if line.startswith(self.indent) else line for line in self.lines.texts
            ]
        return self


class Outside(NamedTuple):
    """A run of lines that are in no card; blank lines do not count."""

    first: int
    last: int
    lines: int
    sample: str
    """The first of them, shortened; of those that look like a property if there are any."""
    properties: int
    """How many look like a property."""
    text: bytes | None = None
    """All of it, unless it is too long to be mended by hand."""


class Splitter:
    """Takes lines one by one; `out` holds what is complete."""

    def __init__(self) -> None:
        self.stack: list[RawCard] = []
        self.out: list[RawCard | Outside] = []
        self.cards = 0
        self._outside: Outside | None = None
        self._run: list[bytes] = []
        self._run_size = 0

    def special(self, line: bytes, number: int) -> None:
        """Take a line that may be more than the next line of a card."""
        top = self.stack[-1] if self.stack else None
        if top is not None and top.pending:
            top.pending = False
            if line[:1] not in (b" ", b"\t"):
                self._agent_on_one_line(top, number)
        if line[:1] == b"\0":  # padding between files that were put together
            line = line.lstrip(b"\0")
        found = _BOUNDARY.match(line)
        if found is None or (top is not None and self._is_fold(top, found.group(1))):
            self._plain(line, number)
        elif found.group(2).upper() == b"BEGIN":
            self._begin(top, line, number, found.group(1))
        else:
            self._end(top, line, number)

    @staticmethod
    def _agent_on_one_line(top: RawCard, number: int) -> None:
        """`AGENT:BEGIN:VCARD` and then lines that are not folded: vCard 2.1 on one line."""
        found = _AGENT_BEGIN.match(top.lines.texts[-1])
        if found is not None:
            top.lines.texts[-1] = found.group(1)
            top.open_agent(b"BEGIN:VCARD", number)

    @staticmethod
    def _is_fold(top: RawCard, indent: bytes) -> bool:
        return bool(indent) and not top.indent and top.agent is None and top.folds_agent()

    def _plain(self, line: bytes, number: int) -> None:
        if self.stack and self.stack[-1].resumed and line.strip():
            self.stack[-1].resumed = False
            if self.stack[-1].is_left(line):
                self.out.append(self.stack.pop().finish(number, ended=False))
        if not self.stack:
            self._add_outside(line, number)
            return
        top = self.stack[-1]
        top.add(line)
        if top.agent is None and _AGENT.match(line.lstrip()) and _AGENT_BEGIN.match(line):
            top.pending = True

    def _begin(self, top: RawCard | None, line: bytes, number: int, indent: bytes) -> None:
        self._flush_outside()
        previous = b"" if top is None else top.previous().lstrip()
        if top is not None and _AGENT.match(previous) and _AGENT_OPEN.match(previous):
            if top.agent is None:
                top.open_agent(line.strip(), number)
            else:
                top.add(line)
                top.depth += 1
            return
        if len(self.stack) >= _MAX_OPEN:
            self.out.append(self.stack.pop(0).finish(number, ended=False))
        self.cards += 1
        self.stack.append(RawCard(self.cards, number, indent))

    def _end(self, top: RawCard | None, line: bytes, number: int) -> None:
        if top is None:
            self._add_outside(line, number)
        elif top.agent is not None:
            top.add(line)
            top.depth -= 1
            if top.depth <= 0:
                top.close_agent(number)
        else:
            self.out.append(self.stack.pop().finish(number, ended=True))
            self._resume(number + 1)

    def _resume(self, number: int) -> None:
        """Go on with the card around the one that has just ended, unless it has lost its END."""
        if not self.stack:
            return
        top = self.stack[-1]
        top.lines.jump(number)
        top.children += 1
        top.resumed = True
        if top.children > _MAX_CHILDREN:
            self.out.append(self.stack.pop().finish(number, ended=False))

    def _add_outside(self, line: bytes, number: int) -> None:
        written, line = line, line.strip(_SPACE)
        if not line:
            return
        self._run_size += len(written) + 1
        if self._run_size <= _MAX_RUN:
            self._run.append(written)
        is_property = _PROPERTY.match(line) is not None
        old = self._outside
        if old is None or (is_property and not old.properties):
            sample = line[:_SAMPLE].decode("utf-8", "replace")
        else:
            sample = old.sample
        if old is None:
            self._outside = Outside(number, number, 1, sample, int(is_property))
        else:
            self._outside = Outside(
                old.first, number, old.lines + 1, sample, old.properties + int(is_property)
            )

    def _flush_outside(self) -> None:
        if self._outside is not None:
            text = b"\n".join(self._run) + b"\n" if self._run_size <= _MAX_RUN else None
            self.out.append(self._outside._replace(text=text))
            self._outside, self._run, self._run_size = None, [], 0

    def finish(self, number: int) -> None:
        """Close what is open at the end of the file."""
        self._flush_outside()
        self.out.extend(card.finish(number, ended=False) for card in self.stack)
        self.stack.clear()


def split(stream: BinaryIO) -> Iterator[RawCard | Outside]:
    """Yield the cards of a file, and the runs of lines outside any card, as they come to their end."""
    splitter = Splitter()
    stack, out = splitter.stack, splitter.out
    number = 0
    texts: list[bytes] | None = None  # of the card to which a line can simply be added
    for batch in physical_lines(stream):
        for line in batch:
            number += 1
            if texts is not None and b"VCARD" not in line[:96].upper():
                texts.append(line)
            else:
                splitter.special(line, number)
                texts = stack[-1].lines.texts if stack and not stack[-1].special else None
        for card in stack:
            card.settle()
        if out:
            yield from out
            out.clear()
    splitter.finish(number + 1)
    yield from out
