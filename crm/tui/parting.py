"""What becomes of typed text when the program ends, and how the user learns of it, then or at the next start.

Dialogs are kept before notes: a file needs no database, which another program may be writing to for minutes.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.screen import Screen

from crm.domain.text import clean
from crm.services import drafts
from crm.tui import typed
from crm.tui.base import Dialog

if TYPE_CHECKING:
    from crm.tui.app import CrmApp


def keep_dialogs(app: CrmApp, screens: Iterable[Screen[Any]]) -> None:
    """Write a draft of every dialog that something was typed into; the demo leaves none.

    What cannot be written is remembered for `say` to print.
    """
    for dialog in screens:
        if not isinstance(dialog, Dialog) or app.banner:
            continue
        try:
            draft = typed.keep(dialog, app.store.now())
        except OSError:
            app.unsaved.append("\n".join(f"{name}: {text}" for name, text in typed.unsaved(dialog)))
        else:
            app.drafts += [draft] if draft else []
        dialog.remember()


def say(texts: Sequence[str], kept: Sequence[Path]) -> None:
    """Print, after the screen is gone, what could not be saved, and say where the drafts are."""
    with suppress(OSError):  # the window may be gone, and nothing hears us
        for text in texts:
            shown = clean(text, multiline=True, limit=100_000)
            sys.stderr.write(f"crm: these notes could not be saved:\n{shown}\n")
        if sys.stderr.isatty():
            for file in kept:
                sys.stderr.write(f"crm: what you were typing is kept in {clean(str(file), limit=4_096)}\n")
        sys.stderr.flush()


async def tell(app: CrmApp) -> None:
    """Say once, at the start, where the drafts of earlier ends are."""
    kept = await asyncio.to_thread(drafts.untold)
    if not kept:
        return
    where = kept[0] if len(kept) == 1 else kept[0].parent
    text = "A text" if len(kept) == 1 else f"{len(kept)} texts"
    app.say(f"{text} you were typing last time, kept in\n{_short(where)}", trouble=True)
    await asyncio.to_thread(drafts.told, kept)


def _short(path: Path) -> str:
    """Return a path below the user's home as it is typed: a message has 50 columns."""
    try:
        return f"~/{path.relative_to(Path.home()).as_posix()}"
    except (ValueError, RuntimeError):  # elsewhere, or nobody knows where home is
        return str(path)
