"""Today as a session: one person at a time, opened with one key and logged with another, and an end.

Who comes next is asked of Today after every change, so whoever was answered elsewhere meanwhile is not asked
about, and whoever `u` brings back is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll

from crm.db.store import Work
from crm.domain.errors import CrmError, NotFoundError
from crm.domain.records import Direction
from crm.opener import opener
from crm.services import editing, focus, interactions, undoing
from crm.services.focus import Answer, Budget, FocusPerson, Place
from crm.tui import browser, words
from crm.tui import focus_lines as lines
from crm.tui.base import Page
from crm.tui.browser import Target
from crm.tui.focus_session import Outcome, Session
from crm.tui.screens.budget import AskBudget
from crm.tui.widgets.drawn import Drawn
from crm.tui.widgets.step import Step

if TYPE_CHECKING:
    from crm.tui.app import CrmApp

_LOOK = 20
"""Seconds between two looks at the clock, where the budget is in minutes."""
_ON_SOMEBODY = frozenset(("open", "replied", "log", "snooze", "no_reply", "skip", "elsewhere", "person"))


class Focus(Page):
    """The person in the middle, the two next steps below; at the end one sentence."""

    PLACE = "today"
    HELP_TITLE = "One at a time"
    HELP_TEXT = (
        "The people of Today, one after the other, for as many people or minutes as you chose. o opens the "
        "place where an answer belongs; when you are back, r logs it with place and kind already right, and "
        "e lets you correct them first. Skipping uses nothing up. Of the dates only today's are here."
    )
    KEYS_TO_LEARN = (
        ("o", "Opens the place where you talk."),
        ("r", "You answered: logs it, and the next person comes."),
        ("escape", "Stops here; that is always fine."),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("o", "open", "open"),
        Binding("r", "replied", "log it", tooltip="log it as it says, and go on"),
        Binding("e,l", "log", "correct", key_display="e", tooltip="log it with another place, kind or time"),
        Binding("space,n", "skip", "skip", key_display="space", tooltip="leave them for another time"),
        Binding("s", "snooze", "snooze"),
        Binding("x", "no_reply", "no reply", tooltip="no reply needed"),
        Binding("enter", "leave", "back to Today"),
        Binding("escape", "back", "stop", tooltip="stop here; what was done stays"),
        Binding("u", "take_back", "one back", show=False),
        Binding("O", "elsewhere", "open another address", show=False),
        Binding("y", "copy", "copy the address", show=False),
        Binding("p", "person", "the whole contact", show=False),
        Binding("pagedown", "scroll(1)", "more of this person", show=False),
        Binding("pageup", "scroll(-1)", "back up", show=False),
    ]

    def __init__(self, budget: Budget, began: datetime) -> None:
        super().__init__()
        self._session = Session(budget, began)
        self._person: FocusPerson | None = None
        self._place: tuple[Target, Place] | None = None
        self._opened = False
        self._stopped = False
        self._said = ""
        """What was done last: it stands at the top, for a notification would hide the address below."""

    def body(self) -> ComposeResult:
        """How far it is, the person, the next steps; or the end."""
        yield Drawn(id="focus-progress")
        with VerticalScroll(id="focus-person", classes="first"):
            yield Drawn(id="focus-lines")
        yield Step("o", id="focus-open")
        yield Step("r", id="focus-log")
        yield Step("enter", id="focus-end")

    # Loading

    def on_mount(self) -> None:
        """Look at the clock now and then."""
        super().on_mount()
        if self._session.budget.minutes is not None:
            self.set_interval(_LOOK, self._draw)

    def load(self) -> None:
        """Ask who is on Today."""
        self.start(self._load, group="focus")

    async def _load(self) -> None:
        queue = await self.read(focus.queue, self._session.changes)
        gone = self._session.renew(queue)
        if gone is not None:
            self._said = f"{words.name_of(gone.name, gone.contact)} is dealt with already"
        await self._show()

    async def _show(self) -> None:
        """Show whoever is on the page, else whoever comes next, else the end."""
        session = self._session
        if not self._stopped:
            session.go_on(self.store.now())
        person = None
        if session.current is not None:
            try:
                person = await self.read(focus.person, session.current)
            except NotFoundError:  # deleted, or merged into somebody else
                session.gone()
                await self._show()
                return
        if person is not None:
            self._stopped = False
        self._take(person)
        self.set_class(person is None, "-ended")
        self._draw()
        self.refresh_bindings()

    def _take(self, person: FocusPerson | None) -> None:
        """Put a person on the page; somebody new begins with their right place, and nothing opened."""
        before, self._person = self._person, person
        if before is None or person is None or before.detail.contact.id != person.detail.contact.id:
            self._opened = False
            self.query_one("#focus-person", VerticalScroll).scroll_home(animate=False)
        if person is None:
            self._place = None
        elif not self._opened:
            self._place = next(openable(person.places), None)

    @property
    def _shown(self) -> FocusPerson | None:
        """Whom the keys act on: nobody while the next one is being read."""
        current, person = self._session.current, self._person
        return person if current and person and person.detail.contact.id == current.contact else None

    @property
    def _answer(self) -> Answer | None:
        """As what an answer is logged."""
        if (person := self._shown) is None:
            return None
        return self._place[1].answer if self._place is not None else person.answer

    def _draw(self) -> None:
        session, person, answer = self._session, self._shown, self._answer
        progress = partial(lines.progress_lines, session, self.store.now(), self._said)
        self.query_one("#focus-progress", Drawn).show(progress)
        if session.current is None or person is None or answer is None:
            self.query_one("#focus-end", Drawn).show(partial(lines.end_lines, session))
            return
        said = partial(lines.person_lines, session.current, person, self.crm.moment, self.store.rules.zone)
        self.query_one("#focus-lines", Drawn).show(said)
        target = self._place[0] if self._place is not None else None
        self.query_one("#focus-open", Drawn).show(partial(lines.open_lines, target, person))
        waits = partial(lines.log_lines, answer, self._opened, self._can_open)
        self.query_one("#focus-log", Drawn).show(waits)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what there is somebody for, and to leave when nobody is."""
        if not self.is_mounted:
            return super().check_action(action, parameters)
        somebody = self._shown is not None
        if action == "leave":
            return self._session.current is None
        if action in ("open", "copy"):
            return somebody and self._place is not None
        if action == "no_reply":
            return somebody and self._waits()
        return somebody if action in _ON_SOMEBODY else super().check_action(action, parameters)

    def _waits(self) -> bool:
        current = self._session.current
        return current is not None and current.waits is not None

    # Opening

    def action_open(self) -> None:
        """Open the right place at once where its address stands on the page; else show it first."""
        if self._place is None:
            return
        target = self._place[0]
        if not lines.shown_whole(target, self.query_one("#focus-open").size.width):
            self.action_elsewhere()
            return
        if self._can_open:
            try:
                browser.open_target(target, self.app)
            except CrmError as error:
                self.failed(error)
                return
        self._wait()

    @property
    def _can_open(self) -> bool:
        """Whether there is a browser: here, or the one that shows this page."""
        return self.app.is_web or opener() is not None

    def action_elsewhere(self) -> None:
        """Show every address of this person, to open one."""
        from crm.tui.screens.links import Links

        person = self._shown
        if person is None:
            return
        places = list(openable([*person.places, *person.more]))
        contact = person.detail.contact
        name = words.name_of(contact.name, contact.id, contact.identities)
        if not places:
            self.say(f"No web or e-mail address is known of {name}.")
            return

        def opened(target: Target | None) -> None:
            found = next((one for one in places if one[0] == target), None)
            if found is not None and self._still(person):
                self._place = found
                self._wait()

        self.app.push_screen(Links(name, [target for target, _ in places]), opened)

    def _wait(self) -> None:
        """Wait until the user is back from there."""
        self._opened = True
        self._draw()

    def action_copy(self) -> None:
        """Copy the address of the right place."""
        if self._place is not None:
            self.app.copy_to_clipboard(self._place[0].url)
            self.say("Copied.")

    # What became of them

    def action_replied(self) -> None:
        """Log the answer with place and kind as they stand on the page."""
        if (answer := self._answer) is not None:
            service = partial(interactions.log, platform=answer.platform, kind=answer.kind)
            self._finish(service, self._reached(), lines.did(answer))

    def _reached(self) -> Outcome:
        return Outcome.ANSWERED if self._waits() else Outcome.REACHED

    def action_log(self) -> None:
        """Log with another place, kind or time."""
        from crm.tui.screens.log import Log, Logged

        person, answer = self._shown, self._answer
        if person is None or answer is None:
            return

        def answered(act: Logged | None) -> None:
            if act is not None and self._still(person):
                # what they said is no answer of yours: they stay on the page
                outcome = None if act.direction == Direction.IN else self._reached()
                self._finish(act.write, outcome, "logged")

        self.app.push_screen(Log(person.detail, answer.platform, answer.kind), answered)

    def _still(self, person: FocusPerson) -> bool:
        """Whether they are on the page still, although it was loaded again meanwhile."""
        current = self._session.current
        return current is not None and current.contact == person.detail.contact.id

    def action_snooze(self) -> None:
        """Leave them out of the lists for a while."""
        from crm.tui.screens.snooze import Snooze

        person = self._shown
        if person is None:
            return
        contact = person.detail.contact

        def answered(until: datetime | None) -> None:
            if until is not None and self._still(person):
                day = words.weekday(until, self.store.rules.zone)
                self._finish(partial(editing.snooze, until=until), Outcome.RESTING, f"rests until {day}")

        name = words.name_of(contact.name, contact.id, contact.identities)
        self.app.push_screen(Snooze(name), answered)

    def action_no_reply(self) -> None:
        """Say that what waits needs no answer."""
        self._finish(editing.done, Outcome.NO_REPLY, "no reply needed")

    def _finish(self, service: Callable[..., object], outcome: Outcome | None, said: str) -> None:
        """Write something about the person on the page; with an outcome, go on to the next."""
        self.start(partial(self._write, service, outcome, said))

    async def _write(self, service: Callable[..., object], outcome: Outcome | None, said: str) -> None:
        current = self._session.current
        if current is None:
            return

        def written(work: Work) -> object:
            return service(work, contact_id=current.contact)

        done = self._session.pass_on(outcome) if outcome is not None else None
        try:
            change = await self.write(focus.noted, written)
        except CrmError:
            if done is not None:
                self._session.take_back(done)
                self.load()
            raise
        if done is not None:
            done.change = change
        self._said = f"{words.name_of(current.name, current.contact)}: {said}   (u takes it back)"
        self._draw()

    def action_skip(self) -> None:
        """Leave them for another time."""
        self._session.pass_on(Outcome.SKIPPED)
        self._said = ""
        self.start(self._show, group="focus")

    def action_take_back(self) -> None:
        """Go back to whoever was skipped last, or take back what was done last."""
        last = self._session.done[-1] if self._session.done else None
        if last is not None and last.outcome is Outcome.SKIPPED:
            self._session.take_back(last)
            self._said = ""
            self.start(self._show, group="focus")
        else:
            self.start(self._undo)

    async def _undo(self) -> None:
        taken = await self.write(undoing.undo)
        self._said = f"Taken back: {taken.what}"
        self._draw()

    # Moving about

    def action_person(self) -> None:
        """Open the whole contact."""
        if (current := self._session.current) is not None:
            self.crm.show_contact(current.contact)

    def action_scroll(self, by: int) -> None:
        """Scroll the person by a page."""
        part = self.query_one("#focus-person", VerticalScroll)
        (part.scroll_page_down if by > 0 else part.scroll_page_up)(animate=False)

    def action_back(self) -> None:
        """Stop: with one sentence, where something was done."""
        if self._session.current is None or not self._session.done:
            self.dismiss()
            return
        self._stopped = True
        self._session.current = None
        self.start(self._show, group="focus")

    def action_leave(self) -> None:
        """Go back to Today."""
        self.dismiss()


async def begin(app: CrmApp) -> None:
    """Ask for a budget and begin; with nobody on Today, say so."""
    queue = await app.run_read(focus.queue)
    last = await app.run_read(focus.recall)
    if not queue.items:
        app.say("Nobody is waiting. That is all for today.")
        return

    def answered(budget: Budget | None) -> None:
        if budget is None:
            return
        if budget != last:
            app.start(partial(app.run_write, focus.remember, budget))
        app.push_screen(Focus(budget, app.store.now()))

    app.push_screen(AskBudget(len(queue.items), last), answered)


def openable(places: Sequence[Place]) -> Iterator[tuple[Target, Place]]:
    """Yield the places that may be opened, each with exactly what would be."""
    seen: set[str] = set()
    for place in places:
        target = browser.target(place.url)
        if target is not None and target.url not in seen:
            seen.add(target.url)
            yield target, place
