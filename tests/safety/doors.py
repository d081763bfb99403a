"""How every screen and dialog of the terminal UI is opened, by what a user does: one door for each.

A new screen needs a door here; a test compares this table with the screens there are. Tests that are about
every screen (what goes out of it, sizes, colours) go through these doors.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from hostile_people import CHAT, COMMANDS, NAMED, TABLE
from settled import key_event, settle
from textual import events
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input

from crm.db.store import Work
from crm.domain.errors import NotFoundError
from crm.services import contacts
from crm.timers.protocol import File, Plan, Step
from crm.tui.app import CrmApp
from crm.tui.screens.people import People


class Visitor:
    """Opens doors, and waits for answers: never for a time, and never for the processor to be idle."""

    def __init__(self, app: CrmApp, pilot: Pilot[Any], home: Path) -> None:
        self.app = app
        self.pilot = pilot
        self.home = home
        """A folder to import from; see `hostile_people.hostile_exports`."""

    @property
    def top(self) -> str:
        """The name of the screen on top."""
        return type(self.app.screen).__name__

    @property
    def path(self) -> str:
        """Where we are."""
        return " > ".join(type(screen).__name__ for screen in self.app.screen_stack)

    async def settle(self) -> None:
        """Wait until every message is answered, all work is done and the screen is painted."""
        await settle(self.pilot)
        assert self.app.is_running, "the program has ended"

    async def press(self, *keys: str) -> None:
        """Press keys one after the other, and wait for what comes of each."""
        for key in keys:
            self.app.post_message(key_event(key))
            await self.settle()

    async def paste(self, text: str) -> None:
        """Paste into the field that has the focus."""
        self.app.screen.post_message(events.Paste(text))
        await self.settle()

    async def home_to(self, mode: str) -> None:
        """Go to a place, out of whatever is open."""
        while len(self.app.screen_stack) > 1:
            await self.escape()
        self.app.action_go(mode)
        await self.settle()

    async def escape(self) -> None:
        """Leave what is on top: by escape, twice where that first leaves a field."""
        depth = len(self.app.screen_stack)
        for _ in range(2):
            if len(self.app.screen_stack) >= depth > 1:
                await self.press("escape")
        if len(self.app.screen_stack) >= depth > 1:
            self.app.pop_screen()
            await self.settle()

    async def open(self, name: str) -> Screen[Any]:
        """Open a screen by its door and return it."""
        await DOORS[name](self)
        said = [str(one.message) for one in self.app._notifications]
        assert self.top == name, f"the door of {name} leads to {self.path}; {said[-3:]}"
        return self.app.screen

    async def resize(self, width: int, height: int) -> None:
        """Give a headless terminal another size."""
        await self.pilot.resize_terminal(width, height)
        await self.settle()


Door = Callable[[Visitor], Awaitable[None]]


def place(mode: str, *keys: str) -> Door:
    """Return what goes to a place and presses keys."""

    async def go(visitor: Visitor) -> None:
        await visitor.home_to(mode)
        await visitor.press(*keys)

    return go


def contact(number: int, *keys: str) -> Door:
    """Return what shows one of the hostile people and presses keys; the next one who is still there."""

    async def go(visitor: Visitor) -> None:
        await visitor.home_to("people")
        visitor.app.show_contact(visitor.app.store.read(_living, number))
        await visitor.settle()
        await visitor.press(*keys)

    return go


def _living(work: Work, number: int) -> int:
    for other in range(number, number + 100):
        with suppress(NotFoundError):
            return contacts.find(work, f"x:m{other % len(COMMANDS)}")
    raise AssertionError("nobody is left")


def people(*keys: str) -> Door:
    """Return what goes to the list of people, the cursor in it, and presses keys."""

    async def go(visitor: Visitor) -> None:
        await visitor.home_to("people")
        assert isinstance(visitor.app.screen, People)
        visitor.app.screen.rows.focus()
        await visitor.press(*keys)

    return go


def command(name: str) -> Door:
    """Return what runs a command of the whole program."""

    async def go(visitor: Visitor) -> None:
        await visitor.home_to("today")
        await visitor.app.run_action(name)
        await visitor.settle()

    return go


def export(file: str, *keys: str) -> Door:
    """Return what looks at an export and presses keys."""

    async def go(visitor: Visitor) -> None:
        await visitor.home_to("import")
        field = visitor.app.screen.query_one("#path", Input)
        field.value = str(visitor.home / file)
        field.focus()
        await visitor.press("enter", *keys)

    return go


def setting(key: object, *keys: str) -> Door:
    """Return what stands on a line of the settings and presses keys."""

    async def go(visitor: Visitor) -> None:
        from crm.tui.screens.settings import Settings

        await visitor.home_to("today")
        await visitor.press("comma")
        assert isinstance(visitor.app.screen, Settings)
        visitor.app.screen.rows.move_to(key)  # type: ignore[arg-type]
        await visitor.settle()
        assert visitor.app.screen.rows.key == key
        await visitor.press(*keys)

    return go


def shown(mode: str, make: Callable[[], Screen[Any]]) -> Door:
    """Return what shows a dialog as the program does, where only a rare event leads to it."""

    async def go(visitor: Visitor) -> None:
        await visitor.home_to(mode)
        await visitor.app.push_screen(make())
        await visitor.settle()

    return go


def _found(*keys: str) -> Door:
    async def go(visitor: Visitor) -> None:
        await visitor.home_to("today")
        await visitor.press("slash")
        await visitor.paste("Mallory")
        await visitor.press(*keys)

    return go


def _bug() -> Screen[Any]:
    from crm.tui.screens.report import Report

    return Report(ValueError(COMMANDS["clipboard"]))


def _backups() -> Screen[Any]:
    """Say what is said after somebody was forgotten whom backups still hold."""
    from crm.tui.screens.forget import Backups

    return Backups(f"{COMMANDS['title']}[/]", [f"/{text}/crm.db" for text in COMMANDS.values()])


def _plan() -> Screen[Any]:
    """Show the plan of a timer as a machine with such a home would have it."""
    from crm.tui.screens.plan import ShowPlan

    text = COMMANDS["clipboard"] + "[/]"
    steps = tuple(Step((text, "--user", "[a='b")) for text in COMMANDS.values())
    plan = Plan(steps, (File(Path(text), text.encode(), 0o600),), (Path(text),), note=text)
    return ShowPlan("Set up the timer?", text, plan)


DOORS: Mapping[str, Door] = {
    "AskBudget": place("today", "g"),
    "Focus": place("today", "g", "enter"),
    "Today": place("today", "down"),
    "People": people("down"),
    "Matches": place("matches"),
    "Mirror": place("mirror"),
    "Import": place("import", "escape", "down"),
    "Contact": contact(5),
    "Act": contact(6, "enter"),
    "Links": contact(3, "o"),
    "Log": contact(2, "l"),
    "Snooze": contact(2, "s"),
    "Cadence": contact(2, "c"),
    "Edit": contact(4, "e"),
    "Whose": contact(0, "w"),
    "Pick": contact(7, "M"),
    "Merge": contact(8, "M", "down", "enter"),
    "Confirm": contact(9, "D"),
    "Forget": contact(10, "F"),
    "Backups": shown("people", _backups),
    "Filters": people("f"),
    "SavedFilters": people("F"),
    "Ask": people("F", "end", "r"),
    "PeopleColumns": people("C"),
    "Together": people("space", "down", "space", "e"),
    "Export": people("E"),
    "Add": place("today", "a"),
    "Keys": place("today", "question_mark"),
    "Search": _found("down"),
    "History": command("history"),
    "Triage": command("triage"),
    "Coverage": command("coverage"),
    "AskPeriod": place("mirror", "p"),
    "AskPath": place("mirror", "E"),
    "Report": shown("today", _bug),
    "Browse": place("import", "escape", "b"),
    "Review": export(TABLE),
    "Columns": export(TABLE, "c"),
    "ColumnField": export(TABLE, "c", "down", "enter"),
    "Question": export(CHAT, "w"),
    "Settings": setting(("notifiers", "web")),
    "ChangeSetting": setting(("circles", NAMED.lower()), "enter"),
    "NewCircle": setting("add-circle", "enter"),
    "ChooseKind": setting("add-notifier", "enter"),
    "EditNotifier": setting(("notifiers", "ical"), "enter"),
    "ShowPlan": shown("today", _plan),
}
"""By the name of each screen and dialog."""
