"""Walks through the terminal UI by itself: through every door, and presses every key that is behind it.

It runs inside a pseudo-terminal as `python walk.py DATABASE HOME REPORT first|second DOOR...`, writes a line
for each step (so that whoever waits knows that it goes on) and at the end, as JSON, what it has seen.

`first`: the barrier behind the widgets lets everything pass and notes what it would have stopped.
`second`: the widgets get texts as they are, and only the barrier stands; for a line that is drawn it does not
matter by which key it came, so doors are opened and fields filled only.
"""

from __future__ import annotations

import asyncio
import json
import sys
import traceback
from pathlib import Path
from typing import IO, Any

from doors import Visitor
from hostile_people import COMMANDS, open_among
from textual.command import CommandPalette
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input, TextArea

from crm.tui import barrier
from crm.tui.app import CrmApp
from crm.tui.base import Dialog

_PATIENCE = 200.0
"""Seconds after which a step is taken for stuck; the test gives up after 300."""
_ENDS = frozenset({"escape", "enter", "ctrl+s"})
_NEVER = frozenset({"leave", "theme"})
_HARMLESS = ("[@click=app.leave]x[/]", "~nobody/[/]")
_HARMFUL = COMMANDS["clipboard"] + "[a='b"
"""Pasted into fields only where the barrier stands: a field shows what is in it."""


class Walk(Visitor):
    """One walk, and what it saw."""

    def __init__(self, app: CrmApp, pilot: Pilot[Any], home: Path, steps: IO[str], second: bool) -> None:
        super().__init__(app, pilot, home)
        self.steps = steps
        self.typed = (_HARMFUL, *_HARMLESS) if second else _HARMLESS
        self.pressing = not second
        self.seen: dict[str, list[str]] = {}
        """The keys pressed behind each door; the other screens that were come by."""
        self.bugs: list[str] = []
        self.pressed: set[tuple[str, str]] = set()
        self.opening = False
        """Whether a report of a bug is shown on purpose."""

    async def settle(self) -> None:
        """Say where we are, wait, and note a bug."""
        self.steps.write(f"{self.path}\n")
        stuck = asyncio.get_running_loop().call_later(_PATIENCE, self.tell_what_is_waited_for)
        await super().settle()
        stuck.cancel()
        self.seen.setdefault(self.top, [])
        if self.top == "Report" and not self.opening:
            shown = self.app.screen.query_one(TextArea).text
            self.bugs.append(f"{self.path}: {shown}")

    def tell_what_is_waited_for(self) -> None:
        """Write what is going on into the steps' neighbour: whoever waits for the next step gives up soon."""
        with Path(self.steps.name).with_suffix(".stuck").open("w") as told:
            told.write(f"{self.path}: {list(self.app.workers)}\n{self.app.animator._animations}\n")
            for task in asyncio.all_tasks():
                task.print_stack(file=told)

    async def through(self, name: str) -> None:
        """Open a door, press every key behind it, type into every field, and take the usual way out."""
        self.opening = name == "Report"
        here = await self.open(name)
        keys = self.keys(here)
        for key in keys if self.pressing else ():
            if self.app.screen is not here:
                here = await self.open(name)
            self.seen[name].append(key)
            await self.press(key)
            while here in self.app.screen_stack and self.app.screen is not here:
                await self.escape()
        if self.app.screen is not here:
            here = await self.open(name)
        await self.fill(here)
        if self.app.screen is here and isinstance(here, Dialog) and len(self.app.screen_stack) > 1:
            await self.press("enter")

    def keys(self, here: Screen[Any]) -> list[str]:
        """Return the keys of a screen itself, and those of its widgets not pressed in this walk."""
        found = []
        for key, active in here.active_bindings.items():
            action = active.binding.action
            if not active.enabled or key in _ENDS or not declares(type(active.node), key):
                continue
            if active.node is not here and (key, action) in self.pressed:
                continue
            if active.node is self.app and (action in _NEVER or len(self.app.screen_stack) > 1):
                continue
            self.pressed.add((key, action))
            found.append(key)
        return ["down", *found]

    async def fill(self, here: Screen[Any]) -> None:
        """Put attacks into every field, and hand them in."""
        fields = [field for field in here.query("Input, TextArea") if field.display and not field.disabled]
        for number, field in enumerate(fields):
            field.focus()
            await self.paste(self.typed[number % len(self.typed)])
            if self.app.screen is not here:
                return
        if fields:
            await self.press("enter")

    async def palette(self) -> None:
        """Look at the palette, and let it search."""
        await self.home_to("people")
        await self.press("ctrl+p")
        assert isinstance(self.app.screen, CommandPalette)
        await self.paste(self.typed[0])
        await self.press("escape")


def declares(kind: type, key: str) -> bool:
    """Whether it is we who gave a key to a kind of screen or widget, not Textual."""
    ours = [vars(one).get("BINDINGS", ()) for one in kind.__mro__ if one.__module__.startswith("crm.")]
    return any(key in binding.key.split(",") for bindings in ours for binding in bindings)


def raw(text: str, multiline: bool = False, limit: int = 512) -> str:
    """Return the text as it is."""
    return text[:limit]


def main() -> None:
    """Walk, and write what was seen."""
    database, home, report = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    how, doors = sys.argv[4], sys.argv[5:]
    stopped: dict[str, str] = {}
    store = open_among(database)
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
    # a cursor that blinks would write for ever, and moments of waiting would depend on it
    Input.__dict__["cursor_blink"]._default = False
    TextArea.__dict__["cursor_blink"]._default = False
    failed = ""

    async def walk(pilot: Pilot[Any]) -> None:
        nonlocal failed
        try:
            await walking.settle()
            for door in doors:
                await walking.through(door)
            await walking.palette()
        except Exception:  # noqa: BLE001 - written into the report
            failed = f"{walking.path}\n{traceback.format_exc()}"
        app.exit()

    with report.with_suffix(".steps").open("w", encoding="utf-8", buffering=1) as steps:
        walking = Walk(app, Pilot(app), home, steps, how != "first")
        app.run(auto_pilot=walk)
    answer = {
        "seen": walking.seen,
        "bugs": walking.bugs,
        "stopped": sorted(stopped),
        "failed": failed,
        "code": app.return_code or 0,
    }
    report.write_text(json.dumps(answer, indent=1), encoding="utf-8")
    store.close()


if __name__ == "__main__":
    main()
