"""Today, one person at a time: who comes next, where to answer them, and as what the answer is logged.

Nothing is kept of a session but its last budget. Whether something done in it still stands is asked of the
changes themselves, so that it is right however it was taken back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from sqlalchemy import delete, insert, select

from crm.db.store import Work
from crm.db.tables import change, setting
from crm.domain.dates import day_of
from crm.domain.errors import UsageError
from crm.domain.exchanges import Depth, depth_of
from crm.domain.platforms import PLATFORMS
from crm.domain.records import Direction, Kind
from crm.services import contacts, today
from crm.services.interactions import DEFAULT_KINDS, log
from crm.services.starters import starters
from crm.services.views import ContactDetail, DateItem, IdentityView, InteractionView, Starter, TodayView

MOST_PEOPLE = 999
MOST_MINUTES = 600
LOOKED_AT = 50
"""Of how many acts, newest first, the last words of each side and the thread's address are looked for."""
STARTERS = 2
"""How many conversation starters there are beside what was said last."""

_BUDGET = "focus_budget"
_MINUTES = re.compile(r"(\d{1,6})\s*(?:m|min|mins|minute|minutes)", re.IGNORECASE)
_PEOPLE = re.compile(r"(\d{1,6})(?:\s*(?:person|people))?", re.IGNORECASE)
_EVERYTHING = ("everything", "everybody", "all")

_PUBLIC = frozenset(("wordpress", "blogger", "disqus", "medium", "substack", "ghost", "youtube", "github"))
"""Where people talk below something published; private messages there are none, or an exception."""
_OWN_APP = frozenset(("phone", "sms", "imessage", "signal", "slack", "skype", "xmpp", "in-person", "letter"))
"""What is said there is answered with a telephone, an app or a pen: no web address stands in for them."""
_BELOW = frozenset((Kind.REPLY, Kind.COMMENT, Kind.MENTION, Kind.QUOTE))
"""Said in public: the answer to it is a reply."""
_FIXED = {"email": Kind.EMAIL, "letter": Kind.LETTER, "phone": Kind.CALL, "in-person": Kind.MEETING}


@dataclass(frozen=True, slots=True)
class Budget:
    """How much of Today is to be gone through; neither people nor minutes: all of it."""

    people: int | None = None
    minutes: int | None = None

    @property
    def written(self) -> str:
        """As the user may type it: "5 people", "10 minutes", "everything"."""
        if self.people is not None:
            return f"{self.people} {'person' if self.people == 1 else 'people'}"
        if self.minutes is not None:
            return f"{self.minutes} {'minute' if self.minutes == 1 else 'minutes'}"
        return "everything"


class FocusItem(NamedTuple):
    """Somebody of Today."""

    contact: int
    name: str
    reason: str
    """Why they are here, one plain sentence; several reasons are joined."""
    waits: InteractionView | None = None
    """What waits for an answer."""
    support: InteractionView | None = None
    """What they did for you that was not thanked for yet."""


class FocusQueue(NamedTuple):
    """Who is on Today, in its order, each once."""

    items: tuple[FocusItem, ...]
    undone: frozenset[int]
    """Which of the changes asked about were taken back."""


class Answer(NamedTuple):
    """As what an answer is logged."""

    platform: str
    kind: str


class Place(NamedTuple):
    """An address where somebody can be answered, as other people wrote it, and as what that is logged."""

    url: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class FocusPerson:
    """What is needed to answer somebody."""

    detail: ContactDetail
    said: tuple[InteractionView, ...]
    """What waits, and what each side said last, newest first."""
    places: tuple[Place, ...]
    """Where to answer, the right place first; not all of these addresses may be opened."""
    answer: Answer
    """As what an answer is logged when no place was opened."""
    more: tuple[Place, ...] = ()
    """Every other address of theirs."""
    starters: tuple[Starter, ...] = ()
    """What else there is to talk about, the best first."""


# The budget


def parse_budget(text: str) -> Budget:
    """Read a budget: "5", "5 people", "10 minutes", "10 min", "everything".

    Raises:
        UsageError: it is none of these, or too much.

    """
    typed = text.strip().casefold()
    if typed in _EVERYTHING:
        return Budget()
    if found := _MINUTES.fullmatch(typed):
        return Budget(minutes=_within(int(found[1]), MOST_MINUTES, "minutes"))
    if found := _PEOPLE.fullmatch(typed):
        return Budget(people=_within(int(found[1]), MOST_PEOPLE, "people"))
    raise UsageError("that is neither people nor minutes", "such as 5, 5 people, 10 minutes, everything")


def _within(number: int, most: int, what: str) -> int:
    if not 1 <= number <= most:
        raise UsageError(
            f"a session has between 1 and {most} {what}", f"or type everything for all of {what}"
        )
    return number


def recall(work: Work) -> Budget | None:
    """Return the budget of the last session, or None."""
    value = work.connection.scalar(select(setting.c.value).where(setting.c.name == _BUDGET))
    try:
        return parse_budget(str(value)) if value is not None else None
    except UsageError:  # written by another version
        return None


def remember(work: Work, budget: Budget) -> None:
    """Keep a budget for the next session."""
    work.connection.execute(delete(setting).where(setting.c.name == _BUDGET))
    work.connection.execute(insert(setting).values(name=_BUDGET, value=budget.written))


# Who comes next


def queue(work: Work, changes: Collection[int] = ()) -> FocusQueue:
    """Return who is on Today, and which of the session's changes were taken back.

    Of the dates only those of today are there, and only while nothing was said to that person today: a
    congratulation comes neither a week early nor twice.

    Args:
        work: the piece of work.
        changes: what `noted` returned.

    """
    view = today.today(work)
    reasons: dict[int, list[str]] = {}
    found: dict[int, FocusItem] = {}
    for item in _in_order(work, view):
        reasons.setdefault(item.contact, []).append(item.reason)
        found.setdefault(item.contact, item)
    items = (item._replace(reason="; ".join(reasons[key])) for key, item in found.items())
    return FocusQueue(tuple(items), _undone(work, changes))


def _in_order(work: Work, view: TodayView) -> Iterator[FocusItem]:
    for item in view.waiting:
        yield FocusItem(item.contact, item.name, item.reason, waits=item.last)
    for item in view.drifting:
        yield FocusItem(item.contact, item.name, item.reason)
    for date in view.dates:
        if date.on == view.date and not _spoken_today(work, date):
            yield FocusItem(date.contact, date.name, date.reason)
    for item in view.support:
        yield FocusItem(item.contact, item.name, item.reason, support=item.last)


def _spoken_today(work: Work, item: DateItem) -> bool:
    last = item.last
    if last is None or last.at is None or last.direction == Direction.IN:
        return False
    return day_of(last.at, last.precision, work.rules.zone) == work.rules.day_of(work.now)


def _undone(work: Work, changes: Collection[int]) -> frozenset[int]:
    if not changes:
        return frozenset()
    query = select(change.c.id).where(change.c.id.in_(changes), change.c.undone_at.is_(None))
    return frozenset(changes) - frozenset(work.connection.scalars(query))


def noted(work: Work, service: Callable[[Work], object]) -> int | None:
    """Do something that can be taken back; return its change, by which `queue` knows whether it stands."""
    service(work)
    newest = select(change.c.id).order_by(change.c.id.desc()).limit(1)
    found: int | None = work.connection.scalar(newest)
    return found


# Where to answer, and as what


def person(work: Work, item: FocusItem) -> FocusPerson:
    """Return what is needed to answer somebody.

    Raises:
        NotFoundError: the contact is gone.

    """
    detail = contacts.show(work, item.contact, LOOKED_AT)
    answer = _answer(item, detail)
    right = list(_places(item, detail, answer))
    known = {place.url for place in right}
    more = [place for place in _every_place(detail) if place.url not in known]
    said = _said(item, detail)
    talk = _starters(work, item, {act.id for act in said})
    return FocusPerson(detail, said, _once(right), answer, _once(more), talk)


def _starters(work: Work, item: FocusItem, shown: Collection[int]) -> tuple[Starter, ...]:
    """Return what to talk about that the page does not say already."""
    found = starters(work, item.contact, STARTERS + len(shown) + 1)
    reason = item.reason.split()
    fresh = (one for one in found if one.interaction not in shown and one.what not in reason)
    return tuple(islice(fresh, STARTERS))


def reply(work: Work, contact_id: int) -> InteractionView:
    """Log that the user answered somebody, where and as what a session would log it.

    Raises:
        NotFoundError: the contact is gone.

    """
    detail = contacts.show(work, contact_id, LOOKED_AT)
    listed = (one for one in queue(work).items if one.contact == contact_id)
    answer = _answer(next(listed, FocusItem(contact_id, detail.contact.name, "")), detail)
    return log(work, contact_id, platform=answer.platform, kind=answer.kind)


def answer_kind(platform: str, kind: str | None, habit: str | None = None) -> str:
    """Return as what kind of act an answer is logged.

    Args:
        platform: where it is given.
        kind: of the act that is answered; None where nothing waits.
        habit: of what the user last wrote there, which nothing but an act to answer outweighs.

    """
    if platform in _FIXED:
        return _FIXED[platform]
    if kind in _BELOW:
        return Kind.REPLY
    if kind in (Kind.MESSAGE, Kind.GROUP_MESSAGE):
        return Kind.MESSAGE
    if kind == Kind.REVIEW:
        return Kind.REPLY if platform in _PUBLIC else Kind.MESSAGE
    if habit in (Kind.REPLY, Kind.COMMENT, Kind.MENTION, Kind.MESSAGE):
        return habit
    return DEFAULT_KINDS.get(platform, Kind.COMMENT if platform in _PUBLIC else Kind.MESSAGE)


def _answer(item: FocusItem, detail: ContactDetail) -> Answer:
    act = item.waits or item.support
    return _answer_on(act.platform if act else _usual(detail), act, detail)


def _answer_on(platform: str, act: InteractionView | None, detail: ContactDetail) -> Answer:
    kind = act.kind if act is not None and act.platform == platform else None
    return Answer(platform, answer_kind(platform, kind, _habit(detail, platform)))


def _usual(detail: ContactDetail) -> str:
    """Return where the user usually talks; with somebody new, the first place that is known."""
    if detail.contact.usual_platform:
        return detail.contact.usual_platform
    known = (one.platform for one in _shown(detail) if one.platform != "web")
    return next(known, "in-person")


def _habit(detail: ContactDetail, platform: str) -> str | None:
    """Return the kind of what the user last said there in words."""
    for act in detail.interactions:
        if act.platform == platform and act.direction == Direction.OUT and _has_words(act):
            return act.kind
    return None


def _has_words(act: InteractionView) -> bool:
    return depth_of(act.kind) >= Depth.WORDS


def _places(item: FocusItem, detail: ContactDetail, answer: Answer) -> Iterator[Place]:
    """Yield the act's address, its thread's, the profile there, the usual profile, the mail address."""
    act = item.waits or item.support
    if act is not None:
        if act.url:
            yield Place(act.url, answer)
        for other in detail.interactions:
            if act.thread and other.url and (other.platform, other.thread) == (act.platform, act.thread):
                yield Place(other.url, answer)
    yield from _profiles(detail, answer.platform, answer)
    if answer.platform in _OWN_APP:
        return
    usual = _usual(detail)
    for platform in (usual, "email") if usual not in _OWN_APP else ("email",):
        yield from _profiles(detail, platform, _answer_on(platform, act, detail))


def _every_place(detail: ContactDetail) -> Iterator[Place]:
    for one in _shown(detail):
        yield from _profiles(detail, one.platform, _answer_on(one.platform, None, detail))
    for act in detail.interactions:
        if act.url:
            yield Place(act.url, _answer_on(act.platform, act, detail))


def _profiles(detail: ContactDetail, platform: str, answer: Answer) -> Iterator[Place]:
    for one in _shown(detail):
        if one.platform == platform:
            if platform == "email" and one.handle:
                yield Place(f"mailto:{one.handle}", answer)
            elif one.url:
                yield Place(one.url, answer)


def _shown(detail: ContactDetail) -> Sequence[IdentityView]:
    return [one for one in detail.contact.identities if not _hidden(one.platform)]


def _hidden(platform: str) -> bool:
    return platform in PLATFORMS and PLATFORMS[platform].hidden


def _once(places: Iterable[Place]) -> tuple[Place, ...]:
    found: dict[str, Place] = {}
    for place in places:
        found.setdefault(place.url, place)
    return tuple(found.values())


def _said(item: FocusItem, detail: ContactDetail) -> tuple[InteractionView, ...]:
    """Return what waits and the last words of each side; with nobody's words, the last act."""
    found: dict[int, InteractionView] = {}
    for act in (item.waits, item.support):
        if act is not None:
            found[act.id] = act
    acts = [act for act in (*detail.interactions, *detail.evidence) if _has_words(act)]
    for direction in (Direction.IN, Direction.OUT):
        last = next((act for act in acts if act.direction in (direction, Direction.MUTUAL)), None)
        if last is not None:
            found[last.id] = last
    if not found and detail.interactions:
        found[detail.interactions[0].id] = detail.interactions[0]
    return tuple(sorted(found.values(), key=lambda act: (act.at is not None, act.at or 0), reverse=True))
