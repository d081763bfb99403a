"""Names and words of every width: each line is as wide as the screen, and columns stand below each other."""

from __future__ import annotations

import pytest
from rich.cells import cell_len
from tui_world import bring, press, said, settle

from crm.db.store import Store
from crm.domain.records import PartialDate
from crm.services import contacts, editing
from crm.services.editing import Edits
from crm.tui.app import CrmApp
from crm.tui.widgets.rows import Heading, Rows

NAMES = (
    "山田 太郎 さんの とても 長い 名前 です よ",
    "한글 이름",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466 Family",
    "\U0001f1e9\U0001f1ea\U0001f1ef\U0001f1f5 Flags",
    "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f England",
    "\u2764\ufe0f Heart \u2764\ufe0f",
    "Z\u0337\u031b\u032f\u0361a\u0334\u0332l\u035dgo",
    "Zoe\u0308 e\u0301tude",
    "אבגדה וזחט",
    "مرحبا بالعالم",
    "a\u200bb\u200dc\u2060d",
    "\U0001f44d\U0001f3fd Thumb",
    "नमस्ते क्षि",
    "\u200f\u202eright to left",
    "\uff26\uff55\uff4c\uff4c width",
)
SIZES = [pytest.param(size, id="{}x{}".format(*size)) for size in ((40, 12), (80, 24), (120, 40))]


@pytest.fixture
def wide(world: Store) -> Store:
    """Have everybody of every width waiting, drifting, with a date, with notes."""
    for number, name in enumerate(NAMES):
        handle = f"wide{number}"
        bring(
            world,
            "x",
            said("x", handle, 40 + number, "out", f"{name} {name}?", name),
            said("x", handle, 2 + number, "in", f"Did you see {name}?\n{name * 20}", name),
        )
    found = world.read(contacts.list_ids, contacts.ContactQuery(platform="x"))
    for number, contact in enumerate(found):
        name = NAMES[number % len(NAMES)]
        edits = Edits(
            organisation=name, notes=name * 9, add_tags=(name[:20],), birthday=PartialDate(6, 3, 1980)
        )
        world.write(editing.edit, [contact], edits)
    return world


def wrong_lines(app: CrmApp) -> list[str]:
    """Return the lines of the screen that are not as wide as it."""
    strips = app.screen._compositor.render_strips()
    texts = ["".join(segment.text for segment in strip) for strip in strips]
    return [text for text in texts if cell_len(text) != app.size.width]


@pytest.mark.parametrize("size", SIZES)
async def test_every_line_is_as_wide_as_the_screen(wide: Store, size: tuple[int, int]) -> None:
    app = CrmApp(wide)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        for keys in (
            ("down",), ("l",), ("escape", "s"), ("escape", "o"), ("escape", "enter"), ("e",), ("escape", "w"),
            ("escape", "t"), ("escape", "2"), ("down", "space", "e"), ("escape", "3"), ("4",), ("5",),
            ("escape", "slash", "w", "i"), ("escape", "H"), ("escape", "1", "g"), ("enter",),
        ):  # fmt: skip
            await press(pilot, *keys)
            assert not wrong_lines(app), keys


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        pytest.param("1", ("X ", "e-mail "), id="today"),
        pytest.param("2", ("your turn", "due "), id="people"),
        pytest.param("/wide", ("X @wide",), id="search"),
    ],
)
async def test_columns_stand_below_each_other_whatever_the_names(
    wide: Store, keys: str, words: tuple[str, ...]
) -> None:
    app = CrmApp(wide)
    async with app.run_test(size=(80, 40)) as pilot:
        await settle(pilot)
        await press(pilot, *("slash" if key == "/" else key for key in keys))
        rows = app.screen.query_one(Rows)
        begins = []
        for index, key in enumerate(rows.order[: rows.size.height]):
            if isinstance(key, Heading) or index == rows._cursor:
                continue
            text = "".join(segment.text for segment in rows.render_line(index - rows.scroll_offset.y))
            begins += [cell_len(text[: text.index(f"  {word}") + 2]) for word in words if f"  {word}" in text]
        assert len(begins) > len(NAMES) - 2
        assert len(set(begins)) == 1
