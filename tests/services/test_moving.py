"""A database is copied whole to another one, of either kind, and is equal there; or nothing is copied."""

from __future__ import annotations

from datetime import UTC

import pytest
from sqlalchemy import insert

from crm.db import moving as rows
from crm.db.store import Store
from crm.db.tables import metadata, post
from crm.domain.cadence import Rules
from crm.domain.errors import ConflictError, DatabaseError
from crm.domain.records import Precision
from crm.services import backups, contacts, doctor, editing, interactions, merging, moving, searching, undoing

RULES = Rules(zone=UTC)


@pytest.fixture
def lived_in(store, act, bring, clock):
    """Return a database with something in nearly every table, also what points forward in its own table."""
    bring(
        [
            act("ada", d, days_ago=n, text=f"kilns, day {n} – {d} 😀")
            for n in (90, 60, 30)
            for d in ("in", "out")
        ]
    )
    bring([act("Äda", "in", days_ago=9, platform="mastodon"), act("bo", "mutual", kind="call", days_ago=3)])
    bo = store.write(editing.add, "Bo Lind", ("bo@example.org",))
    store.write(
        editing.edit, [bo], editing.Edits(notes="zine fair", add_tags=("print", "Éclair"), circle="inner")
    )
    store.write(interactions.log, bo, "hello", platform="in-person")
    ada, other = store.read(contacts.find, "x:ada"), store.read(contacts.find, "mastodon:äda")
    third = store.write(editing.add, "A. Byron", ("phone:+4930123456",))
    store.write(merging.merge, other, third)
    store.write(merging.merge, ada, other)
    values = {"platform": "x", "precision": Precision.SECOND, "zone_assumed": False}
    store.write(
        lambda work: work.connection.execute(
            insert(post), [{"external_id": str(n), "at": n, "text": f"post {n}", **values} for n in (1, 2)]
        )
    )
    clock.forward(days=1)
    return store


@pytest.fixture(params=["sqlite", "postgresql"])
def target(request, tmp_path):
    """Return what names an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'elsewhere' / 'copy.db'}"
    server = request.getfixturevalue("postgres")
    url = server.database()
    request.addfinalizer(lambda: server.drop(url))
    return url


def sums(store):
    return store.read(lambda work: rows.sums(work.connection, lambda *_: None))


def test_a_copy_is_equal_and_can_be_used(lived_in, target, clock):
    before = sums(lived_in)
    done = moving.copy(lived_in, target)
    assert {table.name: (table.rows, table.digest) for table in done.tables} == before == sums(lived_in)
    assert done.state_differs == 0
    copy = Store.open(target, rules=RULES, now=clock)
    assert sums(copy) == before
    assert all(finding.ok for finding in doctor.examine(copy) if finding.name != "backups")
    assert len(copy.read(searching.search, "kilns day").hits) == 6
    key = copy.write(editing.add, "Cy", ())
    assert key == lived_in.write(editing.add, "Cy", ())
    copy.write(undoing.undo)
    copy.close()


def test_there_and_back_again_is_the_same(lived_in, target, tmp_path, clock):
    moving.copy(lived_in, target)
    middle = Store.open(target, rules=RULES, now=clock)
    back = tmp_path / "back" / "crm.db"
    moving.copy(middle, f"sqlite:///{back}")
    middle.close()
    again = Store.open(f"sqlite:///{back}", rules=RULES, now=clock)
    assert sums(again) == sums(lived_in)
    again.close()


def test_what_holds_something_is_not_touched(lived_in, target, clock):
    other = Store.open(target, rules=RULES, now=clock)
    other.write(editing.add, "Somebody", ())
    before = sums(other)
    with pytest.raises(ConflictError, match="not empty"):
        moving.copy(lived_in, target)
    assert sums(other) == before
    other.close()


def test_a_database_is_not_copied_onto_itself(store):
    with pytest.raises(ConflictError, match="itself"):
        moving.copy(store, f"sqlite:///{store.path}" if store.path else store.url)


def test_stopping_leaves_the_target_empty(lived_in, target, clock):
    def stop(doing, table, _):
        if (doing, table) == ("checking", "interaction"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        moving.copy(lived_in, target, stop)
    left = Store.open(target, rules=RULES, now=clock)
    assert left.read(lambda work: rows.is_empty(work.connection))
    left.close()
    moving.copy(lived_in, target)


def test_a_copy_that_is_not_equal_is_taken_back(lived_in, target, clock, monkeypatch):
    original = rows.bulk.insert

    def loses_one(connection, table, columns, values):
        original(connection, table, columns, values[1:] if table.name == "post" else values)

    monkeypatch.setattr(rows.bulk, "insert", loses_one)
    with pytest.raises(DatabaseError, match="copy of post is not equal"):
        moving.copy(lived_in, target)
    left = Store.open(target, rules=RULES, now=clock)
    assert left.read(lambda work: rows.is_empty(work.connection))
    left.close()


def test_a_copy_of_what_is_out_of_date_says_so(lived_in, target):
    wrong = metadata.tables["relationship"].update().values(unanswered=77)
    lived_in.write(lambda work: work.connection.execute(wrong))
    assert moving.copy(lived_in, target).state_differs == lived_in.read(contacts.count)


def test_nothing_at_all_can_be_copied(store, target):
    assert moving.copy(store, target).rows == 1, "the rules that the state goes by"


def test_a_backup_of_a_server_is_a_file_that_can_be_used_and_put_back(lived_in, postgres, tmp_path, clock):
    url, again = postgres.database(), postgres.database()
    moving.copy(lived_in, url)
    there = Store.open(url, rules=RULES, now=clock)
    file = backups.backup(there, tmp_path / "kept" / "backup.db")
    assert [entry.name for entry in file.parent.iterdir()] == ["backup.db"]
    with pytest.raises(DatabaseError, match="exists already"):
        backups.backup(there, file)
    kept = Store.open(f"sqlite:///{file}", rules=RULES, now=clock)
    assert sums(kept) == sums(there)
    moving.copy(kept, again)
    for each in (kept, there):
        each.close()
    for each in (url, again):
        postgres.drop(each)
