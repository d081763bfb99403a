"""Walks through the whole terminal UI by itself: every place, every key of every screen, every command.

It knows no screen: it presses what the screens themselves say they answer to (their active bindings and the
command palette), so a new screen is walked through without a word here. It runs inside a pseudo-terminal as
`python walk.py DATABASE REPORT [first|second]` and writes what it has seen as JSON.

`first`: the barrier behind the widgets lets everything pass and notes what it would have stopped.
`second`: the widgets get texts as they are, and only the barrier stands.
"""

from __future__ import annotations

import asyncio
import json
import sys
import traceback
from pathlib import Path
from typing import IO, Any

import textual.app
import textual.pilot
from hostile_people import COMMANDS
from textual import events
from textual.command import CommandPalette
from textual.pilot import Pilot
from textual.widgets import Input, TextArea
from textual.worker import WorkerState
from tui_world import open_store

from crm.services import contacts
from crm.tui import barrier
from crm.tui.app import CrmApp
from crm.tui.base import Page

_ENDS = frozenset({"escape", "enter", "ctrl+s"})
_NEVER = frozenset({"leave", "help_quit", "theme", "command_palette", "suspend_process", "screen.copy_text"})
_TYPED = ("[@click=app.leave]x[/]", "~nobody/[/]", COMMANDS["clipboard"] + "[a='b", "x" * 5_000)
"""Pasted into fields; the last but one only where the barrier stands, for a field shows what is in it."""
_PER_SCREEN = 1


class Walk:
    """One walk; what it saw is in `seen`."""

    def __init__(self, app: CrmApp, pilot: Pilot[Any], steps: IO[str]) -> None:
        self.app = app
        self.pilot = pilot
        self.visits: dict[str, int] = {}
        self.pressed: dict[str, list[str]] = {}
        self.bugs: list[str] = []
        self.times: dict[tuple[str, str], int] = {}
        self.commanding = False
        self.steps = steps

    @property
    def top(self) -> str:
        """The name of the screen on top."""
        return type(self.app.screen).__name__

    async def settle(self) -> None:
        """Wait until nothing more happens, and tell who waits for us that it goes on."""
        self.steps.write(f"{self.path}\n")
        await settled(self.pilot)
        if self.top == "Report":
            text = self.app.screen.query_one(TextArea).text
            self.bugs.append(f"{self.path}: {text}")

    @property
    def path(self) -> str:
        """Where we are."""
        return " > ".join(type(screen).__name__ for screen in self.app.screen_stack)

    async def all(self) -> None:
        """Walk."""
        people = [self.app.store.read(contacts.find, f"x:{handle}") for handle in ("m5",)]
        for mode in self.app.MODES:
            await self.home(mode)
            await self.explore()
        for key in people:
            await self.home("people")
            self.app.show_contact(key)
            await self.settle()
            self.visits.pop("Contact", None)
            await self.explore()
        if not self.commanding:
            await self.commands()

    async def home(self, mode: str) -> None:
        """Go to a place, out of whatever is open."""
        for _ in range(30):
            if len(self.app.screen_stack) <= 1:
                break
            await self.escape()
        self.app.action_go(mode)
        await self.settle()

    async def escape(self) -> None:
        """Leave what is on top."""
        depth = len(self.app.screen_stack)
        await self.pilot.press("escape")
        await self.settle()
        if len(self.app.screen_stack) == depth and depth > 1:
            await self.pilot.press("escape")
            await self.settle()
        if len(self.app.screen_stack) == depth and depth > 1:
            self.app.pop_screen()
            await self.settle()

    async def explore(self, depth: int = 0) -> None:
        """Press everything the screen on top answers to."""
        here = self.app.screen
        name = self.top
        count = self.visits[name] = self.visits.get(name, 0) + 1
        if count > _PER_SCREEN or depth > 6:
            return
        focused = here.focused
        await self.press_all(here, name, depth, focused)
        if self.app.screen is here:
            await self.type(depth)
        for _ in range(2):
            if self.app.screen is here and len(self.app.screen_stack) > 1:
                await self.press("enter")
        if self.app.screen is not here and len(self.app.screen_stack) > depth + 1:
            await self.explore(depth + 1)

    async def press(self, key: str) -> None:
        """Press a key and wait for what comes of it."""
        self.pressed.setdefault(self.top, []).append(key)
        await self.pilot.press(key)
        await self.settle()

    async def press_all(self, here: Any, name: str, depth: int, focused: Any) -> None:
        """Press the keys of a screen; go into what they open, and come back."""
        for key in self.keys(here):
            if self.app.screen is not here:
                return
            if focused is not None and here.focused is not focused and focused.is_attached:
                here.set_focus(focused)
            await self.press(key)
            if self.app.screen is here:
                continue
            if here not in self.app.screen_stack:
                return
            await self.explore(depth + 1)
            while here in self.app.screen_stack and self.app.screen is not here:
                await self.escape()

    def keys(self, here: Any) -> list[str]:
        """Return the keys of a screen each time, those of widgets and of the app once in the whole walk."""
        found = []
        for key, active in here.active_bindings.items():
            action = active.binding.action
            if not active.enabled or key in _ENDS or action in _NEVER:
                continue
            own = active.node is here and key in own_keys(type(here))
            if not own and self.times.get((key, action), 0) >= _PER_SCREEN:
                continue
            self.times[key, action] = self.times.get((key, action), 0) + 1
            found.append(key)
        return ["down", *found]

    async def type(self, depth: int) -> None:
        """Put attacks into every field."""
        here = self.app.screen
        for field in here.query("Input, TextArea"):
            if not isinstance(field, Input | TextArea) or field.disabled or not field.display:
                continue
            for text in _TYPED if self.commanding else (*_TYPED[:2], _TYPED[-1]):
                field.focus()
                field.post_message(events.Paste(text))
                await self.settle()
                if isinstance(field, Input):
                    await self.press("enter")
                    if self.app.screen is not here:
                        if here in self.app.screen_stack:
                            await self.explore(depth + 1)
                        return
                    field.value = ""

    async def commands(self) -> None:
        """Run every command of the palette, of every place."""
        from crm.tui.palette import Commands

        done = {"Quit", "Look at the demo", "Light or dark"}
        for mode in self.app.MODES:
            await self.home(mode)
            for title, _, command in list(Commands(self.app.screen)._commands()):
                if title in done:
                    continue
                done.add(title)
                answer = command()
                if asyncio.iscoroutine(answer):
                    await answer
                await self.settle()
                if len(self.app.screen_stack) > 1:
                    await self.explore()
                await self.home(mode)
        await self.pilot.press("ctrl+p")
        await self.pilot.pause()
        assert isinstance(self.app.screen, CommandPalette)
        await self.pilot.press("escape")


async def _give_way(*_: object) -> None:
    """Let others run."""
    await asyncio.sleep(0)


async def settled(pilot: Pilot[Any]) -> None:
    """Wait until every message is answered, all work is done and the screen is painted."""
    quiet = 0
    while quiet < 2:
        await pilot.pause()
        screen = pilot.app.screen
        # a directory tree keeps a worker of its own waiting as long as it lives
        working = any(
            worker.state in (WorkerState.PENDING, WorkerState.RUNNING) and worker.name != "_loader"
            for worker in pilot.app.workers
        )
        unasked = isinstance(screen, Page) and screen._seen < 0
        unpainted = screen._layout_required or screen._repaint_required or screen._dirty_widgets
        quiet = 0 if working or unasked or unpainted or screen._callbacks else quiet + 1
        if working or unasked:
            await asyncio.sleep(0.005)


def own_keys(kind: type) -> set[str]:
    """Return the keys that a screen of ours binds itself."""
    bindings = [
        binding
        for cls in kind.__mro__
        if cls.__module__.startswith("crm.tui.screens")
        for binding in vars(cls).get("BINDINGS", ())
    ]
    return {key.strip() for binding in bindings for key in binding.key.split(",")}


def raw(text: str, multiline: bool = False, limit: int = 512) -> str:
    """Return the text as it is."""
    return text[:limit]


def main() -> None:
    """Walk, and write what was seen."""
    database, report, how = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    stopped: dict[str, str] = {}
    store = open_store(database)
    app = CrmApp(store)

    def noted(self: Any, segments: Any, background: Any) -> Any:
        for segment in segments:
            if barrier._UNSAFE.search(segment.text):
                stopped.setdefault(f"{type(app.screen).__name__}: {segment.text!r}"[:200], "")
        return segments

    if how == "first":
        barrier.OutputBarrier.apply = noted  # type: ignore[method-assign]
    elif how == "second":
        from crm.tui import base, ui

        ui.clean = base.clean = raw
    failed = ""

    async def walk(pilot: Pilot[Any]) -> None:
        nonlocal failed
        try:
            await walking.all()
        except Exception:  # noqa: BLE001 - written into the report
            failed = f"{walking.path}\n{traceback.format_exc()}"
        app.exit()

    # Textual's own tests wait until the processor is idle, which it never is on a busy machine.
    textual.app.wait_for_idle = textual.pilot.wait_for_idle = _give_way
    pilot = Pilot(app)
    walking = Walk(app, pilot, report.with_suffix(".steps").open("w", encoding="utf-8", buffering=1))
    walking.commanding = how != "first"
    app.run(auto_pilot=walk)
    answer = {
        "screens": walking.visits,
        "pressed": walking.pressed,
        "bugs": walking.bugs,
        "stopped": sorted(stopped),
        "failed": failed,
        "code": app.return_code or 0,
    }
    report.write_text(json.dumps(answer, indent=1), encoding="utf-8")
    store.close()


if __name__ == "__main__":
    main()
