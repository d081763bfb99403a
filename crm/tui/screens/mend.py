"""Saving what an import could not read to a file, so that it can be mended and imported again."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path

from crm.domain.errors import ExportError
from crm.paths import replace_file
from crm.services import importing
from crm.services.views import RunView
from crm.tui import words
from crm.tui.base import Page
from crm.tui.screens.ask import AskPath
from crm.tui.widgets.path_input import path_of

_ENDINGS = frozenset({".vcf", ".csv", ".tsv", ".txt"})


def default_path(run: RunView) -> str:
    """Return the file that is offered: it ends as what was imported, so that it is recognised again."""
    ending = Path(run.path.partition(", ")[0]).suffix.casefold()
    return f"~/crm-failed-{run.run}{ending if ending in _ENDINGS else '.txt'}"


def ask(page: Page, run: RunView) -> None:
    """Ask for a file, and write what the run could not read into it, in a thread."""
    if run.run is None:
        return
    number = run.run

    def answered(text: str | None) -> None:
        path = path_of(text) if text is not None else None
        if path is not None:
            page.start(partial(_save, page, number, path), group="mend", exclusive=False)

    question = f"Save {words.count(len(run.failed), 'failed record')} to which file?"
    page.app.push_screen(AskPath(question, "a file", default_path(run)), answered)


async def _save(page: Page, run: int, path: Path) -> None:
    records = await page.read(importing.failed, run)
    await asyncio.to_thread(_write, path, records)
    page.crm.say(f"{words.count(len(records), 'record')} saved to {path}; mend and import it again.")


def _write(path: Path, records: list[str]) -> None:
    if path.is_dir():
        raise ExportError(f"{path} is a folder", "name a file in it")
    try:
        replace_file(path, (f"{record.rstrip()}\n".encode() for record in records))
    except OSError as error:
        raise ExportError(f"cannot write {path}: {error.strerror}", "choose another place") from error
