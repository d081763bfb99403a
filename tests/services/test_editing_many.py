"""Changing many contacts at once: the same as one by one, one change, one undo."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from crm.db.tables import change, contact, contact_tag
from crm.domain.errors import NotFoundError, UsageError
from crm.services import contacts, doctor, editing, undoing
from crm.services.contacts import ContactQuery
from crm.services.editing import UNSET, Edits

PEOPLE = 30
EVERYBODY = ContactQuery(archived=None)


@pytest.fixture
def crowd(store):
    """Thirty contacts, no two alike."""
    keys = [store.write(editing.add, f"Person {number:02}", [f"x:p{number}"]) for number in range(PEOPLE)]
    for number, key in enumerate(keys):
        circle = (None, "inner", "wide")[number % 3]
        tags = ("clay",) if number % 2 else ()
        store.write(editing.edit, [key], Edits(circle=circle, add_tags=tags, archived=number % 5 == 0))
    return keys


def kept(store):
    """Return all that an edit can change."""

    def read(work):
        columns = ("id", "circle", "cadence_days", "cadence_set_at", "floor", "muted", "archived", "by_user")
        people = select(*(contact.c[name] for name in columns)).order_by(contact.c.id)
        tags = select(contact_tag).order_by(contact_tag.c.contact_id, contact_tag.c.tag)
        return [
            [tuple(row) for row in work.connection.execute(people)],
            [tuple(row) for row in work.connection.execute(tags)],
            contacts.list_contacts(work, EVERYBODY),
        ]

    return store.read(read)


EDITS = st.builds(
    Edits,
    circle=st.sampled_from((UNSET, None, "inner", "far")),
    cadence_days=st.sampled_from((UNSET, None, 0, 21)),
    floor=st.sampled_from((UNSET, None, "nod")),
    archived=st.sampled_from((UNSET, True, False)),
    muted=st.sampled_from((UNSET, True, False)),
    add_tags=st.sampled_from(((), ("clay",), ("new", "clay"), ("new", "new", " #new "))),
    remove_tags=st.sampled_from(((), ("clay",), ("new",))),
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=EDITS, some=st.lists(st.integers(0, PEOPLE - 1), min_size=2, unique=True))
def test_many_at_once_are_changed_as_one_by_one_and_one_undo_takes_it_back(store, crowd, clock, edits, some):
    chosen = [crowd[index] for index in some]
    clock.forward(hours=1)
    before = kept(store)
    for key in chosen:
        store.write(editing.edit, [key], edits)
    one_by_one = kept(store)
    while kept(store) != before and store.read(undoing.changes)[0].at == clock():
        store.write(undoing.undo)
    assert kept(store) == before
    changes = len(store.read(undoing.changes, 100_000))
    store.write(editing.edit, chosen, edits)
    assert kept(store) == one_by_one
    if len(store.read(undoing.changes, 100_000)) > changes:
        assert len(store.read(undoing.changes, 100_000)) == changes + 1
        store.write(undoing.undo)
    assert kept(store) == before


def test_how_many_really_changed_is_counted(store, crowd):
    assert store.write(editing.edit, crowd, Edits(add_tags=("clay",))) == PEOPLE // 2
    assert store.write(editing.edit, crowd, Edits(add_tags=("clay",))) == 0
    assert store.write(editing.edit, crowd, Edits(circle="wide", add_tags=("x",))) == PEOPLE
    assert store.write(editing.edit, crowd[:1], Edits(circle="wide")) == 0
    assert store.write(editing.edit, crowd[:1], Edits(circle="inner")) == 1


def test_nobody_is_changed_when_one_of_them_is_not_there_or_a_value_makes_no_sense(store, crowd):
    before = kept(store)
    with pytest.raises(NotFoundError):
        store.write(editing.edit, [*crowd, 99_999], Edits(circle="far"))
    with pytest.raises(UsageError):
        store.write(editing.edit, crowd, Edits(circle="far", add_tags=(" ",)))
    with pytest.raises(UsageError):
        store.write(editing.edit, crowd, Edits(circle="nowhere"))
    assert kept(store) == before


def test_one_change_is_kept_for_all_of_them(store, crowd):
    store.write(editing.edit, crowd, Edits(circle="far", add_tags=("fair",)))
    newest = store.read(undoing.changes)[0]
    assert newest.what == "changed the circle, tags of 30 contacts"

    def rows(work):
        return work.connection.execute(
            select(change.c.rows, change.c.contacts).where(change.c.id == newest.id)
        ).one()

    touched = store.read(rows)
    assert len(touched.contacts) == PEOPLE
    assert {row[0] for row in touched.rows} == {"contact", "contact_tag"}


def test_what_was_changed_again_since_is_not_put_back(store, crowd):
    store.write(editing.edit, crowd, Edits(circle="far"))

    def import_says_otherwise(work):
        work.connection.execute(contact.update().where(contact.c.id == crowd[3]).values(circle="inner"))

    store.write(import_says_otherwise)
    with pytest.raises(Exception, match="cannot take back"):
        store.write(undoing.undo)
    assert len(store.read(contacts.list_ids, ContactQuery(circle="far", archived=None))) == PEOPLE - 1


def test_undoing_passes_over_those_who_are_gone(store, crowd):
    store.write(editing.edit, crowd, Edits(circle="far", remove_tags=("clay",), add_tags=("new",)))

    def gone(work):
        for table, column in ((contact_tag, contact_tag.c.contact_id), (contact, contact.c.id)):
            if table is contact:
                from crm.db.tables import identity

                work.connection.execute(identity.delete().where(identity.c.contact_id == crowd[1]))
            work.connection.execute(table.delete().where(column == crowd[1]))

    store.write(gone)
    store.write(undoing.undo)
    assert store.read(contacts.list_ids, ContactQuery(tag="new", archived=None)) == []
    assert len(store.read(contacts.list_ids, ContactQuery(tag="clay", archived=None))) == PEOPLE // 2 - 1


def test_relationships_are_right_afterwards(store, crowd):
    store.write(editing.edit, crowd, Edits(circle="inner", floor="nod", cadence_days=None))
    (found,) = [finding for finding in doctor.examine(store) if finding.name == "relationships"]
    assert found.ok
