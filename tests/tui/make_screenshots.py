"""Make the pictures of the README from the demo: `python tests/tui/make_screenshots.py`.

They go to `tests/tui/screenshots/*.svg`; the moment is fixed, so that they only change when a screen does.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(PROJECT), str(Path(__file__).parent)]
os.environ.update(CRM_NOW="2026-06-01T09:00:00Z", CRM_TZ="Europe/Berlin", TEXTUAL_ANIMATIONS="none")

from tui_world import picture, press, settle, type_in  # noqa: E402

from crm.services.demo import open_demo  # noqa: E402
from crm.tui import themes  # noqa: E402
from crm.tui.app import CrmApp  # noqa: E402

SIZE = (112, 34)
PICTURES: dict[str, tuple[str, tuple[str, ...], str]] = {
    # name: theme, keys, text typed after them
    "today": (themes.DARK.name, ("down",), ""),
    "today-light": (themes.LIGHT.name, ("down",), ""),
    "people": (themes.DARK.name, ("2", "t", "home", "down", "down"), ""),
    "contact": (themes.DARK.name, ("down", "down", "down", "enter"), ""),
    "search": (themes.DARK.name, ("slash",), "glaze"),
    "focus": (themes.DARK.name, ("g", "enter"), ""),
    "matches": (themes.DARK.name, ("3",), ""),
    "mirror": (themes.DARK.name, ("4",), ""),
    "import": (themes.DARK.name, ("5", "down"), ""),
}


async def make(folder: Path) -> None:
    """Take every picture."""
    folder.mkdir(exist_ok=True)
    for name, (theme, keys, text) in PICTURES.items():
        store = open_demo()
        app = CrmApp(store)
        app.theme = theme
        async with app.run_test(size=SIZE) as pilot:
            await settle(pilot)
            await press(pilot, *keys)
            await type_in(pilot, text)
            (folder / f"{name}.svg").write_text(picture(app, title="crm"), encoding="utf-8")
        store.close()


if __name__ == "__main__":
    asyncio.run(make(PROJECT / "tests" / "tui" / "screenshots"))
