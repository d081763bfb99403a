"""Exporting contacts to a file: which form, and where to."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input, Static

from crm.domain.errors import UsageError
from crm.exporters import FORMS
from crm.services import exporting
from crm.services.exporting import Exported, Options
from crm.tui import ui, words
from crm.tui.acting import Acting, Subject, named
from crm.tui.screens.form import FormDialog
from crm.tui.widgets.choice import Choice, Field, Option
from crm.tui.widgets.path_input import PathInput, PathSuggester, path_of

CHOICES = (
    Option("3.0", "vCard 3.0"),
    Option("4.0", "vCard 4.0"),
    Option("csv", "CSV"),
    Option("ics", "calendar"),
)
ABOUT = {
    "3.0": "For address books; the version that all of them read.",
    "4.0": "For address books that know it; loses nothing of a vCard 4.0.",
    "csv": "A table, for spreadsheets.",
    "ics": "Birthdays, anniversaries and due contacts, for a calendar.",
}


class Wanted(NamedTuple):
    """What to export, and where to."""

    form: str
    """One of `FORMS`."""
    options: Options
    path: Path


class Export(FormDialog[Wanted]):
    """Answers the form and the file."""

    HINT = "enter  export    tab  completes, next    esc  cancel"

    def __init__(self, who: str) -> None:
        super().__init__()
        self._who = who
        self._offered = default_path("3.0")

    def heading(self) -> ui.Shown:
        """Return the title."""
        return ui.line(("Export ", ui.STRONG), (self._who, ui.STRONG))

    def body(self) -> ComposeResult:
        """Form and file."""
        yield Field("form", Choice(CHOICES, "3.0", id="form", classes="first"))
        yield Field("file", PathInput(self._offered, suggester=PathSuggester(), id="export-path"))
        yield Static(ui.label(ABOUT["3.0"]), id="export-about")
        yield Static(
            ui.label("An older file of that name is replaced when the new one is complete.", ui.FAINT)
        )

    @on(Choice.Changed, "#form")
    def other_form(self, event: Choice.Changed) -> None:
        """Say what the form is for, and offer a file that ends as it should, unless one was typed."""
        self.query_one("#export-about", Static).update(ui.label(ABOUT[event.value]))
        field = self.query_one("#export-path", Input)
        if field.value == self._offered:
            self._offered = field.value = default_path(event.value)

    def answer(self) -> Wanted | None:
        """Return what to export."""
        field = self.query_one("#export-path", Input)
        path = path_of(field.value)
        if path is None:
            self.trouble(UsageError("name a file", f"such as {self._offered}"), field)
            return None
        chosen = self.query_one("#form", Choice).value
        if chosen in FORMS:
            return Wanted(chosen, Options(), path)
        return Wanted("vcard", Options(version=chosen), path)


def default_path(choice: str) -> str:
    """Return the file that is offered for a form."""
    form = FORMS[choice if choice in FORMS else "vcard"]
    return f"~/crm-{form.holds}{form.ending}"


def ask(page: Acting, subjects: Sequence[Subject]) -> None:
    """Ask for form and file, and export the contacts in a thread."""
    if not subjects:
        return

    def answered(wanted: Wanted | None) -> None:
        if wanted is not None:
            ids = [subject.contact for subject in subjects]
            page.start(partial(_export, page, ids, wanted), group="export", exclusive=False)

    page.app.push_screen(Export(named(subjects)), answered)


async def _export(page: Acting, ids: Sequence[int], wanted: Wanted) -> None:
    exported = await asyncio.to_thread(
        exporting.to_file, page.store, wanted.form, wanted.path, only=ids, options=wanted.options
    )
    page.crm.say(f"{counted(exported)} exported to {wanted.path}")


def counted(exported: Exported) -> str:
    """Say how much was exported."""
    said = [words.count(number, what.removesuffix("s")) for what, number in exported.counts.items()]
    return ", ".join(said) or "Nothing"
