"""`crm remind --prompt`: a line for a shell prompt, within 60 milliseconds.

It reads what the last run noted (`crm.promptfile`) and opens no database. `__main__` calls `quick` before the
command line is loaded, which would double the time; so nothing may be imported here that starts slowly.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from crm import paths, promptfile

DUE = 10
"""The exit code of `--exit-code` when there is something to do; 0 when not, like `git diff --exit-code`."""


def quick(arguments: Sequence[str]) -> int | None:
    """Show the line if that is all that is asked for, and return the exit code; else None.

    Args:
        arguments: those of the process.

    """
    words, database = _without_database(arguments)
    if words[:1] != ["remind"] or not {"--prompt", "--exit-code"}.issuperset(words[1:]):
        return None
    now = _now()
    return None if now is None else show(database, now, "--exit-code" in words)


def _without_database(arguments: Sequence[str]) -> tuple[list[str], str | None]:
    """Return the arguments without `--db`, and what it says."""
    words: list[str] = []
    database = None
    rest = iter(arguments)
    for word in rest:
        if word == "--db":
            database = next(rest, None)
        elif word.startswith("--db="):
            database = word.removeprefix("--db=")
        else:
            words.append(word)
    return words, database


def show(database: str | None, now: float, exit_code: bool) -> int:
    """Print the line, or nothing when there is nothing or nobody has looked for days; return the exit code.

    Args:
        database: as the command line names it; None: as the environment or the configuration does.
        now: seconds since 1970.
        exit_code: whether the exit code tells if there is something to do.

    """
    counts = promptfile.read(database or os.environ.get("CRM_DATABASE_URL") or _configured(), now)
    words = counts.words if counts else ""
    if words:
        try:
            sys.stdout.write(words + "\n")
            sys.stdout.flush()
        except OSError:  # nobody reads it
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return DUE if words and exit_code else 0


def _configured() -> str | Path | None:
    """Return the database that the configuration names; reading TOML costs 15 ms, so only if it does."""
    file = paths.config_file()
    try:
        text = file.read_bytes() if file.is_file() else b""  # no pipe is waited for
    except OSError:
        return None
    if b"database" not in text:
        return None
    import tomllib

    try:
        named = tomllib.loads(text.decode("utf-8-sig")).get("database")
    except (ValueError, RecursionError):  # every other command says what is wrong with it
        return None
    return named if isinstance(named, str) and named else None


def _now() -> float | None:
    """Return the seconds since 1970, or those that `CRM_NOW` says; None where it says nothing readable."""
    stated = os.environ.get("CRM_NOW")
    if not stated:
        return time.time()
    from datetime import UTC, datetime

    try:
        moment = datetime.fromisoformat(stated)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
