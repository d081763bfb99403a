"""One contact: who they are, what to talk about, the whole timeline, and notes edited in place."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical, VerticalScroll
from textual.widgets import Static

from crm.db.store import Work
from crm.domain.errors import CrmError, NotFoundError
from crm.services import contacts, editing, interactions, merging, starters
from crm.services.editing import Edits
from crm.services.views import ContactDetail, InteractionView, PartView, Starter
from crm.tui import ui, words
from crm.tui.acting import Acting, Subject
from crm.tui.widgets.contact_head import head_lines
from crm.tui.widgets.drawn import Drawn
from crm.tui.widgets.notes import Notes
from crm.tui.widgets.rows import PAGE, Rows
from crm.tui.widgets.starter_rows import StarterRows, TalkAbout
from crm.tui.widgets.timeline import TimelineRows


class Contact(Acting):
    """Above the page it was opened from; escape leads back."""

    HELP_TITLE = "A contact"
    HELP_TEXT = (
        "Fields and identities, the acts of the last exchange, and everything that was said on all platforms "
        "together, the newest first: <- they acted, -> you did, <> both at once. The act under the cursor "
        "unfolds; enter shows all of it. To talk about: what waits for an answer, what they asked, what you "
        "said you would do, where a thread stopped, and what was said years ago today, all as it was "
        "written; enter leads to the act. Notes are saved when you leave them."
    )
    KEYS_TO_LEARN = (
        ("l", "Logs what was said elsewhere, so that the count is right."),
        ("n", "Writes notes; they are saved when you leave them."),
        ("c", "Says how often you want to be in touch."),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        *Acting.BINDINGS,
        Binding("e", "edit", "edit"),
        Binding("n", "notes", "notes"),
        Binding("t", "talk", "to talk about", show=False),
        Binding("w", "whose", "who is who"),
        Binding("M", "merge", "merge with", show=False),
        Binding("E", "export", "export", show=False),
        Binding("z", "archive", "archive", show=False),
        Binding("D", "delete", "delete this contact", show=False),
        Binding("F", "forget", "forget for good", show=False),
        Binding("escape", "back", "back", show=False),
    ]

    def __init__(self, contact: int) -> None:
        super().__init__()
        self._contact = contact
        self._detail: ContactDetail | None = None
        self._stored_notes = ""
        self._gone = False

    def body(self) -> ComposeResult:
        """Head and notes at the left, the timeline at the right; below each other where it is narrow."""
        with Container(id="contact"):
            with VerticalScroll(id="contact-about", can_focus=False):
                yield Drawn(id="contact-head")
            with Vertical(id="contact-timeline"):
                yield TalkAbout(id="contact-talk")
                yield Static("", id="timeline-title", markup=False)
                yield TimelineRows(id="timeline", classes="first")
            with Vertical(id="contact-notes"):
                yield Static(ui.line(("NOTES", ui.HEAD), ("   n", ui.ACCENT), (" edit", ui.FAINT)))
                yield Notes(id="notes")

    @property
    def timeline(self) -> TimelineRows:
        """The list of acts."""
        return self.query_one(TimelineRows)

    @property
    def talk(self) -> TalkAbout:
        """What to talk about."""
        return self.query_one(TalkAbout)

    @property
    def notes(self) -> Notes:
        """The notes."""
        return self.query_one(Notes)

    # Loading

    def load(self) -> None:
        """Ask for the contact and the newest acts."""
        if not self._gone:
            self.start(self._load, group="contact")

    async def _load(self) -> None:
        try:
            detail, parts, talk = await self.read(_whole, self._contact)
        except NotFoundError:  # adding it was taken back just now
            self._gone = True
            self.dismiss()
            return
        now, zone = self.crm.moment, self.store.rules.zone
        self._detail = detail
        self.refresh_bindings()
        self.query_one("#contact-head", Drawn).show(partial(head_lines, detail, parts, now, zone))
        self.talk.show(talk, now)
        self.set_class(bool(talk), "-starters")
        rows = self.timeline
        rows.moment, rows.zone = now, zone
        self.query_one("#timeline-title", Static).update(
            ui.line(("TIMELINE", ui.HEAD), (f"   {detail.interactions_total:,}", ui.FAINT))
        )
        rows.show(range(detail.interactions_total), dict(enumerate(detail.interactions)))
        if not self.notes.unsaved:
            self._stored_notes = detail.notes
            self.notes.take(detail.notes)

    @on(Rows.Wanted, "#timeline")
    def give_acts(self, event: Rows.Wanted) -> None:
        """Load the part of the timeline that is about to be drawn."""
        places = [key for key in event.keys if isinstance(key, int)]
        self.start(partial(self._acts, min(places), max(places)), group="contact", exclusive=False)

    async def _acts(self, first: int, last: int) -> None:
        acts = await self.read(interactions.timeline, self._contact, last - first + 1, first)
        self.timeline.give(dict(enumerate(acts, first)))

    # What to talk about

    def action_talk(self) -> None:
        """Show all there is to talk about."""
        self.talk.open()

    @on(StarterRows.Leave)
    def leave_talk(self) -> None:
        """Back to the timeline."""
        self.timeline.focus()

    @on(Rows.Chosen, "#starters")
    def go_to_act(self) -> None:
        """Show where it was said."""
        starter = self.talk.rows.row
        if starter is None:
            return
        if starter.interaction is None:
            self.say("A day to remember; no act belongs to it.")
        else:
            self.start(partial(self._go_to_act, starter.interaction), group="go")

    async def _go_to_act(self, interaction: int) -> None:
        place = await self.read(starters.place_in_timeline, self._contact, interaction)
        if place is not None:
            self.timeline.focus()
            self.timeline.move_to(place)

    # Acting

    def subject(self) -> Subject | None:
        """Return this contact."""
        if self._detail is None:
            return None
        view = self._detail.contact
        talk = self.talk.rows
        act = talk.row if talk.has_focus else self.timeline.row
        return Subject(
            view.id,
            words.name_of(view.name, view.id, view.identities),
            view.usual_platform,
            act.url if act is not None else None,
            view.muted,
            view.snoozed_until is not None,
        )

    @on(Rows.Chosen, "#timeline")
    def read_act(self) -> None:
        """Show the whole act."""
        from crm.tui.screens.act import Act

        act = self.timeline.row
        if act is not None:
            self.app.push_screen(Act(act, self.crm.moment, self.store.rules.zone), self._delete_act)

    def _delete_act(self, act: InteractionView | None) -> None:
        if act is not None:
            self.change(partial(interactions.delete, interaction_id=act.id), "Deleted what you had logged.")

    def action_edit(self) -> None:
        """Edit the fields."""
        from crm.tui.screens.edit import Edit

        if self._detail is not None:
            self.app.push_screen(Edit(self._detail, self.store.rules.circles))

    def action_export(self) -> None:
        """Write this contact to a file."""
        from crm.tui.screens import export

        export.ask(self, self.subjects())

    def action_archive(self) -> None:
        """Archive, or bring back."""
        if self._detail is not None and (subject := self.subject()) is not None:
            archived = not self._detail.contact.archived
            said = f"{subject.name} archived." if archived else f"{subject.name} is back."
            self.change_all([subject], Edits(archived=archived), said)

    def action_delete(self) -> None:
        """Delete the contact with everything about it, after a question."""
        from crm.tui.screens.confirm import Confirm

        if self._detail is None:
            return
        view = self._detail.contact
        acts = words.count(self._detail.interactions_total, "act")
        name = words.name_of(view.name, view.id, view.identities)

        def answered(yes: bool | None) -> None:
            if yes:
                self.start(partial(self._delete, f"Deleted {name}."), group="delete")

        self.app.push_screen(
            Confirm(f"Delete {name}?", f"The contact, the notes and {acts} go. u brings them back."), answered
        )

    def _give_up(self) -> None:
        """Save nothing more of this page: its contact goes."""
        self._stored_notes = self.notes.text
        self.notes.saved(self.notes.text)
        self._gone = True

    async def _delete(self, said: str) -> None:
        self._give_up()
        await self.write(editing.delete, self._contact)
        self.crm.say(f"{said}   (u takes it back)")
        self.dismiss()

    # Who is who

    def action_whose(self) -> None:
        """Show what this contact consists of, to split it or give parts of it away."""
        from crm.tui.screens.whose import Whose

        if self._detail is not None:
            self.leave_page()
            self.app.push_screen(Whose(self._contact))

    def action_merge(self) -> None:
        """Choose whom this contact is the same as."""
        from crm.tui.screens.whose import merge_with

        if (subject := self.subject()) is not None:
            self.leave_page()
            merge_with(self, self._contact, subject.name)

    def action_forget(self) -> None:
        """Forget this contact for good, after a question that cannot be answered by accident."""
        from crm.tui.screens.forget import Forget

        if self._detail is None or (subject := self.subject()) is None:
            return
        number = len(self._detail.contact.identities)
        acts = words.count(self._detail.interactions_total, "act")
        what = f"{words.count(number, 'account or address', 'accounts and addresses')}, {acts}"

        def answered(yes: bool | None) -> None:
            if yes:
                self.start(self._forget, group="delete")

        self.app.push_screen(Forget(subject.name, what), answered)

    async def _forget(self) -> None:
        from crm.services import forgetting
        from crm.tui.screens.forget import Backups

        self._give_up()
        self.crm.say("Forgetting…")
        try:
            done = await self.crm.run_whole(forgetting.forget, self._contact)
        except CrmError:
            self._gone = False
            raise
        self.dismiss()
        if done.backups:
            self.app.push_screen(Backups(done.name, done.backups))
        else:
            more = " The server's own log and backups may still hold them." if done.on_server else ""
            self.crm.say(f"{done.name} is forgotten.{more}")

    # Notes

    def action_notes(self) -> None:
        """Write on at the end of the notes."""
        self.notes.focus()
        self.notes.move_cursor(self.notes.document.end)

    @on(Notes.Leave)
    def leave_notes(self) -> None:
        """Back to the timeline."""
        self.timeline.focus()

    @on(Notes.Save)
    def save_notes(self) -> None:
        """Save what was typed."""
        if self.notes.unsaved:
            self.start(self._save, group="save", exclusive=False)

    async def _save(self) -> None:
        text = self.notes.text
        self._stored_notes = await self.write(store_notes, self._contact, self._stored_notes, text)
        self.notes.saved(text)
        self.notes.take(self._stored_notes)
        self.say("Notes saved.")

    def keep(self) -> None:
        """Save unsaved notes at once, because the program ends."""
        if self.notes.unsaved:
            text = self.notes.text
            self.crm.keep_text(partial(_store, self._contact, self._stored_notes, text), text)
            self.notes.saved(text)

    def action_back(self) -> None:
        """Save and go back."""
        self.leave_page()
        self.dismiss()

    def leave_page(self) -> None:
        """Save unsaved notes although this page goes."""
        if self.notes.unsaved:
            text = self.notes.text
            self.notes.saved(text)
            self.crm.save_later(partial(_store, self._contact, self._stored_notes, text), text)


def store_notes(work: Work, contact: int, before: str, text: str) -> str:
    """Save notes, keeping what somebody else wrote into them meanwhile; return what is stored now."""
    stored = contacts.show(work, contact, 0).notes
    if stored not in (before, text):
        # The command line or an import changed them while they were being typed here: nobody's words go.
        text = f"{stored.rstrip()}\n\n{text}"
    if stored != text:
        editing.edit(work, [contact], Edits(notes=text))
    return text


def _whole(work: Work, contact: int) -> tuple[ContactDetail, list[PartView], tuple[Starter, ...]]:
    detail = contacts.show(work, contact, PAGE)
    return detail, merging.parts(work, contact), starters.starters(work, contact)


def _store(contact: int, before: str, text: str, work: Work) -> None:
    store_notes(work, contact, before, text)
