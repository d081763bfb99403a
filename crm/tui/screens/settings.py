"""Settings: everything the configuration file can say, saved at once, with the default beside it.

Undo does not cover files. What a setting was before is remembered for as long as the program runs, and `p`
puts it back.
"""

from __future__ import annotations

import asyncio
import os
import tomllib
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll

from crm import clock, config, paths
from crm.config import Changes, Config
from crm.config.saving import readable
from crm.db.store import Store
from crm.domain.cadence import Rules
from crm.domain.errors import ConfigError, ConflictError
from crm.services import contacts
from crm.services.contacts import ContactQuery
from crm.tui import settable, ui, words
from crm.tui.base import Page
from crm.tui.settable import Before, Item
from crm.tui.widgets.drawn import Drawn
from crm.tui.widgets.rows import Heading, Key, Rows
from crm.tui.widgets.settings_rows import Line, SettingsRows, line_details

ADD_CIRCLE = "add-circle"
Order = list[Key | Heading]


class Present(NamedTuple):
    """What the file says just now."""

    config: Config
    values: Mapping[str, Any]


class Settings(Page):
    """The list, and what is said about the line under the cursor."""

    HELP_TITLE = "Settings"
    HELP_TEXT = (
        "When reminders come and by what, and the rules of who is due. A change is saved at once and counts "
        "from then on, where the line does not say otherwise. Everything is in one file, which you can also "
        "write by hand; comments in it stay. u does not reach that far: p puts a setting back to what it was."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e", "change", "change"),
        Binding("p", "put_back", "put back"),
        Binding("d", "default", "default"),
        Binding("D", "remove", "remove"),
        Binding("escape", "back", "back"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._present: Present | None = None
        self._items: dict[Key, Item] = {}

    def body(self) -> ComposeResult:
        """A few lines of state, the list, and the details."""
        yield Drawn(id="settings-note")
        with Horizontal():
            yield SettingsRows(id="settings", classes="first")
            with VerticalScroll(id="settings-details", classes="beside", can_focus=False):
                yield Drawn()

    @property
    def rows(self) -> SettingsRows:
        """The list."""
        return self.query_one(SettingsRows)

    # Showing

    def load(self) -> None:
        """Read the file and what became of reminders."""
        self.start(self._load, group="settings")

    async def _load(self) -> None:
        try:
            present = await asyncio.to_thread(read_settings)
        except ConfigError as error:
            self._present = None
            self.rows.show((), {})
            self._note(error.message, error.hint or "", ui.TROUBLE)
            return
        self._present = present
        if not self.crm.banner and present.config.rules != self.store.rules:  # changed by hand meanwhile
            await self.crm.run_whole(Store.follow, present.config.rules)
        self._show(present)

    def _show(self, present: Present) -> None:
        order: Order = []
        lines: dict[Key, Line] = {}
        for title, items in self._sections(present):
            order += [Heading()] if order else []
            order.append(Heading(title))
            for item in items:
                self._items[item.path] = item
                lines[item.path] = self._item_line(item, present)
                order.append(item.path)
            if title == "CIRCLES":
                order.append(ADD_CIRCLE)
                lines[ADD_CIRCLE] = self._add_circle_line()
        self.rows.show(order, lines, self.rows.key)
        self._note(f"Saved as you change it, in {shown_path(paths.config_file())}", "", ui.FAINT)
        self.refresh_bindings()

    def _sections(self, present: Present) -> list[tuple[str, tuple[Item, ...]]]:
        return [
            ("REMINDERS", settable.reminders(self.crm.moment)),
            ("WHO IS DUE", settable.rules()),
            ("CIRCLES", tuple(settable.circle(name) for name in present.config.rules.circles)),
        ]

    def _item_line(self, item: Item, present: Present) -> Line:
        own = settable.at_path(present.values, item.path) is not None
        default = item.shown(default_config())
        facts = [("now", item.shown(present.config)), ("default", default)]
        before = self.crm.settings_before.get(kept_as(item.path))
        if before is not None:
            facts.append(("before", before.said))
        note = "Takes effect when you start the program again." if item.later else ""
        if item.path == ("time_zone",) and os.environ.get("CRM_TZ"):
            note = "CRM_TZ is set in the environment, and decides."
        return Line(
            item.title,
            item.shown(present.config),
            "" if own else ui.FAINT,
            item.about,
            facts=tuple(facts),
            note=note,
        )

    def _add_circle_line(self) -> Line:
        before = self.crm.settings_before.get(settable.CIRCLES)
        facts = (("before", before.said),) if before is not None else ()
        return Line("add a circle…", about="A further circle, with days of its own.", facts=facts)

    def _note(self, text: str, hint: str, role: str) -> None:
        def lines(width: int) -> list[ui.Shown]:
            said = [ui.label(piece, role) for piece in ui.wrapped(text, width, 3)]
            return [*said, *(ui.label(piece) for piece in ui.wrapped(hint, width, 3) if hint)]

        self.query_one("#settings-note", Drawn).show(lines)

    @on(Rows.Highlighted, "#settings")
    def highlighted(self) -> None:
        """Say more about the line under the cursor."""
        line = self.rows.row
        self.query_one("#settings-details Drawn", Drawn).show(
            None if line is None else partial(line_details, line)
        )
        self.query_one("#settings-details").scroll_home(animate=False)
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what can be done with the line under the cursor."""
        if not self.is_mounted or action not in ("change", "put_back", "default", "remove"):
            return super().check_action(action, parameters)
        key = self.rows.key
        if action == "put_back":
            return self._kept(key) in self.crm.settings_before
        if action == "default":
            return key in self._items and self._is_set(self._items[key].path)
        if action == "remove":
            return key in self._items and self._items[key].path[0] == "circles"
        return key is not None

    def _kept(self, key: Key) -> tuple[str, ...]:
        if key == ADD_CIRCLE:
            return settable.CIRCLES
        return kept_as(self._items[key].path) if key in self._items else ()

    def _is_set(self, path: tuple[str, ...]) -> bool:
        if self._present is None:
            return False
        where = settable.CIRCLES if path[0] == "circles" else path
        return settable.at_path(self._present.values, where) is not None

    # Changing

    @on(Rows.Chosen, "#settings")
    def action_change(self) -> None:
        """Ask for another value of what the cursor stands on."""
        key, present = self.rows.key, self._present
        if present is None or self._only_looking():
            return
        if key == ADD_CIRCLE:
            self._ask_circle(present)
        elif key in self._items:
            self._ask_item(self._items[key], present)

    def _ask_item(self, item: Item, present: Present) -> None:
        from crm.tui.screens.setting import ChangeSetting

        async def save(value: Any) -> None:
            circle = item.path[0] == "circles"
            changes = (
                settable.circles_with(present.config, present.values, item.path[1], value)
                if circle
                else {item.path: value}
            )
            if circle and value is None:
                raise ConfigError("say how many days", "such as 30; D removes the circle")
            await self._apply(kept_as(item.path), changes, item)

        default = item.shown(default_config())
        self.app.push_screen(ChangeSetting(item, item.typed(present.config), default, save))

    def _ask_circle(self, present: Present) -> None:
        from crm.tui.screens.setting import NewCircle

        async def save(typed: tuple[str, str]) -> None:
            name = typed[0].strip().casefold()
            if not name:
                raise ConfigError("name the circle", "such as family")
            if name in present.config.rules.circles:
                raise ConflictError(f"there is a circle {name!r} already", "choose another name")
            changes = settable.circles_with(
                present.config, present.values, name, settable.days(typed[1]) or "nothing"
            )
            await self._apply(settable.CIRCLES, changes, settable.circle(name))

        self.app.push_screen(NewCircle(save))

    def action_default(self) -> None:
        """Take a setting out of the file, so that the default counts."""
        item = self._items.get(self.rows.key)
        if item is None or self._only_looking():
            return
        path = settable.CIRCLES if item.path[0] == "circles" else item.path
        self.start(partial(self._apply, path, {path: None}, item), group="save", exclusive=False)

    def action_put_back(self) -> None:
        """Make a setting what it was before."""
        key, present = self.rows.key, self._present
        before = self.crm.settings_before.get(self._kept(key))
        if before is None or present is None or self._only_looking():
            return
        path = self._kept(key)
        changes = settable.back_to(present.values, path, before.value)
        self.start(partial(self._apply, path, changes, self._items.get(key)), group="save", exclusive=False)

    def action_remove(self) -> None:
        """Take a circle away."""
        item = self._items.get(self.rows.key)
        if item is not None and item.path[0] == "circles" and not self._only_looking():
            self.start(partial(self._ask_remove, item), group="remove")

    async def _ask_remove(self, item: Item) -> None:
        from crm.tui.screens.confirm import Confirm

        present = self._present
        name = item.path[1]
        inside = len(await self.read(contacts.list_ids, ContactQuery(circle=name, archived=None)))
        if present is None:
            return
        changes = settable.circles_with(present.config, present.values, name, None)

        def answered(yes: bool | None) -> None:
            if yes:
                self.start(partial(self._apply, settable.CIRCLES, changes, item), group="save")

        consequence = (
            f"{words.count(inside, 'contact')} in it go by their own cadence or your rhythm from then on. "
            "They stay in it all the same, and are back when a circle of this name is."
            if inside
            else "Nobody is in it."
        )
        self.app.push_screen(Confirm(f"Remove the circle {name}?", consequence), answered)

    async def _apply(self, path: tuple[str, ...], changes: Changes, item: Item | None) -> None:
        """Save some changes, and remember what was there."""
        before, after = await self.crm.run_whole(save_settings, path, changes)
        said = said_of(path, item)
        self.crm.settings_before[path] = Before(before[1], said(before[0]))
        value = said(after)
        later = "; it counts when you start the program again" if item is not None and item.later else ""
        title = "circles" if path == settable.CIRCLES or item is None else item.title
        self.say(f"Saved: {title} {value}{later}.   (p puts it back)")

    def _only_looking(self) -> bool:
        """Say that the demo changes nothing that is the user's."""
        if self.crm.banner:
            self.say("This is the demo: here you can look at your settings. q leaves the demo.")
        return bool(self.crm.banner)

    def action_back(self) -> None:
        """Go back."""
        self.dismiss()


def read_settings() -> Present:
    """Return what the file says; call it in a thread.

    Raises:
        ConfigError: it cannot be read, or makes no sense.

    """
    loaded = config.load()
    return Present(loaded, tomllib.loads(readable(paths.config_file()) or ""))


def save_settings(store: Store, path: tuple[str, ...], changes: Changes) -> tuple[tuple[Config, Any], Config]:
    """Save changes and go by them; call it in a thread.

    Returns:
        The configuration before with what the file said at `path`, and the configuration now.

    Raises:
        ConfigError: they make no sense; the file is as it was.
        DatabaseError: they are saved, and could not be followed.

    """
    before = read_settings()
    saved = config.save(changes)
    if saved.rules != store.rules:
        store.follow(saved.rules)
    return (before.config, settable.at_path(before.values, path)), saved


def kept_as(path: tuple[str, ...]) -> tuple[str, ...]:
    """Return the path under which the state before is remembered: circles belong together."""
    return settable.CIRCLES if path[0] == "circles" else path


def said_of(path: tuple[str, ...], item: Item | None) -> Callable[[Config], str]:
    """Return what says a setting's value, or all the circles."""
    if path != settable.CIRCLES and item is not None:
        return item.shown
    return lambda config: ", ".join(f"{name} {days}" for name, days in config.rules.circles.items())


def default_config() -> Config:
    """Return what counts where nothing is set."""
    return Config(Rules(zone=clock.zone()))


def shown_path(file: Path) -> str:
    """Return a path with the home folder as ~."""
    try:
        return f"~/{file.relative_to(Path.home()).as_posix()}"
    except (ValueError, RuntimeError):
        return str(file)
