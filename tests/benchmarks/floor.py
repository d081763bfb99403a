"""The floor that an import is measured against: plain sqlite3 inserting the same ready rows.

Same schema, same keys and indexes, same full text, same durability; no reading of an export, no looking up
who is who, no relationships.
"""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

_TABLES = ("contact", "identity", "interaction", "post")
_FILL = "INSERT INTO interaction_text(rowid, text) SELECT id, text FROM interaction WHERE text IS NOT NULL"


def seconds(imported: Path, fresh: Path) -> tuple[float, float]:
    """Return the seconds in which rows of an imported database are only inserted: clock, processor."""
    source = sqlite3.connect(imported)
    made = source.execute(
        "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'interaction\\_text\\_%' "
        "ESCAPE '\\' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    ).fetchall()
    rows = {table: source.execute(f'SELECT * FROM "{table}"').fetchall() for table in _TABLES}
    source.close()
    target = sqlite3.connect(fresh, isolation_level=None)
    target.execute("PRAGMA journal_mode = WAL")
    target.execute("PRAGMA synchronous = FULL")
    target.execute("PRAGMA cache_size = -262144")
    for (statement,) in made:
        target.execute(statement)
    begin, busy = time.perf_counter(), time.process_time()
    target.execute("BEGIN IMMEDIATE")
    for table, found in rows.items():
        if found:
            target.executemany(f'INSERT INTO "{table}" VALUES ({", ".join("?" * len(found[0]))})', found)
    target.execute(_FILL)
    target.execute("COMMIT")
    taken = time.perf_counter() - begin, time.process_time() - busy
    target.close()
    return taken
