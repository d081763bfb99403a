"""The table of commands. Each is one module here, named like its command, with a `command` in it.

The help stands here so that `crm --help` imports none of them; a test holds it equal to theirs.
"""

from __future__ import annotations

import keyword

COMMANDS: dict[str, str] = {
    "demo": "Look around in a made-up community; nothing of yours is touched.",
    "import": "Read the exports that platforms give you.",
    "today": "Show who waits for you, who is drifting, dates and support.",
    "contacts": "List contacts, or search among them.",
    "show": "Show one contact with everything known.",
    "add": "Add a contact.",
    "edit": "Change a contact: fields, tags, circle, cadence, handles.",
    "log": "Note that you were in touch.",
    "note": "Add to the notes about a contact.",
    "snooze": "Leave a contact out of Today for a while.",
    "done": "Say that no reply is needed.",
    "me": "Show or set which identities are yours.",
    "search": "Find words in names, notes and messages.",
    "mirror": "Show how you respond, in figures.",
    "remind": "Print the digest of the day.",
    "matches": "Suggest which contacts may be one, with reasons.",
    "merge": "Make two contacts one; their history comes together.",
    "split": "Take a merge back, at any time.",
    "move": "Give one account or address to another contact.",
    "forget": "Remove everything about a contact, for good.",
    "coverage": "Show which period your imports cover, and what to ask for again.",
    "undo": "Take back the last thing you changed.",
    "export": "Write contacts to a file: vCard, CSV, calendar, or everything.",
    "backup": "Copy the database to a safe file.",
    "restore": "Go back to a backup; what is there now is kept aside.",
    "copy": "Copy everything to another database, and check it.",
    "serve": "Show the screen in a browser on this computer.",
    "doctor": "Check the database and the state of everything in it.",
}


MAKERS = (None, "import", "add", "me", "serve")
"""Commands that bring something in, and the screen: they may make a database where there was none."""
READERS = ("today", "contacts", "show", "search", "mirror", "matches", "coverage")
"""Commands that may be asked before there is a database: the answer is that nobody is there yet."""


def module_of(command: str) -> str:
    """Return the name of the module that holds a command."""
    return command + "_" if keyword.iskeyword(command) else command.replace("-", "_")
