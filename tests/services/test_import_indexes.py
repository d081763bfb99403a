"""A large first import lays indexes aside while it writes; afterwards they are all there, come what may."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from crm.services import importing
from crm.services.doctor import examine
from crm.services.spooling import Spool

pytestmark = pytest.mark.sqlite(reason="a server keeps its indexes while it writes")

_ASIDE = {"ix_interaction_identity_at", "ix_interaction_support"}


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
