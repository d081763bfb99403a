"""The lines above the mirror: which time, compared with which, and which platform."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import ClassVar, NamedTuple

from textual import events
from textual.message import Message
from textual.widget import Widget

from crm.domain.dates import short_day
from crm.tui import ui, words

ALL = "all together"
_LONGEST_NAME = 24
_MORE = " … "


class Shown(NamedTuple):
    """What the head says."""

    since: date
    until: date
    today: date
    platforms: tuple[tuple[str, str], ...] = ()
    """Slug and title; the title may be anybody's."""
    platform: str | None = None
    """The slug of the chosen one; None: all together."""
    compared: bool = True
    """Whether anything is known of the time before."""
    counting: str = ""
    """A time that is being counted."""


class MirrorHead(Widget):
    """Shows time and platforms; both can be clicked."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"mirror--here"}
    ALLOW_SELECT = False

    class Stepped(Message):
        """The time before or after was asked for."""

        def __init__(self, by: int) -> None:
            super().__init__()
            self.by = by

    class Asked(Message):
        """Another time was asked for."""

    class Chosen(Message):
        """A platform was chosen, or all together."""

        def __init__(self, platform: str | None) -> None:
            super().__init__()
            self.platform = platform

    def __init__(self) -> None:
        super().__init__()
        self._shown: Shown | None = None
        self._spans: list[tuple[int, int, int, Message]] = []

    def show(self, shown: Shown | None) -> None:
        """Say something else."""
        self._shown = shown
        self.refresh()

    def render(self) -> ui.Shown:
        """Draw the time, and the platforms below it."""
        self._spans = []
        if self._shown is None:
            return ui.line()
        width = self.size.width
        return ui.stack([self._time(self._shown, width), self._platforms(self._shown, width)])

    def _time(self, shown: Shown, width: int) -> ui.Shown:
        said = period_words(shown.since, shown.until, shown.today)
        room = max(min(ui.size(said), width - 4), 1)
        said = ui.fit(said, room)
        self._spans += [
            (0, 0, 2, self.Stepped(-1)),
            (0, 2, 2 + room, self.Asked()),
            (0, 2 + room, 4 + room, self.Stepped(1)),
        ]
        parts: list[ui.Part] = [("‹ ", ui.ACCENT), (said, ui.STRONG), (" ›", ui.ACCENT)]
        length = (shown.until - shown.since).days + 1
        days = "the day" if length == 1 else f"the {length:,} days"
        before = f"thin or faint: {days} before" if shown.compared else f"nothing is known of {days} before"
        beside = shown.counting or before
        if room + 7 + ui.size(beside) <= width:
            parts.append((f"   {beside}", ui.ACCENT if shown.counting else ui.FAINT))
        elif shown.counting:
            parts.append((" …", ui.ACCENT))
        return ui.line(*parts)

    def _platforms(self, shown: Shown, width: int) -> ui.Shown:
        slugs: list[str | None] = [None, *(slug for slug, _ in shown.platforms)]
        longest = max(min(_LONGEST_NAME, width - 3 - 2 * len(_MORE)), 1)
        titles = [ALL, *(title for _, title in shown.platforms)]
        names = [ui.fit(title, min(ui.size(title), longest)) for title in titles]
        chosen = slugs.index(shown.platform) if shown.platform in slugs else 0
        first, last = _window([ui.size(name) for name in names], chosen, width)
        parts: list[ui.Part] = []
        x = 0
        if first:
            self._spans.append((1, 0, len(_MORE), self.Chosen(slugs[first - 1])))
            parts.append((_MORE, ui.FAINT))
            x = len(_MORE)
        for index in range(first, last):
            text = f"[{names[index]}]" if index == chosen else f" {names[index]} "
            size = ui.size(text)
            self._spans.append((1, x, x + size, self.Chosen(slugs[index])))
            parts += [(text, ".mirror--here" if index == chosen else ui.FAINT), " "]
            x += size + 1
        if last < len(names):
            self._spans.append((1, x - 1, x + 2, self.Chosen(slugs[last])))
            parts.append((_MORE.lstrip(), ui.FAINT))
        return ui.line(*parts)

    def on_click(self, event: events.Click) -> None:
        """Do what was clicked."""
        at = event.get_content_offset(self)
        if at is None:
            return
        for y, start, end, message in self._spans:
            if y == at.y and start <= at.x < end:
                self.post_message(message)
                return


def _window(sizes: Sequence[int], chosen: int, width: int) -> tuple[int, int]:
    """Return which names there is room for, the chosen one among them: from, and up to but not with."""

    def taken(first: int, last: int) -> int:
        marks = len(_MORE) * ((first > 0) + (last < len(sizes)))
        return sum(size + 3 for size in sizes[first:last]) + marks

    first, last = chosen, chosen + 1
    while True:
        if first > 0 and taken(first - 1, last) <= width:
            first -= 1
        elif last < len(sizes) and taken(first, last + 1) <= width:
            last += 1
        else:
            return first, last


def period_words(since: date, until: date, today: date) -> str:
    """Say a time: "2025", "March 2026", "2 Jun 2025 to 1 Jun"."""
    whole_month = since.day == 1 and (until.month != since.month or until.year != since.year)
    if since == until:
        return words.calendar_day(since) + ("" if since.year == today.year else f" {since.year}")
    if whole_month and (since.month, until.month, until.day) == (1, 12, 31):
        return str(since.year) if since.year == until.year else f"{since.year} to {until.year}"
    return f"{short_day(since, today)} to {short_day(until, today)}"
