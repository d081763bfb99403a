"""Logging an act that no export shows: a call, a meeting, a message you just sent."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from textual.app import ComposeResult
from textual.widgets import Input

from crm.db.store import Work
from crm.domain.dates import parse_when
from crm.domain.errors import CrmError
from crm.domain.platforms import title_of
from crm.domain.records import Direction
from crm.services import interactions
from crm.services.views import ContactDetail
from crm.tui import ui, words
from crm.tui.screens.form import FormDialog
from crm.tui.widgets.choice import Choice, Field, Option

DIRECTIONS = (
    Option(Direction.OUT, "you to them"),
    Option(Direction.IN, "they to you"),
    Option(Direction.MUTUAL, "both at once"),
)
KINDS = tuple(
    Option(kind, text)
    for kind, text in (
        ("", "as usual there"),
        ("message", "message"),
        ("email", "e-mail"),
        ("reply", "reply"),
        ("comment", "comment"),
        ("mention", "mention"),
        ("call", "call"),
        ("meeting", "meeting"),
        ("letter", "letter"),
    )
)
ALWAYS = ("email", "phone", "in-person", "letter")


class Logged(NamedTuple):
    """An act to write."""

    direction: str
    kind: str | None
    platform: str | None
    at: datetime
    precision: str
    text: str | None

    def write(self, work: Work, contact_id: int) -> None:
        """Write it."""
        interactions.log(
            work,
            contact_id,
            self.text,
            direction=self.direction,
            kind=self.kind,
            platform=self.platform,
            at=self.at,
            precision=self.precision,
        )

    def said(self, name: str) -> str:
        """Say what was done."""
        return f"Logged with {name}."


class Log(FormDialog[Logged]):
    """Answers the act; everything has a usual value, so that enter alone is enough."""

    HINT = "enter  log it    tab  next field    esc  cancel"

    def __init__(self, detail: ContactDetail, platform: str | None, kind: str = "") -> None:
        super().__init__()
        self._detail = detail
        self._kind = kind
        self._platform = platform or detail.contact.usual_platform

    def heading(self) -> ui.Shown:
        """Return the title."""
        contact = self._detail.contact
        name = words.name_of(contact.name, contact.id, contact.identities)
        return ui.line(("Log with ", ui.STRONG), (name, ui.STRONG))

    def body(self) -> ComposeResult:
        """Who, what, where, when, and the words."""
        platforms = [one.platform for one in words.shown_identities(self._detail.contact.identities)]
        slugs = dict.fromkeys([*([self._platform] if self._platform else []), *platforms, *ALWAYS])
        yield Field("who", Choice(DIRECTIONS, Direction.OUT, id="direction", classes="first"))
        yield Field(
            "where", Choice([Option(slug, title_of(slug)) for slug in slugs], self._platform, id="platform")
        )
        yield Field("what", Choice(KINDS, self._kind, id="kind"))
        yield Field("when", Input("now", placeholder="yesterday 18:00, 3 days ago, 2026-05-05", id="when"))
        yield Field("words", Input(placeholder="what was said, if you want to keep it", id="words"))

    def answer(self) -> Logged | None:
        """Return the act."""
        when = self.query_one("#when", Input)
        try:
            at, precision = parse_when(when.value, self.store.now(), self.store.rules.zone)
        except CrmError as error:
            self.trouble(error, when)
            return None
        return Logged(
            self.query_one("#direction", Choice).value,
            self.query_one("#kind", Choice).value or None,
            self.query_one("#platform", Choice).value or None,
            at,
            precision,
            self.query_one("#words", Input).value.strip() or None,
        )
