"""Import: name a file or folder; below, what was imported so far and what can be read at all."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path
from typing import ClassVar, TypeAlias

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Input, Static

from crm.domain.errors import ExportError
from crm.importers import load_all
from crm.importers.kit.protocol import Importer
from crm.services import importing
from crm.services.views import Recognised, RunView
from crm.tui import ui, words
from crm.tui.base import Page
from crm.tui.widgets.drawn import Drawn
from crm.tui.widgets.path_input import PathInput, PathSuggester, path_of
from crm.tui.widgets.rows import Heading, Key, Rows
from crm.tui.widgets.run_report import brought, importer_lines, run_lines

Line: TypeAlias = RunView | Importer


class ImportRows(Rows[Line]):
    """Import runs, then platforms."""

    def draw(self, key: Key, row: Line, width: int) -> ui.Shown:  # noqa: ARG002
        """Draw one line."""
        if not isinstance(row, RunView):
            return ui.columns([(row.title, width, "")])
        said = "taken back" if row.undone else brought(row)
        left = min(20, max(width // 2, 6))
        return ui.columns([(row.title, left, ""), (said, width - left - 2, ui.FAINT)])


class Import(Page):
    """The field, the list, and what the line under the cursor says."""

    PLACE = "import"
    HELP_TITLE = "Import"
    HELP_TEXT = (
        "Type or paste a file or a folder: an export of a platform, a mailbox, an address book, or a folder "
        "with several. You see what it would bring before anything is written. An import comes in "
        "whole or not at all, doing it again adds only what is new, and any of them can be taken back."
    )
    KEYS_TO_LEARN = (
        ("i", "Type where the export lies; a dry run shows what it would bring."),
        ("enter", "Says how to get this export, and what it cannot show."),
        ("d", "Takes the import under the cursor back."),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("i", "path", "type a path"),
        Binding("b", "browse", "browse"),
        Binding("ctrl+o", "browse", "browse", show=False),
        Binding("c", "coverage", "coverage"),
        Binding("d", "take_back", "take an import back"),
        Binding("f", "save_failed", "save what failed", show=False),
        Binding("escape", "list", "to the list", show=False),
    ]

    def body(self) -> ComposeResult:
        """Field, list and details."""
        with Horizontal(id="import-line"):
            yield Static(ui.label("File or folder", ui.FAINT), id="import-label")
            yield PathInput(
                placeholder="such as ~/Downloads/export.zip", suggester=PathSuggester(), id="path"
            )
        yield Static(ui.label("tab completes, enter looks at it, ctrl+o browses", ui.FAINT), id="import-hint")
        with Horizontal():
            yield ImportRows(id="import-rows", classes="first")
            with VerticalScroll(id="import-details", classes="beside", can_focus=False):
                yield Drawn()

    @property
    def field(self) -> PathInput:
        """Where the path is typed."""
        return self.query_one("#path", PathInput)

    @property
    def rows(self) -> ImportRows:
        """The list."""
        return self.query_one(ImportRows)

    def load(self) -> None:
        """Ask for the runs and the platforms."""
        self.start(self._load, group="imports")

    async def _load(self) -> None:
        runs = await self.read(importing.runs)
        importers = await asyncio.to_thread(load_all)
        order: list[Key | Heading] = []
        rows: dict[Key, Line] = {}
        if runs:
            order.append(Heading("IMPORTS SO FAR", str(len(runs))))
            for run in runs:
                order.append(("run", run.run))
                rows["run", run.run] = run
            order.append(Heading())
        order.append(Heading("WHAT CAN BE READ", str(len(importers))))
        for importer in sorted(importers, key=lambda one: one.title.casefold()):
            order.append(("importer", importer.name))
            rows["importer", importer.name] = importer
        self.rows.show(order, rows, self.rows.key)

    @on(Rows.Highlighted, "#import-rows")
    def show_details(self) -> None:
        """Say more about the line under the cursor."""
        line = self.rows.row
        drawn = self.query_one(Drawn)
        if isinstance(line, RunView):
            drawn.show(partial(run_lines, line, self.crm.moment, self.store.rules.zone))
        else:
            drawn.show(None if line is None else partial(importer_lines, line))
        self.query_one("#import-details").scroll_home(animate=False)

    # Choosing what to import

    def action_path(self) -> None:
        """Type a path."""
        self.field.focus()

    def action_list(self) -> None:
        """Go to the list."""
        self.rows.focus()

    def action_browse(self) -> None:
        """Look for it in a tree."""
        from crm.tui.screens.browse import Browse

        def answered(path: Path | None) -> None:
            if path is not None:
                self.field.keep(str(path))
                self.start(partial(self._recognise, path), group="recognise")

        typed = path_of(self.field.meant)
        self.app.push_screen(Browse(typed), answered)

    @on(Input.Submitted, "#path")
    def submitted(self) -> None:
        """Look at what was named."""
        path = path_of(self.field.meant)
        if path is None:
            self.say("Name a file or a folder first.")
        else:
            self.start(partial(self._recognise, path), group="recognise")

    async def _recognise(self, path: Path) -> None:
        from crm.tui.screens.review import Review

        hint = self.query_one("#import-hint", Static)
        hint.update(ui.label("Looking at it…", ui.FAINT))
        try:
            found = await asyncio.to_thread(_recognised, path)
        finally:
            hint.update(ui.label("tab completes, enter looks at it, ctrl+o browses", ui.FAINT))
        self.app.push_screen(Review(found))

    def action_coverage(self) -> None:
        """Show which years the imports hold, and what to ask for again."""
        self.crm.action_coverage()

    # Taking back

    def action_take_back(self) -> None:
        """Take the import under the cursor back, after a question."""
        run = self.rows.row
        if not isinstance(run, RunView) or run.run is None or run.undone:
            self.say("Go to one of your imports first.")
            return
        from crm.tui.screens.confirm import Confirm

        number = run.run

        def answered(yes: bool | None) -> None:
            if yes:
                self.start(partial(self._take_back, number), group="take-back", exclusive=False)

        question = f"Take import {number} back?"
        self.app.push_screen(
            Confirm(
                question, f"{run.title}: {brought(run)}. Whatever another import or you also brought stays."
            ),
            answered,
        )

    def action_save_failed(self) -> None:
        """Save the records that the import under the cursor could not read, to mend them."""
        from crm.tui.screens import mend

        run = self.rows.row
        if isinstance(run, RunView) and run.failed:
            mend.ask(self, run)
        else:
            self.say("Go to an import of which records failed first.")

    async def _take_back(self, run: int) -> None:
        undone = await self.crm.run_whole(importing.take_back, run)
        acts = words.count(undone.interactions, "act")
        contacts = words.count(undone.contacts, "contact")
        self.say(f"Taken back: {contacts}, {acts}. {undone.kept:,} stay.")


def _recognised(path: Path) -> list[Recognised]:
    if not path.exists():
        raise ExportError(f"there is no {path}", "check the name; tab completes it")
    try:
        return importing.recognise([path])
    except OSError as error:
        raise ExportError(
            f"cannot read {path}: {error.strerror}", "check that it is yours to read"
        ) from error
