"""The parts of the Settings screen whose lines are single settings, and the circles."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from crm.config import Changes, Config
from crm.domain.errors import ConfigError, ConflictError
from crm.services import contacts
from crm.services.contacts import ContactQuery
from crm.tui import ui, words
from crm.tui.settings import items
from crm.tui.settings.items import Item
from crm.tui.settings.keeping import Path, Present, at_path, back_to, default_config
from crm.tui.settings.part import Offers, Part
from crm.tui.widgets.rows import Key
from crm.tui.widgets.settings_rows import Line

if TYPE_CHECKING:
    from crm.tui.screens.settings import Settings

ADD_CIRCLE = "add-circle"


class Plain(Part):
    """Settings that stand alone; the keys of the lines are their paths."""

    def __init__(self, page: Settings, title: str, make: Callable[[], Sequence[Item]]) -> None:
        super().__init__(page)
        self.title = title
        self._make = make

    def lines(self, present: Present) -> Iterator[tuple[Key, Line]]:
        """Yield a line for each."""
        for item in self._make():
            own = at_path(present.values, item.path) is not None
            note = "Takes effect when you start the program again." if item.later else ""
            if item.path == ("time_zone",) and os.environ.get("CRM_TZ"):
                note = "CRM_TZ is set in the environment, and decides."
            health = self.page.health
            if item.path == ("remind", "at") and health is not None and health.timer is not None:
                note = "The timer runs once an hour. For another minute than it has, set it up again, below."
            yield item.path, item_line(item, present.config, own, self._said_before(item.path), note)

    def _said_before(self, path: Path) -> str | None:
        before = self.before(path)
        return None if before is None else before.said

    def offers(self, key: Key, present: Present) -> Offers:
        """Change it, and go back to what it was or to the default."""
        item = next(one for one in self._make() if one.path == key)
        offers: dict[str, Callable[[], None]] = {"change": partial(self._ask, item, present)}
        before = self.before(item.path)
        if before is not None:
            offers["put_back"] = partial(self._set, item, back_to(present.values, item.path, before.value))
        if at_path(present.values, item.path) is not None:
            offers["default"] = partial(self._set, item, {item.path: None})
        return offers

    def _ask(self, item: Item, present: Present) -> None:
        from crm.tui.screens.setting import ChangeSetting

        async def save(value: Any) -> None:
            await self._save(item, {item.path: value})

        default = item.shown(default_config())
        self.page.app.push_screen(ChangeSetting(item, item.typed(present.config), default, save))

    def _set(self, item: Item, changes: Changes) -> None:
        self.page.start(partial(self._save, item, changes), group="save", exclusive=False)

    async def _save(self, item: Item, changes: Changes) -> None:
        await self.apply(item.path, changes, item.title, item.shown, later=item.later)


class Looks(Plain):
    """How the program looks; other colours are painted as soon as they are saved."""

    def __init__(self, page: Settings) -> None:
        super().__init__(page, "THE SCREEN", lambda: items.looks(page.app.theme))

    async def _save(self, item: Item, changes: Changes) -> None:
        await super()._save(item, changes)
        self.page.crm.show_theme(changes[item.path] or default_config().theme)


class Circles(Part):
    """The circles with their days; a table of them replaces the usual ones, so they are kept together."""

    title = "CIRCLES"

    def lines(self, present: Present) -> Iterator[tuple[Key, Line]]:
        """Yield a line for each, and one for another."""
        own = at_path(present.values, items.CIRCLES) is not None
        before = self.before(items.CIRCLES)
        said = None if before is None else before.said
        for name in present.config.rules.circles:
            yield (*items.CIRCLES, name), item_line(items.circle(name), present.config, own, said)
        yield (
            ADD_CIRCLE,
            Line("add a circle…", about="A further circle, with days of its own.", facts=_was(said)),
        )

    def offers(self, key: Key, present: Present) -> Offers:
        """Change one, take one away or make one; go back to what all were or to the usual ones."""
        offers: dict[str, Callable[[], None]] = {}
        if isinstance(key, tuple):
            offers["change"] = partial(self._ask, key[1], present)
            offers["remove"] = partial(self._ask_remove, key[1], present)
        else:
            offers["add"] = partial(self._ask_new, present)
        before = self.before(items.CIRCLES)
        if before is not None:
            offers["put_back"] = partial(self._set, back_to(present.values, items.CIRCLES, before.value))
        if at_path(present.values, items.CIRCLES) is not None:
            offers["default"] = partial(self._set, {items.CIRCLES: None})
        return offers

    def _ask(self, name: str, present: Present) -> None:
        from crm.tui.screens.setting import ChangeSetting

        async def save(value: Any) -> None:
            if value is None:
                raise ConfigError("say how many days", "such as 30; D removes the circle")
            await self._save(items.circles_with(present.config, present.values, name, value))

        item = items.circle(name)
        default = item.shown(default_config())
        self.page.app.push_screen(ChangeSetting(item, item.typed(present.config), default, save))

    def _ask_new(self, present: Present) -> None:
        from crm.tui.screens.setting import NewCircle

        async def save(typed: tuple[str, str]) -> None:
            name = typed[0].casefold()
            if not name:
                raise ConfigError("name the circle", "such as family")
            if name in present.config.rules.circles:
                raise ConflictError(f"there is a circle {name!r} already", "choose another name")
            days = items.days(typed[1])
            if days is None:
                raise ConfigError("say how many days", "such as 30")
            await self._save(items.circles_with(present.config, present.values, name, days))

        self.page.app.push_screen(NewCircle(save))

    def _ask_remove(self, name: str, present: Present) -> None:
        self.page.start(partial(self._count_and_ask, name, present), group="remove")

    async def _count_and_ask(self, name: str, present: Present) -> None:
        from crm.tui.screens.confirm import Confirm

        inside = len(await self.page.read(contacts.list_ids, ContactQuery(circle=name, archived=None)))

        def answered(yes: bool | None) -> None:
            if yes:
                self._set(items.circles_with(present.config, present.values, name, None))

        consequence = "Nobody is in it."
        if inside:
            goes = "goes by a cadence of its own" if inside == 1 else "go by cadences of their own"
            consequence = (
                f"{words.count(inside, 'contact')} in it {goes}, or by your rhythm, from then on. The circle"
                " stays noted with them, and counts again when there is one of this name."
            )
        self.page.app.push_screen(Confirm(f"Remove the circle {name}?", consequence), answered)

    def _set(self, changes: Changes) -> None:
        self.page.start(partial(self._save, changes), group="save", exclusive=False)

    async def _save(self, changes: Changes) -> None:
        await self.apply(items.CIRCLES, changes, "circles", all_circles)


def all_circles(config: Config) -> str:
    """Say all circles: "inner 14, close 30"."""
    return ", ".join(f"{name} {days}" for name, days in config.rules.circles.items())


def item_line(item: Item, config: Config, own: bool, before: str | None, note: str = "") -> Line:
    """Return the line of a setting."""
    facts = (("now", item.shown(config)), ("default", item.shown(default_config())), *_was(before))
    role = "" if own else ui.FAINT
    return Line(item.title, item.shown(config), role, item.about, facts=facts, note=note)


def _was(before: str | None) -> tuple[tuple[str, str], ...]:
    return () if before is None else (("before", before),)
