"""The views that `screens.py` opens: the keys that lead there, and what their content is.

What is looked for is never on the screen while a view is still loading, and nothing that was there before.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

SMALL, THOUSAND, MANY = "Zzsmall One", "Zzthousand Two", "Zzmany Three"
"""Contacts with some hundred, some more than 1,000, and more than 100,000 acts."""
EXPORT = "tests/exports/x/2020-data-folder"
EXPORTS = (
    EXPORT,
    "tests/exports/linkedin/Complete_LinkedInDataExport_03-20-2026",
    "tests/exports/mastodon/gotosocial",
)
"""Imported before, so that there are import runs and something is covered."""

_MOVE = re.compile(rb"\x1b\[\d+;\d+H")
_ANSI = re.compile(rb"\x1b\[[0-9;?]*[a-zA-Z]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[=>()][0-9A-B]?")
ESC, DOWN, UP, END, HOME, PAGE_DOWN = "\x1b", "\x1b[B", "\x1b[A", "\x1b[F", "\x1b[H", "\x1b[6~"
ENTER, CTRL_P, LEFT, RIGHT = "\r", "\x10", "\x1b[D", "\x1b[C"
TEN_YEARS = "2016-06-02..2026-06-01"
ACT = r"\w +(?:->|<-|<>) "
"""An act, in the card beside a list or in a timeline."""


@dataclass(frozen=True)
class Step:
    """Keys, and what must then be on the screen."""

    what: str
    keys: str
    shows: tuple[str, ...] = ()
    """Regular expressions of the content, all of which must come; none: whatever comes is the content."""
    after: tuple[str, ...] = (ESC,)
    """Keys that lead back; not measured."""
    before: tuple[str, ...] = ()
    """Keys that lead to where the measured ones are pressed; not measured."""

    def text(self, seen: bytes) -> str:
        """Return what was written, without its colours; every place that was moved to begins a line."""
        return _ANSI.sub(b"", _MOVE.sub(b"\n", seen)).decode(errors="replace")

    def is_shown(self, seen: bytes) -> bool:
        """Say whether the content was written."""
        text = self.text(seen)
        return all(re.search(each, text) for each in self.shows)

    def filled(self, export: str) -> Step:
        """Return the step with the path of an export in its keys."""
        return replace(self, before=tuple(key.replace("EXPORT", export) for key in self.before))


def _contact(what: str, name: str, count: str) -> Step:
    first = name.partition(" ")[0].casefold()
    return Step(
        f"contact: {what} acts",
        ENTER,
        (rf"TIMELINE\s+{count}", ACT, "(?i)last exchange|no exchange"),
        after=(),
        before=("2", "/", first, ENTER),
    )


STEPS = (
    Step("People", "2", (r"contacts?, ", ACT), ()),
    Step("People: down", DOWN, (ACT,), ()),
    Step("People: a page down", PAGE_DOWN, (ACT,), ()),
    Step("People: last row", END, (), ()),
    Step("People: first row", HOME, (ACT,), ()),
    Step("People: sort", "t", (r"contacts?, ",), ()),
    Step("People: by name again", "t", (r"contacts?, ",), ("t", "t")),
    Step("People: filters", "f", ("Show only", "platform")),
    Step("People: saved filters", "F", ("Saved filters", "everybody|waiting")),
    Step("People: columns", "C", ("Columns", "organisation")),
    Step("People: change", "e", ("Change ", "add tags")),
    Step("People: export", "E", ("Export ",)),
    Step("People: type a letter", "k", (r"contacts?, ",), (ESC, ESC), before=("/",)),
    _contact("some", SMALL, r"\d\d"),
    Step("contact: end of the timeline", END, (ACT,), ()),
    Step("contact: up", UP, (), ()),
    Step("contact: an act", ENTER, ("esc  ",)),
    Step("contact: edit", "e", ("Edit ", "birthday")),
    Step("contact: who is who", "w", ("consists of", "ACCOUNTS")),
    Step("contact: merge with", "M", ("Who is the same",)),
    Step("contact: notes", "n", (), ()),
    Step("contact: back to People", ESC, (r"contacts?, ",), (ESC, "/", ESC), before=(ESC,)),
    _contact("1,000", THOUSAND, r"1,\d\d\d"),
    Step("contact: 1,000: end", END, (ACT,), (ESC,)),
    _contact("100,000", MANY, r"100,\d\d\d"),
    Step("contact: 100,000: end", END, (ACT,), (ESC, "/", ESC)),
    Step("Today again", "1", (r"WAITING FOR YOU\s+\d", ACT), ()),
    Step("Today: down", DOWN, (ACT,), ()),
    Step("Today: up", UP, (ACT,), ()),
    Step("Today: log", "l", ("Log with", "enter  ")),
    Step("Today: snooze", "s", (" rest", "week|tomorrow")),
    Step("Today: cadence", "c", ("How often", "circle|every")),
    Step("Today: open", "o", ()),
    Step("Today: budget of a session", "g", ("One at a time",)),
    Step("Focus", ENTER, (r"1 of \d", "logs that"), (ESC, ESC), before=("g",)),
    Step("help", "?", ("WITH THE CONTACT",)),
    Step("add", "a", ("Add a person",)),
    Step("search", "/", ("names, handles, words",), ()),
    Step("search: a letter", "k", (r"CONTACTS\s+\d",), ()),
    Step("search: a second letter", "i", (r"CONTACTS\s+\d", r"The newest 200"), (ESC,)),
    Step("History", "H", ("newest first", "mport")),
    Step("Settings", ",", ("WHO IS DUE", "not before", "Saved")),
    Step("palette", CTRL_P, ("Go to Today", "Go to People")),
    Step("palette: a letter", "m", ("Mirror",), (ESC,), before=(CTRL_P,)),
    Step("Import", "5", (r"WHAT CAN BE READ\s+\d", "HOW TO GET|Import|import"), ()),
    Step("Import: down", DOWN, ("HOW|WHAT|import",), ()),
    Step(
        "Import: Review",
        ENTER,
        ("would|nothing new|known already",),
        (ESC, ESC),
        before=("i", "\x15", "EXPORT"),
    ),
    Step("Import: browse", "b", ("Choose a file",)),
    Step("Coverage", "c", ("A reminder can only", r"COVERED|ASKING FOR")),
    Step("Matches", "3", (r">\s+\S+ \S+", "same|SAME|speaks|name"), ()),
    Step("Matches: down", DOWN, ("same|name",), ()),
    Step("Mirror", "4", ("Answers you gave", "Words and clicks", "people spoke"), ()),
    Step("Mirror: the year before", LEFT, (r"2024 to [^\n]*(?:thin|faint)", "Answers you gave"), (RIGHT,)),
    Step(
        "Mirror: ten years",
        ENTER,
        (r"2016 to [^\n]*(?:thin|faint)", "Answers you gave"),
        (),
        before=("p", "\t", TEN_YEARS),
    ),
    Step("Today from Mirror", "1", (r"WAITING FOR YOU\s+\d",), ()),
)
