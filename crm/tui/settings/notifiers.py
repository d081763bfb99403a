"""The part of the Settings screen about notifiers: how each fares, its settings, and a test."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from crm import config
from crm.config import Config, NotifierConfig
from crm.domain.errors import ConfigError, CrmError
from crm.services import channels, secrets
from crm.services.health import NotifierHealth
from crm.services.notifying import DeliveryView, Outcome
from crm.tui import ui, words
from crm.tui.settings import telling
from crm.tui.settings.keeping import Path, Present, aside, back_to
from crm.tui.settings.part import Offers, Part
from crm.tui.settings.telling import Wanted
from crm.tui.widgets.rows import Key
from crm.tui.widgets.settings_rows import Line

if TYPE_CHECKING:
    from crm.tui.screens.notifier import Kind
    from crm.tui.screens.settings import Settings

ADD = "add-notifier"
_LOOK = 4.0
"""Seconds to wait for the keyring before a dialog about a notifier opens."""
_SENDING = Outcome("", "sending")


class Notifiers(Part):
    """A line for each, and one for another."""

    title = "NOTIFIERS"

    def __init__(self, page: Settings) -> None:
        super().__init__(page)
        self._health: Mapping[str, NotifierHealth] = {}
        self._kinds: Mapping[str, Kind] = {}
        self._wrong: dict[str, ConfigError] = {}
        self._tests: dict[str, tuple[datetime, Outcome]] = {}

    async def load(self, present: Present) -> None:
        """See how the last deliveries went, and whether the settings make sense."""
        view = self.page.health
        self._health = {} if view is None else {one.name: one for one in view.notifiers}
        self._kinds, self._wrong = await asyncio.to_thread(looked_at, present.config)

    def lines(self, present: Present) -> Iterator[tuple[Key, Line]]:
        """Yield the lines."""
        for told in present.config.notifiers:
            yield (path_of(told.name), self._line(told))
        about = "A further way of being told: on this desktop, by mail, on your telephone, ..."
        if not present.config.notifiers:
            about = f"Nothing tells you yet but Today itself. {about}"
        yield ADD, Line("add a notifier…", about=about)

    def _line(self, told: NotifierConfig) -> Line:
        kind = self._kinds.get(told.name)
        health = self._health.get(told.name)
        delivery = health.last if health else None
        wrong = self._wrong.get(told.name)
        value, role = self._state(told, delivery)
        trouble, hint = (wrong.message, wrong.hint or "") if wrong else self._failure(told, delivery)
        return Line(
            told.name,
            value,
            role,
            kind.about if kind else "",
            trouble,
            hint,
            tuple(self._facts(told, kind, health)),
            "Secrets that were in the keyring are not put back." if self._lost(told) else "",
        )

    def _lost(self, told: NotifierConfig) -> bool:
        return self.before(path_of(told.name)) is not None and bool(telling.in_keyring(told))

    def _state(self, told: NotifierConfig, delivery: DeliveryView | None) -> tuple[str, str]:
        _, tested = self._tests.get(told.name, (None, None))
        if tested is _SENDING:
            return "sending a test…", ui.ACCENT
        if told.name in self._wrong:
            return "makes no sense", ui.TROUBLE
        if tested is not None and tested.state == "failed":
            return "the test failed", ui.TROUBLE
        if not told.enabled:
            return "off", ui.FAINT
        if delivery is None:
            return "nothing sent yet", ui.FAINT
        if delivery.state == "failed":
            again = delivery.next_try
            later = again if again is not None and again > self.page.crm.moment else None
            return (f"failed, next {self.clock(later)}" if later else "failed"), ui.TROUBLE
        if delivery.state == "sending":
            return "being sent", ""
        return f"sent {self.when(delivery.sent_at)}" if delivery.sent_at else "sent", ""

    def _failure(self, told: NotifierConfig, delivery: DeliveryView | None) -> tuple[str, str]:
        tested = self._tests.get(told.name)
        if tested is not None and tested[1].state == "failed":
            return tested[1].error or "", tested[1].hint or ""
        if told.enabled and delivery is not None and delivery.state == "failed":
            return delivery.error or "it failed", "t sends a test, which says more."
        return "", ""

    def _facts(
        self, told: NotifierConfig, kind: Kind | None, health: NotifierHealth | None
    ) -> Iterator[tuple[str, str]]:
        from crm.tui.screens.notifier import PRIVACY

        yield "kind", kind.title if kind else told.kind
        yield "may show", PRIVACY[channels.privacy_of(told)]
        for setting in kind.settings if kind else ():
            if setting.secret:
                if telling.way_of(setting, told.settings):
                    yield setting.name, telling.kept_words(setting, told.settings)
            elif setting.name in told.settings:
                yield setting.name.replace("_", " "), telling.typed_of(told.settings[setting.name])
        if health is not None and health.delivered_at is not None:
            yield "delivered", self.when(health.delivered_at)
        if health is not None and health.failing_since is not None:
            yield "fails since", words.calendar_day(health.failing_since)
        last = health.last if health else None
        if last is not None and last.state == "failed":
            yield "tried", f"{words.count(last.tries, 'time')} on {words.calendar_day(last.day)}"
        tested = self._tests.get(told.name)
        if tested is not None and tested[1] is not _SENDING:
            what = "sent" if tested[1].state == "sent" else "failed"
            yield "test", f"{what} at {self.clock(tested[0])}"
        before = self.before(path_of(told.name))
        if before is not None:
            yield "before", before.said

    def troubles(self, present: Present) -> Iterator[tuple[str, str]]:
        """Yield the notifiers whose settings make no sense; of failures the health of reminders speaks."""
        for told in present.config.notifiers:
            wrong = self._wrong.get(told.name)
            if told.enabled and wrong is not None:
                yield wrong.message, wrong.hint or ""

    # Doing

    def offers(self, key: Key, present: Present) -> Offers:
        """Settings, a test, on and off, away; or another one."""
        if key == ADD:
            return {"add": partial(self._start, self._ask_kind, present)}
        assert isinstance(key, tuple)
        told = present.config.notifier(key[1])
        if told is None:
            return {}
        offers: dict[str, Callable[[], None]] = {}
        if told.name in self._kinds:
            offers["change"] = partial(self._start, self._ask, present, self._kinds[told.name], told)
        offers["test"] = partial(self._start, self._test, present.config, told.name)
        offers["switch"] = partial(self._start, self._switch, told)
        offers["remove"] = partial(self._ask_remove, told)
        before = self.before(path_of(told.name))
        if before is not None and before.value is not None:
            changes = back_to(present.values, path_of(told.name), before.value)
            offers["put_back"] = partial(self._start, self._save, told.name, changes)
        return offers

    def _start(self, work: Callable[..., object], *arguments: object) -> None:
        self.page.start(partial(work, *arguments))  # type: ignore[arg-type]

    async def _ask_kind(self, present: Present) -> None:
        from crm.tui.screens.notifier import ChooseKind

        kinds = await asyncio.to_thread(channels.kinds)

        def answered(kind: str | None) -> None:
            chosen = next((one for one in kinds if one.kind == kind), None)
            if chosen is not None:
                self._start(self._ask, present, chosen, None)

        self.page.app.push_screen(ChooseKind(kinds), answered)

    async def _ask(self, present: Present, kind: Kind, told: NotifierConfig | None) -> None:
        from crm.tui.screens.notifier import EditNotifier

        problem = None
        if any(setting.secret for setting in kind.settings):
            problem = await aside(partial(secrets.keyring_problem, timeout=_LOOK))
        taken = {one.name for one in present.config.notifiers}

        async def save(wanted: Wanted) -> None:
            if told is None:
                self.page.next_key = path_of(wanted.told.name)
            await self._keep(wanted, told)
            if told is None:
                self.page.say(f"t sends a test through {wanted.told.name}.")

        self.page.app.push_screen(EditNotifier(kind, told, taken, problem, save))

    async def _keep(self, wanted: Wanted, before: NotifierConfig | None) -> None:
        """Put new secrets into the keyring, save the settings, and take secrets away that are not used."""
        name = wanted.told.name
        had = set(telling.in_keyring(before)) if before else set()
        fresh = []
        try:
            for setting, secret in wanted.keyring.items():
                await aside(partial(secrets.store, name, setting, secret))
                fresh.append(setting)
            await self._save(name, config.for_notifier(wanted.told, before))
        except CrmError:
            for setting in set(fresh) - had:
                with suppress(CrmError):
                    await aside(partial(secrets.forget, name, setting))
            raise
        self._tests.pop(name, None)
        await self._forget(name, had - set(telling.in_keyring(wanted.told)))

    async def _forget(self, name: str, settings: set[str]) -> None:
        for setting in sorted(settings):
            try:
                await aside(partial(secrets.forget, name, setting))
            except CrmError as error:
                self.page.say(f"The {setting} of {name} is still in the keyring: {error.message}", True)

    async def _switch(self, told: NotifierConfig) -> None:
        other = replace(told, enabled=not told.enabled)
        await self._save(told.name, {(*path_of(told.name), "enabled"): None if other.enabled else False})

    async def _save(self, name: str, changes: config.Changes) -> None:
        await self.apply(path_of(name), changes, name, partial(said_of, name))

    def _ask_remove(self, told: NotifierConfig) -> None:
        from crm.tui.screens.confirm import Confirm

        kept = telling.in_keyring(told)
        consequence = "Its settings are taken out of the file."
        if kept:
            consequence += f" Its {' and '.join(kept)} goes out of the keyring."

        def answered(yes: bool | None) -> None:
            if yes:
                self._start(self._remove, told, set(kept))

        self.page.app.push_screen(Confirm(f"Remove the notifier {told.name}?", consequence), answered)

    async def _remove(self, told: NotifierConfig, kept: set[str]) -> None:
        await self._save(told.name, {path_of(told.name): None})
        self.page.crm.settings_before.pop(path_of(told.name), None)
        await self._forget(told.name, kept)

    async def _test(self, present: Config, name: str) -> None:
        """Send a test in a thread that may be left behind, and say what became of it."""
        if name in self._tests and self._tests[name][1] is _SENDING:
            return
        self._tests[name] = (self.page.crm.moment, _SENDING)
        self.page.freshen(force=True)
        outcome = Outcome(name, "failed", "it was given up")
        try:
            outcome = await aside(partial(channels.test, self.page.store, present, name))
        finally:
            self._tests[name] = (self.page.store.now(), outcome)
        if outcome.state == "sent":
            self.page.say(f"{name}: the test was sent. See whether it arrived.")
        else:
            self.page.say("\n".join(filter(None, (f"{name}: {outcome.error}", outcome.hint))), trouble=True)
        self.page.freshen(force=True)


def path_of(name: str) -> Path:
    """Return where a notifier stands in the file."""
    return ("notifiers", name)


def said_of(name: str, present: Config) -> str:
    """Say in a few words what a notifier is set to."""
    from crm.tui.screens.notifier import PRIVACY

    told = present.notifier(name)
    if told is None:
        return "is gone"
    return f"{'on' if told.enabled else 'off'}, {PRIVACY[channels.privacy_of(told)]}"


def looked_at(present: Config) -> tuple[dict[str, Kind], dict[str, ConfigError]]:
    """Return the kinds of the notifiers, and what is wrong with their settings; call it in a thread."""
    kinds: dict[str, Kind] = {}
    wrong: dict[str, ConfigError] = {}
    for told in present.notifiers:
        try:
            kinds[told.name] = channels.kind_of(told)
            channels.check(told)
        except ConfigError as error:
            wrong[told.name] = error
    return kinds, wrong
