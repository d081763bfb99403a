"""The mirror on the screen: times, platforms, what is said where there is nothing, and the page it writes."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from tui_world import NOW, RULES, bring, press, said, screen_text, settle, type_in

from crm.db.store import Store
from crm.domain.cadence import Rules
from crm.domain.records import PostRecord
from crm.services import contacts, editing, mirror
from crm.services.editing import Edits
from crm.tui.app import CrmApp
from crm.tui.screens.ask import AskPath
from crm.tui.screens.mirror import NOTHING_YET, Mirror
from crm.tui.screens.period import AskPeriod
from crm.tui.widgets.mirror_head import MirrorHead, period_words
from crm.tui.widgets.mirror_sheet import Figures

TALL = (120, 120)
HOSTILE = "[red]x[/]\x1b[2J‮evil"


def talk(store: Store) -> None:
    """Bring talk on two platforms over two years, and posts on one of them."""
    acts = []
    for month in range(24):
        acts += [
            said("x", f"p{month % 5}", 30 * month + 3, "in", name=f"Person {month % 5}"),
            said("x", f"p{month % 5}", 30 * month + 2, "out", name=f"Person {month % 5}"),
        ]
        if month % 2:
            acts.append(said("linkedin", "hal", 30 * month + 1, "in", name="Hal Moor"))
    posts = [
        PostRecord("x", f"post{n}", int((NOW - timedelta(days=40 * n)).timestamp() * 1_000_000), text)
        for n, text in enumerate(("see https://kiln.example/new", "hello", "good morning"))
    ]
    bring(store, "x", *acts, *posts)


async def opened(pilot: Pilot[Any], *keys: str) -> Mirror:
    """Go to the mirror and press keys."""
    await settle(pilot)
    await press(pilot, "4")
    page = pilot.app.screen
    assert isinstance(page, Mirror)
    await press(pilot, *keys)
    return page


def flat(app: CrmApp) -> str:
    """Return the screen's words without its layout."""
    return " ".join(screen_text(app).split())


def told(app: CrmApp) -> str:
    """Return what the notifications say."""
    return " ".join(" ".join(one.message.split()) for one in app._notifications)


async def test_every_figure_has_a_title_a_sentence_and_nobodys_name(app: CrmApp, world: Store) -> None:
    talk(world)
    async with app.run_test(size=(80, 200)) as pilot:
        page = await opened(pilot)
        text = screen_text(app)
        view = page._view
        assert view is not None
        for name, sentence in view.everywhere.sentences.items():
            assert " ".join(sentence.split()[:6]) in flat(app), name
        for title in (
            "Answers you gave",
            "How soon you answered",
            "Answers you got",
            "Said to somebody",
            "Links to your own sites",
            "Words and clicks",
            "Given and received",
            "Your community",
            "First exchanges",
            "Days with an exchange",
        ):
            assert title in text
        for sign in ("░ not answered", "▒ still open", "given   received", "· nobody", "before"):
            assert sign in text
        names = [
            one.name
            for one in world.read(contacts.rows, world.read(contacts.list_ids, contacts.ContactQuery()))
        ]
        assert names
        assert not [name for name in names if name in text]


async def test_the_arrows_step_through_time_and_stop_at_the_future(app: CrmApp, world: Store) -> None:
    talk(world)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        assert "‹ 2 Jun 2025 to 1 Jun ›" in screen_text(app)
        await press(pilot, "left")
        assert "‹ 2 Jun 2024 to 1 Jun 2025 ›" in screen_text(app)
        await press(pilot, "left_square_bracket", "right", "right_square_bracket")
        assert "‹ 2 Jun 2025 to 1 Jun ›" in screen_text(app)
        await press(pilot, "right")
        assert "This is the latest time" in told(app)
        assert "‹ 2 Jun 2025 to 1 Jun ›" in screen_text(app)


@pytest.mark.parametrize(
    ("keys", "shown", "before"),
    [
        (("left", "left", "left"), "‹ 1 Jan to 1 Jun ›", "‹ 2025 ›"),
        (("left", "left"), "‹ 2025 ›", "‹ 2024 ›"),
        (("left",), "‹ 4 Mar to 1 Jun ›", "‹ 4 Dec 2025 to 3 Mar ›"),
        ((), "‹ 2 Jun 2025 to 1 Jun ›", "‹ 2 Jun 2024 to 1 Jun 2025 ›"),
    ],
)
async def test_usual_times_are_chosen_with_the_arrows(
    app: CrmApp, world: Store, keys: tuple[str, ...], shown: str, before: str
) -> None:
    talk(world)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot, "p", *keys, "enter")
        assert shown in screen_text(app)
        await press(pilot, "left")
        assert before in screen_text(app)
        await press(pilot, "right")
        assert shown in screen_text(app)


async def test_all_time_begins_with_the_first_thing_that_is_known(app: CrmApp, world: Store) -> None:
    talk(world)
    async with app.run_test(size=TALL) as pilot:
        await opened(pilot, "p", "right", "enter")
        first = RULES.day_of(NOW - timedelta(days=30 * 23 + 3))
        assert f"‹ {period_words(first, date(2026, 6, 1), date(2026, 6, 1))} ›" in screen_text(app)
        assert "nothing is known of the 694 days before" in screen_text(app)
        assert "thin or faint" not in screen_text(app)
        assert "▀" not in screen_text(app)


async def test_a_time_can_be_typed_and_what_is_none_keeps_the_question(app: CrmApp, world: Store) -> None:
    talk(world)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot, "p", "tab")
        await type_in(pilot, "soon")
        await press(pilot, "enter")
        assert isinstance(app.screen, AskPeriod)
        assert "'soon' is not a period I can read" in told(app)
        await press(pilot, *["backspace"] * 4)
        await type_in(pilot, "2026-03")
        await press(pilot, "enter")
        assert "‹ 1 Mar to 31 Mar ›" in screen_text(app)
        await press(pilot, "left")
        assert "‹ 1 Feb to 28 Feb ›" in screen_text(app)


async def test_a_time_that_cannot_be_counted_leaves_everything_as_it_was(app: CrmApp, world: Store) -> None:
    talk(world)
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot, "p", "tab")
        await type_in(pilot, "1850")
        await press(pilot, "enter")
        assert "nothing before 1900-01-01 is looked at" in told(app)
        assert "‹ 2 Jun 2025 to 1 Jun ›" in screen_text(app)
        await press(pilot, "left")
        assert "‹ 2 Jun 2024 to 1 Jun 2025 ›" in screen_text(app)


async def test_platforms_follow_each_other_and_zero_shows_all(app: CrmApp, world: Store) -> None:
    talk(world)
    async with app.run_test(size=(120, 40)) as pilot:
        page = await opened(pilot)
        view = page._view
        assert view is not None
        slugs = list(view.platforms)
        assert "[all together]" in screen_text(app)
        seen = []
        for _ in slugs:
            await press(pilot, "f")
            seen.append(page._platform)
        for key in ("tab", "shift+tab", "F", "0"):
            await press(pilot, key)
            seen.append(page._platform)
        assert seen == [*slugs, None, slugs[-1], slugs[-2], None]


async def test_another_platform_and_a_time_seen_before_are_not_counted_again(
    app: CrmApp, world: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk(world)
    counted = []
    count = mirror.mirror

    def counting(work: Any, since: date, until: date) -> Any:
        counted.append(since)
        return count(work, since, until)

    monkeypatch.setattr(mirror, "mirror", counting)
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot, "f", "f", "0")
        assert len(counted) == 1
        await press(pilot, "left", "right", "left", "f")
        assert len(counted) == 2
        ada = world.read(contacts.find, "Ada")
        await app.run_write(editing.edit, [ada], Edits(nickname="A"))
        await settle(pilot)
        assert len(counted) == 3
        await press(pilot, "right")
        assert len(counted) == 4


async def test_it_says_that_it_counts_and_shows_the_older_time_meanwhile(
    app: CrmApp, world: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk(world)
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        let_go = asyncio.Event()
        read = Mirror.read

        async def slow(self: Mirror, *args: Any) -> Any:
            await let_go.wait()
            return await read(self, *args)

        monkeypatch.setattr(Mirror, "read", slow)
        await pilot.press("left")
        await pilot.pause()
        assert "‹ 2 Jun 2025 to 1 Jun ›   counting 2 Jun 2024 to 1 Jun 2025…" in screen_text(app)
        let_go.set()
        await settle(pilot)
        assert "‹ 2 Jun 2024 to 1 Jun 2025 ›   nothing is known of the 365 days before" in screen_text(app)


async def test_with_nothing_at_all_it_says_what_would_be_here(empty: Store) -> None:
    app = CrmApp(empty)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        assert NOTHING_YET[:60] in flat(app)
        await press(pilot, "f", "p", "right", "enter", "left", "right", "E")
        assert app.is_running


async def test_a_time_before_everything_says_where_things_begin(app: CrmApp, world: Store) -> None:
    talk(world)
    async with app.run_test(size=(100, 30)) as pilot:
        page = await opened(pilot, "p", "tab")
        await type_in(pilot, "2001")
        await press(pilot, "enter")
        assert "Nothing happened in this time or in the one before it." in flat(app)
        assert "The first thing that is known is of" in flat(app)
        await press(pilot, "p", "enter")
        assert "Answers you gave" in screen_text(app)
        assert not page.has_class("-nothing")


async def test_a_platform_without_anything_in_a_time_stays_chosen_and_says_so(
    app: CrmApp, world: Store
) -> None:
    talk(world)
    async with app.run_test(size=(100, 30)) as pilot:
        page = await opened(pilot)
        page._choose("blog")
        await press(pilot, "left")
        assert "[blog]" in screen_text(app)
        assert "Nothing happened on blog in this time or in the one before it." in flat(app)
        await press(pilot, "0")
        assert "Answers you gave" in screen_text(app)


async def test_without_posts_nothing_is_set_against_what_was_said_to_somebody(app: CrmApp) -> None:
    async with app.run_test(size=(100, 100)) as pilot:
        await opened(pilot)
        assert "no post of yours is known in this time or the one before" in flat(app)
        assert "to nobody in particular" not in flat(app)


@pytest.mark.parametrize(("sites", "said_so"), [((), True), (("kiln.example",), False)])
async def test_own_sites_that_are_not_set_say_which_key_sets_them(
    tmp_path: Path, sites: tuple[str, ...], said_so: bool
) -> None:
    rules = Rules(zone=RULES.zone, own_sites=sites)
    store = Store.open(tmp_path / "sites.db", rules=rules, now=lambda: NOW)
    talk(store)
    app = CrmApp(store)
    async with app.run_test(size=TALL) as pilot:
        await opened(pilot)
        assert ('press , and fill in "your sites"' in flat(app)) is said_so
        assert ("█ with a link to your sites 1 ░ without 2" in flat(app)) is not said_so
    store.close()


async def test_time_and_platforms_can_be_clicked(app: CrmApp, world: Store) -> None:
    talk(world)
    async with app.run_test(size=(120, 40)) as pilot:
        page = await opened(pilot)
        await pilot.click(MirrorHead, offset=(3, 0))
        await settle(pilot)
        assert "‹ 2 Jun 2024 to 1 Jun 2025 ›" in screen_text(app)
        await pilot.click(MirrorHead, offset=(3 + len("‹ 2 Jun 2024 to 1 Jun 2025 ›") - 1, 0))
        await settle(pilot)
        assert "‹ 2 Jun 2025 to 1 Jun ›" in screen_text(app)
        await pilot.click(MirrorHead, offset=(3 + len("[all together] ") + 1, 1))
        await settle(pilot)
        assert page._view is not None
        assert page._platform == next(iter(page._view.platforms))
        await pilot.click(MirrorHead, offset=(8, 0))
        await settle(pilot)
        assert isinstance(app.screen, AskPeriod)


async def test_the_page_scrolls_with_the_keys_and_stays_where_it_is(app: CrmApp, world: Store) -> None:
    talk(world)
    async with app.run_test(size=(80, 24)) as pilot:
        page = await opened(pilot, "end")
        assert "· nobody" in screen_text(app)
        sheet = page.query_one("#mirror")
        end = sheet.scroll_y
        await press(pilot, "left")
        assert sheet.scroll_y > end / 2
        await press(pilot, "home", "pagedown", "down", "j", "k", "up", "pageup")
        assert sheet.scroll_y == 0


async def test_what_is_shown_can_be_written_as_a_page(app: CrmApp, world: Store, tmp_path: Path) -> None:
    talk(world)
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot, "E")
        assert isinstance(app.screen, AskPath)
        field: Any = app.screen.query_one("PathInput")
        assert field.value == "~/crm-mirror.html"
        field.value = str(tmp_path / "me.html")
        await press(pilot, "enter")
        assert "Written to" in told(app)
        assert "all platforms together" in (tmp_path / "me.html").read_text(encoding="utf-8")
        await press(pilot, "f", "E")
        app.screen.query_one("PathInput").value = str(tmp_path / "one.html")  # type: ignore[attr-defined]
        await press(pilot, "enter")
        assert "all platforms together" not in (tmp_path / "one.html").read_text(encoding="utf-8")
        await press(pilot, "E")
        app.screen.query_one("PathInput").value = str(tmp_path)  # type: ignore[attr-defined]
        await press(pilot, "enter")
        assert isinstance(app.screen, Mirror)
        assert "folder" in told(app)


@pytest.mark.parametrize("size", [(20, 6), (40, 12), (80, 24), (200, 60)])
async def test_a_platform_with_a_hostile_name_is_text(world: Store, size: tuple[int, int]) -> None:
    bring(world, "x", *(said(f"{HOSTILE}{n}", "eve", n + 1.0, "out") for n in range(30)))
    app = CrmApp(world)
    async with app.run_test(size=size) as pilot:
        page = await opened(pilot)
        for _ in range(34):
            await pilot.press("f")
        await settle(pilot)
        page._choose(f"{HOSTILE}7")
        await settle(pilot)
        text = screen_text(app)
        assert "\x1b" not in text
        assert "‮" not in text
        if size[0] > 40:
            assert "[red]x[/]" in text
        head = page.query_one(MirrorHead)
        assert [len(line) for line in head.render().split("\n") if line.cell_length > head.size.width] == []


@pytest.mark.parametrize("size", [(1, 1), (10, 3), (24, 8), (40, 12), (300, 90)])
async def test_every_size_is_survived_and_nothing_is_wider_than_the_page(
    app: CrmApp, world: Store, size: tuple[int, int]
) -> None:
    talk(world)
    async with app.run_test(size=size) as pilot:
        page = await opened(pilot, "f", "left", "end")
        figures = page.query_one(Figures)
        if size[0] >= 40:
            width = figures.size.width
            assert [line.plain for line in figures._lines(width) if line.cell_length > width] == []
        assert app.is_running


async def test_settings_that_changed_what_is_counted_are_counted_again(
    app: CrmApp, world: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk(world)
    async with app.run_test(size=(120, 40)) as pilot:
        page = await opened(pilot)
        first = page._view
        app.changed()
        await settle(pilot)
        assert page._view is not first


@pytest.mark.parametrize(
    ("since", "until", "said_as"),
    [
        (date(2025, 1, 1), date(2025, 12, 31), "2025"),
        (date(2023, 1, 1), date(2025, 12, 31), "2023 to 2025"),
        (date(2026, 1, 1), date(2026, 6, 1), "1 Jan to 1 Jun"),
        (date(2026, 6, 1), date(2026, 6, 1), "Mon 1 Jun"),
        (date(2025, 6, 1), date(2025, 6, 1), "Sun 1 Jun 2025"),
        (date(2025, 6, 2), date(2026, 6, 1), "2 Jun 2025 to 1 Jun"),
    ],
)
def test_a_time_is_said_briefly(since: date, until: date, said_as: str) -> None:
    assert period_words(since, until, date(2026, 6, 1)) == said_as
