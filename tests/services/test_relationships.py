"""State follows the interactions: after any order of imports, edits and deletions, as if from nothing."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import brute_force
import pytest
from brute_mirror import Brute, Deed, Person
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from crm.db import acts, state
from crm.db.store import Store, Work
from crm.db.tables import contact, dialogue, identity, interaction, tally
from crm.domain.cadence import CIRCLES, Rules
from crm.domain.errors import ConflictError
from crm.domain.exchanges import Act, Depth, depth_from, depth_of
from crm.domain.records import Direction, IdentityRef, InteractionRecord, Kind, Precision, Record, SelfRecord
from crm.services import (
    contacts,
    doctor,
    editing,
    forgetting,
    identities,
    importing,
    interactions,
    merging,
    mirror,
    undoing,
)
from crm.services.spooling import Spool

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
WINDOW = 30 * 86_400_000_000
QUICK = (Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink)
"""Explaining a failure would run every line of the database library under a tracer, for minutes."""
PEOPLE = ("ada", "bo", "cy")


def acts_of(work: Work, contact_id: int) -> list[Act]:
    floor = work.connection.scalar(select(contact.c.floor).where(contact.c.id == contact_id))
    least = depth_from(floor) if floor else work.rules.floor
    query = (
        select(interaction)
        .join_from(interaction, identity, interaction.c.identity_id == identity.c.id)
        .where(identity.c.contact_id == contact_id, interaction.c.at.is_not(None))
    )
    return [
        Act(row.at, row.direction, row.id, row.precision == "day")
        for row in work.connection.execute(query)
        if depth_of(row.kind) >= least
    ]


def check_against_the_rules(work: Work) -> None:
    today = work.rules.day_of(work.now)
    window, zone = work.rules.window // timedelta(microseconds=1), work.rules.zone
    for view in contacts.list_contacts(work, contacts.ContactQuery(archived=None)):
        told = acts_of(work, view.id)
        completing = brute_force.completing(told, window)
        days = brute_force.exchange_days(told, window, zone)
        last = completing[-1] if completing else None
        assert view.turn == brute_force.turn(told)
        assert view.unanswered == brute_force.unanswered(told, zone)
        assert view.exchange_days == len(days)
        assert view.last_exchange_at == (EPOCH + timedelta(microseconds=last.at) if last else None)
        kept = work.connection.execute(select(contact).where(contact.c.id == view.id)).one()
        expected = kept.cadence_days or None
        if kept.cadence_days is None:
            expected = CIRCLES.get(kept.circle) or brute_force.rhythm(days, today)
        assert view.cadence_days == expected
        set_here = kept.cadence_days is not None or kept.circle is not None
        start = max(
            [view.last_exchange_at or EPOCH]
            + ([EPOCH + timedelta(microseconds=kept.cadence_set_at or 0)] if set_here else [])
        )
        if expected and start > EPOCH:
            assert view.due_at == start + timedelta(days=expected)
            assert view.lateness == pytest.approx((work.now - start) / timedelta(days=expected))
        else:
            assert view.lateness is None
        evidence = contacts.show(work, view.id).evidence
        if last is not None:
            partner = None if last.direction == "mutual" else brute_force.partner_of(last, told, window)
            assert [one.id for one in evidence] == [one.id for one in (partner, last) if one]


def check_the_mirror(work: Work) -> None:
    """Compare a year's figures, read from what is kept, with a plain computation from the interactions."""
    zone = work.rules.zone
    people = {
        str(row.id): Person(
            int(work.rules.floor if row.floor is None else Depth[row.floor.upper()]),
            (EPOCH + timedelta(microseconds=row.created_at)).astimezone(zone).date(),
            frozenset(
                work.connection.scalars(select(identity.c.platform).where(identity.c.contact_id == row.id))
            ),
        )
        for row in work.connection.execute(select(contact))
    }
    query = select(interaction, identity.c.contact_id).join_from(interaction, identity)
    told = [
        Deed(
            None if row.contact_id is None else str(row.contact_id),
            row.platform,
            row.at,
            row.direction,
            row.kind,
            row.precision == "day",
        )
        for row in work.connection.execute(query)
    ]
    now = (work.now - EPOCH) // timedelta(microseconds=1)
    plain = Brute(told, people, work.rules.window // timedelta(microseconds=1), now, zone)
    until = work.rules.day_of(work.now)
    view = mirror.mirror(work, until - timedelta(days=200), until)
    for platform, part in {None: view.everywhere, **view.platforms}.items():
        for figures, first, last in (
            (part.figures, view.period.since, view.period.until),
            (part.before, view.period.before_since, view.period.before_until),
        ):
            assert tuple(figures.responses) == plain.responses("in", first, last, platform)
            assert tuple(figures.answered_by_them) == plain.responses("out", first, last, platform)
            assert figures.given == plain.by_depth("out", first, last, platform)
            assert figures.received == plain.by_depth("in", first, last, platform)
            assert tuple(figures.community) == plain.community(last, platform)
            assert figures.growth == plain.growth(first, last, platform)
            assert figures.exchanges == plain.exchanges(first, last, platform)


records = st.builds(
    lambda who, platform, hours, direction, kind: InteractionRecord(
        platform=platform,
        external_id=f"{who}:{hours}:{direction}:{kind}",
        who=IdentityRef(platform, who),
        at=(NOW - timedelta(hours=hours) - EPOCH) // timedelta(microseconds=1),
        direction=Direction.MUTUAL if kind in ("call", "meeting") else Direction(direction),
        kind=Kind(kind),
        text="words",
        precision=Precision.SECOND,
    ),
    st.sampled_from(PEOPLE),
    st.sampled_from(["x", "email"]),
    st.integers(0, 24 * 400),
    st.sampled_from(["in", "out"]),
    st.sampled_from(["message", "message", "email", "reaction", "reshare", "call"]),
)
batches = st.lists(st.lists(records, max_size=15), min_size=1, max_size=4)
actions = st.lists(
    st.tuples(
        st.sampled_from(
            "log done circle cadence floor delete undo archive unrun".split()  # noqa: SIM905
            + "merge merge split move me own forget rules".split()  # noqa: SIM905
        ),
        st.integers(0, 50),
    ),
    max_size=10,
)


def bring(store: Store, told: Sequence[Record]) -> None:
    with Spool() as spool:
        spool.fill(told, lambda _: None, lambda: False)
        store.write(importing.write_run, "x", "export.zip", spool)


def join(store: Store, action: str, number: int, ids: list[int]) -> None:
    key = ids[number % len(ids)]
    if action == "merge" and len(ids) > 1:
        store.write(merging.merge, key, ids[(number + 1) % len(ids)])
    elif action == "split":
        parts = [part.id for one in ids for part in store.read(merging.parts, one)]
        if parts:
            store.write(merging.split, parts[number % len(parts)])
    elif action == "move":
        owned = store.read(contacts.show, key).contact.identities
        if owned:
            with suppress(ConflictError):
                store.write(merging.move, owned[0].id, ids[(number + 1) % len(ids)])


def owning(store: Store, action: str, key: int) -> None:
    """Say that a contact's identities are the user's own, by hand or by an import, or forget the contact."""
    owned = store.read(contacts.show, key).contact.identities
    if action == "forget":
        forgetting.forget(store, key)
    elif action == "own":
        own = tuple(IdentityRef(one.platform, one.handle, one.external_id) for one in owned)
        bring(store, [SelfRecord(own)])
    elif owned:
        with suppress(ConflictError):
            store.write(identities.add_me, f"{owned[0].platform}:{owned[0].handle}")


def change_back_or_over(store: Store, action: str, number: int) -> None:
    """Take something back, or go by other rules."""
    if action == "rules":
        days, zone = (30, 3, 90)[number % 3], (UTC, ZoneInfo("Asia/Tokyo"))[number % 2]
        store.follow(Rules(zone=zone, window=timedelta(days=days), floor=Depth(1 + number % 2)))
    elif action == "undo":
        if store.read(undoing.changes, 1):
            with suppress(ConflictError):  # an import or its undoing came between
                store.write(undoing.undo)
    else:
        runs = [run.run for run in store.read(importing.runs) if not run.undone]
        if runs:
            store.write(importing.undo_run, runs[number % len(runs)])


def perform(store: Store, action: str, number: int) -> None:
    if action in ("undo", "unrun", "rules"):
        change_back_or_over(store, action, number)
        return
    ids = store.read(contacts.list_ids, contacts.ContactQuery(archived=None))
    if not ids:
        return
    key = ids[number % len(ids)]
    if action in ("merge", "split", "move"):
        join(store, action, number, ids)
        return
    if action in ("me", "own", "forget"):
        owning(store, action, key)
        return
    detail = store.read(contacts.show, key)
    edits = {
        "circle": editing.Edits(circle=("inner", "far", None)[number % 3]),
        "cadence": editing.Edits(cadence_days=(7, 0, None)[number % 3]),
        "floor": editing.Edits(floor=("nod", "boost", None)[number % 3]),
        "archive": editing.Edits(archived=not detail.contact.archived),
    }
    if action in edits:
        store.write(editing.edit, [key], edits[action])
    elif action == "log":
        at = store.now() - timedelta(days=number)
        kind = ("message", "call", "reaction")[number % 3]
        store.write(interactions.log, key, "hello", kind=kind, at=at, platform="x")
    elif action == "delete" and detail.interactions:
        store.write(interactions.delete, detail.interactions[number % len(detail.interactions)].id)
    elif action == "done" and detail.contact.turn == "yours":
        act = next(a for a in detail.interactions if a.direction == "in")
        if not any(a.closed for a in detail.interactions) and act.at is not None:
            store.write(editing.done, key)


@settings(
    max_examples=40, deadline=None, phases=QUICK, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(batches, actions)
def test_after_anything_the_state_is_what_a_computation_from_nothing_gives(tmp_path_factory, told, done):
    path = tmp_path_factory.mktemp("any") / "crm.db"
    store = Store.open(path, rules=Rules(zone=UTC), now=lambda: NOW)
    try:
        for number, batch in enumerate(told):
            bring(store, batch)
            for action, choice in done[number::2]:
                perform(store, action, choice)
            store.read(check_against_the_rules)
            store.read(check_the_mirror)
            assert store.read(lambda work: state.differences(work.connection, work.rules, work.now)) == []
    finally:
        store.close()


@settings(max_examples=25, deadline=None, phases=QUICK)
@given(st.lists(records, max_size=40), st.randoms(use_true_random=False), st.integers(1, 5))
def test_the_order_of_imports_does_not_matter(tmp_path_factory, told, dice, parts):
    shuffled = list(told)
    dice.shuffle(shuffled)
    size = max(len(shuffled) // parts, 1)
    seen = []
    for batches_of in ([told], [shuffled[i : i + size] for i in range(0, len(shuffled), size)]):
        store = Store.open(
            tmp_path_factory.mktemp("order") / "crm.db", rules=Rules(zone=UTC), now=lambda: NOW
        )
        for batch in batches_of:
            bring(store, batch)
        views = store.read(contacts.list_contacts, contacts.ContactQuery())
        seen.append(
            {
                (v.identities[0].platform, v.name): (v.turn, v.exchange_days, v.last_exchange_at, v.due_at)
                for v in views
            }
        )
        store.close()
    assert seen[0] == seen[1]


def test_the_rhythm_moves_on_with_the_clock_without_any_write(store, clock, act, bring):
    bring([act("ada", who, days_ago=ago) for ago in (1000, 700, 400, 100) for who in ("out", "in")])
    assert store.read(contacts.list_contacts, contacts.ContactQuery())[0].cadence_days == 180
    clock.forward(days=1000)
    view = store.read(contacts.list_contacts, contacts.ContactQuery())[0]
    assert (view.cadence_days, view.cadence_from) == (None, "none")
    clock.forward(days=-1000)
    assert store.read(contacts.list_contacts, contacts.ContactQuery())[0].cadence_days == 180


def test_a_clock_set_back_finds_the_rhythm_of_that_day(store, clock, act, bring):
    bring([act("ada", who, days_ago=ago) for ago in (60, 40, 20, 0) for who in ("out", "in")])
    clock.forward(days=-50)
    assert store.read(contacts.list_contacts, contacts.ContactQuery())[0].cadence_days is None


def test_other_rules_make_everything_be_computed_again_on_opening(store, act, bring, tmp_path):
    bring([act("ada", "out", days_ago=50), act("ada", "in", days_ago=10)])
    assert store.read(contacts.list_contacts, contacts.ContactQuery())[0].exchange_days == 0
    store.close()
    wide = Store.open(tmp_path / "crm.db", rules=Rules(zone=UTC, window=timedelta(days=45)), now=store.now)
    assert wide.read(contacts.list_contacts, contacts.ContactQuery())[0].exchange_days == 1
    wide.close()


def test_a_doctored_row_is_found(store, act, bring):
    bring([act("ada", "in", days_ago=1)])
    store.write(lambda work: work.connection.exec_driver_sql("UPDATE relationship SET turn = 'theirs'"))
    assert len(store.read(lambda work: state.differences(work.connection, work.rules, work.now))) == 1


@pytest.mark.parametrize(
    "harm",
    [
        delete(tally),
        update(tally).values(acts=bytes(8)),
        update(tally).values(interactions=tally.c.interactions + 1),
        update(tally).values(platform="elsewhere"),
        delete(dialogue),
        update(dialogue).values(first_day=dialogue.c.first_day - 1),
        update(dialogue).values(days=b""),
        update(dialogue).values(theirs=dialogue.c.yours),
    ],
    ids=str,
)
def test_whatever_is_kept_wrongly_is_found_and_computed_again(store, act, bring, harm):
    bring([act("ada", "in", days_ago=3), act("ada", "out", days_ago=1)])
    store.write(lambda work: work.connection.execute(harm))
    assert len(store.read(lambda work: state.differences(work.connection, work.rules, work.now))) == 1
    store.write(doctor.repair_state)
    assert store.read(lambda work: state.differences(work.connection, work.rules, work.now)) == []


def test_nothing_is_kept_of_an_identity_that_has_become_your_own(store, act, bring):
    bring([act("ada", "in", days_ago=3), act("bo", "out", days_ago=1)])
    store.write(identities.add_me, "x:ada")
    left = store.read(lambda work: work.connection.execute(select(tally.c.interactions)).all())
    assert len(left) == 1


def test_other_rules_are_followed_from_what_is_kept_of_the_acts(store, act, bring, monkeypatch):
    bring([act("ada", "out", days_ago=50), act("ada", "in", days_ago=10)])
    monkeypatch.delattr(acts, "load")
    store.follow(Rules(zone=UTC, window=timedelta(days=45)))
    assert store.read(contacts.list_contacts, contacts.ContactQuery())[0].exchange_days == 1


def test_days_of_the_history_are_dates(store, act, bring):
    bring([act("ada", "mutual", days_ago=3, kind="call")])
    packed = store.read(
        lambda work: work.connection.exec_driver_sql("SELECT days FROM relationship").scalar()
    )
    assert [date.fromordinal(day) for day in state.days_of(packed)] == [date(2026, 5, 29)]
