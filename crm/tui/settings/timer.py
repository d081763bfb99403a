"""The part of the Settings screen about what runs crm by the clock: whether it is there; setting it up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from crm.config import Config
from crm.db.store import Store
from crm.services import health, timing
from crm.timers.protocol import Machine, Plan, State, Timer
from crm.tui import ui
from crm.tui.settings.keeping import Present, aside
from crm.tui.settings.part import Offers, Part
from crm.tui.widgets.rows import Key
from crm.tui.widgets.settings_rows import Line

if TYPE_CHECKING:
    from crm.tui.screens.settings import Settings

KEY = "timer"
ABOUT = (
    "Runs crm every hour, in the background, without a window: it sends the day's reminder when it is time,"
    " and tries again what failed."
)

INACTIVE = "The timer is set up, but the system does not run it."


class Standing(NamedTuple):
    """What the system says."""

    timer: type[Timer] | None
    state: State | None


class Prepared(NamedTuple):
    """A plan, with what is needed to carry it out."""

    machine: Machine
    timer: type[Timer]
    plan: Plan


class TimerPart(Part):
    """One line."""

    title = "TIMER"

    def __init__(self, page: Settings) -> None:
        super().__init__(page)
        self._standing: Standing | None = None

    async def load_slowly(self) -> bool:
        """Ask the system, once: that starts other programs."""
        if self._standing is not None:
            return False
        self._standing = await aside(standing)
        return True

    def lines(self, present: Present) -> Iterator[tuple[Key, Line]]:  # noqa: ARG002
        """Yield the line."""
        standing = self._standing
        if standing is None:
            yield KEY, Line("timer", "looking…", ui.FAINT, ABOUT)
        elif standing.timer is None or standing.state is None:
            yield KEY, Line("timer", "not set up", ui.FAINT, ABOUT, facts=tuple(self._facts()))
        else:
            yield KEY, self._line(standing.timer, standing.state)

    def _line(self, timer: type[Timer], state: State) -> Line:
        facts = (("by", timer.title), ("state", state.detail), *self._facts())
        if not state.active:
            hint = "i sets it up again."
            return Line("timer", "does not run", ui.TROUBLE, ABOUT, INACTIVE, hint, facts)
        view = self.page.health
        if view is not None and not view.here:
            note = "It reminds of another database than this one. i makes it remind of this one."
            return Line("timer", "elsewhere", "", ABOUT, facts=facts, note=note)
        ran = view.ran_at if view else None
        return Line("timer", f"ran {self.when(ran)}" if ran else "has not run yet", "", ABOUT, facts=facts)

    def _facts(self) -> Iterator[tuple[str, str]]:
        view = self.page.health
        if view is None:
            return
        yield "last ran", self.when(view.ran_at) if view.ran_at else "never"
        if view.next_at is not None and view.here and view.timer is not None:
            soon = view.next_at <= self.page.crm.moment
            yield "next", "when it runs" if soon else f"a reminder may come {self.when(view.next_at)}"
        if view.timer is not None:
            yield "set up", self.when(view.timer.at)
            yield "database", view.timer.database

    def troubles(self, present: Present) -> Iterator[tuple[str, str]]:
        """Yield why no reminder comes, as far as only the system knows."""
        standing = self._standing
        wanted = any(told.enabled for told in present.config.notifiers)
        if wanted and standing is not None and standing.state is not None and not standing.state.active:
            yield INACTIVE, "Set it up again, below."

    # Doing

    def offers(self, key: Key, present: Present) -> Offers:  # noqa: ARG002
        """Set it up, or take it away."""
        if self._standing is None:
            return {}
        offers: dict[str, Callable[[], None]] = {
            "set_up": partial(self.page.start, partial(self._ask_install, present), "timer")
        }
        if self._standing.state is not None:
            offers["remove"] = partial(self.page.start, self._ask_remove, "timer")
        return offers

    async def _ask_install(self, present: Present) -> None:
        from crm.tui.screens.plan import ShowPlan

        store = self.page.store
        prepared = await aside(partial(prepare, store, present.config))

        def answered(yes: bool | None) -> None:
            if yes:
                self.page.start(partial(self._install, prepared), "timer", exclusive=False)

        about = f"By {prepared.timer.title}. Exactly this is done:"
        self.page.app.push_screen(ShowPlan("Set up the timer?", about, prepared.plan), answered)

    async def _install(self, prepared: Prepared) -> None:
        store = self.page.store
        machine, timer, plan = prepared
        self.page.say("Setting up the timer…")
        database = health.name_of_store(store)
        await self._carried(partial(timing.install, machine, timer, plan, database, store.now()))
        self.page.say(f"The timer is set up: {timer.title}.")

    async def _ask_remove(self) -> None:
        from crm.tui.screens.plan import ShowPlan

        machine, plan = await aside(prepare_removal)

        def answered(yes: bool | None) -> None:
            if yes:
                work = partial(self._carried, partial(timing.uninstall, machine, plan))
                self.page.start(work, "timer", exclusive=False)

        about = "No reminder is sent any more then; Today stays as it is. Exactly this is done:"
        self.page.app.push_screen(ShowPlan("Take the timer away?", about, plan), answered)

    async def _carried(self, carry_out: Callable[[], None]) -> None:
        """Carry something out, and look again how the timer stands."""
        try:
            await aside(carry_out)
        finally:
            self._standing = None
            self.page.freshen(force=True)


def standing() -> Standing:
    """Ask the system; call it in a thread."""
    found = timing.state(timing.this_machine())
    return Standing(None, None) if found is None else Standing(*found)


def prepare(store: Store, present: Config) -> Prepared:
    """Return the plan for the database that is open; call it in a thread.

    Raises:
        CrmError: there is no timer here, or this crm cannot be run by one.

    """
    machine = timing.this_machine()
    job = timing.job(machine, named(store, present), present.schedule.at.minute)
    timer = timing.choose(machine)
    return Prepared(machine, timer, timing.install_plan(machine, timer, job))


def prepare_removal() -> tuple[Machine, Plan]:
    """Return the plan to take it away; call it in a thread."""
    machine = timing.this_machine()
    return machine, timing.uninstall_plan(machine)


def named(store: Store, present: Config) -> str | Path | None:
    """Return how to name a database to another crm; None where it finds it by itself."""
    if health.name_of_store(store) == health.usual_database(present):
        return None
    return store.path or store.url
