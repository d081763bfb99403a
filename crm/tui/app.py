"""The terminal UI: one app around one open store. It stays small; every screen owns its own logic.

`run` is what the command line calls. Screens are imported when they are first shown, because the first
list must be painted before anybody notices that a program started.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar, Concatenate, ParamSpec, TypeVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.filter import LineFilter
from textual.screen import Screen

from crm import config, crash
from crm.config.looks import THEMES
from crm.db.store import Store, Work
from crm.domain.errors import ConfigError, CrmError
from crm.services import backups
from crm.tui import themes
from crm.tui.barrier import OutputBarrier
from crm.tui.base import Asking, Page
from crm.tui.coloured import Coloured
from crm.tui.suspending import Suspending
from crm.tui.typeahead import TypeAhead, stop_reading
from crm.tui.warming import warm

_DAY_CHECK = 60
"""Seconds between two looks at the calendar."""
Args = ParamSpec("Args")
Result = TypeVar("Result")


def _screen(module: str, name: str) -> Callable[[], Screen[Any]]:
    """Return a maker of a screen whose module is imported when it is needed."""

    def make() -> Screen[Any]:
        made: Screen[Any] = getattr(import_module(f"crm.tui.screens.{module}"), name)()
        return made

    return make


class CrmApp(Asking, Coloured, TypeAhead, Suspending):
    """The app: places, keys that work everywhere, writes one after the other, and a clean end."""

    CSS_PATH = Path(__file__).parent / "app.tcss"
    TITLE = "crm"
    MODES: ClassVar[dict[str, str | Callable[[], Screen[Any]]]] = {
        "today": _screen("today", "Today"),
        "people": _screen("people", "People"),
        "matches": _screen("matches", "Matches"),
        "mirror": _screen("mirror", "Mirror"),
        "import": _screen("importing", "Import"),
    }
    DEFAULT_MODE = "today"
    COMMANDS: ClassVar[set[Any]] = {lambda: import_module("crm.tui.palette").Commands}
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "go('today')", "Today", show=False),
        Binding("2", "go('people')", "People", show=False),
        Binding("3", "go('matches')", "Matches", show=False),
        Binding("4", "go('mirror')", "Mirror", show=False),
        Binding("5", "go('import')", "Import", show=False),
        Binding("slash", "search", "search everywhere", show=False, key_display="/"),
        # also while typing, where it would otherwise delete a word
        Binding("ctrl+f", "search", "search everywhere", show=False, priority=True),
        Binding("question_mark", "keys", "the keys of this place", show=False, key_display="?"),
        Binding("f1", "keys", "the keys of this place", show=False),
        Binding("a", "add", "add a person", show=False),
        Binding("u", "undo", "undo the last change", show=False),
        Binding("H", "history", "what can be taken back", show=False),
        Binding("comma", "settings", "settings", show=False, key_display=","),
        Binding("ctrl+t", "theme", "other colours", show=False),
        Binding("ctrl+z", "suspend_process", "to the shell, until fg", show=False),
        Binding("q", "leave", "quit", show=False),
        Binding("ctrl+q", "leave", "quit", show=False, priority=True),
    ]

    def __init__(self, store: Store, banner: str = "", theme: str = THEMES[0]) -> None:
        super().__init__()
        self._store = store
        self.banner = banner
        """A word for the top bar: "demo"."""
        store.waiting = self._waits
        self.moment = store.now()
        """When the store was last asked; what "2 days ago" is reckoned from."""
        self.version = 0
        """Goes up with every change, so that other pages know they are out of date."""
        self.unsaved: list[str] = []
        """Texts that could not be saved when the program ended; `run` prints them."""
        self.drafts: list[Path] = []
        """What was kept of texts in dialogs when the program ended; `run` says where."""
        self.demo: Store | None = None
        """The demo that the user asked to see; `run` shows it next and closes it."""
        self.settings_before: dict[tuple[str, ...], Any] = {}
        """What settings were before they were changed in this session, to be put back."""
        self._writing = asyncio.Lock()
        self.warms = False
        """Whether to load beforehand what may be needed; `run` wants it, a test does not."""
        self._greeted = False
        self._barrier = OutputBarrier()
        self.begin_with(theme)

    @property
    def store(self) -> Store:
        """The open database."""
        return self._store

    # Asking the store

    async def run_read(
        self, service: Callable[Concatenate[Work, Args], Result], *args: Args.args, **kwargs: Args.kwargs
    ) -> Result:
        """Run a service function that reads, in a thread."""

        def timed(work: Work) -> tuple[Any, Result]:
            return work.now, service(work, *args, **kwargs)

        before = self.moment
        self.moment, answer = await asyncio.to_thread(self._store.read, timed)
        if self._store.rules.day_of(before) != self._store.rules.day_of(self.moment):
            self.screen.query("TopBar").refresh()
        return answer

    async def run_write(
        self, service: Callable[Concatenate[Work, Args], Result], *args: Args.args, **kwargs: Args.kwargs
    ) -> Result:
        """Run a service function that writes, in a thread, and bring the page up to date.

        Writes happen one after the other, and are finished even when the screen that asked is gone.
        """

        def called(store: Store) -> Result:
            return store.write(lambda work: service(work, *args, **kwargs))

        return await self.run_whole(called)

    async def run_whole(
        self, function: Callable[Concatenate[Store, Args], Result], *args: Args.args, **kwargs: Args.kwargs
    ) -> Result:
        """Run what needs the whole store, in a thread, with the promises of `run_write`."""

        async def finish() -> Result:
            async with self._writing:
                answer = await asyncio.to_thread(function, self._store, *args, **kwargs)
            self.changed()
            return answer

        task = asyncio.create_task(finish())
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            task.add_done_callback(self._finished_alone)
            raise

    def _waits(self) -> None:
        """Say, from the thread that writes, that another program is writing."""
        # only what does not wait: the app's own thread may be the one that writes, because the program ends
        self.say("waiting for another program that writes to the database ...")

    def _finished_alone(self, task: asyncio.Task[Any]) -> None:
        """Say what became of a write whose screen is gone."""
        if not task.cancelled() and (error := task.exception()) is not None:
            self.failed(error)

    def changed(self) -> None:
        """Say that the data changed: the page on top loads again now, the others when they are shown."""
        self.version += 1
        if isinstance(self.screen, Page):
            self.screen.freshen()

    # Places and keys

    def action_go(self, mode: str) -> None:
        """Go to one of the places; from inside of one, back to its beginning."""
        if isinstance(self.screen, Page):
            if self.screen.busy:
                self.say(self.screen.busy)
                return
            while len(self.screen_stack) > 1:
                if isinstance(self.screen, Page):
                    self.screen.leave_page()
                self.pop_screen()
            self.switch_mode(mode)

    def action_search(self) -> None:
        """Open the search."""
        from crm.tui.screens.search import Search

        if isinstance(self.screen, Page) and not isinstance(self.screen, Search):
            self.push_screen(Search())

    def action_keys(self) -> None:
        """Show the keys of the page on top."""
        from crm.tui.screens.help import Keys

        if isinstance(self.screen, Page):
            self.push_screen(Keys(self.screen))

    def action_add(self) -> None:
        """Ask for a new contact."""
        from crm.tui.screens.add import Add

        if isinstance(self.screen, Page):
            self.push_screen(Add(), self._added)

    def _added(self, contact: int | None) -> None:
        if contact is not None:
            self.show_contact(contact)

    def show_contact(self, contact: int) -> None:
        """Open a contact above the present page."""
        from crm.tui.screens.contact import Contact

        self.push_screen(Contact(contact))

    def action_undo(self) -> None:
        """Take the last change back."""
        if isinstance(self.screen, Page):
            self.start(self._undo, group="undo", exclusive=False)

    async def _undo(self) -> None:
        from crm.services import undoing

        taken = await self.run_write(undoing.undo)
        self.say(f"Taken back: {taken.what}")

    def action_history(self) -> None:
        """Show what can be taken back."""
        from crm.tui.screens.history import History

        if isinstance(self.screen, Page) and not isinstance(self.screen, History):
            self.push_screen(History())

    def action_triage(self) -> None:
        """Go through the people there was most talk with."""
        from crm.tui.screens.triage import Triage

        if isinstance(self.screen, Page) and not isinstance(self.screen, Triage):
            self.push_screen(Triage())

    def action_go_through(self) -> None:
        """Go through Today, one person at a time."""
        from crm.tui.screens.focus import Focus, begin

        if isinstance(self.screen, Page) and not isinstance(self.screen, Focus):
            self.start(partial(begin, self), group="focus")

    def action_coverage(self) -> None:
        """Show what the imports cover."""
        from crm.tui.screens.coverage import Coverage

        if isinstance(self.screen, Page) and not isinstance(self.screen, Coverage):
            self.push_screen(Coverage())

    def action_settings(self) -> None:
        """Show the settings: reminders, notifiers, the timer."""
        from crm.tui.screens.settings import Settings

        if isinstance(self.screen, Page) and not isinstance(self.screen, Settings):
            self.push_screen(Settings())

    def get_key_display(self, binding: Binding) -> str:
        """Return what a key is called on the screen: "enter" as in the hints of dialogs, no sign for it."""
        return "enter" if binding.key == "enter" else super().get_key_display(binding)

    # Colours

    def action_theme(self) -> None:
        """Take the next of our themes, and remember it."""
        if self.choose_theme(themes.after(self.theme)):
            self.say(f"Colours: {self.theme}. The palette (ctrl+p) has more.")

    def choose_theme(self, name: str) -> bool:
        """Take a theme and remember it in the configuration file; the demo writes nobody's file."""
        if self.no_color:
            self.say("NO_COLOR is set in the environment, so there are no colours to choose.")
            return False
        self.show_theme(name)
        if not self.banner:
            self.start(partial(self._keep_theme, name), group="theme", exclusive=False)
        return True

    async def _keep_theme(self, name: str) -> None:
        async with self._writing:
            if name == self.theme:  # of several quick changes, the last is written
                await asyncio.to_thread(config.save, {("theme",): name})
        if isinstance(self.screen, Page):
            self.screen.settings_saved()

    def action_help_quit(self) -> None:
        """Answer ctrl+c, which is for copying."""
        self.say("q quits, ctrl+q also while you are typing.")

    def action_leave(self) -> None:
        """Save what is unsaved and quit."""
        self.leave(0)

    def show_demo(self) -> None:
        """Make the demo, and end this app so that `run` starts another one on it."""
        self.say("Making the demo…")
        self.start(self._demo, group="demo")

    async def _demo(self) -> None:
        from crm.services.demo import open_demo

        self.demo = await asyncio.to_thread(open_demo)
        self.keep_all()
        self.exit()

    # Ending

    def on_mount(self) -> None:
        """Put the terminal back when the window is closed or the program is told to end."""
        if sys.platform != "win32":
            loop = asyncio.get_running_loop()
            for number in (signal.SIGTERM, signal.SIGHUP):
                if signal.getsignal(number) is signal.SIG_IGN:  # `nohup` wants it so
                    continue
                loop.add_signal_handler(number, self.leave, 128 + number)
        self.heed_stops()
        self.set_interval(_DAY_CHECK, self._new_day)

    def greet(self) -> None:
        """Do, when the first page is painted, what is to be done once."""
        if not self.banner and not self._greeted:
            self.start(self._tell_of_drafts, group="drafts")
        if self.warms and not self._greeted:
            self.start(warm, group="warm")
        self._greeted = True

    async def _tell_of_drafts(self) -> None:
        """Say where the texts of dialogs are that were open when the program was last ended."""
        from crm.tui import parting

        await parting.tell(self)

    def on_app_focus(self) -> None:
        """Show what other programs changed while another window was in front."""
        self.changed()

    def _new_day(self) -> None:
        """Begin a new day although nobody pressed a key."""
        day = self._store.rules.day_of
        if day(self._store.now()) != day(self.moment):
            self.changed()
            self.start(self._back_up, group="backup")

    async def _back_up(self) -> None:
        """Make the backup of the day, also when the screen stays open over night."""
        await asyncio.to_thread(backups.daily, self._store)

    def leave(self, return_code: int) -> None:
        """Save what is unsaved and end."""
        self.keep_all()
        self.exit(return_code=return_code)

    def keep_all(self) -> None:
        """Save unsaved text of every page and dialog, now; what cannot be saved is printed at the end."""
        from crm.tui import parting

        screens = [screen for stack in self._screen_stacks.values() for screen in stack]
        parting.keep_dialogs(self, screens)
        for screen in screens:
            if isinstance(screen, Page):
                screen.keep()

    def keep_text(self, service: Callable[[Work], None], text: str) -> None:
        """Save a text at once, or remember it for `run` to print."""
        try:
            self._store.write(service)
        except CrmError:
            self.unsaved.append(text)

    def save_later(self, service: Callable[[Work], None], text: str) -> None:
        """Save a text whose page is gone; what cannot be saved is said, and printed at the end."""
        self.start(partial(self._save_later, service, text))

    async def _save_later(self, service: Callable[[Work], None], text: str) -> None:
        try:
            await self.run_write(service)
        except CrmError as error:
            self.unsaved.append(text)
            self.say(f"The notes could not be saved: {error.message}\nThey are printed when you quit.", True)

    # Safety

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Return Textual's filters and the barrier behind them."""
        return [*super().get_line_filters(), self._barrier]

    def _fatal_error(self) -> None:
        """End after a bug, without the local variables Textual would print: they are people's data.

        A private hook of Textual (8.2); a test pins it.
        """
        self.keep_all()
        error = self._exception or sys.exception()
        report = crash.report(error) if error is not None else "unknown"
        self._exit_renderables.append(Text(f"crm: error: a bug ended the program, sorry\n\n{report}"))
        self._close_messages_no_wait()


def run(store: Store, banner: str = "") -> int:
    """Run the terminal UI until the user leaves it; return the exit code.

    The caller has made sure that there is a terminal, and closes the store.

    Args:
        store: the open database.
        banner: a word for the top bar that says which one it is, where the store does not know: "demo".

    """
    banner = banner or store.banner
    while True:
        app = CrmApp(store, banner, _theme())
        app.warms = True
        app.run()
        stop_reading()
        code = app.return_code or 0
        if app.unsaved or app.drafts:
            from crm.tui import parting

            parting.say(app.unsaved, app.drafts)
        if app.demo is None:
            return code
        # Leaving the demo leads back to where it was asked for.
        try:
            code = code or run(app.demo, banner="demo")
        finally:
            app.demo.close()
        if code:
            return code


def _theme() -> str:
    """Return the theme that was chosen; the demo runs with a configuration that cannot be read, too."""
    try:
        return config.load().theme
    except ConfigError:
        return THEMES[0]
