"""Prints everything that the command line prints of stored text, in one process: `python printing.py FOLDER`.

Its standard streams are a terminal; `hostile_people` made the community that it prints.
"""

from __future__ import annotations

import json
import sys
import zipfile
from pathlib import Path

from hostile import message, telegram
from hostile_people import COMMANDS, HEAP, texts

from crm.__main__ import main

ARCHIVE = "archive.zip"


def hostile_archive(folder: Path) -> Path:
    """Write a ZIP whose members nobody reads are called like attacks, with a chat that is read."""
    path = folder / ARCHIVE
    said = telegram([message(1, text=COMMANDS["title"]), message(2)])
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("result.json", said.replace("Zoë", json.dumps(COMMANDS["clipboard"])[1:-1]))
        for number, text in enumerate(texts().values()):
            archive.writestr(f"{number}/{text[:200]}.bin".replace("\0", ""), b"?")
    return path


def command_lines(folder: Path) -> list[list[str]]:
    """Return what is printed, in an order in which it works."""
    attack, title = COMMANDS["clipboard"], COMMANDS["title"]
    shown = [["show", f"x:m{number}", "--limit", "3"] for number in range(len(COMMANDS))]
    exports = [["export", form, "-"] for form in ("csv", "vcard", "ics")]
    wrong = [
        ["contacts", "--tag", attack],
        ["contacts", "--circle", attack],
        ["show", title],
        ["show", "Mallory"],
        ["show", f"nowhere:{attack}"],
        ["log", "x:m2", "--at", title],
        ["snooze", "x:m1", attack],
        ["edit", "x:m1", "--birthday", attack],
        ["import", f"{folder}/{title}"],
        ["import", str(folder / ARCHIVE), "--as", attack, "--columns", attack],
        ["import", "--undo", attack],
        ["--db", f"{folder}/{attack}.db", "contacts"],
        [title],
    ]
    changes = [
        ["add", attack, f"https://example.org/{HEAP}", "x:new1"],
        ["add", f"{title}!", "x:new2"],
        ["edit", "x:new1", "--name", f"{attack}{COMMANDS['eight bits']}"],
        ["note", "x:new1", attack],
        ["log", "x:new1", attack],
        ["done", "x:m4"],
        ["snooze", "x:m4", "2 weeks"],
        ["merge", "x:new1", "x:new2"],
        ["split", "x:new1"],
        ["move", "x:new2", "x:new1"],
        ["me", f"x:{attack}"],
        ["me"],
        ["undo", "--list"],
        ["undo"],
    ]
    lists = ["contacts", "today", "matches", "mirror", "coverage", "remind", "doctor"]
    return [
        *([name] for name in lists),
        *shown,
        ["search", "Mallory"],
        ["import", "--runs"],
        ["import", "--dry-run", str(folder / ARCHIVE)],
        ["import", str(folder / ARCHIVE)],
        *exports,
        *wrong,
        *changes,
    ]


def run() -> None:
    """Print all of it, each after its number."""
    for number, args in enumerate(command_lines(Path(sys.argv[1]))):
        print(f"-- {number} --", flush=True)
        sys.argv = ["crm", *args]
        try:
            code = main()
        except SystemExit as end:
            code = end.code  # type: ignore[assignment]
        print(f"-- ended with {code} --", flush=True)
    print("-- all printed --", flush=True)


if __name__ == "__main__":
    run()
