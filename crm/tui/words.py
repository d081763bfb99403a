"""How values are said on the screen: times, turns, cadences, directions. Plain text, no styles.

Whatever comes from other people passes through here unchanged and is cleaned by `ui`.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, tzinfo

from crm.domain import dates
from crm.domain.cadence import CadenceFrom
from crm.domain.exchanges import Turn
from crm.domain.platforms import PLATFORMS, title_of
from crm.domain.records import Direction, PartialDate, Precision
from crm.domain.text import is_blank
from crm.services.views import ContactView, IdentityView, InteractionView

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_AT = {"mastodon", "x", "instagram", "threads", "tiktok", "youtube", "telegram", "medium", "bluesky"}
"""Where people write a handle with an @ before it."""
ARROWS = {Direction.IN: "<-", Direction.OUT: "->", Direction.MUTUAL: "<>"}
WHO = {Direction.IN: "they", Direction.OUT: "you", Direction.MUTUAL: "both"}
TURNS = {Turn.YOURS: "your turn", Turn.THEIRS: "their turn", Turn.EVEN: "even", Turn.NONE: ""}
KINDS = {"group_message": "group message", "email": "e-mail"}


def weekday(moment: datetime, zone: tzinfo) -> str:
    """Say a day: "Sun 22 Nov"."""
    day = moment.astimezone(zone).date()
    return f"{_WEEKDAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}"


def name_of(name: str, contact: int, identities: tuple[IdentityView, ...] = ()) -> str:
    """Return a name that can be seen: a blank one is replaced by a handle, or a number."""
    if not is_blank(name):
        return name
    for identity in identities:
        if not is_blank(identity.handle):
            return f"(no name) {identity.handle}"
    return f"(no name) #{contact}"


def handle_of(identity: IdentityView) -> str:
    """Write an identity: "Mastodon @ada@example.social", "ada@example.org", "+49 30 1234"."""
    if identity.platform in ("in-person", "letter"):
        return title_of(identity.platform)
    shown = identity.handle or identity.name or identity.external_id or ""
    if identity.platform in ("email", "phone", "web", "blog"):
        return shown
    if identity.handle and identity.platform in _AT:
        shown = f"@{shown}"
    return f"{title_of(identity.platform)} {shown}".strip()


def shown_identities(identities: tuple[IdentityView, ...]) -> list[IdentityView]:
    """Return the identities that people know of; an address book's card number is bookkeeping."""
    return [one for one in identities if not (one.platform in PLATFORMS and PLATFORMS[one.platform].hidden)]


def day(moment: datetime | None, precision: str, now: datetime, zone: tzinfo) -> str:
    """Say on which day an act was: "12 Nov", "12 Nov 2024"; "date unknown" when nobody knows."""
    if moment is None or precision == Precision.UNKNOWN:
        return "no date"
    return dates.short_day(dates.day_of(moment, precision, zone), now.astimezone(zone).date())


def clock(moment: datetime | None, precision: str, zone: tzinfo) -> str:
    """Say at what time of day an act was, or nothing where only the day is known."""
    if moment is None or precision in (Precision.DAY, Precision.UNKNOWN):
        return ""
    return f"{moment.astimezone(zone):%H:%M}"


def ago(moment: datetime, now: datetime) -> str:
    """Say how long ago: "2 days ago"; "just now"."""
    said = dates.ago(moment, now)
    return said if said == "just now" else f"{said} ago"


def brief_ago(moment: datetime | None, now: datetime) -> str:
    """Say how long ago in a narrow column: "2 d", "5 mo", "3 y"; "-" for never."""
    if moment is None:
        return "-"
    days = max((now.astimezone(UTC) - moment).days, 0)
    if days < 1:
        return "today"
    if days < 60:
        return f"{days} d"
    return f"{days // 30} mo" if days < 730 else f"{days // 365} y"


def kind(act: InteractionView) -> str:
    """Say what kind of act it was: "reply", "group message"."""
    return KINDS.get(act.kind, act.kind)


def what(act: InteractionView) -> str:
    """Say what an act was: "Mastodon, reply"; an e-mail is only said once."""
    platform, said = title_of(act.platform), kind(act)
    if said.casefold() == platform.casefold() or (act.platform, act.kind) == ("in-person", "meeting"):
        return platform
    return f"{platform}, {said}"


def place(act: InteractionView) -> str:
    """Say where an act was: "Mastodon"."""
    return title_of(act.platform)


def arrow(act: InteractionView) -> str:
    """Return the direction of an act as an arrow: `<-` they acted, `->` you did, `<>` both."""
    return ARROWS[Direction(act.direction)]


def turn(contact: ContactView) -> str:
    """Say whose turn it is."""
    said = TURNS[Turn(contact.turn)]
    if contact.turn == Turn.THEIRS and contact.unanswered > 1:
        return f"{said}, reached out on {contact.unanswered} days"
    return said


def cadence(contact: ContactView) -> str:
    """Say how often, and who said so: "inner, every 14 days", "no reminders"."""
    days = contact.cadence_days
    if contact.cadence_from == CadenceFrom.OWN:
        return f"every {_days(days)}" if days else "never reminded"
    if contact.cadence_from == CadenceFrom.CIRCLE and days:
        return f"every {_days(days)}, as your circle {contact.circle}"
    if contact.cadence_from == CadenceFrom.RHYTHM and days:
        return f"every {_days(days)}, from your rhythm"
    return "no reminders"


def _days(days: int | None) -> str:
    return "day" if days == 1 else f"{days} days"


def due(contact: ContactView, now: datetime) -> str:
    """Say when the contact is due, or why it never is."""
    if contact.archived:
        return "archived"
    if contact.muted:
        return "muted"
    if contact.snoozed_until and contact.snoozed_until > now:
        return f"snoozed for {dates.ago(now, contact.snoozed_until)}"
    if contact.due_at is None:
        return ""
    if contact.due_at <= now:
        return "due"
    return f"due in {dates.ago(now, contact.due_at)}"


def partial(value: PartialDate | None) -> str:
    """Write a birthday: "5 May 1980", "5 May"."""
    if value is None:
        return ""
    written = f"{value.day} {_MONTHS[value.month - 1]}"
    return f"{written} {value.year}" if value.year else written


def calendar_day(value: date) -> str:
    """Write a day with its weekday: "Tue 3 Nov"."""
    return f"{_WEEKDAYS[value.weekday()]} {value.day} {_MONTHS[value.month - 1]}"


def count(number: int, one: str, many: str | None = None) -> str:
    """Write a number with its noun: "1 contact", "1,204 contacts"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
