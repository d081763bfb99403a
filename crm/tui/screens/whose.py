"""Who is who: what a contact consists of. What was merged in is split off, an identity is given away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, tzinfo
from functools import partial
from typing import ClassVar, NamedTuple, TypeAlias

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from crm.db.store import Work
from crm.domain.errors import NotFoundError
from crm.services import contacts, matching, merging
from crm.services.views import IdentityView, PartView
from crm.tui import ui, words
from crm.tui.base import Page
from crm.tui.widgets.contact_head import part_words
from crm.tui.widgets.rows import Heading, Key, Rows

Piece: TypeAlias = PartView | IdentityView


class Whole(NamedTuple):
    """A contact and what it consists of."""

    name: str
    parts: list[PartView]
    identities: list[IdentityView]


class PieceRows(Rows[Piece]):
    """Parts, then identities; keys are ("part" or "identity", id)."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self.moment = datetime.now(UTC)
        self.zone: tzinfo = UTC
        self.homes: dict[int, str] = {}
        """Of identities that came with a part: whose they were. The page sets all three."""

    def draw(self, key: Key, row: Piece, width: int) -> ui.Shown:  # noqa: ARG002
        """Draw a part with what goes with it, or an identity."""
        left = min(34, max(width // 2, 10))
        if isinstance(row, PartView):
            said = part_words(row, self.moment, self.zone)
            return ui.columns([(_name(row), left, ""), (said, width - left - 2, ui.FAINT)])
        about = ", ".join(
            filter(None, (row.label, row.name, f"from {self.homes[row.id]}" if row.id in self.homes else ""))
        )
        return ui.columns([(words.handle_of(row), left, ""), (about, width - left - 2, ui.FAINT)])

    def unfold(self, row: Piece, width: int) -> Sequence[ui.Shown]:
        """Show all that goes with a part."""
        if not isinstance(row, PartView):
            return ()
        shown = words.shown_identities(row.identities)
        text = "   ".join(map(words.handle_of, shown)) or "no account, no address"
        return [ui.label(piece, ui.FAINT) for piece in ui.wrapped(text, width, 4)]


class Whose(Page):
    """Above the contact; escape leads back."""

    HELP_TITLE = "Who is who"
    HELP_TEXT = (
        "What this contact consists of. What was merged in can be split off at any time, with all that came "
        "with it, also since. An account or address can be given to another contact, or made a contact of "
        "its own; what was said through it goes along."
    )
    KEYS_TO_LEARN = (
        ("s", "Splits off what was merged in."),
        ("g", "Gives an account to somebody else."),
        ("escape", "Back."),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "split", "split off"),
        Binding("g", "give", "give to another"),
        Binding("n", "own", "make a contact of its own"),
        Binding("M", "merge", "merge with"),
        Binding("escape", "back", "back"),
    ]

    def __init__(self, contact: int) -> None:
        super().__init__()
        self._contact = contact
        self._whole: Whole | None = None

    def body(self) -> ComposeResult:
        """A title and the list."""
        yield Static("", id="whose-title", markup=False)
        yield PieceRows(id="pieces", classes="first")

    @property
    def rows(self) -> PieceRows:
        """The list."""
        return self.query_one(PieceRows)

    # Loading

    def load(self) -> None:
        """Ask what it consists of."""
        self.start(self._load, group="whose")

    async def _load(self) -> None:
        try:
            whole = await self.read(_whole, self._contact)
        except NotFoundError:  # its last identity was given away, or it was merged
            self.dismiss()
            return
        self._whole = whole
        rows = self.rows
        rows.moment, rows.zone = self.crm.moment, self.store.rules.zone
        rows.homes = {one.id: _name(part) for part in reversed(whole.parts) for one in part.identities}
        order: list[Key | Heading] = []
        known: dict[Key, Piece] = {}
        pieces: tuple[tuple[str, str, Sequence[Piece]], ...] = (
            ("part", "MERGED IN", whole.parts),
            ("identity", "ACCOUNTS AND ADDRESSES", whole.identities),
        )
        for kind, title, found in pieces:
            if found:
                order += [Heading()] if order else []
                order.append(Heading(title, str(len(found))))
            for piece in found:
                order.append((kind, piece.id))
                known[kind, piece.id] = piece
        rows.show(order, known, rows.key)
        said = "consists of" if order else "has no account and no address"
        self.query_one("#whose-title", Static).update(
            ui.line((whole.name, ui.STRONG), (f" {said}", ui.FAINT))
        )
        self.refresh_bindings()

    @on(Rows.Highlighted, "#pieces")
    def moved(self) -> None:
        """Offer what fits the line."""
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what fits the line."""
        if self.is_mounted and action in ("split", "give", "own"):
            return isinstance(self.rows.row, PartView if action == "split" else IdentityView)
        return super().check_action(action, parameters)

    # Splitting

    @on(Rows.Chosen, "#pieces")
    def chosen(self) -> None:
        """Enter splits off a part, or gives an identity to somebody."""
        if isinstance(self.rows.row, PartView):
            self.action_split()
        else:
            self.action_give()

    def action_split(self) -> None:
        """Split off what was merged in, after a question."""
        from crm.tui.screens.confirm import Confirm

        part, whole = self.rows.row, self._whole
        if not isinstance(part, PartView) or whole is None:
            return
        name = _name(part)

        def answered(yes: bool | None) -> None:
            if yes:
                self._change(partial(merging.split, part=part.id), f"{name} is a contact again.")

        goes = ", ".join(map(words.handle_of, words.shown_identities(part.identities))) or "no account"
        self.app.push_screen(
            Confirm(
                f"Split {name} off again?",
                f"It becomes a contact of its own, with {goes} and {words.count(part.interactions, 'act')}. "
                f"What you have edited since stays with {whole.name}. The two are not suggested as one "
                "again. u takes it back.",
            ),
            answered,
        )

    # Giving away

    def action_give(self) -> None:
        """Give an identity to another contact."""
        from crm.tui.screens.pick import Pick

        one = self.rows.row
        if not isinstance(one, IdentityView):
            return
        shown = words.handle_of(one)

        def answered(to: int | None) -> None:
            if to is not None:
                self.start(partial(self._give, one, to), group="change", exclusive=False)

        self.app.push_screen(Pick(f"Whose is {shown}?", self._contact), answered)

    async def _give(self, one: IdentityView, to: int) -> None:
        name = await self.write(_moved, one.id, to)
        self.crm.say(f"{words.handle_of(one)} belongs to {name} now.   (u takes it back)")

    def action_own(self) -> None:
        """Make an identity a contact of its own."""
        one = self.rows.row
        if isinstance(one, IdentityView):
            said = f"{words.handle_of(one)} is a contact of its own now."
            self._change(partial(merging.move, identity_id=one.id, contact_id=None), said)

    def _change(self, service: Callable[[Work], object], said: str) -> None:
        self.start(partial(self._write, service, said), group="change", exclusive=False)

    async def _write(self, service: Callable[[Work], object], said: str) -> None:
        await self.write(service)
        self.crm.say(f"{said}   (u takes it back)")

    # Merging

    def action_merge(self) -> None:
        """Choose whom this contact is the same as."""
        merge_with(self, self._contact, self._whole.name if self._whole else "")

    def action_back(self) -> None:
        """Go back."""
        self.dismiss()


def merge_with(page: Page, contact: int, name: str) -> None:
    """Ask who the same as a contact is, and show the two side by side."""

    from crm.tui.screens.merge import Merge
    from crm.tui.screens.pick import Pick

    def answered(other: int | None) -> None:
        if other is not None:
            page.app.push_screen(Merge(contact, other))

    likely = partial(_likely, contact)
    page.app.push_screen(Pick(f"Who is the same as {name}?", contact, likely), answered)


def _likely(contact: int, work: Work) -> list[int]:
    """Return who may be the same, the likeliest first."""
    found = matching.matches(work, 20, contact)
    return [match.other.id if match.keep.id == contact else match.keep.id for match in found]


def _moved(work: Work, identity: int, to: int) -> str:
    """Give an identity to a contact; return that contact's name."""
    merging.move(work, identity, to)
    return contacts.name_of(work, to)


def _whole(work: Work, contact: int) -> Whole:
    views = contacts.rows(work, [contact])
    if not views:
        raise NotFoundError(f"there is no contact {contact}")
    shown = words.shown_identities(views[0].identities)
    name = words.name_of(views[0].name, contact, views[0].identities)
    return Whole(name, merging.parts(work, contact), shown)


def _name(part: PartView) -> str:
    return words.name_of(part.name, part.id, part.identities)
