"""Today: who waits, who is drifting, dates, support; each contact once, and never three hundred."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from crm.db.store import Store
from crm.domain.cadence import Rules
from crm.domain.records import PartialDate
from crm.services import contacts, editing, interactions, reminders, undoing
from crm.services.today import today


def who(items) -> list[str]:
    return [item.name for item in items]


def find(store, name: str) -> int:
    return store.read(contacts.find, name)


def exchanged(act, name: str, *ago: float, **more):
    """Make a question and its answer for each of the days."""
    return [
        act(name, direction, days_ago=days + (0.1 if direction == "out" else 0), **more)
        for days in ago
        for direction in ("out", "in")
    ]


def answered(act, name: str, *ago: float):
    """Make exchanges that you closed, so that nobody waits."""
    return [
        act(name, direction, days_ago=days + (0.1 if direction == "in" else 0))
        for days in ago
        for direction in ("in", "out")
    ]


def test_who_waits_comes_oldest_first_and_only_while_it_is_young(store, act, bring):
    bring([act("ada", "in", days_ago=2), act("bo", "in", days_ago=5), act("cy", "in", days_ago=31)])
    view = store.read(today)
    assert who(view.waiting) == ["Bo", "Ada"]
    assert view.waiting[0].last.text == "bo in 5 days ago"
    assert view.waiting[0].platform == "x"


def test_no_reply_needed_takes_it_away_until_they_write_again(store, act, bring):
    bring([act("ada", "in", days_ago=2)])
    store.write(editing.done, find(store, "ada"))
    assert store.read(today).waiting == ()
    bring([act("ada", "in", days_ago=1)])
    assert who(store.read(today).waiting) == ["Ada"]


def test_a_logged_reply_takes_them_off_the_list_and_undo_brings_them_back(store, act, bring):
    bring([act("ada", "in", days_ago=2)])
    store.write(interactions.log, find(store, "ada"), "thank you")
    assert store.read(today).waiting == ()
    assert store.write(undoing.undo).what == "logged a message (out) with Ada"
    assert who(store.read(today).waiting) == ["Ada"]


def test_drifting_is_ordered_by_lateness_not_by_days(store, act, bring):
    bring(answered(act, "weekly", 28) + answered(act, "yearly", 400))
    store.write(editing.edit, [find(store, "weekly")], editing.Edits(cadence_days=7))
    store.write(editing.edit, [find(store, "yearly")], editing.Edits(cadence_days=365))
    later = Store.open(
        store.path or store.url, rules=store.rules, now=lambda: store.now() + timedelta(days=380)
    )
    assert who(later.read(today).drifting) == ["Weekly", "Yearly"]
    later.close()


def test_a_first_import_reminds_of_real_back_and_forth_and_of_nobody_else(store, act, bring):
    bring(
        answered(act, "friend", 200, 190, 180) + answered(act, "once", 200) + [act("fan", "in", days_ago=200)]
    )
    view = store.read(today)
    assert who(view.drifting) == ["Friend"]
    assert "usually within 20 days" in view.drifting[0].reason


def test_at_most_five_a_day_and_the_rest_is_counted(store, act, bring):
    bring([one for n in range(17) for one in answered(act, f"p{n:02}", 200, 190, 180)])
    view = store.read(today)
    assert len(view.drifting) == 5
    assert view.more_drifting == 12


def test_what_was_done_today_counts_towards_the_five(store, clock, act, bring):
    bring([one for n in range(17) for one in answered(act, f"p{n:02}", 200, 190, 180)])
    for _ in range(2):
        store.write(editing.snooze, store.read(today).drifting[0].contact, clock() + timedelta(days=3))
    view = store.read(today)
    assert (len(view.drifting), view.more_drifting) == (3, 12)
    clock.forward(days=1)
    assert len(store.read(today).drifting) == 5


def test_undoing_gives_the_place_of_the_day_back(store, clock, act, bring):
    bring([one for n in range(7) for one in answered(act, f"p{n:02}", 200, 190, 180)])
    store.write(editing.mute, store.read(today).drifting[0].contact)
    store.write(undoing.undo)
    assert len(store.read(today).drifting) == 5


@pytest.mark.parametrize("how", ["archived", "muted", "snoozed", "never"])
def test_whoever_shall_rest_is_not_due(store, clock, act, bring, how):
    bring(answered(act, "ada", 200, 190, 180))
    ada = find(store, "ada")
    assert who(store.read(today).drifting) == ["Ada"]
    edits = {
        "archived": editing.Edits(archived=True),
        "muted": editing.Edits(muted=True),
        "never": editing.Edits(cadence_days=0),
    }
    if how == "snoozed":
        store.write(editing.snooze, ada, clock() + timedelta(days=3))
    else:
        store.write(editing.edit, [ada], edits[how])
    assert store.read(today).drifting == ()
    clock.forward(days=4)
    assert who(store.read(today).drifting) == (["Ada"] if how == "snoozed" else [])


def test_after_three_days_of_reaching_out_in_vain_it_stops(store, act, bring):
    bring(answered(act, "ada", 200, 190, 180) + [act("ada", "out", days_ago=ago) for ago in (90,)])
    assert who(store.read(today).drifting) == ["Ada"]
    bring([act("ada", "out", days_ago=80)])
    assert store.read(today).drifting == ()


def test_someone_never_spoken_with_is_due_one_cadence_after_it_was_asked_for(store, clock):
    ada = store.write(editing.add, "Ada")
    store.write(editing.edit, [ada], editing.Edits(circle="inner"))
    clock.forward(days=13)
    assert store.read(today).drifting == ()
    clock.forward(days=1)
    view = store.read(today)
    assert who(view.drifting) == ["Ada"]
    assert view.drifting[0].reason.startswith("no exchange yet")


def test_equal_lateness_is_ordered_by_exchange_days_then_by_name(store, clock, act, bring):
    bring(answered(act, "zoe", 50, 60) + answered(act, "bea", 50) + answered(act, "abe", 50))
    everyone = store.read(contacts.list_ids, contacts.ContactQuery())
    store.write(editing.edit, everyone, editing.Edits(cadence_days=20))
    clock.forward(days=30)
    assert who(store.read(today).drifting) == ["Zoe", "Abe", "Bea"]


def test_a_contact_appears_once_in_the_first_list_it_belongs_to(store, act, bring):
    bring([*answered(act, "ada", 200, 190, 180), act("ada", "in", days_ago=3)])
    bring([act("ada", "in", days_ago=2, kind="reaction")])
    view = store.read(today)
    assert (who(view.waiting), who(view.drifting), who(view.support)) == (["Ada"], [], [])


def test_birthdays_of_the_coming_week_are_shown_with_the_leap_day_explained(tmp_path):
    store = Store.open(
        tmp_path / "crm.db", rules=Rules(zone=UTC), now=lambda: datetime(2026, 2, 26, 9, tzinfo=UTC)
    )
    for name, day in (
        ("Leap", PartialDate(2, 29)),
        ("Old", PartialDate(2, 26, 1986)),
        ("Far", PartialDate(3, 6)),
    ):
        key = store.write(editing.add, name)
        store.write(editing.edit, [key], editing.Edits(birthday=day))
    view = store.read(today)
    assert [(item.name, item.on) for item in view.dates] == [
        ("Old", date(2026, 2, 26)),
        ("Leap", date(2026, 2, 28)),
    ]
    assert view.dates[0].reason == "birthday today, 40 years"
    assert "29 February" in view.dates[1].reason
    store.close()


def test_support_that_heard_nothing_since_is_listed_quietly(store, act, bring):
    bring(
        [
            act("ada", "in", days_ago=3, kind="reshare"),
            act("ada", "in", days_ago=2, kind="reaction"),
            act("bo", "in", days_ago=3, kind="reaction"),
            act("bo", "out", days_ago=1, kind="reaction"),
            act("cy", "in", days_ago=40, kind="reshare"),
            act("di", "in", days_ago=1, kind="follow"),
        ]
    )
    view = store.read(today)
    assert who(view.support) == ["Ada"]
    assert view.support[0].reason == "reacted to one of yours, reshared one of yours on X in the last 30 days"


def test_silence_since_an_old_export_is_said_to_be_missing_data(store, clock, act, bring):
    bring(answered(act, "ada", 200, 190, 180))
    item = store.read(today).drifting[0]
    assert item.stale
    assert "not seen since your X export of" in item.reason
    bring([act("bo", "out", days_ago=0)])
    assert not store.read(today).drifting[0].stale


def test_everything_done_leaves_an_empty_list(store):
    view = store.read(today)
    assert view.empty
    assert store.read(reminders.digest).empty


def test_the_digest_can_be_acted_on_without_opening_anything(store, act, bring):
    bring([act("ada", "in", days_ago=2, text="Did you ever finish\nthe \x1b[2J essay?")])
    digest = store.read(reminders.digest)
    assert digest.title == "1 waiting for you"
    assert "they said on X on 30 May: “Did you ever finish the ␛[2J essay?”" in digest.text
    assert not digest.empty


def test_the_digest_says_why_with_both_acts_and_who_wanted_it_so(store, act, bring):
    bring(answered(act, "ada", 200, 190, 180))
    bring([act("bo", "mutual", days_ago=100, kind="call", platform="phone")])
    store.write(editing.edit, [find(store, "bo")], editing.Edits(cadence_days=30))
    later = Store.open(
        store.path or store.url, rules=store.rules, now=lambda: store.now() + timedelta(days=40)
    )
    lines = [line.partition("; not seen")[0] for line in later.read(reminders.digest).text.splitlines()]
    later.close()
    assert lines[:4] == [
        "Drifting",
        "  Ada: last exchange 7 months ago; usually within 20 days",
        "    they said on X on 3 Dec 2025: “ada in 180.1 days ago”",
        "    you said on X on 3 Dec 2025: “ada out 180 days ago”",
    ]
    assert lines[4:] == [
        "  Bo: last exchange 4 months ago; you wished for every 30 days",
        "    you both by phone on 21 Feb: “bo mutual 100 days ago”",
    ]
