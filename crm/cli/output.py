"""All of standard output: data, and nothing but data.

Every text that is printed here goes through `clean`, on a terminal and in a pipe alike, so that nobody's
name or message can reach a terminal as a command. JSON is plain ASCII for the same reason.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO, NamedTuple, TextIO

from crm.cli.cells import cell_len, cut, fit, wrap
from crm.domain.text import clean

PLAIN = ("", "dumb", "unknown")
"""What `TERM` says of terminals that may know no escapes at all (terminfo's own names for them)."""
_SGR = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}
_NARROWEST = 20
_GAP = "  "
_LONGEST_LINE = 100_000
_WIDEST_CELL_IN_A_PIPE = 200


class Styled(NamedTuple):
    """A piece of a line, and how to show it where colours are wanted."""

    text: str
    style: str
    """One of bold, dim, red, green, yellow, cyan."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table."""

    title: str
    style: str | None = None
    right: bool = False
    """Numbers stand at the right of their column."""
    least: int | None = None
    """May be cut down to this many cells; None: never."""
    optional: bool = False
    """Left out first where the terminal is too narrow, the last one before the others."""


def wants_colour(stream: TextIO) -> bool:
    """Say whether a stream is a terminal that colours may be sent to."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") not in PLAIN


def terminal_columns() -> int:
    """Return how many cells a line of the terminal has (`COLUMNS` overrides it)."""
    from shutil import get_terminal_size

    return max(get_terminal_size().columns, _NARROWEST)


def _one_line(value: object) -> str:
    """Return a value as JSON in ASCII, laid out as `json.dumps` does it, in a quarter of its time."""
    import codecs
    from json.encoder import encode_basestring_ascii

    import msgspec

    def escaped(error: UnicodeError) -> tuple[str, int]:
        assert isinstance(error, UnicodeEncodeError)
        return encode_basestring_ascii(error.object[error.start : error.end])[1:-1], error.end

    try:
        text = msgspec.json.format(msgspec.json.encode(value), indent=0).decode()
    except UnicodeEncodeError:  # half a character, as in the name of a file that is no UTF-8
        import json

        return json.dumps(value, ensure_ascii=True, allow_nan=False)
    if not text.isascii():
        codecs.register_error("crm-json", escaped)
        text = text.encode("ascii", "crm-json").decode("ascii")
    return text.replace("\x7f", "\\u007f")


class Output:
    """Writes the answer of a command."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.terminal = stream.isatty()
        self._colour = wants_colour(stream)
        self.width = terminal_columns() if self.terminal else None
        """Cells in a line; None where lines may have any length."""

    def line(self, *pieces: str | Styled) -> None:
        """Write one line."""
        self._write("".join(self._piece(piece) for piece in pieces))

    def heading(self, text: str, aside: str = "") -> None:
        """Write the title of a section."""
        self.line(Styled(text, "bold"), Styled(f"  {aside}" if aside else "", "dim"))

    def paragraph(self, text: str, indent: int = 0, style: str | None = None, limit: int = 20_000) -> None:
        """Write a text of several lines, wrapped where the terminal ends."""
        for original in clean(text, multiline=True, limit=limit).split("\n"):
            margin = indent + len(original) - len(original.lstrip())
            lines = wrap(original, self.room(margin)) if self.width else [original.strip()]
            for line in lines:
                filled = " " * margin + line if line else ""
                self.line(Styled(filled, style) if style else filled)

    def table(self, columns: Sequence[Column], rows: Iterable[Sequence[str]], indent: int = 0) -> None:
        """Write rows under their titles; nothing at all when there are no rows."""
        texts = list(zip(*rows, strict=True))
        if not texts:
            return
        # column by column, and each different text once: a list of 10,000 contacts is mostly repetition
        cells = [
            {text: clean(text, limit=_WIDEST_CELL_IN_A_PIPE) for text in dict.fromkeys(column)}
            for column in texts
        ]
        shown, widths = self._layout(columns, cells, indent)
        if any(column.title for column in columns):
            titles = [fit(columns[i].title, widths[i], right=columns[i].right) for i in shown]
            self.line(Styled((" " * indent + _GAP.join(titles)).rstrip(), "dim"))
        fitted = []
        for i in shown:
            last, column = i == shown[-1], columns[i]
            made = {text: self._cell(cell, column, widths[i], last) for text, cell in cells[i].items()}
            fitted.append([made[text] for text in texts[i]])
        margin = " " * indent
        lines = (margin + _GAP.join(row) for row in zip(*fitted, strict=True))
        self._write("\n".join(lines if self._colour else map(str.rstrip, lines)))

    def json(self, value: object) -> None:
        """Write a value as JSON: one line, or indented for eyes."""
        if self.terminal:
            import json

            self._write(json.dumps(value, ensure_ascii=True, allow_nan=False, indent=2))
        else:
            self._write(_one_line(value))

    def pour(self, source: BinaryIO) -> None:
        """Write an export as it is, byte for byte; on a terminal line by line and safe to look at.

        The one thing that is not cleaned in a pipe: what goes into a file must come out of it again.
        """
        if self.terminal:
            for line in source:
                self.line(line.decode("utf-8", "replace").rstrip("\r\n"))
            return
        from shutil import copyfileobj

        self._stream.flush()
        copyfileobj(source, self._stream.buffer)
        self._stream.buffer.flush()

    def _cell(self, text: str, column: Column, width: int, last: bool) -> str:
        text = fit(text, width, right=column.right)
        return self._styled(text.rstrip() if last else text, column.style)

    def _layout(
        self, columns: Sequence[Column], cells: Sequence[Mapping[str, str]], indent: int
    ) -> tuple[list[int], list[int]]:
        """Return the columns to show and the width of each, so that a line fits where it can."""
        widths = [
            max(map(cell_len, (column.title, *texts.values())))
            for column, texts in zip(columns, cells, strict=True)
        ]
        shown = list(range(len(columns)))
        if self.width is None:
            return shown, widths
        for index in [*reversed([i for i in shown if columns[i].optional]), None]:
            room = self.width - indent - len(_GAP) * (len(shown) - 1)
            least = sum(min(widths[i], columns[i].least or widths[i]) for i in shown)
            if least <= room or index is None:
                break
            shown.remove(index)
        excess = sum(widths[i] for i in shown) - room
        for i in sorted((i for i in shown if columns[i].least is not None), key=lambda i: -widths[i]):
            if excess <= 0:
                break
            given = min(excess, max(widths[i] - (columns[i].least or 0), 0))
            widths[i] -= given
            excess -= given
        return shown, widths

    def _piece(self, piece: str | Styled) -> str:
        if isinstance(piece, Styled):
            return self._styled(clean(piece.text, limit=_LONGEST_LINE), piece.style)
        return clean(piece, limit=_LONGEST_LINE)

    def _styled(self, text: str, style: str | None) -> str:
        return f"\x1b[{_SGR[style]}m{text}\x1b[0m" if style and text and self._colour else text

    def _write(self, text: str) -> None:
        self._stream.write(text + "\n")

    def room(self, taken: int = 0) -> int:
        """Return the cells left in a line after `taken` of them."""
        return max((self.width or 80) - taken, _NARROWEST // 2)

    def cut(self, text: str, taken: int = 0) -> str:
        """Return `text` cleaned and short enough to stand after `taken` cells."""
        return cut(clean(text), self.room(taken)) if self.width else clean(text)
