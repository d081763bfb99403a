"""Charts drawn from cells: functions from values and a width to lines. They know nothing of what they show.

No chart says anything by colour alone: what is now is a full block, what was before a half one or a faint
row with its own label, parts of a whole have patterns, and every bar has its number. Block elements are
one cell wide in every terminal; only the solid one has eighths, so patterns end at whole cells.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from crm.tui import ui

NOW = ".chart--now"
OPEN = ".chart--open"
OTHER = ".chart--other"
BEFORE = ".chart--before"
ROLES = frozenset(role.removeprefix(".") for role in (NOW, OPEN, OTHER, BEFORE))

PATTERNS = {1: "█", 2: "█░", 3: "█▒░"}
"""The signs of the parts of a whole, by how many there are."""
_TONES = {1: (NOW,), 2: (NOW, OTHER), 3: (NOW, OPEN, OTHER)}
_EIGHTHS = " ▏▎▍▌▋▊▉█"
_LEVELS = " ▁▂▃▄▅▆▇█"
_THIN = "▀"
_LEAST = 3
"""Cells that a bar has at least, however narrow the screen."""


class Whole(NamedTuple):
    """Something of several parts, drawn as one bar."""

    label: str
    parts: tuple[int, ...]
    value: str
    before: bool = False
    """Drawn faint."""


class Pair(NamedTuple):
    """A number now, and what it was before; None: there was no time before."""

    label: str
    now: float
    value: str
    before: float | None = None
    was: str = ""


class Facing(NamedTuple):
    """Two numbers that stand against each other, and what they were before."""

    label: str
    left: int
    right: int
    left_before: int
    right_before: int


class Point(NamedTuple):
    """A number of a month or a year, and what it was in the time before."""

    label: str
    number: int
    before: int | None = None


def bar(share: float, width: int) -> str:
    """Return a solid bar for 0 to 1 of the width, to an eighth of a cell; more than nothing is seen."""
    eighths = min(max(round(share * width * 8), 1 if share > 0 else 0), width * 8)
    full, rest = divmod(eighths, 8)
    return "█" * full + (_EIGHTHS[rest] if rest else "")


def thin(share: float, width: int) -> str:
    """Return a bar of half the height in whole cells; more than nothing is seen."""
    return _THIN * min(max(round(share * width), 1 if share > 0 else 0), width)


def divided(parts: Sequence[int], width: int) -> list[int]:
    """Divide `width` cells among numbers; what is more than nothing gets a cell while there are enough."""
    total = sum(parts)
    if not total:
        return [0] * len(parts)
    cells = [number * width // total for number in parts]
    by_rest = sorted(range(len(parts)), key=lambda one: -(parts[one] * width % total))
    for one in by_rest[: width - sum(cells)]:
        cells[one] += 1
    for one, number in enumerate(parts):
        largest = cells.index(max(cells))
        if number and not cells[one] and cells[largest] > 1:
            cells[largest] -= 1
            cells[one] = 1
    return cells


def whole_lines(rows: Sequence[Whole], width: int) -> Iterator[ui.Shown]:
    """Yield each whole as a bar of its parts, as long as the others."""
    label, value, room = _rooms([row.label for row in rows], [row.value for row in rows], width)
    for row in rows:
        signs, tones = PATTERNS[len(row.parts)], _TONES[len(row.parts)]
        cells = divided(row.parts, room)
        pieces: list[ui.Part] = [(ui.fit(row.label, label), ui.FAINT), " "]
        pieces += [
            (sign * count, BEFORE if row.before else tone)
            for sign, tone, count in zip(signs, tones, cells, strict=True)
        ]
        pieces.append(" " * (room - sum(cells) + 1))
        pieces.append((ui.fit(row.value, value, right=True), ui.FAINT if row.before else ""))
        yield ui.line(*pieces)


def legend_lines(names: Sequence[tuple[str, int]], width: int) -> Iterator[ui.Shown]:
    """Yield what the patterns mean with the numbers of now, in as many lines as that takes."""
    signs, tones = PATTERNS[len(names)], _TONES[len(names)]
    entries = [
        ((sign, tone), f" {name} {number:,}")
        for (name, number), sign, tone in zip(names, signs, tones, strict=True)
    ]
    yield from flowing(entries, width)


def flowing(entries: Iterable[tuple[ui.Part, str]], width: int) -> Iterator[ui.Shown]:
    """Yield entries of a legend side by side, a sign and its meaning each, broken where the line ends."""
    line: list[ui.Part] = []
    x = 0
    for sign, text in entries:
        size = ui.size(sign if isinstance(sign, str) else sign[0]) + ui.size(text)
        if line and x + 3 + size > width:
            yield ui.line(*line)
            line, x = [], 0
        if line:
            line.append("   ")
            x += 3
        line += [sign, (text, ui.FAINT)]
        x += size
    if line:
        yield ui.line(*line)


def pair_lines(rows: Sequence[Pair], width: int) -> Iterator[ui.Shown]:
    """Yield a bar for each number, and a thin faint one below it for what it was before."""
    most = max((max(row.now, row.before or 0) for row in rows), default=0) or 1
    values = [text for row in rows for text in (row.value, row.was)]
    label, value, room = _rooms([row.label for row in rows], values, width)
    for row in rows:
        drawn = bar(row.now / most, room)
        yield ui.line(
            (ui.fit(row.label, label), ui.FAINT),
            " ",
            (ui.fit(drawn, room), NOW),
            " ",
            ui.fit(row.value, value, right=True),
        )
        if row.before is not None:
            drawn = thin(row.before / most, room)
            yield ui.line(
                " " * (label + 1),
                (ui.fit(drawn, room), BEFORE),
                " ",
                (ui.fit(row.was, value, right=True), ui.FAINT),
            )


def facing_lines(
    left: str, right: str, rows: Sequence[Facing], width: int, before: bool = True
) -> Iterator[ui.Shown]:
    """Yield bars that grow from the middle to both sides.

    Args:
        left: what stands at the left.
        right: what stands at the right.
        rows: the numbers.
        width: cells of a line.
        before: whether there is a thin bar below each for what it was before.

    """
    numbers = [number for row in rows for number in row[1:]]
    most = max(numbers, default=0) or 1
    label = max((ui.size(row.label) for row in rows), default=0)
    number = max((len(f"{one:,}") for one in numbers), default=1)
    room = max((width - label - 2 * number - 6) // 2, _LEAST)
    side = room + number + 1
    yield ui.line(
        " " * (label + 1), (ui.fit(left, side, right=True), ui.FAINT), "   ", (ui.fit(right, side), ui.FAINT)
    )
    for row in rows:
        yield _facing_line(row.label, row.left, row.right, (label, number, room, most))
        if before:
            yield _facing_line("", row.left_before, row.right_before, (label, number, room, most), True)


def _facing_line(
    label: str, left: int, right: int, sizes: tuple[int, int, int, int], before: bool = False
) -> ui.Shown:
    name, number, room, most = sizes
    if before:
        drawn_left, drawn_right = thin(left / most, room), thin(right / most, room)
    else:
        drawn_left, drawn_right = _leftward(left / most, room), bar(right / most, room)
    tone = ui.FAINT if before else ""
    return ui.line(
        (ui.fit(label, name), ui.FAINT),
        " " * (room - len(drawn_left) + 1),
        (f"{left:,}".rjust(number), tone),
        " ",
        (drawn_left, BEFORE if before else NOW),
        (" │ ", BEFORE),
        (drawn_right, BEFORE if before else OPEN),
        " ",
        (f"{right:,}", tone),
    )


def _leftward(share: float, width: int) -> str:
    """Return a solid bar that grows to the left; only halves of a cell exist there."""
    halves = min(max(round(share * width * 2), 1 if share > 0 else 0), width * 2)
    return "▐" * (halves % 2) + "█" * (halves // 2)


def column_lines(points: Sequence[Point], width: int, height: int) -> Iterator[ui.Shown]:
    """Yield standing bars side by side, what was before faint at the left of each; names and numbers below.

    Where not all of them fit, the oldest are left out. Where the numbers do not fit, the highest one stands
    at the height that it means.
    """
    if not points:
        return
    most = max(max(point.number, point.before or 0) for point in points) or 1
    compared = any(point.before is not None for point in points)
    left = len("before ") if compared else len(f"{most:,}") + 1
    room = max(width - left, 1)
    points = points[-room:]
    slot = min(max(room // len(points), 1), 7)
    both = compared and slot >= 3
    thick = max(slot - 1 - both, 1)
    numbers = slot > len(f"{most:,}")
    grid = [[(" ", "")] * (slot * len(points)) for _ in range(height + 1)]
    for index, point in enumerate(points):
        x = index * slot
        if both and point.before is not None:
            _stand(grid, x, 1, point.before / most, BEFORE)
        _stand(grid, x + both, thick, point.number / most, NOW)
    for line, cells in enumerate(grid[1:]):
        beside = f"{most:,}" if line == 0 and not numbers else ""
        yield ui.line((ui.fit(beside, left), ui.FAINT), *runs(cells))
    yield ui.line(" " * left, (_names(points, slot), ui.FAINT))
    if numbers:
        yield _numbers_line("now" if both else "", [point.number for point in points], (left, slot, both), "")
    if numbers and both:
        yield _numbers_line("before", [point.before for point in points], (left, slot, 0), ui.FAINT)


def _numbers_line(
    name: str, numbers: Sequence[int | None], sizes: tuple[int, int, int], role: str
) -> ui.Shown:
    """Return a line of numbers, each below its column."""
    left, slot, x = sizes
    texts = ["" if number is None else f"{number:,}" if number else "·" for number in numbers]
    shown = "".join(text.ljust(slot) for text in texts).rstrip()
    return ui.line((ui.fit(name, left), ui.FAINT), " " * x, (shown, role))


def _stand(grid: list[list[tuple[str, str]]], x: int, thick: int, share: float, role: str) -> None:
    """Put a standing bar into the grid; more than nothing is seen."""
    height = len(grid) - 1
    eighths = max(round(share * height * 8), 1 if share > 0 else 0)
    for line in range(height, 0, -1):
        level = min(max(eighths - (height - line) * 8, 0), 8)
        if level:
            grid[line][x : x + thick] = [(_LEVELS[level], role)] * thick


def runs(cells: Iterable[tuple[str, str]]) -> Iterator[ui.Part]:
    """Join neighbours of one style."""
    for role, run in groupby(cells, key=lambda cell: cell[1]):
        yield "".join(character for character, _ in run), role


def _names(points: Sequence[Point], slot: int) -> str:
    """Return the names below the columns, as many as there is room for."""
    written = ""
    for index, point in enumerate(points):
        x = index * slot
        if x == 0 or len(written) < x:
            room = slot * len(points) - x
            if len(point.label) <= max(room, slot):
                written = written.ljust(x) + point.label
    return written


def _rooms(labels: Iterable[str], values: Iterable[str], width: int) -> tuple[int, int, int]:
    """Return the cells of the labels, of the values, and of the bars between them."""
    label = max(map(ui.size, labels), default=0)
    value = max(map(ui.size, values), default=0)
    return label, value, max(width - label - value - 2, _LEAST)
