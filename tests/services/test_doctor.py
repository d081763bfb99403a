"""The doctor finds what is wrong, says what to do, and can mend what follows from the interactions."""

from __future__ import annotations

import pytest

from crm.services import backups, doctor


def wrong(store) -> set[str]:
    return {finding.name for finding in doctor.examine(store) if not finding.ok}


def spoil(store, statement: str) -> None:
    store.write(lambda work: work.connection.exec_driver_sql(statement))


def test_a_healthy_database_has_nothing_wrong(store, act, bring):
    bring([act("ada", "in"), act("ada", "out", text=None)])
    assert wrong(store) == set()


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("UPDATE relationship SET exchange_days = 7", "relationships"),
        ("DELETE FROM relationship", "relationships"),
        ("UPDATE interaction SET text = 'other words'", "search"),
    ],
)
def test_what_differs_from_the_interactions_is_found_and_mended(store, act, bring, statement, name):
    bring([act("ada", "in")])
    spoil(store, statement)
    assert wrong(store) == {name}
    store.write(doctor.repair_state)
    assert wrong(store) == set()


@pytest.mark.sqlite(reason="the mode of its file, backups beside it")
def test_a_database_that_others_can_read_is_said_so(store):
    store.path.chmod(0o644)
    assert wrong(store) == {"privacy"}


@pytest.mark.sqlite(reason="the mode of its file, backups beside it")
def test_backups_are_listed_newest_first(store, clock):
    first = backups.backup(store)
    clock.forward(hours=1)
    second = backups.backup(store)
    assert {one.path for one in backups.list_backups(store)} == {first, second}
    assert all(one.size > 0 for one in backups.list_backups(store))
