"""A small world for the screens: few people, every state, dated so that nothing moves."""

from __future__ import annotations

import io
import re
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from clocks import START as NOW
from clocks import Clock
from rich.console import Console
from settled import press, press_quickly, settle
from textual.app import App
from textual.pilot import Pilot

from crm.db.store import Store
from crm.domain.cadence import Rules
from crm.domain.records import (
    ContactRecord,
    Direction,
    IdentityRef,
    InteractionRecord,
    Kind,
    PartialDate,
    Precision,
    Record,
)
from crm.services import editing, importing, interactions
from crm.services.editing import Edits
from crm.services.spooling import Spool
from crm.services.views import RunView
from crm.tui.app import CrmApp

RULES = Rules(zone=ZoneInfo("Europe/Berlin"))


def open_store(path: str | Path, clock: Callable[[], datetime] | None = None) -> Store:
    """Open a database with the rules and the moment of these tests."""
    return Store.open(path, rules=RULES, now=clock or (lambda: NOW))


def place_of(store: Store) -> str:
    """Return what opens the database of a store once more: its path, or its URL on a server."""
    return str(store.path or store._engine.url.render_as_string(hide_password=False))


class World:
    """Makes contacts and acts, in a store whose clock can be set."""

    def __init__(self, path: str | Path) -> None:
        self.clock = Clock()
        self.store = open_store(path, self.clock)

    def person(self, name: str, *handles: str, **edits: Any) -> int:
        """Add a contact, half a year ago so that its cadence has run for a while."""
        self.clock.moment = NOW - timedelta(days=180)
        contact = self.store.write(editing.add, name, handles)
        if edits:
            self.store.write(editing.edit, [contact], Edits(**edits))
        self.clock.moment = NOW
        return contact

    def act(
        self,
        contact: int,
        days: float,
        direction: str,
        text: str | None,
        platform: str,
        kind: str | None = None,
    ) -> None:
        """Log an act some days ago."""
        at = NOW - timedelta(days=days)
        self.clock.moment = at
        self.store.write(
            interactions.log, contact, text, direction=direction, platform=platform, kind=kind, at=at
        )
        self.clock.moment = NOW


def build(path: Path) -> None:
    """Make the world."""
    world = World(path)
    ada = world.person(
        "Ada Byron",
        "mastodon:ada@example.social",
        "ada@example.org",
        "x:ada",
        circle="inner",
        organisation="Kiln & Co",
        birthday=PartialDate(5, 5, 1980),
        add_tags=("ceramics", "zines"),
        notes="Met at the zine fair. Throws porcelain.\n\nAsk about the kiln.",
    )
    world.act(ada, 12.8, "in", "The print is on its way", "email")
    world.act(ada, 11, "out", "Thanks for the print, it hangs over my desk", "email")
    question = "Did you ever finish the essay on kilns? I keep thinking about slow firing."
    world.act(ada, 2, "in", question, "mastodon", "reply")
    bo = world.person("Bo Lind", "bo@example.org")
    world.act(bo, 30, "out", "Draft attached", "email")
    world.act(bo, 5, "in", "Read it, three small remarks inside. Shall we talk on Friday?", "email")
    cy = world.person("Cy Ono", "blog:cyono.example")
    world.act(cy, 20, "out", "Lovely piece", "blog", "comment")
    world.act(cy, 11, "in", "Thank you! What did you make of part two?", "blog", "comment")
    dee = world.person("Dee Park", "linkedin:deepark", circle="close")
    world.act(dee, 43, "in", "Congratulations on the new studio", "linkedin")
    world.act(dee, 41, "out", "Thank you, come and see it", "linkedin")
    ed = world.person("Ed Quist", "x:edq", circle="close")
    world.act(ed, 71, "in", "Saw your talk", "x")
    world.act(ed, 70, "out", "Which part?", "x")
    world.person("Eve Ray", "phone:+4930123456", birthday=PartialDate(6, 2, 1986))
    flo = world.person("Flo Sand", "mastodon:flo@example.social")
    world.act(flo, 3, "in", None, "mastodon", "reshare")
    world.act(flo, 4, "in", None, "mastodon", "reshare")
    world.person("山田 太郎", "x:yamada", circle="wide")
    world.store.close()


def bring(store: Store, importer: str, *records: Record, path: str | None = None) -> RunView:
    """Import records as if an importer had read them from an export."""
    with Spool() as spool:
        spool.fill(records, lambda _: None, lambda: False)
        view, _ = store.write(importing.write_run, importer, path or f"{importer}-export.zip", spool)
    return view


def said(
    platform: str, handle: str, days: float, direction: str = "in", text: str = "", name: str | None = None
) -> InteractionRecord:
    """Make the record of a message some days ago."""
    at = int((NOW - timedelta(days=days)).timestamp() * 1_000_000)
    return InteractionRecord(
        platform=platform,
        external_id=f"{handle}:{direction}:{at}",
        who=IdentityRef(platform, handle, name=name),
        at=at,
        direction=Direction(direction),
        kind=Kind.MESSAGE,
        text=text or f"a message of {days:g} days ago",
        precision=Precision.SECOND,
    )


def doubles(store: Store) -> None:
    """Bring people who are known already, from elsewhere: Ada for certain, Bo perhaps."""
    bring(
        store,
        "linkedin",
        ContactRecord(
            (IdentityRef("linkedin", "ada-byron", name="Ada Byron"), IdentityRef("blog", "ada.example")),
            name="Ada Byron",
            title="Ceramicist",
            organisation="Clay Works Ltd",
        ),
        said("linkedin", "ada-byron", 420, "out", "Congratulations on the new kiln!", "Ada Byron"),
        said("linkedin", "ada-byron", 419, "in", "Thank you, it eats a forest a week.", "Ada Byron"),
        said("linkedin", "bolind", 700, "in", "Are you coming to the fair?", "Bo Lind"),
    )


def newcomers(store: Store) -> None:
    """Bring a first import: Gil, Hal and Ivy with much talk, Jo with two days of it, Kai with one."""
    records = []
    for who, days in (("gil", 9), ("hal", 5), ("ivy", 4), ("jo", 2), ("kai", 1)):
        name = f"{who.title()} Moor"
        for day in range(days):
            records += [
                said("x", who, 20 * day + 2.2, "out", "Shall we fire on Saturday?", name),
                said("x", who, 20 * day + 2, "in", "Yes, bring the cone packs and the white slip.", name),
            ]
    bring(store, "x", *records)


async def type_in(pilot: Pilot[Any], text: str) -> None:
    """Type text into what has the focus."""
    names = {
        " ": "space",
        ".": "full_stop",
        ",": "comma",
        "/": "slash",
        "@": "at",
        ":": "colon",
        "-": "minus",
    }
    await press_quickly(pilot, *(names.get(character, character) for character in text))


def pressing(*keys: str) -> Callable[[Pilot[Any]], Awaitable[None]]:
    """Return what a snapshot does before the picture is taken."""

    async def run(pilot: Pilot[Any]) -> None:
        await settle(pilot)
        await press(pilot, *keys)

    return run


def picture(app: CrmApp, **options: Any) -> str:
    """Return the screen as SVG that loads nothing from elsewhere: the reader's own fonts do."""
    svg = App.export_screenshot(app, **options)
    return re.sub(r"\s*@font-face \{.*?\}", "", svg, flags=re.DOTALL)


def screen_text(app: CrmApp) -> str:
    """Return the screen as text, dialogs and notifications included."""
    width, height = app.size
    console = Console(width=width, height=height, file=io.StringIO(), record=True, legacy_windows=False)
    console.print(app.screen._compositor.render_update(full=True))
    return "\n".join(line.rstrip() for line in console.export_text().splitlines())
