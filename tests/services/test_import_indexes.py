"""A large first import lays indexes aside while it writes; afterwards they are all there, come what may."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select, text

from crm.db.tables import interaction, post
from crm.domain.records import PostRecord
from crm.services import importing, searching, spooling
from crm.services.doctor import examine
from crm.services.spooling import Spool

pytestmark = pytest.mark.sqlite(reason="a server keeps its indexes while it writes")

_ASIDE = {"ix_interaction_identity_at", "ix_interaction_support", "uq_interaction_external_id"}


def _indexes(work):
    query = text("SELECT name, sql FROM sqlite_master WHERE type = 'index'")
    return dict(tuple(row) for row in work.connection.execute(query))


@pytest.fixture
def many(monkeypatch):
    monkeypatch.setattr(importing, "_MANY", 3)


@pytest.fixture
def while_writing(monkeypatch):
    """The indexes there were at each batch."""
    seen = []

    class Watching(importing.Writer):
        def write(self, batch):
            seen.append(set(_indexes(self._work)))
            super().write(batch)

    monkeypatch.setattr(importing, "Writer", Watching)
    return seen


def test_a_first_import_of_many_leaves_the_same_indexes(store, act, bring, many, while_writing):
    before = store.read(_indexes)
    assert before.keys() >= _ASIDE
    bring([act("ada", "in", days_ago=days) for days in range(5)])
    assert [names & _ASIDE for names in while_writing] == [set()]
    assert store.read(_indexes) == before
    assert [finding for finding in examine(store) if not finding.ok] == []


def test_into_a_table_that_holds_acts_indexes_stay(store, act, bring, many, while_writing):
    bring([act("ada", "in")])
    bring([act("ada", "in", days_ago=days) for days in range(1, 6)])
    assert all(names >= _ASIDE for names in while_writing)


def test_an_import_that_is_stopped_leaves_the_same_indexes(store, act, many):
    before = store.read(_indexes)
    with Spool() as spool:
        spool.fill([act("ada", "in", days_ago=days) for days in range(5)], lambda _: None, lambda: False)
        with pytest.raises(importing.Cancelled):
            store.write(importing.write_run, "x", "export.zip", spool, cancelled=lambda: True)
    assert store.read(_indexes) == before


def test_what_an_export_holds_twice_is_kept_once_with_or_without_indexes(store, act, bring, monkeypatch):
    monkeypatch.setattr(spooling, "_BATCH", 2)  # twice in one batch is another matter
    once = [act("ada", "in", days_ago=days, key=f"x:{days}", text=f"kiln {days}") for days in range(5)]
    again = [act("bo", "in", days_ago=9, key=f"x:{days}", text="the same key") for days in (0, 3, 0)]
    posts = [PostRecord("x", f"x:post:{number % 3}", None, f"glaze {number}") for number in range(7)]

    def look(work):
        found = []
        for table in (interaction, post):
            query = select(table.c.id, table.c.external_id, table.c.text).order_by(table.c.id)
            found += [tuple(row) for row in work.connection.execute(query)]
        return found

    found = []
    for least in (3, 100):  # without indexes, then with them
        monkeypatch.setattr(importing, "_MANY", least)
        view = bring([*once, *again, *posts])
        found.append(
            (store.read(look), replace(view, run=None), len(store.read(searching.search, "kiln").hits))
        )
        assert store.read(searching.search, "same key").hits == ()
        assert [finding for finding in examine(store) if not finding.ok] == []
        store.write(importing.undo_run, view.run)
    assert found[0] == found[1]
    assert len(found[0][0]) == 5 + 3
