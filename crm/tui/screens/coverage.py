"""Coverage: which years of each platform the imports hold, and which export to ask for again."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from crm.importers import IMPORTERS, load
from crm.services import coverage
from crm.services.views import CoverageView
from crm.tui import ui
from crm.tui.base import Page
from crm.tui.widgets.coverage_rows import CoverageRows, Covered, head_line, scale_of
from crm.tui.widgets.drawn import Drawn
from crm.tui.widgets.rows import Heading, Key

NOTE = "A reminder can only be as new as the exports it rests on."
NOTHING = "Nothing was imported yet. On the Import page, every platform says how to get its export."


class Coverage(Page):
    """Bars over the years; the platform under the cursor says more."""

    HELP_TITLE = "What the imports cover"
    HELP_TEXT = (
        "For each platform the years that your imports hold, until when, and with how many contacts you had "
        "your last exchange there within a year. Where you still talk but the last export is old, a new one "
        "is worth asking for: how is said below its line. What you log by hand is not meant here."
    )
    KEYS_TO_LEARN = (
        ("i", "Goes to Import, to read a newer export."),
        ("down", "The next platform; the lines below say how to ask for it."),
        ("escape", "Back."),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("i", "import", "import an export"),
        Binding("escape", "back", "back"),
    ]

    def body(self) -> ComposeResult:
        """A sentence, the years, and the bars below them."""
        yield Static("", id="coverage-note", markup=False)
        yield Drawn(id="coverage-head")
        yield CoverageRows(id="coverage", classes="first")

    @property
    def rows(self) -> CoverageRows:
        """The list."""
        return self.query_one(CoverageRows)

    def load(self) -> None:
        """Ask what is covered."""
        self.start(self._load, group="coverage")

    async def _load(self) -> None:
        found = await self.read(coverage.overview)
        how = await asyncio.to_thread(how_to_get, [one for one in found if one.ask_again])
        rows = self.rows
        rows.moment, rows.zone = self.crm.moment, self.store.rules.zone
        rows.scale = scale_of(found, self.crm.moment)
        head = partial(head_line, rows.scale) if found else None
        self.query_one("#coverage-head", Drawn).show(None if head is None else lambda width: [head(width)])
        again = [one for one in found if one.ask_again]
        order: list[Key | Heading] = []
        for title, views in (
            ("WORTH ASKING FOR AGAIN", again),
            ("THE OTHERS" if again else "COVERED", [one for one in found if not one.ask_again]),
        ):
            if views:
                order += [Heading()] if order else []
                order.append(Heading(title, str(len(views))))
                order += [one.platform for one in views]
        rows.show(order, {one.platform: Covered(one, how.get(one.platform, "")) for one in found}, rows.key)
        self.query_one("#coverage-note", Static).update(ui.label(NOTE if found else NOTHING, ui.FAINT))

    def action_import(self) -> None:
        """Go to the Import page."""
        self.crm.action_go("import")

    def action_back(self) -> None:
        """Go back."""
        self.dismiss()


def how_to_get(views: Iterable[CoverageView]) -> dict[str, str]:
    """Return how to get the exports of platforms; loads their importers, so call it in a thread."""
    return {one.platform: load(one.importer).how_to_get for one in views if one.importer in IMPORTERS}
