"""What was being typed when the program was ended from outside: one small private text file each.

A draft is for people: the program never reads it back, it only says where it is. An empty file beside it says
that nobody was told yet, so that nothing needs to be read or rewritten to remember who was.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from crm import paths
from crm.domain.text import clean

MOST = 20
"""So many are kept; of more, the oldest go."""
_LONGEST = 100_000
"""Characters of one field, more than any of ours takes."""


def folder() -> Path:
    """Return the folder of the drafts; it may not exist."""
    return paths.state_dir() / "drafts"


def keep(title: str, texts: Sequence[tuple[str, str]], name: str, now: datetime) -> Path:
    """Write what was typed to a new file that only the user can read; return it.

    Args:
        title: what it was typed into, for people.
        texts: the name of each field, and what stood in it.
        name: the end of the file's name: a short word of ours.
        now: the moment, in UTC.

    Raises:
        OSError: it cannot be written.

    """
    file = _reserved(name, now)
    try:
        paths.replace_file(file, _written(title, texts, now).encode())
    except OSError:
        file.unlink(missing_ok=True)
        raise
    with suppress(OSError):  # the text is safe; who cannot be told at the next start was told at the end
        paths.private_file(_untold_mark(file))
        _prune(file)
    return file


def untold() -> list[Path]:
    """Return the drafts that nobody was told of yet, oldest first."""
    with suppress(OSError):
        return [
            draft for mark in sorted(folder().glob("*.new")) if (draft := mark.with_suffix(".txt")).exists()
        ]
    return []


def told(drafts: Sequence[Path]) -> None:
    """Remember that the user knows of some drafts."""
    for draft in drafts:
        with suppress(OSError):
            _untold_mark(draft).unlink(missing_ok=True)


def _reserved(name: str, now: datetime) -> Path:
    place = paths.private_folder(folder())
    moment = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    for number in count(1):
        file = place / (f"{moment}-{name}.txt" if number == 1 else f"{moment}-{name}-{number}.txt")
        with suppress(FileExistsError):
            paths.private_file(file)
            return file
    raise AssertionError("numbers end")


def _written(title: str, texts: Sequence[tuple[str, str]], now: datetime) -> str:
    """Return what the file says; it will be shown on a terminal, so nothing in it is a command to one."""
    parts = [f"{clean(title)}\n{now.astimezone(UTC):%Y-%m-%d %H:%M} UTC, typed and not saved\n"]
    parts += [f"{clean(field)}:\n{clean(text, multiline=True, limit=_LONGEST)}\n" for field, text in texts]
    return "\n".join(parts)


def _untold_mark(draft: Path) -> Path:
    return draft.with_suffix(".new")


def _prune(newest: Path) -> None:
    """Delete the oldest drafts, never the one just written: the clock may have gone back."""
    others = sorted(file for file in newest.parent.glob("*.txt") if file != newest)
    for file in others[: max(len(others) - MOST + 1, 0)]:
        file.unlink(missing_ok=True)
        _untold_mark(file).unlink(missing_ok=True)
