"""Saving what an import could not read to a file, so that it can be mended and imported again."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path

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
    number = await asyncio.to_thread(importing.save_failed, page.crm.store, run, path)
    page.crm.say(f"{words.count(number, 'record')} saved to {path}; mend and import it again.")
