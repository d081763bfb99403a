"""The lines of the Settings screen, and what is said beside them about the one under the cursor."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from crm.tui import ui
from crm.tui.widgets.rows import Key, Rows

_TITLE = 14
_FACT = 10
_WIDEST_FACT = 14
MOST_TROUBLES = 2
"""The list below needs the room; each line says its own trouble too."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that can be set or done, with everything that is said about it."""

    title: str
    value: str = ""
    role: str = ""
    """How the value is drawn."""
    about: str = ""
    trouble: str = ""
    """What is wrong with it just now."""
    hint: str = ""
    """What to do about that."""
    facts: tuple[tuple[str, str], ...] = ()
    """(name, value) pairs."""
    note: str = ""
    """A last sentence."""


class SettingsRows(Rows[Line]):
    """Title and value; an own value stands out from a default."""

    def draw(self, key: Key, row: Line, width: int) -> ui.Shown:  # noqa: ARG002
        """Draw one line."""
        if not row.value:
            return ui.columns([(row.title, width, row.role)])
        left = min(_TITLE, max(width // 2, 6))
        return ui.columns([(row.title, left, ""), (row.value, max(width - left - 2, 0), row.role)])


def line_details(line: Line, width: int) -> Iterator[ui.Shown]:
    """Yield what is said about a line."""
    yield ui.label(ui.fit(line.title, width), ui.STRONG)
    yield from _sentences(line.about, width, "")
    if line.trouble:
        yield ui.line()
        yield from _sentences(line.trouble, width, ui.TROUBLE)
        yield from _sentences(line.hint, width, "")
    if line.facts:
        yield ui.line()
        yield from fact_lines(line.facts, width)
    if line.note:
        yield ui.line()
        yield from _sentences(line.note, width, ui.FAINT)


def fact_lines(facts: Sequence[tuple[str, str]], width: int) -> Iterator[ui.Shown]:
    """Yield names and values below each other."""
    left = min(max(_FACT, *(ui.size(name) + 2 for name, _ in facts)), _WIDEST_FACT)
    for name, value in facts:
        for index, piece in enumerate(ui.wrapped(value, max(width - left, 8), 6)):
            yield ui.line((ui.fit(name if index == 0 else "", left), ui.FAINT), piece)


def _sentences(text: str, width: int, role: str) -> Iterator[ui.Shown]:
    yield from (ui.label(piece, role) for piece in ui.wrapped(text, width, 12) if text)


def note_lines(troubles: Sequence[tuple[str, str]], quiet: str, width: int) -> Iterator[ui.Shown]:
    """Yield what is wrong, each with what to do; or one quiet sentence."""
    for text, hint in troubles[:MOST_TROUBLES]:
        yield from _sentences(text, width, ui.TROUBLE)
        if hint:
            yield from (ui.label(f"  {piece}") for piece in ui.wrapped(hint, width - 2, 2))
    if len(troubles) > MOST_TROUBLES:
        yield ui.label(f"and {len(troubles) - MOST_TROUBLES} more, below", ui.FAINT)
    if not troubles:
        yield ui.label(ui.fit(quiet, width), ui.FAINT)
