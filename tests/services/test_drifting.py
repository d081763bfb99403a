"""Who is drifting: what the database finds and counts is what looking at everybody one by one gives."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import select

from crm.db.moments import stored
from crm.db.tables import contact, relationship
from crm.services import contacts, editing
from crm.services.drifting import drifting
from crm.services.standing import is_due, is_owed, standing, tie_key, tie_start


def one_by_one(work) -> list[int]:
    """Return everybody who is due and waits for no answer, by the rules' own words."""
    now = stored(work.now)
    query = select(contact.c.name, contact.c.snoozed_until, contact.c.muted, contact.c.archived, relationship)
    found = []
    for row in work.connection.execute(query.join_from(contact, relationship)):
        stands = standing(row, work.rules, work.now, now)
        if is_due(row, stands, now) and not is_owed(row, work.rules, now):
            found.append((-stands.lateness, tie_key(row, tie_start(work.now)), row.contact_id))
    return [key for *_, key in sorted(found)]


@pytest.fixture
def community(store, clock, act, bring):
    """Fifty people: alike and unlike, some due, some waiting, some at rest, some who hear no answer."""
    chance = Random(5)
    acts = []
    for number in range(50):
        begin = chance.choice((12, 40, 40, 90, 800))
        for back in range(begin, begin + chance.choice((0, 40, 40, 300)) + 1, 20):
            acts += [act(f"p{number:02}", side, days_ago=back) for side in ("in", "out")]
        if chance.random() < 0.3:
            days = range(1, chance.choice((2, 4, 6)))
            acts += [act(f"p{number:02}", chance.choice(("in", "out")), days_ago=day) for day in days]
    bring(acts)
    everybody = store.read(contacts.list_ids, contacts.ContactQuery())
    for key in everybody:
        edits = chance.choice((None, None, {"cadence_days": 7}, {"circle": "inner"}, {"muted": True}))
        if edits:
            store.write(editing.edit, [key], editing.Edits(**edits))
    store.write(editing.snooze, everybody[3], clock() + timedelta(days=30))


@pytest.mark.parametrize("days", [-60, 0, 20, 45, 1000])
def test_the_first_and_the_number_are_those_of_looking_one_by_one(store, clock, community, days):
    clock.forward(days=days)
    expected = store.read(one_by_one)
    for most in (0, 1, 2, 5, 9, 100):
        assert store.read(drifting, most) == (expected[:most], len(expected))


def test_the_community_has_all_sorts(store, clock, community):
    clock.forward(days=1000)
    now = stored(clock())
    late = select(relationship.c.clock_start).where(relationship.c.due_at <= now)
    moved = select(relationship.c.contact_id).where(relationship.c.rhythm_until <= now)
    starts, others = store.read(
        lambda work: [list(work.connection.scalars(query)) for query in (late, moved)]
    )
    assert len(starts) > len(set(starts)) > 5, "some are equally late"
    assert others, "the rhythm of some has moved on"
    assert len(store.read(one_by_one)) > 9
