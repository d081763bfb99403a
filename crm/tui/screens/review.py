"""What a path was recognised as; trying it, importing it, and the report."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Static

from crm.domain.errors import CrmError, QuestionError
from crm.services import importing, tables, triage
from crm.services.views import Progress, Recognised, RunView
from crm.tui import ui, words
from crm.tui.base import Page
from crm.tui.widgets.drawn import Drawn
from crm.tui.widgets.rows import Key, Rows
from crm.tui.widgets.run_report import brief, recognised_lines, run_lines

STAGES = {
    "reading": "reading",
    "writing": "writing",
    "indexing": "making it searchable",
    "relationships": "bringing relationships up to date",
}
_TICK = 0.1
"""Seconds between two looks at how far the thread has come."""


@dataclass
class Source:
    """One export and what became of it. The thread writes `progress` only; the rest belongs to the page."""

    recognised: Recognised
    stated: str | None = None
    dates: str | None = None
    """The order of day and month, as the user said it."""
    running: bool = False
    progress: Progress | None = None
    columns: dict[str, str] = field(default_factory=dict)
    """What the user says of the columns of a plain table."""
    report: RunView | None = None
    error: CrmError | None = None
    stop: threading.Event = field(default_factory=threading.Event)

    @property
    def previewed(self) -> bool:
        """Whether it was seen what it would bring, and it is not in yet."""
        return self.report is not None and not self.report.is_in

    @property
    def is_in(self) -> bool:
        """Whether it was imported."""
        return self.report is not None and self.report.is_in

    @property
    def state(self) -> str:
        """How it stands, in a few words."""
        if self.running:
            if self.stop.is_set():
                return "stopping…"
            if self.progress is None:
                return "reading…"
            stage = STAGES.get(self.progress.stage, self.progress.stage)
            return f"{stage}… {words.count(self.progress.records, 'record')}"
        if isinstance(self.error, QuestionError):
            return "has a question; press w"
        if self.error is not None:
            return "not imported"
        if self.report is not None:
            return f"{'imported' if self.report.is_in else 'would bring'}: {brief(self.report)}"
        return "cannot be imported" if self.recognised.importer is None else "ready"


class SourceRows(Rows[Source]):
    """One export per line."""

    def draw(self, key: Key, row: Source, width: int) -> ui.Shown:  # noqa: ARG002
        """Draw what it is and how it stands."""
        title = row.recognised.title or Path(row.recognised.paths[0]).name
        left = min(max(ui.size(title), 10), max(width // 3, 8))
        return ui.columns([(title, left, ui.STRONG), (row.state, width - left - 2, "")])

    def unfold(self, row: Source, width: int) -> Sequence[ui.Shown]:
        """Show the file."""
        if not row.recognised.title:
            return ()
        names = ", ".join(Path(path).name for path in row.recognised.paths[:5])
        return [ui.label(ui.fit(names, width), ui.FAINT)]


class Review(Page):
    """The exports found, and the report of the one under the cursor."""

    PLACE = "import"
    HELP_TITLE = "What was recognised"
    HELP_TEXT = (
        "First every export is read in a dry run, which does everything and takes it back: so you see "
        "exactly what would be new, changed and the same, and what failed. Nothing is written until you "
        "press i. While something runs, escape stops it, and nothing of it was imported. What the columns "
        "of a plain table hold can be corrected with c; records that failed can be saved to a file, to "
        "mend them."
    )
    KEYS_TO_LEARN = (
        ("i", "Imports what is under the cursor."),
        ("I", "Imports everything here."),
        ("d", "Reads it again without writing anything."),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("i", "import", "import"),
        Binding("c", "columns", "columns"),
        Binding("f", "save_failed", "save what failed"),
        Binding("w", "who", "who you are in it"),
        Binding("I", "import_all", "import all"),
        Binding("d", "dry_run", "dry run"),
        Binding("t", "triage", "put people into circles"),
        Binding("pageup", "report(-1)", "report up", show=False, priority=True),
        Binding("pagedown", "report(1)", "report down", show=False, priority=True),
        Binding("escape", "back", "stop, or back"),
    ]

    def __init__(self, found: Sequence[Recognised]) -> None:
        super().__init__()
        self._sources = [Source(one) for one in found]
        self._trying = False
        self._unsorted = 0

    def body(self) -> ComposeResult:
        """A sentence, the list, and the report."""
        known = sum(source.recognised.importer is not None for source in self._sources)
        sentence = (
            "Nothing in it can be imported." if not known else f"{words.count(known, 'export')} recognised."
        )
        yield Static(ui.label(sentence), id="review-sentence")
        with Horizontal():
            yield SourceRows(id="sources", classes="first")
            with VerticalScroll(id="review-report", classes="beside", can_focus=False):
                yield Drawn()

    @property
    def rows(self) -> SourceRows:
        """The list."""
        return self.query_one(SourceRows)

    @property
    def running(self) -> Source | None:
        """The export that is being imported now."""
        return next((source for source in self._sources if source.running), None)

    @property
    def busy(self) -> str:
        """Why this page cannot be left just now."""
        if self.running is None:
            return ""
        return f"{'A dry run' if self._trying else 'An import'} is running; escape stops it."

    def load(self) -> None:
        """Show the exports; they are known already."""
        self._show()
        self.set_interval(_TICK, self._tick)
        self._begin(self._sources, dry_run=True)

    def freshen(self, force: bool = False) -> None:
        """Load once; what others change does not concern this page."""
        if self._seen < 0 or force:
            super().freshen(force)

    def _show(self) -> None:
        self.rows.show(range(len(self._sources)), dict(enumerate(self._sources)), self.rows.key)

    def _tick(self) -> None:
        if self.running:
            self.rows.give(dict(enumerate(self._sources)))

    @on(Rows.Highlighted, "#sources")
    def show_report(self) -> None:
        """Say more about the export under the cursor."""
        source = self.rows.row
        self.query_one(Drawn).show(None if source is None else partial(self._lines, source))
        self.refresh_bindings()

    def _lines(self, source: Source, width: int) -> Iterator[ui.Shown]:
        if source.report is not None:
            if source.previewed:
                yield ui.line(("Press ", ""), ("i", ui.ACCENT), (" to import this.", ""))
                yield ui.line()
            yield from run_lines(source.report, self.crm.moment, self.store.rules.zone, width)
            if source.is_in and self._unsorted:
                yield ui.line()
                yield from (ui.label(piece, ui.ACCENT) for piece in ui.wrapped(self._next_step(), width, 4))
            return
        if isinstance(source.error, QuestionError):
            yield ui.line(("Press ", ""), ("w", ui.ACCENT), (" to answer one question:", ""))
            yield from (ui.label(piece) for piece in ui.wrapped(source.error.message, width, 8))
            yield ui.line()
        elif source.error is not None:
            yield ui.label("Not imported", ui.TROUBLE)
            yield from (ui.label(piece) for piece in ui.wrapped(source.error.message, width, 8))
            yield from (ui.label(piece, ui.FAINT) for piece in ui.wrapped(source.error.hint or "", width, 6))
            yield ui.line()
        yield from recognised_lines(source.recognised, width)
        if source.stated:
            yield ui.line()
            yield ui.label(ui.fit(f"You are {source.stated} in it.", width))

    def _next_step(self) -> str:
        people = words.count(self._unsorted, "person", "people")
        return f"Next, t goes through the {people} you talk with most, to put them into circles."

    # Importing

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what can be done with the export under the cursor."""
        if action == "triage":
            return self._unsorted > 0
        if action in ("columns", "save_failed") and self.is_mounted:
            source = self.rows.row
            if source is None:
                return False
            if action == "columns":
                return not source.is_in and (
                    source.recognised.importer is None or tables.is_table(source.recognised)
                )
            return source.report is not None and source.report.run is not None and bool(source.report.failed)
        return super().check_action(action, parameters)

    def action_report(self, by: int) -> None:
        """Scroll the report by a page."""
        report = self.query_one("#review-report")
        (report.scroll_page_down if by > 0 else report.scroll_page_up)(animate=False)

    def action_import(self) -> None:
        """Import the export under the cursor; first show what it would bring, where that is not known."""
        source = self.rows.row
        if source is not None:
            self._begin([source], dry_run=not source.previewed)

    def action_import_all(self) -> None:
        """Import every export whose preview was seen; show a preview of those that have none."""
        seen = [source for source in self._sources if source.previewed]
        self._begin(seen or self._sources, dry_run=not seen)

    def action_dry_run(self) -> None:
        """Do everything and take it back, to see what would happen."""
        self._begin([self.rows.row], dry_run=True)

    def _begin(self, sources: Sequence[Source | None], dry_run: bool) -> None:
        if self.running:
            self.say(self.busy)
            return
        ready = [one for one in sources if one is not None and one.recognised.importer and not one.is_in]
        if ready:
            self._trying = dry_run
            self.start(partial(self._run, ready, dry_run), group="run")

    async def _run(self, sources: Sequence[Source], dry_run: bool) -> None:
        for source in sources:
            await self._run_one(source, dry_run)
            if source.stop.is_set():
                break

    async def _run_one(self, source: Source, dry_run: bool) -> None:
        source.running, source.progress, source.error, source.report = True, None, None, None
        source.stop.clear()
        self._show()
        try:
            source.report = await asyncio.to_thread(
                importing.run_import,
                self.store,
                source.recognised,
                stated=source.stated,
                dry_run=dry_run,
                columns=source.columns or None,
                dates=source.dates,
                progress=_into(source),
                cancelled=source.stop.is_set,
            )
        except CrmError as error:
            source.error = error
            if not isinstance(error, importing.Cancelled | QuestionError):
                self.failed(error)
        finally:
            source.running = False
            self._show()
            self.show_report()
        if source.report is not None and not dry_run:
            self._unsorted = await self.read(triage.offer)
            self.show_report()
            self.crm.changed()

    def action_triage(self) -> None:
        """Go through the people there was most talk with."""
        if self.running is None:
            self.crm.action_triage()

    def action_who(self) -> None:
        """Say which name, handle or address in the export is yours."""
        from crm.tui.screens.ask import Ask

        source = self.rows.row
        if source is None or source.running:
            return
        if isinstance(source.error, QuestionError):
            self._ask(source, source.error)
            return

        def answered(text: str | None) -> None:
            if text is not None:
                source.stated = text or None
                self._begin([source], dry_run=True)

        self.app.push_screen(
            Ask(
                "Who are you in this export?",
                "your name, handle, address or number there",
                source.stated or "",
            ),
            answered,
        )

    def _ask(self, source: Source, question: QuestionError) -> None:
        from crm.tui.screens.question import Question

        def answered(said: str | None) -> None:
            if not said:
                return
            if question.option == "as":
                source.stated = said
            else:
                source.dates = said
            self._begin([source], dry_run=True)

        self.app.push_screen(Question(question), answered)

    def action_columns(self) -> None:
        """Correct what the columns of a plain table hold."""
        source = self.rows.row
        if source is not None and self.running is None:
            self.start(partial(self._columns, source), group="columns")

    async def _columns(self, source: Source) -> None:
        from crm.tui.screens.columns import Columns

        table = await asyncio.to_thread(tables.as_table, source.recognised)
        if not tables.is_table(table):
            self.say("This is no table whose columns could be explained.")
            return
        proposal = await asyncio.to_thread(tables.propose, table, source.columns or None)

        def answered(said: Mapping[str, str] | None) -> None:
            if said is not None:
                source.recognised, source.columns = table, dict(said)
                self._begin([source], dry_run=True)

        self.app.push_screen(Columns(proposal, source.columns), answered)

    def action_save_failed(self) -> None:
        """Save the records that could not be read, to mend them and import them again."""
        from crm.tui.screens import mend

        source = self.rows.row
        if source is not None and source.report is not None:
            mend.ask(self, source.report)

    # Leaving

    def action_back(self) -> None:
        """Stop what runs, else go back."""
        running = self.running
        if running is not None:
            running.stop.set()
            self._show()
        else:
            self.dismiss()

    def keep(self) -> None:
        """Stop what runs, because the program ends: then nothing of it is imported."""
        for source in self._sources:
            source.stop.set()


def _into(source: Source) -> Callable[[Progress], None]:
    def tell(progress: Progress) -> None:
        source.progress = progress

    return tell
