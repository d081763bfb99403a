"""Other people's text is text: no markup, no clicks, no control characters, in every screen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hostile_people import MARKUP
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from tui_world import open_store, press, screen_text, settle, type_in

from crm import crash
from crm.db import bulk
from crm.db.store import Store
from crm.db.tables import contact
from crm.services import contacts, editing, interactions, merging
from crm.services.editing import Edits
from crm.tui import browser, ui
from crm.tui.app import CrmApp
from crm.tui.barrier import OutputBarrier
from crm.tui.widgets.people_rows import PeopleRows


@pytest.fixture
def marked_up(tmp_path: Path) -> Iterator[Store]:
    """Return a store where every text is markup."""
    store = open_store(tmp_path / "markup.db")
    for number, text in enumerate(MARKUP):
        key = store.write(editing.add, text, [f"x:m{number}"])
        edits = Edits(organisation=text, title=text, nickname=text, notes=text, add_tags=(f"t{text}",))
        store.write(editing.edit, [key], edits)
        store.write(interactions.log, key, text, direction="in", platform="x")
    yield store
    store.close()


async def test_markup_is_shown_as_it_is_written_everywhere(marked_up: Store) -> None:
    app = CrmApp(marked_up)
    async with app.run_test(size=(120, 50), notifications=True) as pilot:
        await settle(pilot)
        for text in MARKUP:
            assert text[:20] in screen_text(app)  # longer ones are cut by the column
        await press(pilot, "2")
        for text in MARKUP:
            assert text[:20] in screen_text(app)
        rows = app.screen.query_one(PeopleRows)
        for key in list(rows.order):
            assert isinstance(key, int)
            app.show_contact(key)
            await settle(pilot)
            await pilot.press("enter", "escape", "escape")
        for text in ("[a='b", "[@click=app.leave]x[/]"):
            rows.move_to(marked_up.read(contacts.find, text))
            await press(pilot, "enter", "e", "escape", "c", "escape", "s", "escape", "l", "escape")
            await press(pilot, "o", "escape", "D", "n", "m", "m", "escape")
        await press(pilot, "slash")
        await type_in(pilot, "bob")
        assert "[on call] Bob" in screen_text(app)
        assert app.is_running


async def test_markup_is_text_where_it_is_decided_who_is_who(marked_up: Store) -> None:
    for number, text in enumerate(MARKUP):
        key = marked_up.write(editing.add, text, [f"mastodon:m{number}@example.social"])
        for direction in ("out", "in"):
            marked_up.write(interactions.log, key, text, direction=direction, platform="mastodon")
    bob, other = (
        marked_up.read(contacts.list_ids, contacts.ContactQuery(text=word))[0]
        for word in ("on call", "home/me")
    )
    marked_up.write(merging.merge, bob, other)
    app = CrmApp(marked_up)
    async with app.run_test(size=(120, 50), notifications=True) as pilot:
        await settle(pilot)
        await press(pilot, "3", *["down", "s"] * 4, "n", "l", "m", "H")
        assert "merged" in screen_text(app)
        await press(pilot, "down", "t", "n", "escape")
        app.show_contact(bob)
        await settle(pilot)
        assert "with [/home/me]" in screen_text(app)
        await press(pilot, "F", "escape", "w", "home", "s", "n", "down", "g")
        assert "Whose is" in screen_text(app)
        await press(pilot, "escape", "M", "down", "enter")
        assert "BECOMES PART OF IT" in screen_text(app)
        await press(pilot, "s", "escape", "escape", "escape")
        app.action_triage()
        await settle(pilot)
        for _ in MARKUP:
            await press(pilot, "1")
        assert app.is_running
        assert app.return_value is None


async def test_a_click_on_a_name_runs_nothing(marked_up: Store) -> None:
    app = CrmApp(marked_up)
    async with app.run_test(size=(120, 50)) as pilot:
        await settle(pilot)
        for y in range(3, 16):
            for x in (5, 70):
                await pilot.click(offset=(x, y))
        await settle(pilot)
        assert app.is_running
        assert app.return_value is None


async def test_a_name_that_cannot_be_seen_is_replaced_by_what_can(tmp_path: Path) -> None:
    store = open_store(tmp_path / "blank.db")
    key = store.write(editing.add, "someone", ["x:ghost"])
    with store._engine.begin() as connection:
        bulk.update(connection, contact, "name", [("\u3164\u200b\u200d", key)])
    app = CrmApp(store)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "2")
        assert "(no name) ghost" in screen_text(app)
        await press(pilot, "enter")
        assert "(no name) ghost" in screen_text(app)
    store.close()


async def test_a_megabyte_of_words_does_not_freeze_the_screen(tmp_path: Path) -> None:
    store = open_store(tmp_path / "long.db")
    key = store.write(editing.add, "N" * 5_000, ["x:long"])
    store.write(editing.edit, [key], Edits(notes="line\n" * 100_000))
    store.write(interactions.log, key, "w" * 1_000_000, direction="in", platform="x")
    app = CrmApp(store)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "2", "enter", "enter", "escape", "escape", "slash")
        await type_in(pilot, "www")
        assert app.is_running
    store.close()


@given(st.text(alphabet=st.characters(codec=None), max_size=60))
def test_nothing_a_terminal_could_obey_passes_the_barrier(text: str) -> None:
    after = OutputBarrier().apply([Segment(text, Style())], Color(0, 0, 0))
    left = "".join(segment.text for segment in after)
    for character in left:
        code = ord(character)
        assert code >= 0x20
        assert not 0x7F <= code <= 0x9F
        assert not 0x202A <= code <= 0x202E
        assert not 0x2066 <= code <= 0x2069
        assert not 0xD800 <= code <= 0xDFFF


def test_a_harmless_line_passes_the_barrier_untouched() -> None:
    line = [Segment("Ada 山田 👩‍👩‍👧 é", Style(bold=True))]
    assert OutputBarrier().apply(line, Color(0, 0, 0)) is line


@given(st.text(max_size=80), st.integers(0, 40), st.booleans())
def test_a_fitted_text_takes_exactly_its_width(text: str, width: int, right: bool) -> None:
    assert cell_len(ui.fit(text, width, right)) == width


@given(st.text(max_size=200), st.integers(2, 40), st.integers(1, 5))
def test_wrapped_lines_keep_to_width_and_number(text: str, width: int, most: int) -> None:
    lines = ui.wrapped(text, width, most)
    assert len(lines) <= most
    assert all(cell_len(line) <= width for line in lines)


@given(st.text(max_size=80) | st.from_regex(r"https?://[^\s]{1,40}", fullmatch=True))
def test_what_may_be_opened_is_printable_and_of_three_schemes(url: str) -> None:
    found = browser.target(url)
    if found is not None:
        assert found.url.isascii()
        assert found.url.isprintable()
        assert " " not in found.url
        assert found.url.startswith(("http://", "https://", "mailto:"))
        assert found.place


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "javascript:alert(1)",
        "x-evil:run",
        "https://paypal.com@evil.example/",
        "https:///nohost",
        "https://a b.example",
        "https://example.org/\x1b]52;c;x",
        "https://example.org:99999999/",
        "mailto:",
        "",
        "https://" + "a" * 3_000,
        "http://[::1",
    ],
)
def test_what_is_not_for_opening_is_refused(url: str) -> None:
    assert browser.target(url) is None


def test_an_address_is_shown_as_it_is_opened() -> None:
    found = browser.target("https://пример.example/путь?q=ä#§")
    assert found is not None
    assert found.place == "xn--e1afmkfd.example"
    assert found.url == "https://xn--e1afmkfd.example/%D0%BF%D1%83%D1%82%D1%8C?q=%C3%A4#%C2%A7"
    mail = browser.target("mailto:ada@example.org?attach=/etc/passwd")
    assert mail is not None
    assert mail.url == "mailto:ada@example.org"


def test_a_report_of_a_bug_has_places_and_types_but_no_data() -> None:
    secret = "ada@example.org"
    error = RuntimeError(f"about {secret}")
    with pytest.raises(KeyError) as caught:
        _ = {}[secret]
    error.__cause__ = caught.value
    report = crash.report(error)
    assert "builtins.KeyError" in report
    assert "builtins.RuntimeError" in report
    assert "test_hostile_text.py" in report
    assert secret not in report
    assert str(Path.home()) not in report
