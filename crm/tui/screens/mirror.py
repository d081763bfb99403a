"""The mirror: how you respond, in figures. People are counted; nobody is named and nobody ranked."""

from __future__ import annotations

from collections.abc import Iterator

from textual.app import ComposeResult
from textual.containers import VerticalScroll

from crm.domain.periods import USUAL, parse_period
from crm.services import mirror
from crm.services.mirror_views import MirrorView
from crm.services.mirror_words import TITLES
from crm.tui import ui
from crm.tui.base import Page
from crm.tui.widgets.drawn import Drawn


class Mirror(Page):
    """A page that scrolls: title and sentence of every figure."""

    PLACE = "mirror"
    HELP_TITLE = "Mirror"
    HELP_TEXT = "How you respond, in figures. People are counted, never named and never ranked."

    def body(self) -> ComposeResult:
        """One text that scrolls."""
        with VerticalScroll(id="mirror", classes="first"):
            yield Drawn(id="mirror-figures")

    def load(self) -> None:
        """Count."""
        self.start(self._load, group="mirror")

    async def _load(self) -> None:
        today = self.store.rules.day_of(self.store.now())
        view = await self.read(mirror.mirror, *parse_period(USUAL, today))
        self.query_one("#mirror-figures", Drawn).show(lambda width: _lines(view, width))


def _lines(view: MirrorView, width: int) -> Iterator[ui.Shown]:
    for name, sentence in view.everywhere.sentences.items():
        yield ui.label(TITLES[name], ui.HEAD)
        yield from (ui.label(piece) for piece in ui.wrapped(sentence, width, 4))
        yield ui.line()
