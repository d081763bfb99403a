"""The frozen values that services return for showing. No database object ever leaves the services.

Structs rather than dataclasses: to define these 22 took 25 ms of every start, and to make a list of 10,000
contacts of them a tenth of its time. The two that are copied with changes (`dataclasses.replace`) are not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from msgspec import Struct

from crm.domain.records import PartialDate, Problem


class IdentityView(Struct, frozen=True):
    """One account or address."""

    id: int
    platform: str
    handle: str | None
    external_id: str | None
    name: str | None
    """The display name used there."""
    url: str | None
    label: str | None


class InteractionView(Struct, frozen=True):
    """One act between the user and a contact."""

    id: int
    at: datetime | None
    """UTC; None when unknown."""
    precision: str
    platform: str
    direction: str
    kind: str
    depth: str
    text: str | None
    thread: str | None
    url: str | None
    run: int | None
    """The import run that brought it; None when the user logged it."""
    zone_assumed: bool = False
    closed: bool = False
    """Marked "no reply needed"."""


class ContactView(Struct, frozen=True):
    """One contact as lists show it, with the state of the relationship."""

    id: int
    name: str
    identities: tuple[IdentityView, ...]
    tags: tuple[str, ...]
    circle: str | None
    cadence_days: int | None
    cadence_from: str
    turn: str
    owed: bool
    unanswered: int
    last_interaction_at: datetime | None
    first_exchange_at: datetime | None
    last_exchange_at: datetime | None
    exchange_days: int
    due_at: datetime | None
    lateness: float | None
    archived: bool
    muted: bool
    snoozed_until: datetime | None
    organisation: str | None
    usual_platform: str | None
    """Where you usually talk: the platform of the last exchange, else of the last act."""


class Difference(Struct, frozen=True):
    """A field where the user's words and an address book's differ; the user's stay."""

    field: str
    yours: str | None
    theirs: str


class ContactDetail(Struct, frozen=True):
    """One contact, whole."""

    contact: ContactView
    nickname: str | None
    title: str | None
    birthday: PartialDate | None
    anniversary: PartialDate | None
    notes: str
    floor: str | None
    """The contact's own floor; None: the configured one."""
    own_cadence_days: int | None
    """0 is "never", None is not set."""
    evidence: tuple[InteractionView, ...]
    """The acts of the last exchange: partner and completing act, or one call or meeting."""
    interactions: tuple[InteractionView, ...]
    """The timeline over all platforms, newest first, unknown times last."""
    interactions_total: int
    created_at: datetime
    differences: tuple[Difference, ...] = ()
    """Where an address book says something else than the user has said here."""
    addresses: tuple[tuple[str | None, str], ...] = ()
    """Postal addresses of the cards: label, and the address on several lines."""
    related: tuple[tuple[str | None, str], ...] = ()
    """Related people of the cards: how, and who."""
    has_photo: bool = False


class Starter(Struct, frozen=True):
    """One thing to talk about with a contact, and where it comes from."""

    kind: str
    """A `StarterKind`."""
    text: str
    """A quotation: a cut of the act's words with single blanks; of a date the program's own words."""
    at: datetime | None
    """When it was said, UTC; None of a birthday or an anniversary."""
    precision: str
    platform: str | None
    direction: str | None
    """Who said it; None of a date."""
    interaction: int | None
    """The act it is cut from, or the first exchange; None of a birthday or an anniversary."""
    url: str | None = None
    thread: str | None = None
    owed: bool = False
    """It waits for an answer now."""
    answered: bool = False
    """You have answered since; such questions are given only where there is nothing else."""
    years: int | None = None
    """How many years ago, or how many years it will be."""
    what: str | None = None
    """Of a date: `birthday`, `anniversary` or `first_exchange`."""
    on: date | None = None
    """Of a date: the day it is kept."""


class TodayItem(Struct, frozen=True):
    """One line of Today."""

    contact: int
    name: str
    platform: str | None
    """Where you usually talk."""
    reason: str
    """Why it is here, one plain sentence."""
    since: datetime | None
    last: InteractionView | None
    """What was last said, and by whom."""
    lateness: float | None
    stale: bool
    circle: str | None
    url: str | None
    """The place to open: the last act's address, else the profile."""
    evidence: tuple[InteractionView, ...] = ()
    """The two acts of the last exchange."""


class DateItem(Struct, frozen=True):
    """A birthday or an anniversary of the coming week."""

    contact: int
    name: str
    platform: str | None
    what: str
    """`birthday` or `anniversary`."""
    on: date
    years: int | None
    """How many years it will be, where the year is known."""
    reason: str
    """Such as "birthday tomorrow, 40 years"."""
    url: str | None
    last: InteractionView | None = None


class TodayView(Struct, frozen=True):
    """What the program is opened for."""

    date: date
    waiting: tuple[TodayItem, ...]
    drifting: tuple[TodayItem, ...]
    more_drifting: int
    dates: tuple[DateItem, ...]
    support: tuple[TodayItem, ...]
    contacts_total: int
    """How many contacts there are at all: 0 means first run."""

    @property
    def empty(self) -> bool:
        """Whether nothing is left to do today."""
        return not (self.waiting or self.drifting or self.dates or self.support)


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a path the user named turned out to be."""

    paths: tuple[str, ...]
    importer: str | None
    """The importer's name, or None where nothing claimed it."""
    title: str
    error: str | None = None
    """Why it cannot be imported."""
    hint: str | None = None
    folders: tuple[str, ...] = ()
    """The top-level folders inside that it is, where one archive holds several exports (Google Takeout)."""
    beside: tuple[str, ...] = ()
    """Folders beside them that no importer knows, for the report of the first of these exports."""


class Progress(Struct, frozen=True):
    """How far an import has come."""

    stage: str
    """`reading`, `writing`, `indexing`, `relationships`."""
    records: int
    where: str = ""


@dataclass(frozen=True, slots=True)
class RunView:
    """One import run and what it brought."""

    run: int | None
    """None for a dry run, and for what was restored."""
    importer: str
    title: str
    path: str
    at: datetime
    contacts_new: int
    contacts_known: int
    identities_new: int
    interactions_new: int
    interactions_known: int
    posts_new: int
    posts_known: int
    problems: tuple[Problem, ...]
    left: tuple[tuple[str, int], ...]
    """What was left out on purpose, with counts."""
    unread: tuple[str, ...]
    """Members of the export that nobody read."""
    since: datetime | None
    until: datetime | None
    undone: bool = False
    contacts_changed: int = 0
    """Of the known contacts: those about whom an address book says something else now."""
    restored: bool = False
    """Everything came back from an export of crm's own; there is no run to take back."""

    @property
    def is_in(self) -> bool:
        """Whether it was written, and not only tried."""
        return self.run is not None or self.restored

    @property
    def failed(self) -> tuple[Problem, ...]:
        """The problems that cost a whole card or row, with what could not be read."""
        return tuple(problem for problem in self.problems if problem.raw is not None)


class Undone(Struct, frozen=True):
    """What undoing a run removed."""

    run: int
    contacts: int
    identities: int
    interactions: int
    posts: int
    kept: int
    """Records that stay because another run, or the user, vouches for them."""


class ChangeView(Struct, frozen=True):
    """One thing the user did that can be taken back."""

    id: int
    at: datetime
    what: str
    """Such as "logged a reply to Ada Byron"."""


class Hit(Struct, frozen=True):
    """One act found by its text."""

    contact: int | None
    name: str
    interaction: InteractionView


class SearchView(Struct, frozen=True):
    """What a search found: contacts first, then words."""

    contacts: tuple[ContactView, ...]
    hits: tuple[Hit, ...]


class Finding(Struct, frozen=True):
    """One thing `crm doctor` looked at."""

    name: str
    ok: bool
    detail: str
    hint: str | None = None


class MergeView(Struct, frozen=True):
    """What a merge did."""

    contact: int
    """The contact that both are now."""
    name: str
    part: int
    """What a split names to take it back."""
    part_name: str
    identities: int
    """Identities that moved."""
    interactions: int
    """Interactions that came along with them."""
    differing: tuple[tuple[str, str, str], ...]
    """(field, what was kept, what the other one said) where the two differed."""


class PartView(Struct, frozen=True):
    """A contact that was merged into another one and can be split off again."""

    id: int
    name: str
    at: datetime
    """When it was merged."""
    identities: tuple[IdentityView, ...]
    """Those that go with it."""
    interactions: int


class ForgetView(Struct, frozen=True):
    """What forgetting a contact removed, and where traces may be left."""

    name: str
    identities: int
    interactions: int
    backups: tuple[str, ...]
    """Backups of this database that still hold the contact."""
    on_server: bool = False
    """Whether the database is on a server, whose log, standbys and backups are not ours to clear."""


class CoverageView(Struct, frozen=True):
    """Which period of a platform the imports cover."""

    platform: str
    since: datetime | None
    until: datetime | None
    imports: int
    imported_at: datetime
    """When the last of them was imported."""
    contacts: int
    """With how many contacts the last exchange, within a year, was there."""
    ask_again: bool
    """Whether a new export would tell something that matters."""
    importer: str | None
    spans: tuple[tuple[datetime, datetime], ...] = ()
    """The periods themselves, oldest first, apart from each other: between them nothing is known."""


class MatchSide(Struct, frozen=True):
    """One of two contacts that may be one."""

    id: int
    name: str
    identities: tuple[IdentityView, ...]
    organisation: str | None
    title: str | None
    birthday: str | None
    """YYYY-MM-DD or --MM-DD."""
    interactions: int
    last_interaction_at: datetime | None
    archived: bool


class MatchView(Struct, frozen=True):
    """A suggestion that two contacts are one."""

    keep: MatchSide
    """The one that stays, for it has more behind it."""
    other: MatchSide
    reasons: tuple[str, ...]
    """What speaks for it, in plain words, the strongest first."""
    against: tuple[str, ...]
    """What speaks against it."""
    strength: float
    """0 to 1, for ordering suggestions only; it says nothing about anybody and is not shown."""
