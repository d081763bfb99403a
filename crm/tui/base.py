"""What all screens share: asking the store from threads, and what happens when something goes wrong.

Widgets never call the store and threads never touch a widget: a screen awaits `read` or `write` inside a
worker, the call runs in a thread, and the answer arrives back on the screen's own loop. A worker that was
cancelled meanwhile (the screen is gone, a newer question was asked) never gets its answer.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Concatenate, Generic, ParamSpec, TypeAlias, TypeVar, cast

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen, Screen
from textual.widget import Widget
from textual.widgets import Static
from textual.worker import Worker, WorkerState

from crm.db.store import Store, Work
from crm.domain.errors import CrmError
from crm.domain.text import clean
from crm.tui import ui
from crm.tui.widgets.keybar import KeyBar
from crm.tui.widgets.topbar import TopBar

if TYPE_CHECKING:
    from textual.dom import DOMNode as _Node

    from crm.tui.app import CrmApp
else:
    # Textual takes styles from the first base that is a node; the mixin must not be one.
    _Node = object

Args = ParamSpec("Args")
Result = TypeVar("Result")
Task: TypeAlias = Callable[[], Coroutine[Any, Any, Any]]

WIDTHS = [(0, "-tiny"), (60, "-narrow"), (100, "-wide")]
HEIGHTS = [(0, "-low"), (24, "-normal"), (30, "-tall")]
"""From how many columns and lines on a screen has which class in `app.tcss`."""


class Asking(_Node):
    """For screens and the app: run service functions, and survive what they raise."""

    @property
    def crm(self) -> CrmApp:
        """The app, with its store."""
        return cast("CrmApp", self.app)

    @property
    def store(self) -> Store:
        """The open database."""
        return self.crm.store

    async def read(
        self, service: Callable[Concatenate[Work, Args], Result], *args: Args.args, **kwargs: Args.kwargs
    ) -> Result:
        """Run a service function that reads, in a thread."""
        return await self.crm.run_read(service, *args, **kwargs)

    async def write(
        self, service: Callable[Concatenate[Work, Args], Result], *args: Args.args, **kwargs: Args.kwargs
    ) -> Result:
        """Run a service function that writes, in a thread; it happens even when nobody waits any more."""
        return await self.crm.run_write(service, *args, **kwargs)

    def take_size(self) -> None:
        """Take the classes of the terminal's size before there is anything to lay out.

        Textual gives them after the first layout, and styles every widget once more: a fifth of the work of
        a new screen. They change with the size as ever.
        """
        for steps, length in ((WIDTHS, self.app.size.width), (HEIGHTS, self.app.size.height)):
            self.set_class(True, [name for least, name in steps if length >= least][-1])

    def start(
        self, work: Callable[[], Coroutine[Any, Any, Any]], group: str = "", exclusive: bool = True
    ) -> None:
        """Start work that awaits; a newer one of the same group takes its place.

        Args:
            work: what to do; called when its turn comes, which may be never.
            group: what it is about; work without a group stands alone.
            exclusive: whether older work of the group is cancelled.

        """
        self.run_worker(
            work, group=group or "alone", exclusive=bool(group) and exclusive, exit_on_error=False
        )

    def say(self, text: str, trouble: bool = False) -> None:
        """Show a short message for a few seconds."""
        self.app.notify(
            clean(text, multiline=True),
            severity="warning" if trouble else "information",
            timeout=12 if trouble else 5,
            markup=False,
        )

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Show what went wrong in a worker; nothing of it closes the program."""
        error = event.worker.error
        if event.state is WorkerState.ERROR and error is not None:
            self.failed(error)

    def failed(self, error: BaseException) -> None:
        """Show an expected error with its hint, and a report of any other."""
        if isinstance(error, CrmError):
            self.say(f"{error.message}\n{error.hint}" if error.hint else error.message, trouble=True)
            return
        from crm.tui.screens.report import Report

        self.app.push_screen(Report(error))


class Page(Asking, Screen[None]):
    """A whole screen with the bar of places above and the bar of keys below."""

    COMPONENT_CLASSES: ClassVar[set[str]] = set(ui.ROLES)
    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS
    AUTO_FOCUS: ClassVar[str | None] = ".first"
    PLACE: ClassVar[str] = ""
    """Which of the places in the top bar this is."""
    HELP_TITLE: ClassVar[str] = ""
    HELP_TEXT: ClassVar[str] = ""
    """What `?` says about this place, after the keys that matter first."""
    KEYS_TO_LEARN: ClassVar[Sequence[tuple[str, str]]] = ()
    """The three keys that matter first here, each with a sentence: what `?` teaches before anything else."""

    @property
    def busy(self) -> str:
        """Why this page cannot be left just now; empty where it can."""
        return ""

    def __init__(self) -> None:
        super().__init__()
        self._seen = -1

    def compose(self) -> ComposeResult:
        """Lay out bars and body."""
        self.take_size()
        yield TopBar(self.PLACE)
        with Vertical(classes="body"):
            yield from self.body()
        yield KeyBar()

    def body(self) -> ComposeResult:
        """Yield what lies between the bars."""
        yield from ()

    def on_mount(self) -> None:
        """Paint first, then ask."""
        self.call_after_refresh(self.freshen)
        self.call_after_refresh(self.crm.greet)

    def on_screen_resume(self) -> None:
        """Ask again when something was changed elsewhere meanwhile."""
        self.query("TopBar").refresh()
        if self._seen >= 0:
            self.freshen()

    def freshen(self, force: bool = False) -> None:
        """Load what this page shows, unless it is up to date."""
        if force or self._seen != self.crm.version:
            self._seen = self.crm.version
            self.load()

    def load(self) -> None:
        """Start loading what this page shows."""

    def settings_saved(self) -> None:
        """Do what a page does when a setting was saved while it was on top."""

    def keep(self) -> None:
        """Save what was typed and not saved yet, at once; called before the program ends."""

    def leave_page(self) -> None:
        """Save what was typed and not saved yet; called before this page goes."""


class Dialog(Asking, ModalScreen[Result], Generic[Result]):
    """A question above a page. Escape answers None."""

    COMPONENT_CLASSES: ClassVar[set[str]] = set(ui.ROLES)
    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS
    AUTO_FOCUS: ClassVar[str | None] = ".first"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "cancel"),
        Binding("ctrl+z", "app.suspend_process", show=False),
    ]
    TITLE = ""
    HINT = "enter  done    esc  cancel"
    KEEPS_TEXT: ClassVar[bool] = True
    """Whether what is typed here is worth a draft when the program is ended from outside."""
    held: Mapping[Widget, str] = MappingProxyType({})
    """What the fields said when the dialog opened, or when a draft was last made of them."""

    @on(events.Mount)
    def remember(self) -> None:
        """Remember what the fields say, to know later what was typed."""
        from crm.tui.typed import texts_of

        self.held = texts_of(self)

    def compose(self) -> ComposeResult:
        """Lay out title, body and hint."""
        self.take_size()
        with Vertical(classes="dialog"):
            yield Static(self.heading(), classes="dialog-title")
            yield from self.body()
            yield Static(ui.label(self.HINT, ui.FAINT), classes="dialog-hint")

    def heading(self) -> ui.Shown:
        """Return the title."""
        return ui.label(self.TITLE or "", ui.STRONG)

    def body(self) -> ComposeResult:
        """Yield what lies between title and hint."""
        yield from ()

    def action_cancel(self) -> None:
        """Close without an answer."""
        self.dismiss(None)

    def trouble(self, error: CrmError, field: Widget | None = None) -> None:
        """Say what is wrong with what was typed, and stay."""
        self.failed(error)
        if field is not None:
            field.focus()
