"""A field for a file or folder that completes as a shell does."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import ClassVar
from urllib.parse import unquote, urlsplit

from textual.binding import Binding, BindingType
from textual.suggester import Suggester

from crm import paths
from crm.domain.text import clean
from crm.tui.widgets.kept_input import KeptInput

_MOST_ENTRIES = 20_000
"""Looked at per folder; a larger one is not listed while typing."""


class PathSuggester(Suggester):
    """Suggests the first entry that begins like what was typed."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)

    async def get_suggestion(self, value: str) -> str | None:
        """Return the completed path, folders with a slash, or None."""
        return await asyncio.to_thread(completed, value)


def completed(value: str) -> str | None:
    """Return `value` completed by the first entry of its folder that fits, or None.

    Names that are not what they look like (control characters, overrides) are never offered.
    """
    if not value or value.endswith(("/.", "..")):
        return None
    head, _, tail = value.rpartition("/")
    folder = paths.expanded(f"{head}/" if "/" in value else ".")
    best: str | None = None
    try:
        with os.scandir(folder) as entries:
            for index, entry in enumerate(entries):
                if index > _MOST_ENTRIES:
                    break
                name = entry.name
                if not name.startswith(tail) or (name.startswith(".") and not tail) or clean(name) != name:
                    continue
                if best is None or name < best.rstrip("/"):
                    best = f"{name}/" if entry.is_dir() else name
    except (OSError, ValueError):  # no such folder, not ours, or no path at all: nothing to suggest
        return None
    if best is None:
        return None
    return f"{head}/{best}" if "/" in value else best


def path_of(text: str) -> Path | None:
    """Return the path that was typed, pasted or dropped: quotes, `file://` and `~` are understood.

    None where nothing was typed, or something that no file can be called.
    """
    text = text.strip()
    if len(text) >= 2 and text[0] == text[-1] and text[0] in "'\"":
        text = text[1:-1]
    if text.startswith("file://"):
        text = unquote(urlsplit(text).path)
    path = paths.expanded(text)
    if not text or not _possible(path):
        return None
    if "\\" in text and not path.exists():
        unescaped = paths.expanded(text.replace("\\", ""))
        if _possible(unescaped) and unescaped.exists():
            return unescaped
    return path


def _possible(path: Path) -> bool:
    """Say whether a file could be called so: not one that is too long, has a NUL, or is no text."""
    try:
        path.exists()
    except (OSError, ValueError):
        return False
    return "\0" not in str(path)


class PathInput(KeptInput):
    """Tab takes the suggestion, and goes on where there is none."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("tab", "complete", "complete", show=False)]

    def action_complete(self) -> None:
        """Take the suggestion."""
        before = self.value
        self.action_end()
        self.action_cursor_right()
        if self.value == before:
            self.screen.focus_next()
