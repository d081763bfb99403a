"""Whom to put into circles first, and when that is offered."""

from __future__ import annotations

import pytest

from crm.services import contacts, editing, importing, triage, undoing
from crm.services.editing import Edits


@pytest.fixture
def talk(act, bring):
    """Make contacts with as many exchange days as named: `talk(ada=5, bo=2)`."""

    def make(**days):
        records = []
        for who, number in days.items():
            for day in range(number):
                records += [act(who, "out", days_ago=10 * day + 0.2), act(who, "in", days_ago=10 * day + 0.1)]
        return bring(records)

    return make


def names(store):
    return [store.read(contacts.name_of, one.contact) for one in store.read(triage.order)]


def find(store, name):
    return store.read(contacts.find, name)


def test_those_with_most_exchange_days_come_first_and_whoever_had_none_not_at_all(store, talk, act, bring):
    talk(bo=2, ada=5, cy=1)
    bring([act("dee", "in", days_ago=1)])
    assert names(store) == ["Ada", "Bo", "Cy"]
    assert [one.exchange_days for one in store.read(triage.order)] == [5, 2, 1]


def test_of_equals_the_one_spoken_with_last_comes_first(store, act, bring):
    bring([act("bo", "out", days_ago=9), act("bo", "in", days_ago=8)])
    bring([act("ada", "out", days_ago=3), act("ada", "in", days_ago=2)])
    assert names(store) == ["Ada", "Bo"]


@pytest.mark.parametrize(
    "edits",
    [
        Edits(circle="far"),
        Edits(cadence_days=21),
        Edits(cadence_days=0),
        Edits(muted=True),
        Edits(archived=True),
    ],
)
def test_whoever_was_decided_about_is_left_out_until_that_is_taken_back(store, talk, edits):
    talk(ada=5, bo=2)
    store.write(editing.edit, [find(store, "Ada")], edits)
    assert names(store) == ["Bo"]
    store.write(undoing.undo)
    assert names(store) == ["Ada", "Bo"]


def test_the_offer_is_made_after_an_import_with_real_talk_until_it_was_answered(store, talk):
    assert store.read(triage.offer) == 0
    talk(ada=5, bo=3, cy=3, dee=2)
    assert store.read(triage.offer) == 3
    store.write(triage.answer)
    assert store.read(triage.offer) == 0
    store.write(triage.answer)  # twice does no harm
    assert store.read(triage.offer) == 0


def test_no_offer_is_made_for_a_handful_nor_after_the_imports_were_taken_back(store, talk):
    run = talk(ada=5, bo=3)
    assert store.read(triage.offer) == 0
    more = talk(cy=4)
    assert store.read(triage.offer) == 3
    for each in (run, more):
        store.write(importing.undo_run, each.run)
    assert store.read(triage.offer) == 0


def test_no_offer_is_made_to_somebody_who_has_begun_already(store, talk):
    talk(ada=5, bo=3, cy=3, dee=3)
    store.write(editing.edit, [find(store, "Dee")], Edits(circle="inner"))
    assert store.read(triage.offer) == 0
