"""Matches: two people side by side, one key decides, the next pair is there, and u takes it back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tui_world import NOW, doubles, open_store, place_of, press, screen_text, settle

from crm.db.store import Store
from crm.domain.errors import DatabaseError
from crm.services import contacts, matching, merging
from crm.services.contacts import ContactQuery
from crm.tui.app import CrmApp
from crm.tui.screens.matches import MatchRows


@pytest.fixture
def twice(world: Store) -> Store:
    """Return the world with Ada and Bo in it twice."""
    doubles(world)
    return world


def flat(app: CrmApp) -> str:
    """Return the screen without line breaks and runs of spaces."""
    return " ".join(screen_text(app).split())


def page_of(app: CrmApp) -> str:
    """Return which screen is on top."""
    return type(app.screen).__name__


def listed(app: CrmApp) -> list[str]:
    """Return who stays in each pair of the list."""
    rows = app.screen.query_one(MatchRows)
    return [row.keep.name for key in rows.order if (row := rows.row_of(key))]


def named(store: Store, text: str) -> list[int]:
    """Return the contacts that are called so."""
    return store.read(contacts.list_ids, ContactQuery(text=text))


async def go(app: CrmApp, pilot: object, name: str = "") -> None:
    """Open the place, with the cursor on somebody's pair."""
    await settle(pilot)  # type: ignore[arg-type]
    await press(pilot, "3")  # type: ignore[arg-type]
    while name and app.screen.query_one(MatchRows).row.keep.name != name:  # type: ignore[union-attr]
        await press(pilot, "down")  # type: ignore[arg-type]


async def test_both_stand_side_by_side_with_what_speaks_for_it_and_without_a_score(
    app: CrmApp, twice: Store
) -> None:
    strength = max(match.strength for match in twice.read(matching.matches))
    async with app.run_test(size=(120, 40)) as pilot:
        await go(app, pilot, "Ada Byron")
        text = screen_text(app)
        for shown in (
            "STAYS",
            "BECOMES PART OF IT",
            "Same name",
            "Kiln & Co",
            "Ceramicist, Clay Works Ltd",
            "Mastodon @ada@example.social",
            "LinkedIn ada-byron",
            "3 acts",
            "2 acts",
            "Did you ever finish the essay",
            "it eats a forest a week",
        ):
            assert shown in text
        for score in (f"{strength:.2f}", f"{strength:.1f}", f"{strength:.0%}", "%"):
            assert score not in text


async def test_merging_makes_them_one_moves_on_and_u_takes_it_back(app: CrmApp, twice: Store) -> None:
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await go(app, pilot, "Ada Byron")
        pairs = listed(app)
        await press(pilot, "m")
        assert len(named(twice, "Ada Byron")) == 1
        assert "Ada Byron is part of Ada Byron now, with 2 acts." in flat(app)
        assert "Not taken over: organisation Clay Works Ltd" in flat(app)
        assert listed(app) == [name for name in pairs if name != "Ada Byron"]
        await press(pilot, "u")
        assert len(named(twice, "Ada Byron")) == 2
        assert sorted(listed(app)) == sorted(pairs)
        assert app.screen.query_one(MatchRows).row.keep.name == "Ada Byron"  # type: ignore[union-attr]


async def test_enter_merges_too_and_when_all_is_decided_one_calm_sentence_is_left(
    app: CrmApp, twice: Store
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await go(app, pilot)
        await press(pilot, "enter", "enter")
        assert "Nobody here looks like two." in flat(app)
        assert "merge" not in screen_text(app).splitlines()[-1]
        await press(pilot, "enter", "m", "n", "l", "s", "o")
        assert page_of(app) == "Matches"
        await press(pilot, "u")
        assert len(listed(app)) == 1


async def test_who_stays_can_be_swapped_before_merging(app: CrmApp, twice: Store) -> None:
    newer = max(named(twice, "Ada Byron"))
    async with app.run_test(size=(120, 40)) as pilot:
        await go(app, pilot, "Ada Byron")
        line = next(line for line in screen_text(app).splitlines() if "Kiln & Co" in line)
        assert line.index("Kiln & Co") < line.index("Ceramicist")
        await press(pilot, "s")
        line = next(line for line in screen_text(app).splitlines() if "Kiln & Co" in line)
        assert line.index("Ceramicist") < line.index("Kiln & Co")
        await press(pilot, "m")
    assert named(twice, "Ada Byron") == [newer]
    assert twice.read(contacts.show, newer).contact.organisation == "Clay Works Ltd"


async def test_never_is_for_good_and_later_is_for_thirty_days(app: CrmApp, twice: Store) -> None:
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await go(app, pilot, "Ada Byron")
        await press(pilot, "n")
        assert "Ada Byron and Ada Byron are two people." in flat(app)
        await press(pilot, "l")
        assert "asked again in 30 days" in flat(app)
        assert "Nobody here looks like two." in flat(app)
    assert len(named(twice, "Ada Byron")) == 2
    path = place_of(twice)
    for days, expected in ((29, []), (31, ["Bo Lind"])):
        later = open_store(path, lambda days=days: NOW + timedelta(days=days))  # type: ignore[misc]
        assert [match.keep.name for match in later.read(matching.matches)] == expected
        later.close()


async def test_never_can_be_taken_back(app: CrmApp, twice: Store) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await go(app, pilot, "Ada Byron")
        before = listed(app)
        await press(pilot, "n", "u")
        assert listed(app) == before


async def test_either_of_the_two_can_be_opened(app: CrmApp, twice: Store) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await go(app, pilot, "Ada Byron")
        await press(pilot, "o")
        assert page_of(app) == "Contact"
        assert "Kiln & Co" in flat(app)
        await press(pilot, "escape", "O")
        assert "Clay Works Ltd" in flat(app)
        await press(pilot, "escape")
        assert page_of(app) == "Matches"


async def test_a_merge_that_fails_is_said_and_the_pair_stays(
    app: CrmApp, twice: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object, **_how: object) -> None:
        raise DatabaseError("the disk is full, nothing was saved")

    monkeypatch.setattr(merging, "merge", refuse)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await go(app, pilot, "Ada Byron")
        before = listed(app)
        await press(pilot, "m")
        assert "the disk is full" in flat(app)
        assert listed(app) == before


async def test_a_contact_that_is_gone_meanwhile_does_no_harm(app: CrmApp, twice: Store) -> None:
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await go(app, pilot, "Ada Byron")
        one, other = sorted(named(twice, "Ada Byron"))
        twice.write(merging.merge, one, other)
        await press(pilot, "m")
        assert "there is no contact" in flat(app)
        assert "Ada Byron" not in listed(app)


async def test_on_a_tiny_screen_the_two_stand_below_each_other(app: CrmApp, twice: Store) -> None:
    async with app.run_test(size=(40, 24)) as pilot:
        await go(app, pilot, "Ada Byron")
        assert "STAYS" in screen_text(app)
        assert "BECOMES PART OF IT" not in screen_text(app)
        await press(pilot, "pagedown")
        assert "BECOMES PART OF IT" in screen_text(app)
        assert len(named(twice, "Ada Byron")) == 2
