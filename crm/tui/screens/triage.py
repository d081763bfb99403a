"""The first round: one person at a time, those with most talk first, each decided with one key or skipped."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from crm.db.store import Work
from crm.domain.errors import CrmError, NotFoundError
from crm.services import contacts, triage
from crm.services.editing import Edits
from crm.services.triage import ENOUGH, Candidate
from crm.services.views import ContactDetail
from crm.tui import ui, words
from crm.tui.acting import Acting, Subject
from crm.tui.widgets.card import Card
from crm.tui.widgets.drawn import Drawn

ACTS = 4
_HIDDEN = ("open", "replied", "log", "snooze", "no_reply")


class Triage(Acting):
    """A card, the circles below it, and how many are left."""

    HELP_TITLE = "The first round"
    HELP_TEXT = (
        "The people you talk with most, one at a time. A number puts them into a circle, which says how long "
        "it may last until you are reminded; c sets an own rhythm, m never reminds. Whoever you skip is "
        "reminded of by the rhythm you two have had, so stopping early is fine and loses nothing."
    )
    KEYS_TO_LEARN = (
        ("1", "The first circle: those you want to hear of most often."),
        ("space", "Skips; nothing is changed."),
        ("escape", "Stops here; what was said counts."),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        # without words, for the circles and their numbers stand on the page
        *(Binding(key, f"circle({key})", "", show=False) for key in "123456789"),
        Binding("space,enter", "skip", "skip", key_display="space"),
        Binding("b", "before", "one back"),
        *(
            Binding(key.key, key.action, key.description, show=key.action not in _HIDDEN)
            for key in Acting.BINDINGS
            if isinstance(key, Binding)
        ),
        Binding("p", "person", "the whole contact", show=False),
        Binding("pagedown", "scroll(1)", "more of the card", show=False),
        Binding("pageup", "scroll(-1)", "back up", show=False),
        Binding("escape", "back", "stop here"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._order: list[Candidate] | None = None
        self._passed: list[int] = []
        self._current: Candidate | None = None
        self._detail: ContactDetail | None = None

    def body(self) -> ComposeResult:
        """How many are left, the card, the circles."""
        yield Drawn(id="triage-left")
        yield Card(id="triage-card")
        yield Drawn(id="triage-choices")

    # Loading

    def on_mount(self) -> None:
        """Whoever is here need not be offered it again."""
        super().on_mount()
        self.start(partial(self.write, triage.answer), group="answer")

    def load(self) -> None:
        """Ask who is left."""
        self.start(self._load, group="triage")

    async def _load(self) -> None:
        before = None if self._order is None else {one.contact for one in self._order}
        self._order = await self.read(triage.order)
        here = {one.contact: one for one in self._order}
        back = [here[key] for key in here if before is not None and key not in before]
        gone = {one.contact for one in back}
        self._passed = [key for key in self._passed if key in here and key not in gone]
        if len(back) == 1:  # what an undo brought back
            self._current = back[0]
        elif self._current is not None:
            self._current = here.get(self._current.contact)
        await self._show()

    def _waiting(self) -> list[Candidate]:
        passed = set(self._passed)
        return [one for one in self._order or () if one.contact not in passed]

    async def _show(self) -> None:
        """Show who comes next, or who was asked for."""
        waiting = self._waiting()
        if self._current is None or self._current.contact in self._passed:
            self._current = waiting[0] if waiting else None
        current = self._current
        self.query_one("#triage-left", Drawn).show(partial(left_lines, waiting, current))
        self._detail = None
        if current is not None:
            try:
                self._detail = await self.read(contacts.show, current.contact, ACTS)
            except NotFoundError:  # gone meanwhile
                self._passed.append(current.contact)
                await self._show()
                return
        detail, now, zone = self._detail, self.crm.moment, self.store.rules.zone
        self.query_one(Card).show(detail, said_of(detail) if detail else "", now, zone)
        circles = None if detail is None else partial(choice_lines, self.store.rules.circles, detail)
        self.query_one("#triage-choices", Drawn).show(circles)
        self.refresh_bindings()

    # Deciding

    def subject(self) -> Subject | None:
        """Return who is on the card."""
        if self._detail is None:
            return None
        view = self._detail.contact
        name = words.name_of(view.name, view.id, view.identities)
        return Subject(view.id, name, view.usual_platform, None, view.muted, view.snoozed_until is not None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what there is somebody for."""
        if action in ("skip", "person") and self.is_mounted and self._detail is None:
            return False
        if action == "before":
            return bool(self._passed)
        return super().check_action(action, parameters)

    def action_circle(self, number: int) -> None:
        """Put them into a circle."""
        circles = list(self.store.rules.circles)
        if (subject := self.subject()) is not None and number <= len(circles):
            circle = circles[number - 1]
            self.change_all([subject], Edits(circle=circle, cadence_days=None), f"{subject.name}: {circle}.")

    def done_with(self) -> None:
        """Go on to the next one at once."""
        if self._current is not None:
            self._passed.append(self._current.contact)
            self._current = self._detail = None
            self.start(self._show, group="triage")

    async def _change(self, service: Callable[[Work], object], said: str) -> None:
        subject = self.subject()
        try:
            await super()._change(service, said)
        except CrmError:
            if subject is not None and subject.contact in self._passed:
                self._passed.remove(subject.contact)
                self._current = None
                self.load()
            raise

    def action_skip(self) -> None:
        """Leave them as they are."""
        self.done_with()

    def action_before(self) -> None:
        """Go back to whoever was skipped last."""
        here = {one.contact: one for one in self._order or ()}
        while self._passed:
            key = self._passed.pop()
            if key in here:
                self._current = here[key]
                break
        self.start(self._show, group="triage")

    def action_person(self) -> None:
        """Open the whole contact."""
        if (subject := self.subject()) is not None:
            self.crm.show_contact(subject.contact)

    def action_scroll(self, by: int) -> None:
        """Scroll the card by a page."""
        card = self.query_one(Card)
        (card.scroll_page_down if by > 0 else card.scroll_page_up)(animate=False)

    def action_back(self) -> None:
        """Stop here; what was decided stays."""
        self.dismiss()


def said_of(detail: ContactDetail) -> str:
    """Say how much talk there was, and what happens when they are skipped."""
    contact = detail.contact
    talk = words.count(contact.exchange_days, "day") + " of talk"
    return f"{talk}. As it is: {words.cadence(contact)}."


def left_lines(waiting: Sequence[Candidate], current: Candidate | None, width: int) -> Iterator[ui.Shown]:
    """Yield how many are left, and when it is enough."""
    if current is None:
        yield ui.label("That is everybody you ever had an exchange with.")
        return
    strong = sum(one.exchange_days > ENOUGH for one in waiting)
    if current.exchange_days > ENOUGH:
        left = f"{strong:,} left with whom there was talk on more than {ENOUGH} days"
        more = len(waiting) - strong
        text = f"{left}, then {more:,} with less." if more else f"{left}."
    else:
        days = "two days" if current.exchange_days > 1 else "one day"
        text = (
            f"{len(waiting):,} left. The next ones you exchanged with on {days} only; stopping here is fine."
        )
    yield from (ui.label(piece, ui.FAINT) for piece in ui.wrapped(text, width, 3))


def choice_lines(circles: Mapping[str, int], detail: ContactDetail, width: int) -> Iterator[ui.Shown]:
    """Yield the circles with their numbers, and what else can be done."""
    name = words.name_of(detail.contact.name, detail.contact.id, detail.contact.identities)
    yield ui.label(ui.fit(f"Where does {name} belong?", width), ui.STRONG)
    parts: list[ui.Part] = []
    used = 0
    lines = [parts]
    for number, (circle, days) in enumerate(list(circles.items())[:9], 1):
        text = f" {circle}, {days} days"
        size = ui.size(text) + 4
        if used and used + size > width:
            parts, used = [], 0
            lines.append(parts)
        parts += [(str(number), ui.ACCENT), text, "   "]
        used += size
    yield from (ui.line(*line) for line in lines)
