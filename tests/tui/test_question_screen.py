"""What an export does not say is asked once, and the preview runs again with the answer."""

from __future__ import annotations

from pathlib import Path

import pytest
from tui_world import press, screen_text, settle, type_in

from crm.db.store import Store
from crm.domain.errors import QuestionError
from crm.services import contacts, importing
from crm.services.contacts import ContactQuery
from crm.tui.app import CrmApp
from crm.tui.screens.question import Question
from crm.tui.screens.review import Review
from crm.tui.widgets.choice import Choice

TWO_PEOPLE = """\
27/08/2024, 09:00 - Quinn Vale: Are you coming?
27/08/2024, 09:05 - Mara Öztürk: In an hour
28/08/2024, 10:00 - Quinn Vale: See you tomorrow then
"""
TWO_READINGS = """\
03/04/2024, 09:00 - Quinn Vale: Are you coming?
03/04/2024, 09:05 - Mara Öztürk: In an hour
04/04/2024, 10:00 - Quinn Vale: See you tomorrow then
"""


def chat(folder: Path, text: str) -> Path:
    """Write a chat whose name does not say whose it is."""
    path = folder / "_chat.txt"
    path.write_text(text, encoding="utf-8")
    return path


async def name_it(app: CrmApp, pilot: object, path: Path) -> None:
    """Type a path on the Import page and press enter."""
    await settle(pilot)  # type: ignore[arg-type]
    app.action_go("import")
    await settle(pilot)  # type: ignore[arg-type]
    await press(pilot, "i")  # type: ignore[arg-type]
    app.screen.query_one("#path").value = str(path)  # type: ignore[attr-defined]
    await press(pilot, "enter")  # type: ignore[arg-type]


def flat(app: CrmApp) -> str:
    """Return the screen without line breaks and runs of spaces."""
    return " ".join(screen_text(app).split())


def named(store: Store, text: str) -> list[str]:
    """Return the contacts that are called so."""
    return [one.name for one in store.read(contacts.list_contacts, ContactQuery(text=text))]


async def test_who_you_are_is_asked_with_the_people_of_the_chat_as_choices(
    app: CrmApp, world: Store, tmp_path: Path
) -> None:
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await name_it(app, pilot, chat(tmp_path, TWO_PEOPLE))
        text = flat(app)
        assert "has a question; press w" in text
        assert "Press w to answer one question" in text
        assert "which of its people you are" in text
        assert "Not imported" not in text
        await press(pilot, "w")
        assert isinstance(app.screen, Question)
        assert "Who are you in this export?" in flat(app)
        assert "Quinn Vale: 2 messages" in flat(app)
        await press(pilot, "right", "enter")
        assert isinstance(app.screen, Review)
        assert "would bring: 1 contact, 3 acts" in flat(app)
        await press(pilot, "i")
    assert named(world, "Quinn") == ["Quinn Vale"]
    assert named(world, "Mara") == []


async def test_somebody_who_is_not_among_the_choices_can_be_typed(
    app: CrmApp, world: Store, tmp_path: Path
) -> None:
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await name_it(app, pilot, chat(tmp_path, TWO_PEOPLE))
        await press(pilot, "w", "tab")
        await type_in(pilot, "quinn vale")
        await press(pilot, "enter", "i")
    assert named(world, "Mara") == ["Mara Öztürk"]
    assert named(world, "Quinn") == []


async def test_a_name_that_nobody_has_there_asks_again(app: CrmApp, tmp_path: Path) -> None:
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await name_it(app, pilot, chat(tmp_path, TWO_PEOPLE))
        await press(pilot, "w", "tab")
        await type_in(pilot, "nobody")
        await press(pilot, "enter")
        assert "is called 'nobody'" in flat(app)
        assert "has a question; press w" in flat(app)


async def test_escape_leaves_the_question_open(app: CrmApp, world: Store, tmp_path: Path) -> None:
    before = world.read(contacts.count)
    async with app.run_test(size=(120, 40)) as pilot:
        await name_it(app, pilot, chat(tmp_path, TWO_PEOPLE))
        await press(pilot, "w", "escape")
        assert isinstance(app.screen, Review)
        assert "has a question; press w" in flat(app)
        await press(pilot, "i")
        assert "has a question; press w" in flat(app)
    assert world.read(contacts.count) == before
    assert world.read(importing.runs) == []


async def test_dates_that_can_be_read_in_two_ways_are_asked_about_and_then_who_you_are(
    app: CrmApp, world: Store, tmp_path: Path
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await name_it(app, pilot, chat(tmp_path, TWO_READINGS))
        await press(pilot, "w")
        assert "How are its dates meant?" in flat(app)
        assert list(app.screen.query("Input")) == []
        await press(pilot, "2", "enter")
        assert "which of its people you are" in flat(app)
        await press(pilot, "w", "2", "enter", "i")
    quinn = world.read(contacts.show, world.read(contacts.find, "Quinn"))
    assert [act.at.month for act in quinn.interactions if act.at] == [4, 3, 3]


async def test_a_question_without_choices_is_answered_by_typing(app: CrmApp) -> None:
    answers: list[str | None] = []
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.push_screen(Question(QuestionError("it does not say whose it is")), answers.append)
        await settle(pilot)
        await press(pilot, "enter")  # nothing was said: the question stays
        assert isinstance(app.screen, Question)
        await type_in(pilot, "me")
        await press(pilot, "enter")
    assert answers == ["me"]


@pytest.mark.parametrize("number", [12, 200])
async def test_a_group_of_hundreds_offers_twelve_and_a_field(app: CrmApp, number: int) -> None:
    choices = tuple((f"Person {n}", f"Person {n}: {n} messages") for n in range(1, number + 1))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.push_screen(Question(QuestionError("who?", None, "as", choices)))
        await settle(pilot)
        await press(pilot, "end")
        assert app.screen.query_one(Choice).value == "Person 12"
        assert "or somebody else" in flat(app)
