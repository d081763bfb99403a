"""What imports cover: periods with their gaps, and which export is worth asking for again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from crm.services import coverage, importing

START = datetime(2026, 6, 1, 9, tzinfo=UTC)


def seen(store):
    return {one.platform: one for one in store.read(coverage.overview)}


def test_exports_that_overlap_or_touch_are_one_period_and_a_gap_stays_a_gap(store, act, bring):
    bring([act("ada", days_ago=900), act("ada", days_ago=700)])
    bring([act("ada", days_ago=750, key="b"), act("ada", days_ago=600)])
    bring([act("ada", days_ago=590), act("ada", days_ago=580)])
    bring([act("ada", days_ago=100), act("ada", days_ago=50)])
    found = seen(store)["x"]
    days = [tuple((START - end).days for end in span) for span in found.spans]
    assert days == [(900, 580), (100, 50)]
    assert (found.imports, (START - found.since).days, (START - found.until).days) == (4, 900, 50)


def test_an_import_that_was_taken_back_covers_nothing(store, act, bring):
    bring([act("ada", days_ago=900), act("ada", days_ago=700)])
    later = bring([act("ada", days_ago=100), act("ada", days_ago=50)])
    store.write(importing.undo_run, later.run)
    assert [tuple((START - end).days for end in span) for span in seen(store)["x"].spans] == [(900, 700)]


def test_an_export_is_worth_asking_for_where_one_talks_and_its_end_is_old(store, act, bring, clock):
    bring([act("ada", "out", days_ago=3), act("ada", "in", days_ago=2)])
    bring([act("bo", "in", days_ago=2, platform="linkedin")])  # no exchange there
    found = seen(store)
    assert (found["x"].contacts, found["x"].ask_again) == (1, False)
    clock.forward(days=60)
    found = seen(store)
    assert found["x"].ask_again
    assert (found["linkedin"].contacts, found["linkedin"].ask_again) == (0, False)
    assert next(iter(found)) == "x"  # first what is worth asking for


def test_whoever_was_last_spoken_with_more_than_a_year_ago_asks_for_no_export(store, act, bring, clock):
    bring([act("ada", "out", days_ago=3), act("ada", "in", days_ago=2)])
    clock.moment += timedelta(days=400)
    assert not seen(store)["x"].ask_again
