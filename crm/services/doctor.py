"""Looking after the database: what was checked, whether it is well, and what to do if not."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from crm.config import Config
from crm.db import search, state
from crm.db.moments import moment
from crm.db.store import Store, Work
from crm.db.tables import change, contact, import_run, interaction, post
from crm.domain.rotation import Why
from crm.services import backups, encryption, health, surroundings
from crm.services.views import Finding

_OLDEST = timedelta(days=8)
"""Of the newest backup, while the database changes; one is made on each day of work."""


def examine(store: Store, settings: Config | None = None) -> list[Finding]:
    """Check the database and what surrounds it. Writes nothing.

    Args:
        store: the database.
        settings: what is configured, to say whether reminders arrive as well.

    """
    findings = store.read(_contents)
    if store.access is None:  # the full text is compared in a transaction that could write
        findings.append(store.write(_full_text))
    if settings is not None:
        findings.extend(health.findings(health.look(store, settings), store.now()))
    findings.append(_backups(store))
    if store.path is not None:
        findings.extend(surroundings.findings(store.path, store.now(), store.read(_newest)))
    return findings


def remove_leftovers(store: Store) -> list[Path]:
    """Remove unfinished files of programs that are gone; return them."""
    if store.path is None:
        return []
    found = list(surroundings.drafts(store.path, store.now()))
    for path in found:
        path.unlink(missing_ok=True)
    return found


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
                None if verdict == "ok" else "keep the file, and go back to the newest backup: crm restore",
            )
        )
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        findings.append(
            Finding(
                "references",
                not broken,
                f"{len(broken)} rows point at nothing" if broken else "all whole",
                "crm backup keeps what is there; then go back to a good one: crm restore" if broken else None,
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


def _backups(store: Store) -> Finding:
    """Say how old the newest backup is, and whether it is whole."""
    kept = backups.list_backups(store)
    usable = [one for one in kept if one.why != Why.BEFORE_RESTORE]
    if not usable:
        return Finding("backups", True, "none yet: the first is made at the end of a day's first work")
    newest = backups.checked(usable[0])
    age = store.now() - newest.backup.at
    said = f"{len(kept)}, newest of {newest.backup.at:%Y-%m-%d %H:%M} UTC"
    if newest.whole is False:
        return Finding(
            "backups",
            False,
            f"{said} is damaged: {newest.damage}",
            "crm backup makes a new one; crm backup --list checks all of them",
        )
    if age > _OLDEST and not backups.covers(store, newest.backup):
        return Finding(
            "backups", False, f"{said}, and much may have changed since", "crm backup makes one now"
        )
    plain = sum(not one.encrypted for one in kept)
    if store.backup_settings is not None and encryption.wished(store.backup_settings) and plain:
        said += f"; {plain} of them not encrypted"
    return Finding("backups", True, f"{said}, {'encrypted' if newest.whole is None else 'whole'}")


def _newest(work: Work) -> datetime | None:
    """Return the latest moment of anything the user or an import did."""
    noted = [work.connection.scalar(select(func.max(column))) for column in (change.c.at, import_run.c.at)]
    return max((moment(at) for at in noted if at is not None), default=None)
