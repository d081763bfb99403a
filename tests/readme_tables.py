"""The README's tables of platforms and commands, made from the program; run it to write them there."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from crm.cli.commands import COMMANDS
from crm.importers import load_all
from crm.importers.kit.protocol import Importer

README = Path(__file__).resolve().parents[1] / "README.md"
_USAGE = {
    "demo": "[COMMAND]",
    "import": "PATH...",
    "contacts": "[QUERY]",
    "show": "CONTACT",
    "add": "NAME [HANDLE...]",
    "edit": "CONTACT ...",
    "log": "CONTACT [TEXT]",
    "note": "CONTACT [TEXT]",
    "snooze": "CONTACT WHEN",
    "done": "CONTACT",
    "me": "[HANDLE...]",
    "search": "WORDS...",
    "mirror": "[--period PERIOD]",
    "matches": "[CONTACT]",
    "merge": "CONTACT OTHER",
    "split": "CONTACT [PART]",
    "move": "HANDLE [CONTACT]",
    "forget": "CONTACT",
    "export": "FORM [CONTACT...] [FILE]",
    "backup": "[FILE]",
    "restore": "[BACKUP]",
    "copy": "--to PATH_OR_URL",
}


def platforms() -> str:
    """Return the table of platforms, as the importers describe themselves."""
    rows = [
        "| platform | what is read | whose acts | what it cannot show | how to get it | confidence |",
        "|---|---|---|---|---|---|",
    ]
    for importer in sorted(load_all(), key=lambda importer: importer.title.casefold()):
        cells = (
            f"**{importer.title}**",
            importer.reads,
            importer.directions.value,
            importer.cannot_show,
            _how(importer),
            importer.confidence.value,
        )
        rows.append("| " + " | ".join(cell.rstrip(".").replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(rows)


def _how(importer: Importer) -> str:
    """Return how to get an export, with the page where it is asked for."""
    how = importer.how_to_get.rstrip(".")
    return f"[Ask for it]({importer.page}). {how}" if importer.page else how


def commands() -> str:
    """Return the table of commands."""
    rows = ["| command | |", "|---|---|"]
    for name, does in COMMANDS.items():
        rows.append(f"| `{' '.join(filter(None, ('crm', name, _USAGE.get(name))))}` | {does} |")
    return "\n".join(rows)


def with_tables(text: str) -> str:
    """Return the README's text with both tables as they should be."""
    for name, table in (("platforms", platforms()), ("commands", commands())):
        between = re.compile(rf"(<!-- {name}:[^\n]*-->\n).*?(<!-- end of {name} -->)", re.DOTALL)
        text, found = between.subn(lambda match, table=table: f"{match[1]}{table}\n{match[2]}", text)
        if found != 1:
            sys.exit(f"README.md has no place for the table of {name}")
    return text


if __name__ == "__main__":
    README.write_text(with_tables(README.read_text("utf-8")), "utf-8", newline="\n")
