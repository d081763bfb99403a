"""People: everybody, filtered as you type, sorted, marked and changed together.

The list is read once per filter and narrowed in memory while the filter's text is typed (`contacts.listing`);
the rows themselves come by the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Static

from crm.domain.listing import SORTS, ContactQuery
from crm.services import contacts, editing
from crm.services.contacts import Listing
from crm.services.editing import Edits
from crm.services.views import ContactView
from crm.tui import ui, words
from crm.tui.acting import Acting, Subject, named
from crm.tui.screens.saved_filters import SORT_WORDS, Called, SavedFilters, filter_words, loaded
from crm.tui.settings.listing import ListSettings
from crm.tui.widgets.card import Card, Rest
from crm.tui.widgets.kept_input import KeptInput
from crm.tui.widgets.people_columns import Moment, PeopleHead
from crm.tui.widgets.people_rows import PeopleRows
from crm.tui.widgets.rows import PAGE, Rows


class _Read(NamedTuple):
    """Everybody who fits a query, whatever is typed besides."""

    query: ContactQuery
    """Without its text."""
    people: Listing


class People(Acting):
    """The list with its filter, and the contact beside it where there is room."""

    PLACE = "people"
    HELP_TITLE = "People"
    HELP_TEXT = (
        "Everybody you know. Type to filter by any part of a name, an organisation or a handle; f filters by "
        "more, F keeps a filter under a name and calls it back. Mark several with space, shift and arrows, "
        "or V for all from the last mark to here, to change or export them together; marks stay when you "
        "filter anew, and are counted. With the mouse: ctrl and click, shift and click, or a click before "
        "the name. A click on a heading sorts; g and a letter jumps to a name."
    )
    KEYS_TO_LEARN = (
        ("slash", "Type any part of a name, an organisation or a handle."),
        ("enter", "Opens the contact, with everything that was ever said."),
        ("space", "Marks; then e changes all marked ones together."),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "filter", key_display="/"),
        Binding("escape", "clear_filter", "no filter"),
        Binding("down", "to_list", "to the list"),
        Binding("f", "filters", "more filters"),
        Binding("F", "saved", "saved"),
        Binding("t", "sort", "sort"),
        Binding("T", "reverse", "the other way round", show=False),
        Binding("C", "columns", "columns", show=False),
        Binding("e", "together", "change"),
        Binding("E", "export", "export"),
        *[replace(key, show=key.key in ("l", "c")) for key in Acting.BINDINGS if isinstance(key, Binding)],
    ]

    def __init__(self) -> None:
        super().__init__()
        self._rest = Rest()
        self._query = ContactQuery()
        self._called = ""
        self._whole: _Read | None = None
        self._narrow = ("", Listing((), ()))
        """What was typed last, and who of `_whole` fits it."""
        self._found = Listing((), ())
        """Who is shown."""
        self._settings: ListSettings | None = None
        self._jumping = False
        self._changed = False
        """The data is other than what is shown."""

    def body(self) -> ComposeResult:
        """Filter, list, card."""
        with Horizontal():
            with Vertical(classes="pane"):
                yield KeptInput(placeholder="filter: name, organisation or handle", id="filter")
                yield Static("", id="people-count", markup=False)
                yield PeopleHead(lambda: self.rows.room, id="people-head")
                yield PeopleRows(id="people-rows", classes="first")
            yield Card(id="people-card", classes="beside only-wide")

    @property
    def rows(self) -> PeopleRows:
        """The list."""
        return self.query_one(PeopleRows)

    # Showing

    def load(self) -> None:
        """Ask again for everybody who fits: the data changed."""
        self._whole = None
        self._changed = True
        self.start(self._load, group="people")

    async def _load(self) -> None:
        """Show who fits."""
        if self._settings is None:
            settings = ListSettings(demo=bool(self.crm.banner))
            if (trouble := await loaded(settings)) is not None:
                self.failed(trouble)
            self._settings = settings
        query, rows = self._query, self.rows
        base = replace(query, text="")
        if self._whole is None or self._whole.query != base:
            self._whole = _Read(base, await self.read(contacts.listing, base))
            self._narrow = ("", self._whole.people)
        typed, found = self._narrow
        if query.text != typed:  # whoever fits a longer text fitted the shorter one
            found = (found if query.text.startswith(typed) else self._whole.people).narrowed(query.text)
            self._narrow = (query.text, found)
        gone: set[int] | None = None
        if self._changed and rows.marks:
            gone = set(rows.marks).difference(await self.read(contacts.muted_of, rows.marks))
        start = max(min(rows.index_of(rows.key) or 0, len(found.ids) - 1) - PAGE // 2, 0)
        first = await self.read(contacts.rows, found.ids[start : start + PAGE])
        self._found, self._changed = found, False
        rows.moment = Moment(self.crm.moment, self.store.rules.zone)
        rows.columns = self._settings.columns
        cursor = self.next_key if self.next_key is not None else rows.key
        self.next_key = None
        rows.show_people(found.ids, {view.id: view for view in first}, cursor, gone)
        self.query_one(PeopleHead).show(rows.columns, query.sort, query.reverse)
        self._say_count()

    def _say_count(self) -> None:
        self.query_one("#people-count", Static).update(self._count())

    def _count(self) -> ui.Shown:
        """Return how many are marked and found, and by what."""
        if self._jumping:
            return ui.line(("jump to names with the letter…", ui.ACCENT), ("   esc  stay", ui.FAINT))
        rows, query = self.rows, self._query
        marked, elsewhere = len(rows.marks), rows.marked_elsewhere
        marks = f"{marked:,} marked" if marked else ""
        if elsewhere:
            marks += " (none in this list)" if elsewhere == marked else f" ({elsewhere:,} not in this list)"
        name = f"{self._called}: " if self._called not in ("", "everybody") else ""
        order = SORT_WORDS[query.sort, query.reverse]
        filters = filter_words(replace(query, text=""))  # the text is in its field
        rest = ", ".join([words.count(len(self._found.ids), "contact"), order, *filters])
        return ui.line((marks, ui.ACCENT), (", " if marks else "", ui.FAINT), (f"{name}{rest}", ui.FAINT))

    @on(Rows.Wanted, "#people-rows")
    def give_rows(self, event: Rows.Wanted) -> None:
        """Load the rows that are about to be drawn."""
        keys = [key for key in event.keys if isinstance(key, int)]
        self.start(partial(self._rows, keys), group="people", exclusive=False)

    async def _rows(self, ids: Sequence[int]) -> None:
        views = await self.read(contacts.rows, ids)
        self.rows.give({view.id: view for view in views})

    @on(Card.Appeared)
    @on(Rows.Highlighted, "#people-rows")
    def show_card(self) -> None:
        """Load the contact under the cursor, where it can be seen."""
        self.refresh_bindings()
        if self.query_one(Card).display:
            self.start(self._card, group="card")

    @on(PeopleRows.Resized)
    def align(self) -> None:
        """Keep the headings over their columns."""
        self.query_one(PeopleHead).refresh()

    async def _card(self) -> None:
        card, key = self.query_one(Card), self.rows.key
        if not isinstance(key, int):
            card.show(None, "", self.crm.moment, self.store.rules.zone)
            return
        await self._rest.taken()
        detail = await self.read(contacts.show, key, card.acts)
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

    @on(PeopleRows.Jumping)
    def jumping(self, event: PeopleRows.Jumping) -> None:
        """Say that a letter is awaited."""
        self._jumping = event.waiting
        self._say_count()

    @on(PeopleRows.Jump)
    def jump(self, event: PeopleRows.Jump) -> None:
        """Go to the first name with a letter."""
        self.start(partial(self._jump, event.letter), group="people")

    async def _jump(self, letter: str) -> None:
        if self._query.sort != "name":
            self._query = replace(self._query, sort="name", reverse=False)
            await self._load()
        at = self._found.beginning(letter, self._query.reverse)
        if at is None or not at[1]:
            self.say(f"No name here begins with {letter}.")
        if at is not None:
            self.rows.move_to(self._found.ids[at[0]])

    # Filtering

    def action_filter(self) -> None:
        """Type a filter."""
        # not `focus()`, which waits for its turn: what is typed at once belongs into the filter
        self.set_focus(self.query_one("#filter", Input))

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

    def action_saved(self) -> None:
        """Call a saved filter back, or keep the present one."""
        if self._settings is not None:
            self.app.push_screen(SavedFilters(self._settings, self._query, self._called), self._call)

    def _call(self, chosen: Called | None) -> None:
        if chosen is not None:
            field = self.query_one("#filter", KeptInput)
            with field.prevent(Input.Changed):
                field.keep(chosen.query.text)
            self._ask(chosen.query, chosen.name)

    def action_sort(self) -> None:
        """Sort by the next order: name, latest, due, most talk."""
        at = SORTS.index(self._query.sort)
        self._ask(replace(self._query, sort=SORTS[(at + 1) % len(SORTS)], reverse=False), self._called)

    def action_reverse(self) -> None:
        """Turn the order round."""
        self._ask(replace(self._query, reverse=not self._query.reverse), self._called)

    @on(PeopleHead.Sort)
    def sort_by(self, event: PeopleHead.Sort) -> None:
        """Sort by the heading that was clicked; turn the order round when it does already."""
        if event.sort == self._query.sort:
            self.action_reverse()
        else:
            self._ask(replace(self._query, sort=event.sort, reverse=False), self._called)

    def _ask(self, query: ContactQuery, called: str = "") -> None:
        """Show who fits another query.

        Args:
            query: which.
            called: the name by which it was called back; another order does not take it away.

        """
        if query != self._query:
            self._query = query
            self.start(self._load, group="people")
        self._called = called

    def action_columns(self) -> None:
        """Choose the columns."""
        from crm.tui.screens.people_columns import PeopleColumns

        settings = self._settings
        if settings is None:
            return

        def answered(columns: tuple[str, ...] | None) -> None:
            if columns is not None and columns != settings.columns:
                self.start(partial(self._show_columns, settings, columns), group="columns")

        self.app.push_screen(PeopleColumns(settings.columns), answered)

    async def _show_columns(self, settings: ListSettings, columns: tuple[str, ...]) -> None:
        self.rows.columns = columns
        self.rows.refresh()
        self.query_one(PeopleHead).show(columns, self._query.sort, self._query.reverse)
        await settings.choose_columns(columns)

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

    def action_mute(self) -> None:
        """Never remind of them, or do so again."""
        ids = self.rows.marks
        if len(ids) < 2:
            super().action_mute()
        else:
            self.start(partial(self._mute, ids), group="mute")

    async def _mute(self, ids: Sequence[int]) -> None:
        # most of the marked may never have been drawn, so the database says who is muted
        muted = await self.read(contacts.muted_of, ids)
        await self._change_together(ids, Edits(muted=not all(muted.values())))

    def action_together(self) -> None:
        """Change the marked contacts together: circle, tags, cadence, archive."""
        from crm.tui.screens.together import Together

        if not (subjects := self.subjects()):
            return
        ids = [subject.contact for subject in subjects]

        def answered(edits: Edits | None) -> None:
            if edits is not None:
                self.start(partial(self._change_together, ids, edits), group="together", exclusive=False)

        elsewhere = self.rows.marked_elsewhere
        self.app.push_screen(Together(named(subjects), self.store.rules.circles, elsewhere), answered)

    async def _change_together(self, ids: Sequence[int], edits: Edits) -> None:
        from crm.tui.screens.together import told

        self.done_with()
        changed = await self.write(editing.edit, ids, edits)
        same = len(ids) - changed
        rest = f", {same:,} {'was' if same == 1 else 'were'} so already" if same else ""
        undo = "   (u takes it back)" if changed else ""
        self.say(f"{words.count(changed, 'contact')} changed: {told(edits)}{rest}.{undo}")

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
