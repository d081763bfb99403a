"""Moving a whole database to another place: a file, a server, and back; checked before it counts.

All of it happens in one transaction of the target, and the check is part of it: whatever goes wrong, also a
power cut, the target is empty afterwards. The source is only read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from crm.db import moving, state, whole
from crm.db.store import Store, Work
from crm.domain.errors import ConflictError, DatabaseError

Tell = Callable[[str, str, int], None]
"""Is told what is done ("copying", "checking"), the table, and how many of its rows are through."""


@dataclass(frozen=True, slots=True)
class CopiedTable:
    """One table, the same in both databases."""

    name: str
    rows: int
    digest: str
    """Over all values of all rows, in hexadecimal."""


@dataclass(frozen=True, slots=True)
class CopyView:
    """What was copied; both databases hold the same."""

    source: str
    target: str
    """Paths, or URLs without their password."""
    tables: tuple[CopiedTable, ...]
    state_differs: int
    """Contacts whose stored state is out of date, in both; `crm doctor --repair` mends it."""

    @property
    def rows(self) -> int:
        """How many rows were copied."""
        return sum(table.rows for table in self.tables)


def copy(store: Store, to: str | Path, tell: Tell = lambda *_: None) -> CopyView:
    """Copy everything to another database, which is made if there is none, and check that both are equal.

    Args:
        store: the source; it is only read.
        to: a path or a URL.
        tell: is told how far it has come.

    Raises:
        ConflictError: the target holds something, or is the source.
        DatabaseError: one of them cannot be used, or they are not equal; then the target is empty.

    """
    target = Store.open(to, rules=store.rules, now=store.now)
    try:
        if _name(target) == _name(store):
            raise ConflictError("that is the database itself", "name another one with --to")
        try:
            return store.read(
                lambda source: target.write(_copied, source, (_name(store), _name(target)), tell)
            )
        except whole.Refused as refused:
            raise DatabaseError(
                f"the copy was not made: {refused}", "run crm doctor; the target is as empty as before"
            ) from refused
    finally:
        target.close()


def _name(store: Store) -> str:
    return str(store.path.resolve()) if store.path else store.url


def _copied(target: Work, source: Work, names: tuple[str, str], tell: Tell) -> CopyView:
    if not moving.is_empty(target.connection):
        raise ConflictError(
            f"{names[1]} is not empty", "copy into a new database; what is in this one was not touched"
        )
    read = moving.fill(source.connection, target.connection, lambda table, n: tell("copying", table, n))
    found = moving.sums(target.connection, lambda table, n: tell("checking", table, n))
    for table, expected in read.items():
        if found[table] != expected:
            raise DatabaseError(
                f"the copy of {table} is not equal: {found[table].rows} rows for {expected.rows}",
                "nothing was kept of it; please report this",
            )
    tell("checking", "relationships", 0)
    wrong = state.differences(target.connection, target.rules, target.now)
    if wrong and wrong != state.differences(source.connection, source.rules, source.now):
        raise DatabaseError(
            f"the copy computes {len(wrong)} relationships differently", "nothing was kept of it"
        )
    tables = tuple(CopiedTable(name, *one) for name, one in read.items())
    return CopyView(*names, tables, len(wrong))
