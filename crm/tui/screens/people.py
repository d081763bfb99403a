"""People: everybody, filtered as you type, sorted, marked and changed together."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Static

from crm.db.store import Work
from crm.domain.exchanges import Turn
from crm.domain.platforms import title_of
from crm.services import contacts
from crm.services.contacts import SORTS, ContactQuery
from crm.services.editing import Edits
from crm.services.views import ContactView
from crm.tui import ui, words
from crm.tui.acting import Acting, Subject, named
from crm.tui.widgets.card import REST, Card
from crm.tui.widgets.people_rows import PeopleRows
from crm.tui.widgets.rows import PAGE, Rows

ACTS_ON_CARD = 5
SORT_WORDS = {
    "name": "by name",
    "last": "latest first",
    "lateness": "due first",
    "exchanges": "most talk first",
}


class People(Acting):
    """The list with its filter, and the contact beside it where there is room."""

    PLACE = "people"
    HELP_TITLE = "People"
    HELP_TEXT = (
        "Everybody you know. Type to filter by any part of a name, an organisation or a handle; mark several "
        "with space to change or export them together. The columns: circle, where you usually talk, how "
        "things stand, and the last exchange."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "filter", key_display="/"),
        Binding("escape", "clear_filter", "no filter"),
        Binding("down", "to_list", "to the list"),
        Binding("f", "filters", "more filters"),
        Binding("t", "sort", "sort"),
        Binding("e", "together", "change"),
        Binding("E", "export", "export"),
        *[replace(key, show=key.key in ("l", "c")) for key in Acting.BINDINGS if isinstance(key, Binding)],
    ]

    def __init__(self) -> None:
        super().__init__()
        self._query = ContactQuery()
        self._total = 0
        self._found = 0

    def body(self) -> ComposeResult:
        """Filter, list, card."""
        with Horizontal():
            with Vertical(classes="pane"):
                yield Input(placeholder="filter: name, organisation or handle", id="filter")
                yield Static("", id="people-count", markup=False)
                yield PeopleRows(id="people-rows", classes="first")
            yield Card(id="people-card", classes="beside only-wide")

    @property
    def rows(self) -> PeopleRows:
        """The list."""
        return self.query_one(PeopleRows)

    def load(self) -> None:
        """Ask for everybody who fits."""
        self.start(self._load, group="people")

    async def _load(self) -> None:
        rows = self.rows
        around = rows.index_of(rows.key) or 0
        ids, total, first = await self.read(_first_page, self._query, around)
        self._total, self._found = total, len(ids)
        rows.moment = self.crm.moment
        cursor = self.next_key if self.next_key is not None else rows.key
        self.next_key = None
        rows.show(ids, {view.id: view for view in first}, cursor)
        rows.keep_marks()
        self._say_count()

    def _say_count(self) -> None:
        marked = len(self.rows.marks)
        count = f"{marked:,} marked" if marked else words.count(self._found, "contact")
        parts = [count, SORT_WORDS[self._query.sort], *filter_words(self._query)]
        self.query_one("#people-count", Static).update(ui.label(", ".join(parts), ui.FAINT))

    @on(Rows.Wanted, "#people-rows")
    def give_rows(self, event: Rows.Wanted) -> None:
        """Load the rows that are about to be drawn."""
        keys = [key for key in event.keys if isinstance(key, int)]
        self.start(partial(self._rows, keys), group="people", exclusive=False)

    async def _rows(self, ids: Sequence[int]) -> None:
        views = await self.read(contacts.rows, ids)
        self.rows.give({view.id: view for view in views})

    @on(Rows.Highlighted, "#people-rows")
    def show_card(self) -> None:
        """Load the contact under the cursor, where it can be seen."""
        self.refresh_bindings()
        if self.query_one(Card).display:
            self.start(self._card, group="card")

    def on_resize(self) -> None:
        """A card that appears is filled."""
        self.call_after_refresh(self.show_card)

    async def _card(self) -> None:
        card, key = self.query_one(Card), self.rows.key
        if not isinstance(key, int):
            card.show(None, "", self.crm.moment, self.store.rules.zone)
            return
        await asyncio.sleep(REST)
        detail = await self.read(contacts.show, key, ACTS_ON_CARD)
        card.show(detail, "", self.crm.moment, self.store.rules.zone)

    @on(Rows.Chosen, "#people-rows")
    def open_contact(self, event: Rows.Chosen) -> None:
        """Open the contact."""
        if isinstance(event.key, int):
            self.crm.show_contact(event.key)

    @on(PeopleRows.Marked)
    def marked(self) -> None:
        """Count the marks."""
        self._say_count()

    # Filtering

    def action_filter(self) -> None:
        """Type a filter."""
        self.query_one("#filter", Input).focus()

    @on(Input.Changed, "#filter")
    def typed(self, event: Input.Changed) -> None:
        """Filter by what is typed."""
        self._ask(replace(self._query, text=event.value))

    @on(Input.Submitted, "#filter")
    def filtered(self) -> None:
        """Go to the list."""
        self.rows.focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to leave the filter only while it is typed in."""
        if action in ("clear_filter", "to_list"):
            return self.is_mounted and self.query_one("#filter", Input).has_focus
        return super().check_action(action, parameters)

    def action_clear_filter(self) -> None:
        """Show everybody again."""
        self.query_one("#filter", Input).clear()
        self.rows.focus()

    def action_to_list(self) -> None:
        """Go on with what was found."""
        self.rows.focus()

    def action_filters(self) -> None:
        """Filter by circle, tag, platform, turn and due."""
        self.start(self._filters, group="filters")

    async def _filters(self) -> None:
        from crm.tui.screens.filters import Filters

        tags = await self.read(contacts.tags)

        def answered(query: ContactQuery | None) -> None:
            if query is not None:
                self._ask(query)

        self.app.push_screen(Filters(self._query, self.store.rules.circles, tags), answered)

    def action_sort(self) -> None:
        """Sort by the next order: name, latest, due, most talk."""
        at = SORTS.index(self._query.sort)
        self._ask(replace(self._query, sort=SORTS[(at + 1) % len(SORTS)]))

    def _ask(self, query: ContactQuery) -> None:
        if query != self._query:
            self._query = query
            self.load()

    # Acting

    def subject(self) -> Subject | None:
        """Return the contact under the cursor."""
        view = self.rows.row
        return None if view is None else subject_of(view)

    def subjects(self) -> Sequence[Subject]:
        """Return the marked contacts, else the one under the cursor."""
        rows = self.rows
        if not rows.marks:
            return super().subjects()
        known = {key: rows.row_of(key) for key in rows.marks}
        return [Subject(key, "") if view is None else subject_of(view) for key, view in known.items()]

    def action_together(self) -> None:
        """Change the marked contacts together: circle, tags, cadence, archive."""
        from crm.tui.screens.together import Together

        if not (subjects := self.subjects()):
            return

        def answered(edits: Edits | None) -> None:
            if edits is not None:
                self.change_all(subjects, edits, f"Changed {named(subjects)}.")

        self.app.push_screen(Together(named(subjects), self.store.rules.circles), answered)

    def action_export(self) -> None:
        """Write the marked contacts, else the one under the cursor, to a file."""
        from crm.tui.screens import export

        export.ask(self, self.subjects())


def subject_of(view: ContactView) -> Subject:
    """Return a contact of a list as something to act on."""
    return Subject(
        view.id,
        words.name_of(view.name, view.id, view.identities),
        view.usual_platform,
        muted=view.muted,
        snoozed=view.snoozed_until is not None,
    )


def filter_words(query: ContactQuery) -> list[str]:
    """Say which filters are on."""
    said = []
    if query.circle:
        said.append(f"circle {query.circle}")
    if query.tag:
        said.append(f"tag {query.tag}")
    if query.platform:
        said.append(f"on {title_of(query.platform)}")
    if query.turn:
        said.append(words.TURNS[Turn(query.turn)] or "nobody's turn")
    if query.due:
        said.append("due")
    if query.archived is not False:
        said.append("archived" if query.archived else "archived too")
    return said


def _first_page(work: Work, query: ContactQuery, around: int) -> tuple[list[int], int, list[ContactView]]:
    ids = contacts.list_ids(work, query)
    start = max(min(around, len(ids) - 1) - PAGE // 2, 0)
    return ids, contacts.count(work), contacts.rows(work, ids[start : start + PAGE])
