"""How right the suggestions are, on a made-up community in which the truth is known (`community.py`)."""

from __future__ import annotations

from datetime import UTC

import community
import pytest
from sqlalchemy import select

from crm.db import bulk
from crm.db.store import Store
from crm.db.tables import identity
from crm.domain.cadence import Rules
from crm.services import importing, matching
from crm.services.spooling import Spool

pytestmark = pytest.mark.once(
    reason="how good the rules of matching are; test_matching.py has what they ask the database"
)

PEOPLE, SEED = 3000, 20


@pytest.fixture(scope="module")
def made():
    return community.make(PEOPLE, SEED)


@pytest.fixture(scope="module")
def filled(made, tmp_path_factory):
    store = Store.open(tmp_path_factory.mktemp("community") / "crm.db", rules=Rules(zone=UTC))
    for importer, records in made.runs.items():
        with Spool() as spool:
            spool.fill(records, lambda _: None, lambda: False)
            store.write(importing.write_run, importer, f"{importer}.zip", spool)
    yield store
    store.close()


@pytest.fixture(scope="module")
def owners(made, filled):
    """Return the people behind each contact."""
    query = select(identity.c.contact_id, identity.c.platform, identity.c.external_id, identity.c.handle)
    found: dict[int, set[int]] = {}
    for contact_id, platform, external_id, handle in filled.read(
        lambda work: bulk.tuples(work.connection, query)
    ):
        person = made.owners.get((platform, external_id)) or made.owners.get((platform, handle))
        if person is not None:
            found.setdefault(contact_id, set()).add(person)
    return found


def test_attaching_by_exact_keys_makes_no_false_merge(owners):
    assert len(owners) > 2 * PEOPLE
    assert {key: people for key, people in owners.items() if len(people) > 1} == {}


def test_of_a_hundred_suggestions_95_are_right_and_72_of_a_hundred_pairs_are_found(filled, owners):
    truth = community.pairs((key, person) for key, people in owners.items() for person in people)
    found = {(pair.one, pair.other) for pair in filled.read(matching.suggest)}
    right = len(found & truth)
    assert right / len(found) >= 0.95
    assert right / len(truth) >= 0.72


def test_the_community_is_made_the_same_every_time_and_by_seed(made):
    assert community.make(PEOPLE, SEED) == made
    assert community.make(50, 1) != community.make(50, 2)
