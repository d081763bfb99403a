"""What importers yield: frozen values, cheap to make, because a million of them pass through.

They are named tuples and times are integers (microseconds since 1970, UTC) for that reason alone:
making a frozen dataclass with a `datetime` costs five times as much.
"""

from __future__ import annotations

from datetime import UTC, tzinfo
from enum import StrEnum
from typing import NamedTuple, TypeAlias


class Direction(StrEnum):
    """Who acted: they towards you, you towards them, or both at once."""

    IN = "in"
    OUT = "out"
    MUTUAL = "mutual"


class Precision(StrEnum):
    """How exactly the time of an act is known.

    A `DAY` is stored as 00:00 UTC of that date and must be shown as that date in every time zone.
    """

    SECOND = "second"
    MINUTE = "minute"
    DAY = "day"
    UNKNOWN = "unknown"


class Kind(StrEnum):
    """What an act was. `depth_of` in `exchanges` says how much of a person is in it."""

    REACTION = "reaction"
    FOLLOW = "follow"
    RESHARE = "reshare"
    PURCHASE = "purchase"
    GROUP_MESSAGE = "group_message"
    MESSAGE = "message"
    EMAIL = "email"
    REPLY = "reply"
    COMMENT = "comment"
    MENTION = "mention"
    QUOTE = "quote"
    REVIEW = "review"
    LETTER = "letter"
    CALL = "call"
    MEETING = "meeting"


class IdentityRef(NamedTuple):
    """One account or address as an export shows it.

    At least one of `external_id` and `handle` is set, else it can be attached to nobody. `handle` is
    as written; it is normalised when it is stored. `name` is the display name, if the export has it.
    """

    platform: str
    handle: str | None = None
    external_id: str | None = None
    name: str | None = None
    url: str | None = None
    label: str | None = None
    """The owner's word for it ("work", "home"), if the file has one."""


class PartialDate(NamedTuple):
    """A birthday or anniversary; the year may be unknown. 29 February without a year is fine."""

    month: int
    day: int
    year: int | None = None


class SelfRecord(NamedTuple):
    """Identities that belong to the user; they never become contacts."""

    identities: tuple[IdentityRef, ...]
    name: str | None = None


class ContactRecord(NamedTuple):
    """What an export says about one contact. Its identities are one person's, by exact key."""

    identities: tuple[IdentityRef, ...]
    name: str | None = None
    nickname: str | None = None
    organisation: str | None = None
    title: str | None = None
    birthday: PartialDate | None = None
    anniversary: PartialDate | None = None
    notes: str | None = None
    tags: tuple[str, ...] = ()
    vcard: str | None = None
    """The card it came from, whole, so that an export of it loses nothing."""


class InteractionRecord(NamedTuple):
    """One dated act between the user and one contact.

    `external_id` is unique within `platform` and the same in every later export of the same act
    (`kit.keys`). `who` is None where the export does not say towards whom the user acted.
    """

    platform: str
    external_id: str
    who: IdentityRef | None
    at: int | None
    """Microseconds since 1970-01-01 UTC; None when unknown (then `precision` is UNKNOWN)."""
    direction: Direction
    kind: Kind
    text: str | None = None
    thread: str | None = None
    url: str | None = None
    precision: Precision = Precision.SECOND
    zone_assumed: bool = False


class PostRecord(NamedTuple):
    """Something the user published to nobody in particular."""

    platform: str
    external_id: str
    at: int | None
    text: str | None = None
    thread: str | None = None
    url: str | None = None
    precision: Precision = Precision.SECOND
    zone_assumed: bool = False


class CoverageRecord(NamedTuple):
    """The period an export covers on a platform, where it says so (else it is taken from its acts).

    Both ends None: it covers none, because it shows single acts only.
    """

    platform: str
    since: int | None
    until: int | None


class Left(NamedTuple):
    """Things left out on purpose, counted so that the report can say so ("412 newsletters")."""

    what: str
    number: int


class Problem(NamedTuple):
    """One thing that could not be read: its place in the export, and why, in the user's terms."""

    where: str
    reason: str
    raw: str | None = None
    """What could not be read, to be mended and tried again; None where a part of it was used."""


Record: TypeAlias = (
    SelfRecord | ContactRecord | InteractionRecord | PostRecord | CoverageRecord | Left | Problem
)


class Owner(NamedTuple):
    """What is known about the user before an export is read: needed where it does not name them."""

    identities: frozenset[tuple[str, str]] = frozenset()
    """(platform, normalised handle) of every identity that is the user's."""
    external_ids: frozenset[tuple[str, str]] = frozenset()
    names: frozenset[str] = frozenset()
    """Names of the user, case-folded."""
    stated: str | None = None
    """What the user said with `--as`: a name, handle, address or id, as typed."""
    columns: tuple[tuple[str, str], ...] = ()
    """(column, field) of a plain table, as the user corrected what was proposed."""
    zone: tzinfo = UTC
    """The user's time zone, for exports that have wall clock times; what rests on it is `zone_assumed`."""
    dates: str | None = None
    """`day-first` or `month-first`, as the user answered when an export's dates could be either."""
