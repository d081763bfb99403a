"""The mirror: how you respond, in figures. People are counted; nobody is named and nobody ranked.

All platforms come with one counting, and countings are kept while nothing changed: another platform, or a
time that was seen before, is there at once.
"""

from __future__ import annotations

import asyncio
from datetime import date
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from crm.db.store import Work
from crm.domain.errors import UsageError
from crm.domain.periods import ALL_TIME, USUAL, parse_period, shifted
from crm.domain.platforms import title_of
from crm.services import mirror, mirror_page, mirror_reach
from crm.services.mirror_views import MirrorView
from crm.tui import ui
from crm.tui.base import Page
from crm.tui.figures import sections
from crm.tui.screens.ask import AskPath
from crm.tui.screens.period import AskPeriod, Wanted
from crm.tui.widgets.mirror_head import MirrorHead, Shown, period_words
from crm.tui.widgets.mirror_sheet import Sheet
from crm.tui.widgets.path_input import path_of

REST = 0.12
"""Seconds that a time rests before it is counted: stepping over several counts one."""
MOST_KEPT = 24
"""Countings that are kept; one of ten years is some hundred kilobytes."""
PAGE = "~/crm-mirror.html"
NOTHING_YET = (
    "There is nothing to look at yet. Bring in an export of a platform (5 Import), or log what you say: the "
    "mirror counts how you answer, how soon, and with how many people there is talk. It never ranks them."
)

Days = tuple[date, date]


class Mirror(Page):
    """Time and platform above, the figures below on a page that scrolls."""

    PLACE = "mirror"
    HELP_TITLE = "Mirror"
    HELP_TEXT = (
        "How you respond, in figures, against as many days before: thin or faint is what was before. People "
        "are counted, never named and never ranked. An answer counts when it comes within the days that the "
        "settings say; what may still be answered is left out of the share."
    )
    KEYS_TO_LEARN = (
        ("left", "The time before; right leads back."),
        ("p", "Another time: a month, a year, everything."),
        ("f", "The next platform alone."),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "step(-1)", "the time before"),
        Binding("right", "step(1)", "the time after"),
        Binding("left_square_bracket", "step(-1)", "the time before", show=False, key_display="["),
        Binding("right_square_bracket", "step(1)", "the time after", show=False, key_display="]"),
        Binding("p", "period", "another time"),
        Binding("f", "platform(1)", "next platform"),
        Binding("tab", "platform(1)", "next platform", show=False),
        Binding("F", "platform(-1)", "platform before", show=False),
        Binding("shift+tab", "platform(-1)", "platform before", show=False),
        Binding("0", "platform(0)", "all platforms together", show=False),
        Binding("E", "page", "as a page"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._wanted: Days | None = None
        """The days that are asked for; they may end later than today."""
        self._seen_days: Days | None = None
        """The days that are shown."""
        self._kept: dict[Days, MirrorView] = {}
        self._kept_for: tuple[int, date] | None = None
        """Of which version of the data, and counted on which day, the kept ones are."""
        self._view: MirrorView | None = None
        self._first: date | None = None
        self._platform: str | None = None

    def body(self) -> ComposeResult:
        """Head, a sentence where there is nothing to draw, and the page."""
        yield MirrorHead()
        yield Static("", id="mirror-note", markup=False)
        yield Sheet(id="mirror", classes="first")

    @property
    def _today(self) -> date:
        return self.store.rules.day_of(self.store.now())

    # Counting

    def load(self) -> None:
        """Count the present time again."""
        self._look(self._wanted or parse_period(USUAL, self._today))

    def _look(self, days: Days) -> None:
        """Show some days: at once where they were counted, else when they are."""
        state = (self.crm.version, self._today)
        if self._kept_for != state:
            self._kept.clear()
            self._kept_for = state
        if days in self._kept:
            self.workers.cancel_group(self, "mirror")
            self._wanted = self._seen_days = days
            self._view = self._kept[days]
            self._draw()
            return
        self.start(partial(self._count, days, state), group="mirror")

    async def _count(self, days: Days, state: tuple[int, date]) -> None:
        self._wanted = days
        try:
            self._head(f"counting {period_words(*days, self._today)}…")
            if self._view is not None:
                await asyncio.sleep(REST)
            view, self._first = await self.read(_looked, *days)
        except UsageError:
            self._wanted = self._seen_days
            self._head()
            raise
        if self._kept_for == state:
            while len(self._kept) >= MOST_KEPT:
                del self._kept[next(iter(self._kept))]
            self._kept[days] = view
        self._view, self._seen_days = view, days
        self._draw()

    # Drawing

    def _head(self, counting: str = "") -> None:
        view, head = self._view, self.query_one(MirrorHead)
        if view is None:
            since, until = self._wanted or parse_period(USUAL, self._today)
            head.show(Shown(since, min(until, self._today), self._today, counting=counting))
            return
        slugs = list(view.platforms)
        if self._platform is not None and self._platform not in slugs:
            slugs.append(self._platform)
        platforms = tuple((slug, title_of(slug)) for slug in slugs)
        period = view.period
        before = view.everywhere.before
        compared = bool(before.community.known or before.posts or any(before.given))
        head.show(
            Shown(period.since, period.until, self._today, platforms, self._platform, compared, counting)
        )

    def _draw(self) -> None:
        self._head()
        view = self._view
        if view is None:
            return
        note = self._nothing(view)
        self.set_class(bool(note), "-nothing")
        self.query_one("#mirror-note", Static).update(ui.paragraphs(note))
        part = view.everywhere if self._platform is None else view.platforms.get(self._platform)
        shown = [] if note or part is None else sections(part, view.period)
        self.query_one(Sheet).show(shown)

    def _nothing(self, view: MirrorView) -> str:
        """Say why there is nothing to draw; empty where there is something."""
        if not view.platforms and self._first is None:
            return NOTHING_YET
        if not view.platforms and self._first is not None:
            first = period_words(self._first, self._first, self._today)
            return (
                "Nothing happened in this time or in the one before it. The first thing that is known is of "
                f"{first}. p chooses another time."
            )
        if self._platform is not None and self._platform not in view.platforms:
            return (
                f"Nothing happened on {title_of(self._platform)} in this time or in the one before it. "
                "0 shows all platforms together."
            )
        return ""

    # Keys

    def action_step(self, by: int) -> None:
        """Look at the time before or after."""
        since, until = shifted(*(self._wanted or parse_period(USUAL, self._today)), by)
        if since > self._today:
            self.say("This is the latest time; what comes after it has not begun.")
            return
        self._look((since, until))

    def action_platform(self, by: int) -> None:
        """Look at another platform, or with 0 at all together."""
        if self._view is None:
            return
        slugs: list[str | None] = [None, *self._view.platforms]
        at = slugs.index(self._platform) if self._platform in slugs else 0
        self._choose(slugs[(at + by) % len(slugs)] if by else None)

    def _choose(self, platform: str | None) -> None:
        self._platform = platform
        self._draw()

    def action_period(self) -> None:
        """Ask for another time."""
        self.app.push_screen(AskPeriod(), self._chosen)

    def _chosen(self, wanted: Wanted | None) -> None:
        if wanted is not None:
            self.start(partial(self._go, wanted), group="mirror-go")

    async def _go(self, wanted: Wanted) -> None:
        if wanted.days is not None:
            self._look(wanted.days)
            return
        self._look(await self.read(mirror_reach.period_called, ALL_TIME))

    @on(MirrorHead.Stepped)
    def stepped(self, event: MirrorHead.Stepped) -> None:
        """An arrow was clicked."""
        self.action_step(event.by)

    @on(MirrorHead.Asked)
    def asked(self) -> None:
        """The time was clicked."""
        self.action_period()

    @on(MirrorHead.Chosen)
    def chosen(self, event: MirrorHead.Chosen) -> None:
        """A platform was clicked."""
        self._choose(event.platform)

    def action_page(self) -> None:
        """Ask for a file, and write what is shown as a page for a browser."""
        view = self._view
        if view is None:
            return
        only = self._platform if self._platform in view.platforms else None

        def answered(text: str | None) -> None:
            path = path_of(text) if text is not None else None
            if path is not None:
                self.start(partial(self._write, view, path, only), group="mirror-page", exclusive=False)

        self.app.push_screen(AskPath("Write this as one page for a browser", "a file", PAGE), answered)

    async def _write(self, view: MirrorView, path: Path, only: str | None) -> None:
        await asyncio.to_thread(mirror_page.write, view, path, only)
        self.say(f"Written to {path}")


def _looked(work: Work, since: date, until: date) -> tuple[MirrorView, date | None]:
    """Count, and find out how far back it goes where there is nothing."""
    view = mirror.mirror(work, since, until)
    return view, None if view.platforms else mirror_reach.first_day(work)
