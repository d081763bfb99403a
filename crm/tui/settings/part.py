"""What a part of the Settings screen is: its lines, and for each line what can be done."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

from crm.config import Changes, Config
from crm.tui import words
from crm.tui.settings.keeping import Before, Path, Present, at_path, save_settings
from crm.tui.widgets.rows import Key
from crm.tui.widgets.settings_rows import Line

if TYPE_CHECKING:
    from crm.tui.screens.settings import Settings

Offers: TypeAlias = Mapping[str, Callable[[], None]]
"""What can be done with a line, by the names of the page's keys: change, add, put_back, ...

The first is what enter does."""


class Part:
    """One section of the list."""

    title = ""

    def __init__(self, page: Settings) -> None:
        self.page = page

    async def load(self, present: Present) -> None:
        """Ask for what the lines show besides the configuration and the health of reminders."""

    async def load_slowly(self) -> bool:
        """Ask for what takes a while, after the lines were shown; say whether there is something new."""
        return False

    def lines(self, present: Present) -> Iterator[tuple[Key, Line]]:
        """Yield the lines with their keys."""
        raise NotImplementedError

    def offers(self, key: Key, present: Present) -> Offers:
        """Return what can be done with a line."""
        raise NotImplementedError

    def troubles(self, present: Present) -> Iterator[tuple[str, str]]:  # noqa: ARG002
        """Yield what is wrong and needs somebody, each with what to do about it."""
        yield from ()

    # For all of them

    def clock(self, moment: datetime) -> str:
        """Say a time of day."""
        return words.clock(moment, "second", self.page.store.rules.zone)

    def when(self, moment: datetime) -> str:
        """Say a day and a time: "today 08:00", "31 May 08:00"."""
        now, zone = self.page.crm.moment, self.page.store.rules.zone
        today = moment.astimezone(zone).date() == now.astimezone(zone).date()
        return f"{'today' if today else words.day(moment, 'second', now, zone)} {self.clock(moment)}"

    def before(self, path: Path) -> Before | None:
        """Return what a setting was before it was changed in this session."""
        found: Before | None = self.page.crm.settings_before.get(path)
        return found

    async def apply(
        self,
        path: Path,
        changes: Changes,
        title: str,
        said: Callable[[Config], str],
        later: bool = False,
    ) -> None:
        """Save changes, remember what the file said at a path, and say what it says now.

        Args:
            path: what is remembered: a setting, or a table.
            changes: what to save.
            title: what it is called.
            said: says its value.
            later: it takes effect when the program starts again.

        Raises:
            CrmError: they cannot be saved.

        """
        saved = await self.page.crm.run_whole(save_settings, changes)
        self.page.crm.settings_before[path] = Before(
            at_path(saved.before.values, path), said(saved.before.config)
        )
        when = "; it counts when you start the program again" if later else ""
        self.page.say(f"Saved: {title} {said(saved.now)}{when}.   (p puts it back)")
        self.page.freshen(force=True)
