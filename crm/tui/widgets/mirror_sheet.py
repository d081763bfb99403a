"""The figures of the mirror: one section each, in as many columns as the screen has room for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations, pairwise, zip_longest
from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll

from crm.tui import ui
from crm.tui.widgets import charts, heatmap
from crm.tui.widgets.drawn import Drawn

_GAP = 5
_TWO, _THREE = 92, 168
"""Cells from which there are two columns, and three."""
_WIDEST = 66
_WIDEST_ALONE = 76
"""Cells of a column: longer lines are hard to read, longer bars say no more."""
_SENTENCE = 6


class Section(NamedTuple):
    """One figure."""

    title: str
    sentence: str
    chart: Callable[[int], Iterable[ui.Shown]] | None = None
    hint: str = ""
    """What to do where something is missing."""
    wide: bool = False
    """Stands below the columns, and is as wide as the screen."""


class Figures(Drawn):
    """Draws sections."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {*charts.ROLES, *heatmap.TONES}


class Sheet(VerticalScroll, inherit_bindings=False):
    """The page that scrolls. Left and right are not its keys: they step through time."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "scroll_up", "up", show=False),
        Binding("down,j", "scroll_down", "down", show=False),
        Binding("pageup", "page_up", "a page up", show=False),
        Binding("pagedown,space", "page_down", "a page down", show=False),
        Binding("home", "scroll_home", "to the beginning", show=False),
        Binding("end", "scroll_end", "to the end", show=False),
    ]

    def compose(self) -> ComposeResult:
        """One text."""
        yield Figures()

    def show(self, sections: Sequence[Section]) -> None:
        """Show other sections; the place on the page stays."""
        self.query_one(Figures).show(lambda width: sheet_lines(sections, width))


def sheet_lines(sections: Sequence[Section], width: int) -> Iterator[ui.Shown]:
    """Yield all sections, laid out for a width."""
    count = 3 if width >= _THREE else 2 if width >= _TWO else 1
    room = min((width - _GAP * (count - 1)) // count, _WIDEST if count > 1 else _WIDEST_ALONE)
    blocks = [list(_section_lines(one, room)) for one in sections if not one.wide]
    columns = [[line for block in column for line in block] for column in parted(blocks, count)]
    for row in zip_longest(*columns):
        pieces: list[ui.Shown] = []
        for at, found in enumerate(row):
            one = found if found is not None else ui.line()
            last = at == len(row) - 1
            pieces.append(one if last else ui.beside(one, _space(room - one.cell_length + _GAP)))
        yield ui.beside(*pieces)
    for section in sections:
        if section.wide:
            yield from _section_lines(section, width)


def _space(width: int) -> ui.Shown:
    return ui.line(" " * max(width, 0))


def _section_lines(section: Section, width: int) -> Iterator[ui.Shown]:
    yield ui.label(ui.fit(section.title, width), ui.HEAD)
    text = min(width, _WIDEST_ALONE)
    # no line ends between a number and its percent sign
    sentence = ui.wrapped(section.sentence.replace(" %", "~%"), text, _SENTENCE)
    yield from (ui.label(piece.replace("~%", " %")) for piece in sentence)
    yield from (ui.label(piece, ui.ACCENT) for piece in ui.wrapped(section.hint, text, 3) if section.hint)
    if section.chart is not None:
        yield ui.line()
        yield from section.chart(width)
    yield ui.line()
    yield ui.line()


def parted(blocks: Sequence[list[ui.Shown]], count: int) -> list[Sequence[list[ui.Shown]]]:
    """Part blocks into columns, in their order, so that the highest is as low as possible."""
    heights = [len(block) for block in blocks]
    best: tuple[int, ...] = ()
    least = sum(heights) + 1
    for cuts in combinations(range(1, len(blocks)), count - 1):
        ends = (0, *cuts, len(blocks))
        highest = max(sum(heights[a:b]) for a, b in pairwise(ends))
        if highest < least:
            best, least = ends, highest
    if not best:
        return [blocks]
    return [blocks[a:b] for a, b in pairwise(best)]
