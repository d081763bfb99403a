"""Changing one or several contacts together: circle, tags, cadence, archive, reminders, floor."""

from __future__ import annotations

from collections.abc import Mapping

from textual.app import ComposeResult
from textual.widgets import Input

from crm.domain.dates import parse_cadence
from crm.domain.errors import CrmError
from crm.services.editing import UNSET, Edits
from crm.tui import ui
from crm.tui.screens.form import FormDialog
from crm.tui.widgets.choice import Choice, Field, Option

KEEP = Option("", "as it is")
NO_CIRCLE = "-none"
ARCHIVE = (KEEP, Option("yes", "archive"), Option("no", "bring back"))
MUTED = (KEEP, Option("yes", "mute"), Option("no", "remind again"))
USUAL_FLOOR = "-usual"
FLOORS = (
    KEEP,
    Option("words", "words"),
    Option("boost", "boosts too"),
    Option("nod", "likes too"),
    Option(USUAL_FLOOR, "as usual"),
)
_MANY = 4
"""Changes that are named one by one in a message; more are counted."""


class Together(FormDialog[Edits]):
    """Answers the edits; what was left alone stays as it is."""

    HINT = "enter  change    tab  next field    esc  cancel"

    def __init__(self, who: str, circles: Mapping[str, int], elsewhere: int = 0) -> None:
        """Ask.

        Args:
            who: a name, or how many.
            circles: those that are configured.
            elsewhere: how many of them are not in the list below.

        """
        super().__init__()
        self._who = who
        self._circles = circles
        self._elsewhere = elsewhere

    def heading(self) -> ui.Shown:
        """Return the title."""
        some = f"   {self._elsewhere:,} of them not in this list" if self._elsewhere else ""
        return ui.line(("Change ", ui.STRONG), (self._who, ui.STRONG), (some, ui.ACCENT))

    def body(self) -> ComposeResult:
        """One field per thing that can be changed."""
        circles = [KEEP, *(Option(name, name) for name in self._circles), Option(NO_CIRCLE, "none")]
        yield Field("circle", Choice(circles, "", id="circle", classes="first"))
        yield Field("add tags", Input(placeholder="such as ceramics, berlin", id="add"))
        yield Field("take off", Input(placeholder="tags to take away", id="remove"))
        yield Field("cadence", Input(placeholder="such as every 3 weeks, never, default", id="cadence"))
        yield Field("archive", Choice(ARCHIVE, "", id="archive"))
        yield Field("reminders", Choice(MUTED, "", id="muted"))
        yield Field("what counts", Choice(FLOORS, "", id="floor"))

    def answer(self) -> Edits | None:
        """Return what to change."""
        circle = self.query_one("#circle", Choice).value
        archive = self.query_one("#archive", Choice).value
        muted = self.query_one("#muted", Choice).value
        floor = self.query_one("#floor", Choice).value
        cadence = self.query_one("#cadence", Input)
        try:
            days = parse_cadence(cadence.value) if cadence.value.strip() else UNSET
        except CrmError as error:
            self.trouble(error, cadence)
            return None
        edits = Edits(
            circle=UNSET if not circle else None if circle == NO_CIRCLE else circle,
            add_tags=words_of(self.query_one("#add", Input).value),
            remove_tags=words_of(self.query_one("#remove", Input).value),
            cadence_days=days,
            archived=UNSET if not archive else archive == "yes",
            muted=UNSET if not muted else muted == "yes",
            floor=UNSET if not floor else None if floor == USUAL_FLOOR else floor,
        )
        return None if edits == Edits() else edits


def told(edits: Edits) -> str:
    """Say what is changed: "circle wide, tag clay, archived"."""
    said = []
    if edits.circle is not UNSET:
        said.append(f"circle {edits.circle}" if edits.circle else "no circle")
    said += [f"tag {tag}" for tag in edits.add_tags]
    said += [f"tag {tag} off" for tag in edits.remove_tags]
    if edits.cadence_days is not UNSET:
        days = edits.cadence_days
        said.append(
            "the usual cadence" if days is None else f"every {days} days" if days else "cadence never"
        )
    if edits.archived is not UNSET:
        said.append("archived" if edits.archived else "brought back")
    if edits.muted is not UNSET:
        said.append("muted" if edits.muted else "no longer muted")
    if edits.floor is not UNSET:
        said.append(f"floor {edits.floor}" if edits.floor else "the usual floor")
    shown = said if len(said) <= _MANY else [*said[: _MANY - 1], f"{len(said) - _MANY + 1} more"]
    return ", ".join(shown)


def words_of(text: str) -> tuple[str, ...]:
    """Read tags with commas between."""
    return tuple(part.strip() for part in text.split(",") if part.strip())
