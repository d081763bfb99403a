"""Changing one or several contacts together: circle, tags, cadence, archive."""

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


class Together(FormDialog[Edits]):
    """Answers the edits; what was left alone stays as it is."""

    HINT = "enter  change    tab  next field    esc  cancel"

    def __init__(self, who: str, circles: Mapping[str, int]) -> None:
        super().__init__()
        self._who = who
        self._circles = circles

    def heading(self) -> ui.Shown:
        """Return the title."""
        return ui.line(("Change ", ui.STRONG), (self._who, ui.STRONG))

    def body(self) -> ComposeResult:
        """One field per thing that can be changed."""
        circles = [KEEP, *(Option(name, name) for name in self._circles), Option(NO_CIRCLE, "none")]
        yield Field("circle", Choice(circles, "", id="circle", classes="first"))
        yield Field("add tags", Input(placeholder="such as ceramics, berlin", id="add"))
        yield Field("take off", Input(placeholder="tags to take away", id="remove"))
        yield Field("cadence", Input(placeholder="such as every 3 weeks, never, default", id="cadence"))
        yield Field("archive", Choice(ARCHIVE, "", id="archive"))

    def answer(self) -> Edits | None:
        """Return what to change."""
        circle = self.query_one("#circle", Choice).value
        archive = self.query_one("#archive", Choice).value
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
        )
        return None if edits == Edits() else edits


def words_of(text: str) -> tuple[str, ...]:
    """Read tags with commas between."""
    return tuple(part.strip() for part in text.split(",") if part.strip())
