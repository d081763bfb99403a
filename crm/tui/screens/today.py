"""Today: what the program is opened for. Doing one line moves to the next; an empty list is the end."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Static

from crm import config
from crm.db.store import Store, Work
from crm.domain.errors import ConfigError
from crm.services import contacts, health, today, triage
from crm.services.views import TodayView
from crm.tui import ui, words
from crm.tui.acting import Acting, Subject
from crm.tui.base import Page
from crm.tui.widgets.card import Card, Rest
from crm.tui.widgets.rows import Rows
from crm.tui.widgets.today_rows import ItemKey, TodayRows, order_of
from crm.tui.widgets.welcome import Welcome
from crm.tui.widgets.worry import WorryLine


class Today(Acting, Page):
    """The list at the left, the contact at the right."""

    PLACE = "today"
    HELP_TITLE = "Today"
    HELP_TEXT = (
        "Who is waiting for an answer, with whom the talk has paused, the dates of the coming week, and who "
        "supported you lately. Nobody is listed twice. When the list is empty, you are done."
    )
    KEYS_TO_LEARN = (
        ("r", "You answered, wherever that was: logs it, and the next one comes."),
        ("s", "Not now: lets them rest for a few days."),
        ("g", "Goes through the list, one person at a time."),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        *Acting.BINDINGS,
        Binding("g", "go_through", "go through", tooltip="go through the list, one person at a time"),
        Binding("t", "triage", "put people into circles", show=False),
        Binding("escape", "no_triage", "not now", show=False),
        Binding("h", "hide_worry", "hide what is wrong with reminding", show=False),
    ]

    KEYS_FIRST = ("open", "replied", "log", "snooze", "no_reply", "go_through")
    """What the bar of keys shows where there is no room for all: the rest is rare."""

    def __init__(self) -> None:
        super().__init__()
        self._rest = Rest()
        self._view: TodayView | None = None
        self._offered = 0

    def body(self) -> ComposeResult:
        """The list and the card; the welcome, where there is nobody yet; one sentence, when all is done."""
        yield WorryLine()
        yield Static("", id="today-offer", markup=False)
        with Horizontal(id="today"):
            yield TodayRows(id="today-rows", classes="first")
            yield Card(id="today-card", classes="beside")
        yield Static(ui.label("Nothing is waiting. That is all for today."), id="today-done", classes="calm")
        yield Welcome(id="welcome", classes="calm")

    @property
    def rows(self) -> TodayRows:
        """The list."""
        return self.query_one(TodayRows)

    def load(self) -> None:
        """Ask for today's list."""
        self.start(self._load, group="today")

    async def _load(self) -> None:
        before = self._view
        view, self._offered = await self.read(_today)
        self._view = view
        self.query_one("#today-offer", Static).update(offer_line(self._offered))
        if (self._offered > 0) != self.has_class("-offer"):
            self.set_class(self._offered > 0, "-offer")
            await self.wait_for_refresh()  # a card asks for as many acts as there is room for
        self.set_class(view.contacts_total == 0, "-first-run")
        self.set_class(view.contacts_total > 0 and view.empty, "-done")
        self._show(view, came_back(before, view) if before else None)
        line = self.query_one(WorryLine)
        if not line.sent_away:
            line.show(await asyncio.to_thread(_worries, self.store))

    def _show(self, view: TodayView, back: ItemKey | None) -> None:
        rows = self.rows
        order, known = order_of(view)
        rows.moment = self.crm.moment
        rows.alone = not self.query_one(Card).display
        cursor = back if back is not None else self.next_key if self.next_key in known else rows.key
        self.next_key = None
        rows.show(order, known, cursor if cursor in known else None)
        if view.contacts_total == 0:
            self.query_one(Welcome).focus_first()
        elif not rows.has_focus and self.focused is None:
            rows.focus()

    @on(Rows.Highlighted, "#today-rows")
    def show_card(self) -> None:
        """Load the contact under the cursor."""
        self.refresh_bindings()
        self.start(self._card, group="card")

    async def _card(self) -> None:
        card, item = self.query_one(Card), self.rows.row
        if item is None:
            card.show(None, "", self.crm.moment, self.store.rules.zone)
            return
        await self._rest.taken()
        detail = await self.read(contacts.show, item.contact, card.acts)
        card.show(detail, item.reason, self.crm.moment, self.store.rules.zone)

    @on(Rows.Chosen, "#today-rows")
    def open_contact(self) -> None:
        """Open the contact."""
        if (item := self.rows.row) is not None:
            self.crm.show_contact(item.contact)

    def subject(self) -> Subject | None:
        """Return the contact that the keys act on."""
        item = self.rows.row
        return None if item is None else Subject(item.contact, item.name, item.platform, item.url)

    def done_with(self) -> None:
        """Remember who comes next: doing one moves on."""
        self.next_key = self.rows.following()

    def action_go_through(self) -> None:
        """Go through the list, one person at a time."""
        self.crm.action_go_through()

    # Once, after the first imports

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the first round only while it is offered, and to hide only what is there."""
        if action in ("triage", "no_triage"):
            return self._offered > 0
        if action == "go_through":
            return self._view is not None and not self._view.empty
        if action == "hide_worry":
            return any(line.worried for line in self.query(WorryLine))
        return super().check_action(action, parameters)

    def action_triage(self) -> None:
        """Go through the people there was most talk with."""
        self.crm.action_triage()

    def action_no_triage(self) -> None:
        """Do not offer it again."""
        self._offered = 0
        self.start(self._no_triage, group="offer")

    async def _no_triage(self) -> None:
        await self.write(triage.answer)
        self.say("It is in the palette (ctrl+p), should you want it later.")

    def action_hide_worry(self) -> None:
        """Say nothing more about reminding until the program starts again."""
        self.query_one(WorryLine).send_away()

    @on(Welcome.Chosen)
    def begin(self, event: Welcome.Chosen) -> None:
        """Begin in one of the three ways."""
        if event.way == "import":
            self.crm.action_go("import")
        elif event.way == "demo":
            self.crm.show_demo()
        else:
            self.crm.action_add()


def offer_line(people: int) -> ui.Shown:
    """Return the line that offers the first round."""
    text = f" puts the {words.count(people, 'person', 'people')} you talk with most into circles   "
    return ui.line(("t", ui.ACCENT), text, ("esc", ui.ACCENT), (" not now", ui.FAINT))


def _today(work: Work) -> tuple[TodayView, int]:
    return today.today(work), triage.offer(work)


def _worries(store: Store) -> list[str]:
    try:
        return [one.message for one in health.look(store, config.load()).worries]
    except ConfigError:  # broken while the program runs; whatever needs it says so
        return []


def came_back(before: TodayView, after: TodayView) -> ItemKey | None:
    """Return the line that is new in a list that only grew: what an undo brought back."""
    old, new = set(order_of(before)[1]), set(order_of(after)[1])
    fresh = new - old
    if old - new or len(fresh) != 1:
        return None
    key = fresh.pop()
    return key if isinstance(key, ItemKey) else None
