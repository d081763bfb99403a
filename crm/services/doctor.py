"""Looking after the database: what was checked, whether it is well, and what to do if not."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
from collections.abc import Iterator

from sqlalchemy import func, select

from crm.config import Config
from crm.db import search, state
from crm.db.store import Store, Work
from crm.db.tables import contact, interaction, post
from crm.services import backups, health
from crm.services.views import Finding

_LEAST_FREE = 200 * 1024 * 1024
_SYNCED = ("dropbox", "onedrive", "google drive", "googledrive", "icloud", "mobile documents", "nextcloud")


def examine(store: Store, settings: Config | None = None) -> list[Finding]:
    """Check the database and what surrounds it. Writes nothing.

    Args:
        store: the database.
        settings: what is configured, to say whether reminders arrive as well.

    """
    findings = store.read(_contents)
    findings.append(store.write(_full_text))
    if settings is not None:
        findings.extend(health.findings(health.look(store, settings), store.now()))
    if store.path is not None:
        findings.extend(_file(store))
    return findings


def repair_state(work: Work) -> None:
    """Compute every relationship again from the interactions, and fill the full text again."""
    state.recompute(work.connection, work.rules, work.now)
    search.rebuild(work.connection)


def _contents(work: Work) -> list[Finding]:
    connection = work.connection
    findings = []
    if connection.dialect.name == "sqlite":
        verdict = connection.exec_driver_sql("PRAGMA integrity_check").scalars().first()
        findings.append(
            Finding(
                "integrity",
                verdict == "ok",
                "the file is whole" if verdict == "ok" else str(verdict),
                None if verdict == "ok" else "keep the file, and go back to the newest backup",
            )
        )
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        findings.append(
            Finding(
                "references", not broken, f"{len(broken)} rows point at nothing" if broken else "all whole"
            )
        )
    wrong = state.differences(connection, work.rules, work.now)
    findings.append(
        Finding(
            "relationships",
            not wrong,
            f"{len(wrong)} differ from a computation from nothing"
            if wrong
            else "equal to a computation from nothing",
            "crm doctor --repair computes them again" if wrong else None,
        )
    )
    counts = [
        (connection.scalar(select(func.count()).select_from(table)), word)
        for table, word in ((contact, "contacts"), (interaction, "interactions"), (post, "posts"))
    ]
    findings.append(Finding("contents", True, ", ".join(f"{number:,} {word}" for number, word in counts)))
    return findings


def _full_text(work: Work) -> Finding:
    well = search.intact(work.connection)
    return Finding(
        "search",
        well,
        "agrees with the interactions" if well else "differs from the interactions",
        None if well else "crm doctor --repair fills it again",
    )


def _file(store: Store) -> Iterator[Finding]:
    file = store.path
    assert file is not None
    if os.name == "posix":
        mode = stat.S_IMODE(file.stat().st_mode)
        private = mode & 0o077 == 0
        yield Finding(
            "privacy",
            private,
            f"mode {mode:04o}" + ("" if private else ": others on this machine can read it"),
            None if private else f"chmod 600 '{file}'",
        )
    free = shutil.disk_usage(file.parent).free
    yield Finding("free space", free > _LEAST_FREE, f"{free // 2**20:,} MiB free", None)
    synced = next((name for name in _SYNCED if name in str(file.resolve()).casefold()), None)
    yield Finding(
        "folder",
        synced is None,
        str(file) if synced is None else f"{file} looks synchronised by {synced}",
        "a database can be damaged while it is synchronised; move it and use --db" if synced else None,
    )
    kept = backups.list_backups(store)
    yield Finding(
        "backups",
        True,
        f"{len(kept)}, newest of {kept[0].at:%Y-%m-%d %H:%M} UTC" if kept else "none yet",
        None if kept else "crm backup makes one",
    )
    yield Finding("SQLite", True, sqlite3.sqlite_version)
