"""What a notice shows of people is what the user allowed."""

from __future__ import annotations

import pytest

from crm.config import Privacy
from crm.services import notices, reminders
from crm.services.editing import add


@pytest.fixture
def found(store, act, bring):
    bring(
        [
            act("ada", "in", days_ago=3, text="Did you finish\x1b[2J the secret essay?"),
            act("bo", "in", days_ago=2, text="Another secret"),
        ]
    )
    return store.read(reminders.digest)


def test_full_holds_what_was_last_said(found):
    title, text = notices.words(found, Privacy.FULL)
    assert title == "2 waiting for you"
    assert text.splitlines()[0] == "Waiting for you"
    assert "  Ada: wrote on X 3 days ago and has no answer yet" in text
    assert "“Did you finish␛[2J the secret essay?”" in text


@pytest.mark.parametrize("privacy", [Privacy.NAMES, Privacy.FIRST_NAMES])
def test_names_hold_why_but_not_what_was_said(found, privacy):
    title, text = notices.words(found, privacy)
    assert "Ada: wrote on X 3 days ago" in text
    assert "secret" not in title + text


def test_count_holds_nobody(found):
    title, text = notices.words(found, Privacy.COUNT)
    assert title == "2 waiting for you"
    for hidden in ("Ada", "Bo", "secret", "X"):
        assert hidden not in title + text


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("Ada Byron", "Ada"),
        ("Byron, Ada", "Ada"),
        ("Dr. Ada Byron", "Ada"),
        ("  Zoë  ", "Zoë"),
        ("ada@example.org", "ada"),
        ("@ada@example.social", "ada"),
        ("@ada", "ada"),
        ("+49 170 1234567", "somebody"),
        ("", "somebody"),
        ("...", "somebody"),
        ("李小龍", "李小龍"),
        ("Ada\x1b[31m Byron", "Ada␛[31m"),
    ],
)
def test_a_first_name_is_never_a_whole_address(name, first):
    assert notices.called(name, Privacy.FIRST_NAMES) == first
    assert notices.called(name, Privacy.COUNT) == "somebody"


def test_thirty_people_are_five_lines_and_how_many_more(store, act, bring):
    bring([act(f"person{n}", "in", days_ago=n + 1) for n in range(25)])
    _, text = notices.words(store.read(reminders.digest), Privacy.NAMES)
    assert len(text.splitlines()) == 1 + notices.PER_SECTION + 1
    assert text.splitlines()[-1] == "  and 20 more"
    assert text.splitlines()[1].startswith("  Person24")  # who waits longest


def test_what_can_be_done_names_nobody_when_names_are_hidden(found):
    assert notices.choices(found, Privacy.COUNT) == (("open", "Open"),)
    assert notices.choices(found, Privacy.FIRST_NAMES) == (
        ("open", "Open"),
        ("snooze", "Snooze Ada for 7 days"),
        ("done", "Ada: no reply needed"),
    )


def test_a_notice_of_nothing_offers_nothing_but_opening(store):
    store.write(add, "Ada")
    assert notices.choices(store.read(reminders.digest), Privacy.FULL) == (("open", "Open"),)
