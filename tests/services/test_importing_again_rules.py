"""Whatever happened in between, not reading an unchanged export once more comes out as reading it would."""

from __future__ import annotations

import json
import shutil
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Table, select

from crm.db.store import Store, Work
from crm.db.tables import (
    card,
    contact,
    contact_tag,
    coverage,
    identity,
    import_run,
    interaction,
    merged,
    post,
    refusal,
    relationship,
    sighting,
)
from crm.domain.cadence import Rules
from crm.domain.errors import CrmError
from crm.services import (
    again,
    backups,
    editing,
    forgetting,
    identities,
    importing,
    interactions,
    merging,
    undoing,
)
from crm.services.editing import Edits

pytestmark = pytest.mark.sqlite(reason="the rules of importing, which are the same on a server")

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
TABLES = (contact, contact_tag, identity, card, interaction, post, merged, refusal, relationship)
ME, ADA, BO, CY = "700", "801", "802", "803"
EXPORTS = ("x-old", "x-new", "x-same", "cards-old", "cards-new", "cards-more")
STEPS = (
    *(("import", name) for name in EXPORTS * 3),
    *(("undo run", number) for number in range(1, 5)),
    ("undo", 0),
    ("undo", 0),
    ("merge", 0),
    ("merge", 1),
    ("split", 0),
    ("move", 0),
    ("delete act", 0),
    ("delete act", 1),
    ("edit", 0),
    ("edit", 1),
    ("remove", 0),
    ("forget", 1),
    ("me", 0),
)


def _act(number: int, who: str, day: int, text: str) -> dict[str, Any]:
    sender, to = (ME, who) if number % 2 else (who, ME)
    at = f"2025-01-{day:02}T10:00:00.000Z"
    said = {"id": f"187000000000000000{number}", "senderId": sender, "recipientId": to, "text": text}
    return {"messageCreate": {**said, "createdAt": at, "urls": [], "mediaUrls": [], "reactions": []}}


def _tweet(number: int, day: int, text: str, name: str | None) -> dict[str, Any]:
    mentioned = [{"id_str": ADA, "id": ADA, "screen_name": f"{name}_b".lower(), "name": name}] if name else []
    answers = {"in_reply_to_user_id_str": ADA, "in_reply_to_status_id_str": "99"} if name else {}
    at = f"Mon Jan {day:02} 09:00:00 +0000 2025"
    return {
        "tweet": {
            "id_str": f"188000000000000000{number}",
            "full_text": text,
            "created_at": at,
            "entities": {"user_mentions": mentioned, "urls": [], "hashtags": []},
            **answers,
        }
    }


def _write_x(folder: Path, acts: list[dict[str, Any]], tweets: list[dict[str, Any]]) -> None:
    (folder / "data").mkdir(parents=True)
    talks: dict[str, list[dict[str, Any]]] = {}
    for act in acts:
        said = act["messageCreate"]
        other = said["recipientId"] if said["senderId"] == ME else said["senderId"]
        talks.setdefault(f"{ME}-{other}", []).append(act)
    parts = {
        "account": [{"account": {"username": "mira", "accountId": ME, "accountDisplayName": "Mira"}}],
        "direct_messages": [
            {"dmConversation": {"conversationId": key, "messages": found}} for key, found in talks.items()
        ],
        "tweets": tweets,
    }
    for name, rows in parts.items():
        file = folder / "data" / f"{name.replace('_', '-')}.js"
        file.write_text(f"window.YTD.{name}.part0 = {json.dumps(rows)}", encoding="utf-8")


def _card(uid: str, name: str, *lines: str) -> str:
    return "\r\n".join(("BEGIN:VCARD", "VERSION:3.0", f"UID:{uid}", f"FN:{name}", *lines, "END:VCARD", ""))


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Exports of one account and of one address book, older and newer ones, and a database with nothing."""
    folder = tmp_path_factory.mktemp("exports")
    acts = [_act(1, ADA, 2, "hello"), _act(2, ADA, 3, "hi"), _act(3, BO, 4, "you?")]
    tweets = [_tweet(1, 1, "a post", None), _tweet(2, 5, "@ada_b yes", "Ada")]
    _write_x(folder / "x-old", acts, tweets)
    others = [_act(2, ADA, 3, "hi, edited"), acts[2], _act(4, CY, 7, "new here")]
    _write_x(folder / "x-new", others, [tweets[0], _tweet(2, 5, "@ada_k yes", "Ada King")])
    _write_x(
        folder / "x-same", [acts[0], _act(2, ADA, 3, "hi there")], [_tweet(2, 5, "@ada_b yes!", "Ada B")]
    )
    ada, bo = ("EMAIL:ada@example.org", "TITLE:Countess"), ("TEL:+49 170 5550101",)
    (folder / "cards-old.vcf").write_text(_card("u1", "Ada Byron", *ada) + _card("u2", "Bo Lind", *bo))
    newer = _card("u1", "Ada King", ada[0], "TITLE:Lady", "CATEGORIES:maths", "NOTE:engine")
    (folder / "cards-new.vcf").write_text(newer + _card("u2", "Bo Lind", "EMAIL:bo@example.org"))
    more = _card("u1", "Ada Byron", *ada) + _card("u3", "Cy Ono", "EMAIL:cy@example.org")
    (folder / "cards-more.vcf").write_text(more)
    Store.open(folder / "empty.db").close()
    return folder


class World:
    """One of two databases that the same happens to."""

    def __init__(self, store: Store, exports: Path) -> None:
        self.store, self.exports = store, exports

    def do(self, step: tuple[str, Any]) -> object:
        """Do one thing; return what came of it, where both must agree on that."""
        how, what = step
        try:
            return getattr(self, f"_{how.replace(' ', '_')}")(what)
        except CrmError as error:
            return type(error).__name__

    def _import(self, name: str) -> object:
        path = next(self.exports.glob(f"{name}*"))
        [found] = importing.recognise([path])
        view = importing.run_import(self.store, found)
        return (
            view.run,
            view.left,
            view.unread,
            view.since,
            view.until,
            view.contacts_new,
            view.interactions_new,
        )

    def _undo_run(self, run: int) -> object:
        return self.store.write(importing.undo_run, run)

    def _undo(self, _: int) -> object:
        return self.store.write(undoing.undo)

    def _people(self) -> list[int]:
        return self.store.read(
            lambda work: list(work.connection.scalars(select(contact.c.id).order_by(contact.c.id)))
        )

    def _merge(self, which: int) -> object:
        people = self._people()
        return len(people) > which + 1 and self.store.write(merging.merge, people[which], people[-1])

    def _split(self, _: int) -> object:
        parts = self.store.read(lambda work: list(work.connection.scalars(select(merged.c.id))))
        return bool(parts) and self.store.write(merging.split, parts[0])

    def _move(self, which: int) -> object:
        held = select(identity.c.id).where(identity.c.contact_id.is_not(None)).order_by(identity.c.id.desc())
        found = self.store.read(lambda work: list(work.connection.scalars(held)))
        return len(found) > which and self.store.write(merging.move, found[which], None)

    def _delete_act(self, which: int) -> object:
        query = select(interaction.c.id).order_by(interaction.c.id)
        acts = self.store.read(lambda work: list(work.connection.scalars(query)))
        return len(acts) > which and self.store.write(interactions.delete, acts[-1 if which else 0])

    def _edit(self, which: int) -> object:
        people = self._people()
        edits = Edits(title="Dr", add_tags=("mine",)) if which else Edits(name="Somebody Else", notes="mine")
        return bool(people) and self.store.write(editing.edit, [people[0]], edits)

    def _remove(self, _: int) -> object:
        people = self._people()
        return bool(people) and self.store.write(editing.delete, people[0])

    def _forget(self, which: int) -> object:
        people = self._people()
        return bool(people) and forgetting.forget(self.store, people[which % len(people)]).interactions

    def _me(self, _: int) -> object:
        return self.store.write(identities.add_me, "ada@example.org")

    def shown(self) -> dict[str, object]:
        """Return everything that the two must have in common."""
        return self.store.read(_shown)


def _shown(work: Work) -> dict[str, object]:
    def rows(table: Table, *columns: str) -> list[str]:
        found = work.connection.execute(select(*(table.c[name] for name in columns or table.c.keys())))
        return sorted(json.dumps(list(row), default=str) for row in found)

    seen = {
        (row.run_id, row.kind, key)
        for row in work.connection.execute(select(sighting))
        for key in range(row.first_id, row.last_id + 1)
    }
    return {
        **{table.name: rows(table) for table in TABLES},
        "coverage": rows(coverage),
        "runs": rows(import_run, "id", "importer", "since", "until", "left", "unread", "undone_at"),
        "sightings": sorted(seen),
    }


def both(exports: Path, steps: list[tuple[str, Any]], monkeypatch: pytest.MonkeyPatch) -> int:
    """Do the same with and without; insist that it makes no difference; return how often nothing was read."""
    reading: list[str] = []
    look_at, repeat = again.look_at, again.repeat

    def repeated(*said: Any) -> int:
        reading.append("skipped")
        return repeat(*said)

    with TemporaryDirectory() as base, monkeypatch.context() as patch, ExitStack() as opened:
        patch.setattr(backups, "before_import", lambda store: None)
        patch.setattr(again, "repeat", repeated)
        worlds = []
        for name in ("with", "without"):
            file = Path(base) / f"{name}.db"
            shutil.copy(exports / "empty.db", file)
            store = opened.enter_context(closing(Store.open(file, rules=Rules(zone=UTC), now=lambda: NOW)))
            worlds.append(World(store, exports))
        for number, step in enumerate(steps):
            came = []
            for world in worlds:
                patch.setattr(again, "look_at", look_at if world is worlds[0] else lambda found: None)
                came.append((world.do(step), world.shown()))
            assert came[0] == came[1], steps[: number + 1]
    return len(reading)


@settings(max_examples=8)
@given(steps=st.lists(st.sampled_from(STEPS), min_size=3, max_size=9))
def test_it_makes_no_difference_whether_a_known_export_is_read(
    steps: list[tuple[str, Any]], exports: Path
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        both(exports, steps, patch)


@pytest.mark.parametrize(
    ("between", "skips"),
    [
        ([], 1),
        ([("import", "cards-old")], 1),
        ([("edit", 0)], 0),
        ([("undo", 0)], 0),
        ([("import", "x-new")], 0),
        ([("import", "x-same")], 0),
        ([("import", "x-new"), ("undo run", 2)], 0),
        ([("merge", 0)], 0),
        ([("merge", 0), ("split", 0)], 1),
        ([("import", "cards-new"), ("merge", 0), ("move", 0)], 0),
        ([("delete act", 1)], 0),
        ([("remove", 0)], 0),
        ([("forget", 0)], 0),
        ([("import", "x-old"), ("undo run", 1)], 2),
        ([("import", "x-old"), ("undo run", 2)], 1),
    ],
)
def test_an_export_of_acts_is_read_again_where_that_could_matter(
    between: list[tuple[str, Any]], skips: int, exports: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert both(exports, [("import", "x-old"), *between, ("import", "x-old")], monkeypatch) == skips


@pytest.mark.parametrize(
    ("between", "skips"),
    [
        ([], 1),
        ([("edit", 1)], 1),
        ([("import", "cards-new")], 0),
        ([("import", "cards-more")], 1),
        ([("me", 0)], 0),
    ],
)
def test_an_address_book_is_read_again_where_another_came_since(
    between: list[tuple[str, Any]], skips: int, exports: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert both(exports, [("import", "cards-old"), *between, ("import", "cards-old")], monkeypatch) == skips
