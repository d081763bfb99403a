"""Views as words: when something was, who said it, how often. Plain and calm: nobody is "neglected"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from typing import TYPE_CHECKING

from crm.domain import dates
from crm.domain.platforms import title_of
from crm.domain.records import Direction, PartialDate, Precision
from crm.domain.text import clean, is_blank

if TYPE_CHECKING:
    from crm.services.views import ContactView, IdentityView, InteractionView

_ARROWS = {Direction.IN: "<-", Direction.OUT: "->", Direction.MUTUAL: "<>"}
_TURNS = {"yours": "yours", "theirs": "theirs", "even": "even", "none": "-"}
_SPEAKERS = {Direction.IN: "they", Direction.OUT: "you", Direction.MUTUAL: "both"}
_LEAP_YEAR = 2000
NAMELESS = "(no name)"


@dataclass(frozen=True, slots=True)
class Times:
    """The present, and where the user's days begin."""

    now: datetime
    zone: tzinfo

    @property
    def today(self) -> date:
        """Return the user's calendar day."""
        return self.now.astimezone(self.zone).date()

    def ago(self, at: datetime | None) -> str:
        """Say how long ago something was: "3 days ago"."""
        if at is None:
            return "-"
        span = dates.ago(at, self.now)
        return span if span == "just now" else f"{span} ago"

    def ahead(self, at: datetime) -> str:
        """Say when something will be: "in 3 days"."""
        if at <= self.now:
            return self.ago(at)
        span = dates.ago(self.now, at)
        return "soon" if span == "just now" else f"in {span}"

    def day(self, at: datetime | None, precision: str = Precision.SECOND) -> str:
        """Write the day of an act briefly: "12 Nov"."""
        if at is None:
            return "some day"
        return dates.short_day(dates.day_of(at, precision, self.zone), self.today)

    def stamp(self, at: datetime | None, precision: str = Precision.SECOND) -> str:
        """Write the time of an act as exactly as it is known, in the user's time zone."""
        if at is None:
            return "unknown"
        if precision == Precision.DAY:
            return at.astimezone(UTC).date().isoformat()
        local = at.astimezone(self.zone).replace(tzinfo=None)
        return local.isoformat(" ", "minutes")


def name_of(name: str) -> str:
    """Return a contact's name, or words where it would show as nothing."""
    return NAMELESS if is_blank(name) else name


def arrow(act: InteractionView) -> str:
    """Return who acted towards whom, as a sign."""
    return _ARROWS[Direction(act.direction)]


def kind(act: InteractionView) -> str:
    """Return the kind of an act for people."""
    return act.kind.replace("_", " ")


def last_words(act: InteractionView, times: Times, longest: int = 160) -> str:
    """Return what was last said, by whom and when: `they, 12 Nov: "The print is on its way"`."""
    who = f"{_SPEAKERS[Direction(act.direction)]}, {times.day(act.at, act.precision)}"
    if act.text is None or is_blank(act.text):
        return f"{who}: {kind(act)}"
    said = " ".join(clean(act.text, limit=longest).split())
    return f'{who}: "{said}"'


def evidence_words(act: InteractionView, times: Times, longest: int = 160) -> str:
    """Return one act of the last exchange with its place: `you, 11 Nov, e-mail: "Thank you"`."""
    who, _, said = last_words(act, times, longest).partition(": ")
    return f"{who}, {title_of(act.platform)}: {said}"


def turn(view: ContactView) -> str:
    """Say whose turn it is, in a word or two."""
    if view.owed:
        return "yours, owed"
    if view.turn == "theirs" and view.unanswered > 1:
        return f"theirs ({view.unanswered} tries)"
    return _TURNS[view.turn]


def cadence(days: int | None, source: str, circle: str | None) -> str:
    """Say how often, and why: "every 14 days, as circle inner"."""
    if days is None:
        return "never, as you said" if source == "own" else "none, so no reminders"
    reasons = {"own": "as you said", "circle": f"circle {circle}", "rhythm": "your rhythm so far"}
    return f"every {counted(days, 'day')}, {reasons[source]}"


def due(view: ContactView, times: Times) -> str:
    """Say when a contact is due, in a few words."""
    if view.due_at is None:
        return "-"
    if view.due_at <= times.now:
        return f"since {dates.ago(view.due_at, times.now)}" if times.ago(view.due_at) != "just now" else "now"
    return times.ahead(view.due_at)


def handle(view: IdentityView, known_as: str | None = None) -> str:
    """Return an identity as people write it, with the name used there unless that says nothing new."""
    text = view.handle or view.external_id or "?"
    return text if view.name in (None, text, known_as) else f"{text} ({view.name})"


def where(view: ContactView) -> str:
    """Say where you usually talk, or where the contact is at all."""
    if view.usual_platform:
        return title_of(view.usual_platform)
    return title_of(view.identities[0].platform) if view.identities else "-"


def day_of_year(day: PartialDate) -> str:
    """Write a birthday: "5 May", with the year where it is known."""
    # a leap year, so that 29 February can be written too
    written = dates.short_day(date(_LEAP_YEAR, day.month, day.day), date(_LEAP_YEAR, 1, 1))
    return f"{written} {day.year}" if day.year else written


def web_address(view: IdentityView) -> str:
    """Return where an identity can be looked at, or nothing where the handle says it all."""
    return view.url if view.url and view.url.startswith(("http://", "https://")) else ""


def counted(number: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun: "1 contact", "1,204 contacts"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
