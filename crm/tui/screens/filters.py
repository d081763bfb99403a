"""Which contacts to list: circle, turn, due, exchanges, archived, tag, platform."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from textual.app import ComposeResult
from textual.suggester import SuggestFromList

from crm.domain import listing
from crm.domain.exchanges import Turn
from crm.domain.listing import ContactQuery
from crm.domain.platforms import slug_of
from crm.tui import ui
from crm.tui.screens.form import FormDialog
from crm.tui.widgets.choice import Choice, Field, Option
from crm.tui.widgets.kept_input import KeptInput

ANY = Option("", "any")
NO_CIRCLE = "-none"
TURNS = (
    ANY,
    Option(Turn.YOURS, "yours"),
    Option(Turn.THEIRS, "theirs"),
    Option(Turn.EVEN, "even"),
    Option(Turn.NONE, "nobody's"),
)
SPOKEN = (ANY, Option("yes", "spoken with"), Option("no", "never"))
DUE = (ANY, Option("due", "due only"))
ARCHIVED = (Option("no", "no"), Option("too", "too"), Option("only", "only"))


class Filters(FormDialog[ContactQuery]):
    """Answers the changed query."""

    TITLE = "Show only"
    HINT = "enter  show    tab  next field    esc  cancel"

    def __init__(self, query: ContactQuery, circles: Mapping[str, int], tags: Sequence[str]) -> None:
        super().__init__()
        self._query = query
        self._circles = circles
        self._tags = tags

    def body(self) -> ComposeResult:
        """One field per filter."""
        query = self._query
        names = dict.fromkeys(self._circles)
        if query.circle:  # one that is no longer configured
            names[query.circle] = None
        circles = [ANY, *(Option(name, name) for name in names), Option(NO_CIRCLE, "none")]
        circle = NO_CIRCLE if query.circle == listing.NO_CIRCLE else query.circle or ""
        yield Field("circle", Choice(circles, circle, id="circle", classes="first"))
        yield Field("turn", Choice(TURNS, query.turn or "", id="turn"))
        yield Field("due", Choice(DUE, "due" if query.due else "", id="due"))
        spoken = {None: "", True: "yes", False: "no"}[query.spoken]
        yield Field("exchange", Choice(SPOKEN, spoken, id="spoken"))
        archived = {False: "no", None: "too", True: "only"}[query.archived]
        yield Field("archived", Choice(ARCHIVED, archived, id="archived"))
        known = [tag for tag in self._tags if ui.cleaned(tag) == tag]  # what is offered is drawn as it is
        yield Field(
            "tag",
            KeptInput(query.tag or "", id="tag", suggester=SuggestFromList(known, case_sensitive=False)),
        )
        yield Field(
            "platform", KeptInput(query.platform or "", placeholder="such as mastodon, e-mail", id="platform")
        )

    def answer(self) -> ContactQuery:
        """Return the query."""
        platform = self.query_one("#platform", KeptInput).meant.strip()
        circle = self.query_one("#circle", Choice).value
        return replace(
            self._query,
            circle=listing.NO_CIRCLE if circle == NO_CIRCLE else circle or None,
            spoken={"": None, "yes": True, "no": False}[self.query_one("#spoken", Choice).value],
            turn=self.query_one("#turn", Choice).value or None,
            due=bool(self.query_one("#due", Choice).value),
            archived={"no": False, "too": None, "only": True}[self.query_one("#archived", Choice).value],
            tag=self.query_one("#tag", KeptInput).meant.strip() or None,
            platform=(slug_of(platform) or platform.casefold()) if platform else None,
        )
