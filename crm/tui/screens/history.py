"""What can be taken back, newest first. An older change goes together with everything that came after it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, tzinfo
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from crm.db.store import Work
from crm.domain.errors import ConflictError, CrmError
from crm.services import undoing
from crm.services.views import ChangeView
from crm.tui import ui, words
from crm.tui.base import Page
from crm.tui.widgets.rows import Heading, Key, Rows

MOST = 1_000
"""Changes in the list; those before them come when newer ones were taken back."""
_NAMED = 6
"""Changes that the question names; the others are counted."""


class HistoryRows(Rows[ChangeView]):
    """One change per line; keys are their ids."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self.zone: tzinfo = UTC
        """The page sets it before it shows rows."""

    def draw(self, key: Key, row: ChangeView, width: int) -> ui.Shown:  # noqa: ARG002
        """Draw the time of day and what was done."""
        return ui.columns(
            [(words.clock(row.at, "second", self.zone), 5, ui.FAINT), (row.what, width - 7, "")]
        )

    def unfold(self, row: ChangeView, width: int) -> Sequence[ui.Shown]:
        """Show the rest of what does not fit in a line."""
        if ui.size(row.what) <= width - 7:
            return ()
        return [ui.line(" " * 7, piece) for piece in ui.wrapped(row.what, max(width - 7, 2), 6)]


class History(Page):
    """The list, and one sentence where it is empty."""

    HELP_TITLE = "What can be taken back"
    HELP_TEXT = (
        "Everything you changed, and every import, the newest first. u takes the newest back, and the one "
        "before it, and so on. Enter on an older one takes it back together with all that came after it. "
        "Forgetting a contact is not here: it is for good."
    )
    KEYS_TO_LEARN = (
        ("u", "Takes the newest change back."),
        ("t", "Takes back everything up to the line under the cursor."),
        ("escape", "Back."),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("u", "newest", "take the newest back"),
        Binding("t", "until", "take back up to here"),
        Binding("escape", "back", "back"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._changes: list[ChangeView] = []
        self._taking = False

    @property
    def busy(self) -> str:
        """Why this page cannot be left just now."""
        return "Changes are being taken back; one moment." if self._taking else ""

    def body(self) -> ComposeResult:
        """A sentence and the list."""
        yield Static("", id="history-note", markup=False)
        yield HistoryRows(id="history", classes="first")

    @property
    def rows(self) -> HistoryRows:
        """The list."""
        return self.query_one(HistoryRows)

    def load(self) -> None:
        """Ask for the changes."""
        self.start(self._load, group="history")

    async def _load(self) -> None:
        self._changes = await self.read(undoing.changes, MOST)
        zone = self.store.rules.zone
        self.rows.zone = zone
        order = order_of(self._changes, self.crm.moment, zone)
        self.rows.show(order, {one.id: one for one in self._changes}, self.rows.key)
        said = "What you changed, the newest first." if self._changes else "There is nothing to take back."
        self.query_one("#history-note", Static).update(ui.label(said, ui.FAINT))
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer nothing where there is nothing."""
        if action in ("newest", "until") and self.is_mounted and not self._changes:
            return False
        return super().check_action(action, parameters)

    # Taking back

    def action_newest(self) -> None:
        """Take the newest change back."""
        if self._changes:
            self._begin(self._changes[:1])

    @on(Rows.Chosen, "#history")
    def chosen(self) -> None:
        """Enter on a change."""
        self.action_until()

    def action_until(self) -> None:
        """Take the change under the cursor back, with those after it, after a question."""
        from crm.tui.screens.confirm import Confirm

        at = next((i for i, one in enumerate(self._changes) if one.id == self.rows.key), None)
        if at is None or self._taking:
            return
        going = self._changes[: at + 1]

        def answered(yes: bool | None) -> None:
            if yes:
                self._begin(going)

        self.app.push_screen(Confirm(question(at), listed(going)), answered)

    def _begin(self, going: Sequence[ChangeView]) -> None:
        if not self._taking:
            self._taking = True
            self.start(partial(self._take_back, going), group="take-back", exclusive=False)

    async def _take_back(self, going: Sequence[ChangeView]) -> None:
        done = 0
        try:
            for change in going:
                await self.write(_undo_this, change.id)
                done += 1
        except CrmError as error:
            before = f"{words.count(done, 'change')} taken back, then it stopped.\n" if done else ""
            self.say("\n".join(filter(None, (f"{before}{error.message}", error.hint))), trouble=True)
            return
        finally:
            self._taking = False
        if len(going) == 1:
            self.say(f"Taken back: {going[0].what}")
        else:
            self.say(f"{words.count(done, 'change')} taken back.")

    def action_back(self) -> None:
        """Go back, unless changes are on their way."""
        if self.busy:
            self.say(self.busy)
        else:
            self.dismiss()


def question(newer: int) -> str:
    """Ask whether to take back a change and those after it."""
    if not newer:
        return "Take this back?"
    return f"Take back this and the {'newer one' if newer == 1 else f'{newer:,} newer ones'}?"


def listed(going: Sequence[ChangeView]) -> str:
    """Name the changes that go, newest first, the last of them always."""
    named = [one.what for one in going]
    if len(named) > _NAMED:
        named = [*named[: _NAMED - 1], f"… and {len(named) - _NAMED:,} more, down to", named[-1]]
    return "\n".join(named)


def order_of(changes: Sequence[ChangeView], now: datetime, zone: tzinfo) -> list[Key | Heading]:
    """Return the lines: days, and below each the changes of that day."""
    today = now.astimezone(zone).date()
    order: list[Key | Heading] = []
    last: date | None = None
    for change in changes:
        day = change.at.astimezone(zone).date()
        if day != last:
            order += [Heading()] if order else []
            order.append(Heading(_day_title(day, today)))
            last = day
        order.append(change.id)
    if len(changes) == MOST:
        order += [Heading(), Heading("Older ones come when these are taken back.", role=ui.FAINT)]
    return order


def _day_title(day: date, today: date) -> str:
    said = words.calendar_day(day).upper()
    if day == today:
        return "TODAY"
    return said if day.year == today.year else f"{said} {day.year}"


def _undo_this(work: Work, change: int) -> ChangeView:
    """Take the newest change back, if it is still the one that was seen."""
    newest = undoing.changes(work, 1)
    if not newest or newest[0].id != change:
        raise ConflictError("something else was changed meanwhile", "look at the list again, then go on")
    return undoing.undo(work)
