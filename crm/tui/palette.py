"""The command palette: every place and what can be done anywhere, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.screen import Screen

from crm.config.looks import OWN_THEMES, THEMES
from crm.tui.widgets.topbar import PLACES

if TYPE_CHECKING:
    from crm.tui.app import CrmApp


class Commands(Provider):
    """All commands are ours; no text of other people is in them."""

    def _commands(self) -> Iterator[tuple[str, str, Callable[[], object]]]:
        app = cast("CrmApp", self.app)
        for key, mode, title in PLACES:
            yield f"Go to {title}", f"Key {key}", partial(app.action_go, mode)
        yield "Search everywhere", "Contacts and everything that was said. Key /", app.action_search
        yield "Add a person", "A name and where you talk. Key a", app.action_add
        yield "Undo", "Take the last change back. Key u", app.action_undo
        yield "Go through Today", "One person at a time, as many as you like", app.action_go_through
        yield "Put people into circles", "One at a time, those you talk with most first", app.action_triage
        yield "What can be taken back", "Every change and import, newest first. Key H", app.action_history
        yield "What the imports cover", "Which years, and what to ask for again", app.action_coverage
        yield "Settings", "Reminders, notifiers, the timer. Key ,", app.action_settings
        yield "Other colours", "The next of our themes. Key ctrl+t", app.action_theme
        for name in THEMES:
            yield f"Colours: {name}", "For the screen; remembered", partial(app.choose_theme, name)
        yield "Keys", "What the keys of this place do. Key ?", app.action_keys
        if not app.banner:
            yield "Look at the demo", "A made-up community; nothing of yours is touched", app.show_demo
        yield from self._of_page()
        yield "Quit", "Key q", app.action_leave

    def _of_page(self) -> Iterator[tuple[str, str, Callable[[], object]]]:
        """Yield what the page below offers, from its own keys."""
        page: Screen[object] = self.screen
        for active in page.active_bindings.values():
            binding = active.binding
            if (
                active.node is page
                and binding.description
                and not binding.system
                and binding.action != "back"
            ):
                title = binding.description[0].upper() + binding.description[1:]
                key = self.app.get_key_display(binding)
                yield title, f"Here. Key {key}", partial(page.run_action, binding.action)

    async def discover(self) -> Hits:
        """Offer everything before something is typed."""
        for title, text, command in self._commands():
            if title.startswith("Colours: ") and title.removeprefix("Colours: ") not in OWN_THEMES:
                continue  # found when it is typed
            yield DiscoveryHit(title, command, help=text)

    async def search(self, query: str) -> Hits:
        """Offer what fits."""
        matcher = self.matcher(query)
        for title, text, command in self._commands():
            score = matcher.match(title)
            if score > 0:
                yield Hit(score, matcher.highlight(title), command, help=text)
