"""Every key of every screen with what it means: one key never means two things without a reason.

The table is for people: whoever binds a key sees here what it means elsewhere.
"""

from __future__ import annotations

from collections import defaultdict
from importlib import import_module
from pkgutil import iter_modules

import pytest
from textual.binding import BindingsMap
from textual.screen import Screen
from tui_world import press, screen_text, settle

import crm.tui.screens
from crm.tui.app import CrmApp
from crm.tui.base import Page
from crm.tui.screens.help import Keys

EVERYWHERE = {
    "1": "Today", "2": "People", "3": "Matches", "4": "Mirror", "5": "Import",
    "slash": "search everywhere", "ctrl+f": "search everywhere",
    "question_mark": "the keys of this place", "f1": "the keys of this place",
    "a": "add a person", "u": "undo the last change", "H": "what can be taken back",
    "comma": "settings", "ctrl+t": "other colours", "q": "quit", "ctrl+q": "quit",
}  # fmt: skip
"""What the app binds: nowhere else but in `NARROWED` may these mean something else."""

NARROWED = {
    ("slash", "filter"),  # People: a search among those listed, with all they are called
    ("slash", "type again"),  # Search: back into its field
    ("u", "one back"),  # Focus: undo, and back to that person
    ("u", "take the newest back"),  # History: the same undo
    ("question_mark", "close"),  # help: the key that opened it
    ("f1", "close"),
    *((str(number), "") for number in range(1, 10)),  # the first round: a circle; it says so beside each
}
"""Where the meaning of everywhere is narrowed to the place."""

ON_A_CONTACT = {
    "o": "open",
    "r": "replied",
    "l": "log",
    "s": "snooze",
    "x": "no reply needed",
    "c": "cadence",
    "m": "mute",
}
"""The same on Today, in People, in a contact, in the first round; in Focus as far as they go there."""

OF_THE_PLACE = {
    "0": {"all platforms together"},
    "b": {"browse", "one back"},
    "c": {"cadence", "coverage", "columns"},
    "C": {"columns"},
    "d": {"delete", "take an import back", "the usual ones", "dry run", "default"},
    "D": {"delete this contact", "delete", "remove"},
    "e": {"edit", "correct", "change"},
    "E": {"export", "as a page"},
    "f": {"choose this folder", "save what failed", "next platform", "more filters"},
    "F": {"forget for good", "platform before", "saved"},
    # "go": through Today, to a letter in a list (`PeopleRows`), to somebody else. Two of them open a dialog
    # and one moves the cursor, so a finger that errs changes nothing.
    "g": {"go through", "give to another", "to a letter"},
    "h": {"field before", "hide what is wrong with reminding"},
    "i": {"import an export", "type a path", "import", "set up"},
    "I": {"import all"},
    "J": {"further right"},
    "K": {"further left"},
    "l": {"next field", "correct", "later"},
    "m": {"merge"},
    "M": {"merge with"},
    "n": {"no", "notes", "skip", "never", "keep the present filter", "new", "make a contact of its own"},
    "O": {"open another address", "open the other"},
    "o": {"open"},
    "p": {"the whole contact", "another time", "put back"},
    "r": {"log it", "rename"},
    "s": {"swap who stays", "split off"},
    "t": {"to talk about", "take back up to here", "sort", "put people into circles", "send a test"},
    "T": {"the other way round"},
    "w": {"who is who", "who you are in it"},
    "x": {"no reply"},
    "y": {"copy the words", "yes", "copy the address", "copy the report"},
    "z": {"archive"},
    "space": {"skip", "show or not", "on or off"},
}
"""Letters that belong to a place."""


def bound() -> dict[str, set[tuple[str, str]]]:
    """Return by letter what it means, and on which screen."""
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for module in iter_modules(crm.tui.screens.__path__):
        loaded = import_module(f"{crm.tui.screens.__name__}.{module.name}")
        for name, screen in vars(loaded).items():
            if (
                isinstance(screen, type)
                and issubclass(screen, Screen)
                and screen.__module__ == loaded.__name__
            ):
                bindings: BindingsMap = screen._merge_bindings()
                for key, several in bindings.key_to_bindings.items():
                    found[key].update((one.description, name) for one in several)
    return found


def test_the_keys_of_everywhere_are_those_of_the_app() -> None:
    bindings = CrmApp._merge_bindings().key_to_bindings
    ours = {key: several[0].description for key, several in bindings.items() if not several[0].system}
    assert {key: ours[key] for key in EVERYWHERE} == EVERYWHERE


def test_no_key_means_something_that_the_table_does_not_say() -> None:
    unknown = []
    for key, meanings in bound().items():
        if len(key) > 1 and key not in EVERYWHERE and key != "space":
            continue  # arrows, enter, escape and their like mean what they mean
        for meaning, screen in meanings:
            said = meaning in OF_THE_PLACE.get(key, ()) or meaning == ON_A_CONTACT.get(key)
            if not said and (key, meaning) not in NARROWED:
                unknown.append((key, meaning, screen))
    assert not unknown


def test_the_table_says_nothing_that_is_not_so() -> None:
    meant = bound()
    stale = [
        (key, meaning)
        for key, several in OF_THE_PLACE.items()
        for meaning in several
        if meaning not in {said for said, _ in meant[key]} and (key, meaning) != ("g", "to a letter")
    ]
    assert not stale


def test_what_acts_on_a_contact_means_the_same_on_every_page_with_one() -> None:
    from crm.tui.acting import Acting

    for module in iter_modules(crm.tui.screens.__path__):
        for screen in vars(import_module(f"{crm.tui.screens.__name__}.{module.name}")).values():
            if isinstance(screen, type) and issubclass(screen, Acting):
                keys = screen._merge_bindings().key_to_bindings
                assert {key: keys[key][0].description for key in ON_A_CONTACT} == ON_A_CONTACT, screen


PLACES = [
    pytest.param(keys, id=name)
    for name, keys in {
        "today": (),
        "people": ("2",),
        "matches": ("3",),
        "mirror": ("4",),
        "import": ("5", "escape"),
        "contact": ("enter",),
        "history": ("H",),
        "search": ("slash",),
        "settings": ("comma",),
        "coverage": ("5", "escape", "c"),
        "whose": ("enter", "w"),
        "focus": ("g", "enter"),
    }.items()
]


@pytest.mark.parametrize("keys", PLACES)
async def test_help_teaches_three_keys_that_there_are_and_closes_with_the_key_that_opened_it(
    app: CrmApp, keys: tuple[str, ...]
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, *keys)
        page = app.screen
        assert isinstance(page, Page)
        assert len(page.KEYS_TO_LEARN) == 3
        # some of them only where there is something to act on
        known = {*page._merge_bindings().key_to_bindings, *page.active_bindings}
        assert {key for key, _ in page.KEYS_TO_LEARN} <= known
        await press(pilot, "f1")
        assert isinstance(app.screen, Keys)
        lines = screen_text(app).splitlines()
        for key, sentence in page.KEYS_TO_LEARN:
            assert any(f" {app.get_key_display(_binding(key))} " in line for line in lines)
            assert any(sentence[:20] in line for line in lines)
        await press(pilot, "question_mark")
        assert app.screen is page


def _binding(key: str) -> object:
    from textual.binding import Binding

    return Binding(key, "")
