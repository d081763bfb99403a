"""People whose every text is an attack on whoever shows it: names, handles, messages, files, settings."""

from __future__ import annotations

import csv
import os
import re
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from tui_world import NOW, RULES, World, bring, said

from crm.config import load
from crm.db import bulk, tables
from crm.db.store import Store
from crm.domain.records import (
    ContactRecord,
    IdentityRef,
    InteractionRecord,
    Left,
    PartialDate,
    PostRecord,
    Problem,
)
from crm.services import editing, identities, merging

ST = "\x1b\\"
COMMANDS = {
    "clipboard": f"\x1b]52;c;cHduZWQ={ST}",
    "clipboard, ended by a bell": "\x1b]52;c;cHduZWQ=\x07",
    "title": f"\x1b]0;retitled{ST}\x1b]2;retitled\x07\x1bkretitled{ST}",
    "hidden link": f"\x1b]8;;http://evil.example{ST}click\x1b]8;;{ST}",
    "screen cleared": "\x1b[2J\x1b[H\x1b[3J\x1b[1;1H",
    "asks who you are": "\x1b[c\x1b[>c\x1b[=c\x1b[>q\x1bZ\x05",
    "asks where the cursor is": "\x1b[6n\x1b[?6n\x1b[5n\x1b[18t\x1b[21t",
    "asks for settings": f"\x1bP$qm{ST}\x1bP+q544e{ST}\x1b[?2026$p",
    "asks for colours": f"\x1b]10;?{ST}\x1b]11;?\x07\x1b]4;1;?\x07",
    "kitty": f"\x1b_Ga=T,f=24,s=1,v=1;AAAA{ST}\x1b]99;;hello{ST}\x1b[>1u",
    "iterm": "\x1b]1337;File=inline=1:AAAA\x07\x1b]9;hello\x07\x1b]777;notify;a;b\x07",
    "sixel": f"\x1bPq#0;2;0;0;0~-{ST}\x1b^private{ST}\x1bXstring{ST}",
    "eight bits": "\x9b31m\x9d52;c;cHduZWQ=\x9c\x9d0;retitled\x9c\x90q~\x9c\x9fG\x9c\x8d\x84",
    "paste ends": "\x1b[201~; touch pwned\n\x1b[200~",
    "modes": "\x1b[?1049l\x1b[?1000h\x1b[?25l\x1b[8m\x1b[!p\x1bc\x1b#8\x1b(0\x0e",
    "over what was there": "kind\r\x08\x08\x08\x7f\x0b\x0c\x00evil",
    "directions": "\u202eevil\u202c \u2066\u2067x\u2069 \u200f\u061c",
    "lines": "one\x85two\u2028three\u2029four\ttab",
}
MARKUP = (
    "[/]",
    "hi[/red]",
    "[/home/me]",
    "[john]",
    "[on call] Bob",
    "[@click=app.leave]x[/]",
    "[@click=app.delete(5)]Bob[/]",
    ":smile: :pile_of_poo:",
    "[a='b",
    "[$error]x[/]",
    "[link=file:///etc/passwd]x[/link]",
    "\\[x] \\",
    "<script>alert(1)</script>",
    "$(touch pwned) `touch pwned` ; touch pwned",
)
HEAP = "Z" + "\u0301\u0489" * 40 + "algo"
GLUED = "Glue " + "山\u200d" * 30
EMOJI = "👨\u200d👩\u200d👧 🇩🇪 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f ❤\ufe0f"
INVISIBLE = ("\u3164", "\u200b\u200c", "\x1b\x05", "\u2800\u2800", "\u2062\u2063", "\u00ad")
NAMED = COMMANDS["clipboard"] + "[/]"
"""What a filter and a circle of `settings_file` are called."""
TABLE = "table.csv"
CHAT = "_chat.txt"
"""The files of `hostile_exports`."""
HAS_COMMAND = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


_ONE_LINE = str.maketrans(dict.fromkeys("\0\r\n\x85\u2028\u2029"))


def texts() -> dict[str, str]:
    """Return every attack by its name, each with a word that can be searched for."""
    found = {name: f"{text}Mallory{number}" for number, (name, text) in enumerate(COMMANDS.items())}
    found.update({f"markup {text}": text for text in MARKUP})
    return {**found, "heap": HEAP, "glued": GLUED, "emoji": EMOJI, "long": "W" * 5_000}


def build(path: Path, size: int = 1_000_000) -> None:
    """Make the community.

    Args:
        path: of its database.
        size: characters of the longest message and note.

    """
    world = World(path)
    store = world.store
    for number, (name, text) in enumerate(texts().items()):
        contact = world.person(
            text,
            f"x:m{number}",
            f"blog:m{number}.example",
            nickname=text,
            organisation=text,
            title=text,
            birthday=PartialDate(6, 1 + number % 9, 1980),
            notes=f"{text}\n{text}",
            add_tags=(text[:60],),
            circle=("inner", "close", "wide")[number % 3],
        )
        world.act(contact, 40 + number, "out", text, "x")
        world.act(contact, 2 + number / 8, "in", f"{text}?\n{text}\nhttps://example.org/{name}", "x")
    for number, blank in enumerate(INVISIBLE):
        contact = world.person("somebody", f"x:blank{number}")
        world.act(contact, 3, "in", blank, "x")
    huge = world.person("Huge", "x:huge", notes="line\n" * (size // 10))
    world.act(huge, 1, "in", "w" * size, "x")
    world.act(huge, 1.1, "in", f"{COMMANDS['clipboard']}\n" * 2_000, "x")
    _spoil(world)
    _import(world)
    one, other = store.read(_two)
    store.write(merging.merge, one, other)
    store.write(identities.add_me, "mastodon:me@example.social")
    store.close()


def _two(work: object) -> tuple[int, int]:
    from crm.services.contacts import ContactQuery, list_ids

    found = list_ids(work, ContactQuery(text="Mallory"))  # type: ignore[arg-type]
    return found[0], found[1]


def _spoil(world: World) -> None:
    """Give some contacts names that only a damaged or foreign database could hold."""
    with world.store._engine.begin() as connection:
        found = connection.exec_driver_sql("SELECT id FROM contact WHERE name = 'somebody' ORDER BY id")
        named = [(blank, key) for (key,), blank in zip(found.all(), INVISIBLE, strict=True)]
        bulk.update(connection, tables.contact, "name", named)


def _import(world: World) -> None:
    """Bring the same people from elsewhere, with problems, and doubles that want a decision."""
    for platform in ("linkedin", "mastodon"):
        records: list[object] = []
        for number, text in enumerate(texts().values()):
            handle = f"d{number}@example.social" if platform == "mastodon" else f"d{number}"
            who = IdentityRef(platform, handle, external_id=f"{platform}{number}", name=text, label=text[:50])
            records += [
                ContactRecord((who,), name=text, organisation=text, title=text, tags=(text[:50],)),
                _act(said(platform, handle, 500 + number, "out", text), text),
                _act(said(platform, handle, 499 + number, "in", f"{text}?"), text),
                PostRecord(platform, f"post {number}", None, text, text),
                Problem(f"{text}/file.csv:{number}", f"cannot be read: {text}", text),
                Left(text, number + 1),
            ]
        bring(world.store, platform, *records, path=f"/tmp/{COMMANDS['clipboard']}[/x]/{platform}.zip")  # type: ignore[arg-type]
    world.clock.moment = NOW - timedelta(days=1)
    world.store.write(editing.edit, [1], editing.Edits(title="[/] again"))
    world.clock.moment = NOW


def _act(record: InteractionRecord, text: str) -> InteractionRecord:
    return record._replace(thread=text[:200], url=f"https://example.org/{text[:100]}")


def hostile_files(folder: Path) -> None:
    """Put files with such names into a folder; what the file system does not take is left out."""
    for number, text in enumerate(texts().values()):
        name = text.replace("/", "_").replace("\0", "")[:60]
        with suppress(OSError, ValueError):
            (folder / f"{number} {name}.zip").write_bytes(b"")
    with suppress(OSError):
        Path(os.fsdecode(os.fsencode(folder) + b"/bytes \xff\xfe.zip")).write_bytes(b"")


def hostile_exports(folder: Path) -> None:
    """Put exports with such contents into a folder: a table that has to be explained, a chat that asks."""
    names = [text.translate(_ONE_LINE) for text in texts().values()]
    with (folder / TABLE).open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["Name", "E-mail", *names])
        table.writerows([name, f"t{number}@example.org", *names] for number, name in enumerate(names))
    lines = [
        f"27/08/2024, 09:{number:02} - {name}: {name}"
        for number, name in enumerate((NAMED, COMMANDS["title"] + "Eve"))
    ]
    (folder / CHAT).write_text("\n".join(lines) + "\n", encoding="utf-8")


def open_among(database: Path | str) -> Store:
    """Open the community as the program does: with the rules of the configuration, at the tests' moment."""
    return Store.open(database, rules=replace(load().rules, zone=RULES.zone), now=lambda: NOW)


def settings_file(folder: Path) -> Path:
    """Write a configuration whose names are attacks, and return it."""
    quoted = "".join(c if " " <= c < "\x7f" and c not in '"\\' else f"\\u{ord(c):04x}" for c in NAMED)
    file = folder / "config.toml"
    file.write_text(
        "people_per_day = 500\n"
        f'[filters."{quoted}"]\ntext = "{quoted}"\nsort = "name"\n'
        f'[filters."[@click=app.leave]x[/]"]\ntag = "{quoted}"\nsort = "name"\n'
        f'[circles]\ninner = 14\n"{quoted}" = 30\n"[/]" = 60\n'
        f'[notifiers.web]\nkind = "webhook"\nurl = "https://{quoted}"\n'
        f'[notifiers.ical]\nkind = "ical"\npath = "/nowhere/{quoted}.ics"\n',
        encoding="utf-8",
    )
    return file
