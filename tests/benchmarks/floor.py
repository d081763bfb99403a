"""The floor that an import is measured against: plain sqlite3 inserting the same ready rows.

Same schema, same keys and indexes, same full text, same durability, and every row that the import wrote, also
those of relationships; no reading of an export, no looking up who is who, no working out of relationships.
"""

from __future__ import annotations

import gc
import sqlite3
import time
from pathlib import Path

_TABLES = (
    "import_run", "import_problem", "coverage", "sighting", "contact", "contact_tag", "identity", "card",
    "interaction", "post", "relationship", "tally", "dialogue", "change",
)  # fmt: skip
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
    gc.disable()  # as an import does
    begin, busy = time.perf_counter(), time.process_time()
    target.execute("BEGIN IMMEDIATE")
    for table, found in rows.items():
        if found:
            target.executemany(f'INSERT INTO "{table}" VALUES ({", ".join("?" * len(found[0]))})', found)
    target.execute(_FILL)
    target.execute("COMMIT")
    taken = time.perf_counter() - begin, time.process_time() - busy
    gc.enable()
    target.close()
    return taken
