"""What is killed at any moment (`killing`): how it is prepared, what is done, what must be true afterwards.

A scenario has a folder made ready once, work that a process does in a copy of it, and a check of what must be
true whenever it ended. The work says what it has finished, as a command line does by ending: that must be
there.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import generate_x

from crm.db.store import Store
from crm.db.tables import metadata
from crm.services import (
    backup_restore,
    backups,
    contacts,
    doctor,
    editing,
    exporting,
    forgetting,
    importing,
    interactions,
    merging,
)

OLDEST = Path(__file__).parents[1] / "databases" / "0001.db"
TOGETHER = 24
"""Contacts of the scenarios in which single things are done over and over."""

Say = Callable[[str], None]


@dataclass(frozen=True)
class Scenario:
    """What is killed."""

    name: str
    prepare: Callable[[Path, float], None]
    """Of (folder, how large it is to be: 1 is what is killed by hand)."""
    work: Callable[[Path, Say], None]
    check: Callable[[Path, Path, list[str]], str]
    """Of (folder, folder as it was, what was finished); gives one word for what was found."""
    share: float = 1
    """How often it is killed, compared with the others."""


def database(folder: Path) -> Path:
    return folder / "crm.db"


@contextmanager
def opened(folder: Path) -> Iterator[Store]:
    with closing(Store.open(database(folder))) as store:
        yield store


def counts(file: Path) -> dict[str, int]:
    """Return how many rows each table has."""
    with closing(sqlite3.connect(file)) as connection:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]
            for name in names
            if name in metadata.tables
        }


def sound(folder: Path) -> dict[str, int]:
    """Make sure that the database is whole by every measure there is; return its counts."""
    with closing(sqlite3.connect(database(folder))) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    with opened(folder) as store:
        wrong = [finding for finding in doctor.examine(store) if not finding.ok and finding.name != "backups"]
        assert not wrong, wrong
    return counts(database(folder))


def no_half_files(folder: Path) -> None:
    """Make sure that whatever has the name of a backup is a whole one."""
    for file in (folder / "backups").glob("*.db"):
        with closing(sqlite3.connect(f"file:{file}?mode=ro&immutable=1", uri=True)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",), file
            assert connection.execute("SELECT count(*) FROM contact").fetchone()[0] > 0, file


# --- an import: all of it, or nothing ---


def prepare_import(folder: Path, size: float, acts: int = 4000) -> None:
    acts = int(acts * size)
    (folder / "acts").write_text(str(acts))
    generate_x.write_archive(folder / "twitter.zip", tweets=acts, messages=acts, people=60)
    with opened(folder) as store:
        store.write(editing.add, "Ada Byron", ["email:ada@example.org"])


def work_import(folder: Path, say: Say) -> None:
    with opened(folder) as store:
        [found] = importing.recognise([folder / "twitter.zip"])
        say("ready")
        importing.run_import(store, found)
        say("imported")


def check_import(folder: Path, before: Path, said: list[str]) -> str:
    acts = int((folder / "acts").read_text())
    found = sound(folder)
    if found["import_run"] == 0:
        assert found == counts(database(before))
        assert "imported" not in said, "an import that was finished is gone"
        with opened(folder) as store:  # and the next one completes
            [export] = importing.recognise([folder / "twitter.zip"])
            importing.run_import(store, export)
        assert sound(folder)["interaction"] > acts
        return "nothing"
    assert found["import_run"] == 1
    assert found["post"] + found["interaction"] >= 2 * acts, "half an import"
    return "all"


# --- everything brought back from a JSON export: all of it, or nothing ---


def prepare_return(folder: Path, size: float) -> None:
    source = folder / "source"
    source.mkdir()
    prepare_import(source, size, 2000)
    work_import(source, lambda _: None)
    with opened(source) as store:
        exporting.to_file(store, "json", folder / "everything.json")
        (folder / "contacts").write_text(str(store.read(contacts.count)))
    shutil.rmtree(source)
    Store.open(database(folder)).close()


def work_return(folder: Path, say: Say) -> None:
    with opened(folder) as store:
        [found] = importing.recognise([folder / "everything.json"])
        say("ready")
        importing.run_import(store, found)
        say("imported")


def check_return(folder: Path, before: Path, said: list[str]) -> str:
    found = sound(folder)
    if not found["contact"]:
        assert found == counts(database(before))
        assert "imported" not in said
        return "nothing"
    assert str(found["contact"]) == (folder / "contacts").read_text()
    return "all"


# --- notes, one after the other: what was said to be kept is kept, in order ---


def prepare_single(folder: Path, _size: float = 1) -> None:
    with opened(folder) as store:
        for number in range(1, TOGETHER + 1):
            key = store.write(editing.add, f"Person {number:02}", [f"x:person{number:02}"])
            store.write(interactions.log, key, f"hello from {number:02}.")


def work_notes(folder: Path, say: Say) -> None:
    with opened(folder) as store:
        say("ready")
        for number in range(60):
            store.write(editing.note, 1, f"note {number}")
            say(str(number))


def check_notes(folder: Path, before: Path, said: list[str]) -> str:
    sound(folder)
    with opened(folder) as store:
        kept = store.read(contacts.show, 1).notes.split()[1::2]
    assert kept == [str(number) for number in range(len(kept))]
    assert len(said) <= len(kept) <= len(said) + 1, (said, kept)
    return "as said" if len(kept) == len(said) else "one more than said"


# --- merges and splits ---


def work_merges(folder: Path, say: Say) -> None:
    with opened(folder) as store:
        say("ready")
        for number in range(1, TOGETHER, 2):
            view = store.write(merging.merge, number, number + 1)
            say("merged")
            if number % 4 == 1:
                store.write(merging.split, view.part)
                say("split")


def check_merges(folder: Path, before: Path, said: list[str]) -> str:
    found, old = sound(folder), counts(database(before))
    expected = _merges_after(len(said)), _merges_after(len(said) + 1)
    assert found["merged"] in expected, (found["merged"], said)
    assert found["contact"] + found["merged"] == old["contact"]
    assert (found["identity"], found["interaction"]) == (old["identity"], old["interaction"])
    return "as said" if found["merged"] == expected[0] else "one more than said"


def _merges_after(steps: int) -> int:
    """Return how many contacts are parts of others after so many steps of merge, split, merge."""
    return len([step for step in range(steps) if step % 3 == 2]) + (steps % 3 == 1)


# --- forgetting: nothing is left of whom it was said of, everything of the others ---


def work_forget(folder: Path, say: Say) -> None:
    with opened(folder) as store:
        say("ready")
        for key in range(1, TOGETHER):
            forgetting.forget(store, key)
            say(str(key))


def check_forget(folder: Path, before: Path, said: list[str]) -> str:
    found = sound(folder)
    gone = TOGETHER - found["contact"]
    assert len(said) <= gone <= len(said) + 1
    assert found["identity"] == found["interaction"] == found["contact"], "half forgotten"
    whole = database(folder).read_bytes()
    for number in range(len(said)):
        assert f"hello from {number + 1:02}.".encode() not in whole, "forgotten, and still in the file"
    return "as said" if gone == len(said) else "one more than said"


# --- the upgrade of an old database ---


def prepare_upgrade(folder: Path, size: float) -> None:
    """Make a database of the first schema with many rows that hang on few."""
    shutil.copy(OLDEST, database(folder))
    database(folder).chmod(0o600)
    with closing(sqlite3.connect(database(folder))) as connection:
        fields = "identity_id, platform, precision, zone_assumed, direction, kind, text"
        connection.executemany(
            f"INSERT INTO interaction (id, external_id, at, {fields}) SELECT ?, ?, at - ?, {fields} "
            "FROM interaction WHERE id = (SELECT min(id) FROM interaction)",
            [(1000 + number, f"made:{number}", number * 3_600_000_000) for number in range(int(5000 * size))],
        )
        connection.execute("INSERT INTO interaction_text(interaction_text) VALUES('rebuild')")
        connection.commit()


def work_upgrade(folder: Path, say: Say) -> None:
    say("ready")
    with opened(folder):
        say("open")


def check_upgrade(folder: Path, before: Path, said: list[str]) -> str:
    no_half_files(folder)
    kept = counts(database(before))
    with closing(sqlite3.connect(database(folder))) as connection:
        schema = connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    assert ("dialogue" in tables) == (schema != "0001"), f"half an upgrade: {schema}"
    if schema == "0001":
        assert "open" not in said
        assert counts(database(folder)) == kept
    found = sound(folder)  # which opens it, so upgrades it
    stored = ("contact", "identity", "interaction", "post", "contact_tag", "import_run", "change")
    assert {name: found[name] for name in stored} == {name: kept[name] for name in stored}
    assert list((folder / "backups").glob("*before-upgrade*.db"))
    return f"schema {schema}"


# --- a backup ---


def prepare_backup(folder: Path, size: float) -> None:
    prepare_import(folder, size, 6000)
    work_import(folder, lambda _: None)


def work_backup(folder: Path, say: Say) -> None:
    with opened(folder) as store:
        say("ready")
        for _ in range(3):
            say(str(backups.backup(store)))


def check_backup(folder: Path, before: Path, said: list[str]) -> str:
    no_half_files(folder)
    assert sound(folder) == counts(database(before))
    there = {str(file) for file in (folder / "backups").glob("*.db")}
    assert set(said) <= there
    return f"{len(there)} backups"


# --- going back to a backup: what was there or what was restored, and what was there is kept aside ---


def prepare_restore(folder: Path, size: float) -> None:
    prepare_import(folder, size)
    with opened(folder) as store:
        backups.backup(store, folder / "made.db")
    work_import(folder, lambda _: None)


def prepare_restore_over_damage(folder: Path, size: float) -> None:
    prepare_restore(folder, size)
    database(folder).write_bytes(b"\0" * 100 + database(folder).read_bytes()[100:])
    log = Path(f"{database(folder)}-wal")
    log.write_bytes(b"what was written last")
    log.chmod(0o600)


def work_restore(folder: Path, say: Say) -> None:
    say("ready")
    with backup_restore.prepared(database(folder), folder / "made.db") as ready:
        aside = backup_restore.put_back(ready, datetime(2026, 6, 1, tzinfo=UTC))
    say(str(aside))


def check_restore(folder: Path, before: Path, said: list[str]) -> str:
    no_half_files(folder)
    found, old = sound(folder), counts(database(before))
    aside = list((folder / "backups").glob("*-before-restore.db"))
    if found["import_run"]:
        assert found == old
        assert not said, "a restore that was finished is gone"
        return "what was there"
    assert {**found, "setting": 0} == {**counts(before / "made.db"), "setting": 0}
    [kept] = aside
    assert counts(kept) == old
    assert said in ([], [str(kept)])
    return "restored"


def check_restore_over_damage(folder: Path, before: Path, said: list[str]) -> str:
    damaged = database(before).read_bytes()
    kept = list((folder / "backups").glob("*-before-restore.db"))
    logs = [Path(f"{database(folder)}-wal"), *(folder / "backups").glob("*-before-restore.db-wal")]
    assert b"what was written last" in [log.read_bytes() for log in logs if log.exists()]
    if database(folder).read_bytes() == damaged:
        assert not said, "a restore that was finished is gone"
        return "what was there"
    assert [file.read_bytes() for file in kept] == [damaged]
    assert sound(folder)["import_run"] == 0
    return "restored"


SCENARIOS = (
    Scenario("import", prepare_import, work_import, check_import, share=3),
    Scenario("return of an export", prepare_return, work_return, check_return),
    Scenario("notes", prepare_single, work_notes, check_notes),
    Scenario("merge and split", prepare_single, work_merges, check_merges),
    Scenario("forget", prepare_single, work_forget, check_forget),
    Scenario("upgrade", prepare_upgrade, work_upgrade, check_upgrade, share=2),
    Scenario("backup", prepare_backup, work_backup, check_backup),
    Scenario("restore", prepare_restore, work_restore, check_restore),
    Scenario(
        "restore over damage", prepare_restore_over_damage, work_restore, check_restore_over_damage, share=0.5
    ),
)
