"""Searching everywhere, as you type: contacts first, then what was said, the newest first."""

from __future__ import annotations

from functools import partial
from typing import ClassVar, TypeAlias

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input, Static

from crm.services import searching
from crm.services.views import ContactView, Hit, SearchView
from crm.tui import ui
from crm.tui.base import Page
from crm.tui.widgets.found_rows import FoundRows, order_of
from crm.tui.widgets.rows import Rows

MOST_HITS = 200
Found: TypeAlias = ContactView | Hit


class Search(Page):
    """One field and what it finds."""

    AUTO_FOCUS: ClassVar[str | None] = "#search"
    HELP_TITLE = "Search"
    HELP_TEXT = (
        "Finds contacts by any part of a name, a handle, an organisation or the notes, and everything that "
        "was said by its words. The last word may be unfinished. Enter opens the contact."
    )
    KEYS_TO_LEARN = (
        ("down", "From what you typed into what was found."),
        ("enter", "Opens the contact, or the words where they were said."),
        ("escape", "Back."),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "back"),
        Binding("slash", "again", "type again", key_display="/"),
    ]

    def body(self) -> ComposeResult:
        """Field, list, a sentence when nothing is found."""
        yield Input(placeholder="names, handles, words", id="search")
        yield Static("", id="search-note", markup=False)
        yield FoundRows(id="found")

    @property
    def rows(self) -> FoundRows:
        """The list."""
        return self.query_one(FoundRows)

    def load(self) -> None:
        """Search again, because something was changed."""
        self._search(self.query_one("#search", Input).value)

    @on(Input.Changed, "#search")
    def typed(self, event: Input.Changed) -> None:
        """Search for what is typed."""
        self._search(event.value)

    def _search(self, text: str) -> None:
        self.start(partial(self._find, text), group="search")

    async def _find(self, text: str) -> None:
        found = await self.read(searching.search, text, MOST_HITS) if text.strip() else SearchView((), ())
        order, rows = order_of(found)
        self.rows.moment, self.rows.zone = self.crm.moment, self.store.rules.zone
        self.rows.show(order, rows)
        self.query_one("#search-note", Static).update(ui.label(self._note(text, found), ui.FAINT))

    def _note(self, text: str, found: SearchView) -> str:
        if not text.strip():
            return ""
        if not found.contacts and not found.hits:
            return "Nothing found."
        if len(found.hits) == MOST_HITS:
            return f"The newest {MOST_HITS} messages; more words find less."
        return ""

    def on_key(self, event: events.Key) -> None:
        """Down, up and the page keys move in the list while the text is typed on."""
        field = self.query_one("#search", Input)
        moves = {"down": "move(1)", "up": "move(-1)", "pagedown": "page(1)", "pageup": "page(-1)"}
        if field.has_focus and event.key in moves:
            event.prevent_default()
            name, _, by = moves[event.key].partition("(")
            getattr(self.rows, f"action_{name}")(int(by[:-1]))

    @on(Input.Submitted, "#search")
    def submitted(self) -> None:
        """Enter opens what the cursor is on."""
        self.rows.action_choose()

    @on(Rows.Chosen, "#found")
    def chosen(self) -> None:
        """Open the contact."""
        found = self.rows.row
        if isinstance(found, ContactView):
            self.crm.show_contact(found.id)
        elif isinstance(found, Hit) and found.contact is not None:
            self.crm.show_contact(found.contact)
        elif found is not None:
            self.say("The export does not say to whom this was.")

    def action_again(self) -> None:
        """Go back to the field."""
        self.query_one("#search", Input).focus()

    def action_back(self) -> None:
        """Close the search."""
        self.dismiss()
