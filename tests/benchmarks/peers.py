"""The same work done by other programs, in the same run: khard, vobject, twitter-to-sqlite, notmuch.

They live in a virtual environment of their own in the temporary folder, made by the first run; where pip gets
nothing, they are left out. What each side does and does not do is said beside its figure: khard reads every
file at each command, where crm has imported them once; twitter-to-sqlite writes tables without knowing who
is who, without full text and without a second look at what is there already; notmuch indexes mail whole.
"""

from __future__ import annotations

import csv
import io
import json
import mailbox
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import cards
import generate_mail
import generate_x
import measure

_PACKAGES = ("khard", "twitter-to-sqlite")
_SOUGHT = "Number 77"
_KHARD = "[addressbooks]\n[[bench]]\npath = {path}\n[general]\ndefault_action = list\n"


def environment(say: Callable[[str], None]) -> Path | None:
    """Return the folder with the peers' commands, made where it is missing; None where it cannot be.

    Args:
        say: is told why not.

    """
    home = Path(tempfile.gettempdir()) / "crm-benchmarks" / "peers"
    place = home / ("Scripts" if os.name == "nt" else "bin")
    if (home / "complete").exists():
        return place
    home.parent.mkdir(mode=0o700, exist_ok=True)
    shutil.rmtree(home, ignore_errors=True)
    try:
        subprocess.run([sys.executable, "-m", "venv", str(home)], check=True, capture_output=True)
        command = [str(place / "python"), "-m", "pip", "install", "--quiet", *_PACKAGES]
        subprocess.run(command, check=True, capture_output=True, timeout=600)
    except (OSError, subprocess.SubprocessError) as error:
        said = getattr(error, "stderr", None) or b""
        lines = said.decode("utf-8", "replace").strip().splitlines() or [str(error)]
        say(f"left out, for pip could not install them: {lines[-1][:100]}")
        return None
    (home / "complete").touch()
    return place


def _crm(database: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "crm", "--new", "--db", str(database), *arguments]


def address_book(table: measure.Table, place: Path, folder: Path, number: int) -> None:
    """List and search an address book with khard and with crm."""
    table.heading(f"An address book of {number:,} vCards, whole process")
    home = folder / f"khard-{number}"
    home.mkdir()
    for key, card in enumerate(cards.text(number).split("END:VCARD\r\n")[:-1]):
        (home / f"{key}.vcf").write_text(f"{card}END:VCARD\r\n", "utf-8", newline="")
    config = folder / f"khard-{number}.conf"
    config.write_text(_KHARD.format(path=home), "utf-8")
    database = folder / f"khard-{number}.db"
    imported = measure.command(_crm(database, "import", str(home)))
    khard = [str(place / "khard"), "-c", str(config), "list"]
    for what, theirs, ours in (
        ("list all", khard, _crm(database, "contacts")),
        ("find some by name", [*khard, _SOUGHT], _crm(database, "contacts", _SOUGHT)),
    ):
        slow = measure.commands(theirs, times=1 if number > 5000 else 3)
        quick = measure.commands(ours, times=5)
        table.against(f"{what}: khard", slow, f"{what}: crm", quick)
    table.rate("crm: importing them, once", number, imported)


def old_archive(source: Path, folder: Path) -> Path:
    """Unpack an X archive as X named its files until 2020, which is what twitter-to-sqlite reads."""
    home = folder / "x-of-2019"
    (home / "data").mkdir(parents=True)
    with zipfile.ZipFile(source) as archive:
        for name in archive.namelist():
            if name.endswith("/manifest.js") or not name.endswith(".js"):
                continue
            text = archive.read(name)
            if name.endswith("/tweets.js"):
                name, text = "data/tweet.js", text.replace(b"YTD.tweets.", b"YTD.tweet.", 1)
            (home / name).write_bytes(text)
    return home


def tweets(table: measure.Table, place: Path, folder: Path, number: int) -> None:
    """Import the same tweets with twitter-to-sqlite and with crm."""
    table.heading(f"Importing {number:,} tweets and {number // 2:,} likes, whole process")
    generate_x.write_archive(folder / "tweets.zip", number, 0)
    home = old_archive(folder / "tweets.zip", folder)
    files = sorted(str(file) for file in (home / "data").iterdir())
    place_of = {"theirs": folder / "theirs.db", "ours": folder / "ours.db"}
    theirs = [str(place / "twitter-to-sqlite"), "import", str(place_of["theirs"]), *files]
    ours = _crm(place_of["ours"], "import", str(home))
    slow = measure.commands(theirs, times=3, before=lambda: _gone(place_of["theirs"]))
    quick = measure.commands(ours, times=3, before=lambda: _gone(place_of["ours"]))
    table.against("twitter-to-sqlite: tables only", slow, "crm: searchable, people recognised", quick)
    for whose, path in place_of.items():
        table.line(f"rows and bytes, {whose}", f"{_rows(path):,}", f"{path.stat().st_size / 1e6:,.0f} MB")
    again = measure.commands(theirs, times=1, before=lambda: None)
    twice = measure.commands(ours, times=3, before=lambda: None)
    table.against("the same again: twitter-to-sqlite", again, "the same again: crm, nothing written", twice)
    table.time("only reading them with json", measure.median(lambda: _parse(files), times=3))


def _gone(database: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)


def _rows(database: Path) -> int:
    """Return how many rows a database holds in tables that are not a full-text index's."""
    with sqlite3.connect(database) as connection:
        names = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'interaction\\_text%' "
            "ESCAPE '\\' AND name NOT LIKE 'sqlite%'"
        ).fetchall()
        return sum(connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for (name,) in names)


def _parse(files: Sequence[str]) -> None:
    for file in files:
        text = Path(file).read_text("utf-8")
        json.loads(text[text.index("[") :])


def mail(table: measure.Table, folder: Path, number: int) -> None:
    """Index the same mail with notmuch and with crm, and search it."""
    table.heading(f"{number:,} mails, whole process")
    notmuch = shutil.which("notmuch")
    if notmuch is None:
        table.line("notmuch is not installed", "-")
        return
    box, home = folder / "peer.mbox", folder / "maildir"
    generate_mail.generate(box, number)
    kept = mailbox.Maildir(home)
    for message in mailbox.mbox(box):
        kept.add(message)
    kept.close()
    config = folder / "notmuch.conf"
    config.write_text(
        f"[database]\npath={home}\n[user]\nprimary_email=mira.lund@example.org\n[new]\ntags=inbox\n", "utf-8"
    )
    database = folder / "mail-peer.db"
    theirs = [notmuch, f"--config={config}"]
    mine = ("--as", "mira.lund@example.org")
    slow = measure.commands(
        [*theirs, "new", "--quiet"], times=1, before=lambda: shutil.rmtree(home / ".notmuch", True)
    )
    quick = measure.commands(
        _crm(database, "import", str(home), *mine), times=1, before=lambda: _gone(database)
    )
    table.against("notmuch new: the whole text", slow, "crm: who wrote to whom, and the text", quick)
    slow = measure.commands([*theirs, "search", "kiln"], times=3)
    quick = measure.commands(_crm(database, "search", "kiln"), times=3)
    table.against("notmuch search kiln", slow, "crm search kiln", quick)


def rows_of_a_table(table: measure.Table, folder: Path, number: int) -> None:
    """Read a table of contacts with the csv module, and import it with crm."""
    table.heading(f"A CSV of {number:,} contacts, whole process")
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("First Name", "Last Name", "E-mail Address", "Company", "Job Title"))
    for key in range(number):
        writer.writerow((f"Zoë {key}", f"Number {key}", f"zoe{key}@example.org", "The Mud Room", "potter"))
    file = folder / "contacts.csv"
    file.write_text(text.getvalue(), "utf-8")
    database = folder / "csv.db"
    run = measure.commands(_crm(database, "import", str(file)), times=3, before=lambda: _gone(database))
    table.rate("crm import", number, run)

    def read() -> None:
        with file.open(encoding="utf-8", newline="") as stream:
            for _ in csv.reader(stream):
                pass

    table.time("only reading it with csv", measure.median(read, times=5))
