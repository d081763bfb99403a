"""What to talk about with somebody: rules that choose acts, and cut what is shown out of their words.

The decision to know: nothing is invented. Every starter but a date is a part of one stored text, at the
borders of its sentences, and says by its kind why it is here. Which acts are open is decided by when and by
whom they were done; only those are read.

An act of theirs is *open* until you answered: in words in the same thread; on the same platform, where
either of the two has no thread (what you log by hand has none); or by a call or a meeting, for nobody knows
what was said there. An act marked "no reply needed" is not open. The same holds for what you promised.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple, Protocol, TypeVar

from crm.domain.exchanges import MICROSECONDS_PER_DAY, Depth, kinds_at_or_above
from crm.domain.promises import promises
from crm.domain.records import Direction
from crm.domain.sentences import LONGEST, Sentence, begin_of, cut, opening, sentences

T = TypeVar("T")

YEARS_BACK = (1, 2, 3, 5, 10)
"""How many years before today an act is looked for."""
DAYS_AROUND = 3
"""Days by which "a year ago" may be earlier or later."""
OPEN_FOR = 730 * MICROSECONDS_PER_DAY
"""How long before the newest act something may have been said to be still open, microseconds."""
MOST_QUESTIONS = 3
"""Questions of one act."""
WORTH = 20
"""Letters that an old text needs to be worth a quotation: no "ok", no smiley, no "Thank you!"."""
_SHORT_QUESTION = 12
"""Letters up to which a question is quoted together with the sentence before it: "You?"."""
_TOGETHER = 240
_WORDS = frozenset(kinds_at_or_above(Depth.WORDS))


class StarterKind(StrEnum):
    """Why something is worth talking about."""

    UNANSWERED = "unanswered"
    """They wrote last, lately, and it waits for an answer."""
    QUESTION = "question"
    """They asked, and you have not answered there."""
    PROMISE = "promise"
    """You said you would do something, and nothing of yours followed there."""
    THREAD = "thread"
    """A thread that stopped after their words."""
    DATE = "date"
    """A birthday, an anniversary, or that of your first exchange."""
    YEAR_AGO = "year_ago"
    """What was said a year ago today, or two, three, five, ten."""


_LABELS = {
    StarterKind.UNANSWERED: "unanswered",
    StarterKind.QUESTION: "they asked",
    StarterKind.PROMISE: "you said",
    StarterKind.THREAD: "stopped at",
    StarterKind.DATE: "date",
}


class Labelled(Protocol):
    """What `label` looks at of a starter."""

    @property
    def kind(self) -> str:
        """A `StarterKind`."""

    @property
    def years(self) -> int | None:
        """How many years ago."""

    @property
    def answered(self) -> bool:
        """Whether a question has been answered."""


def label(starter: Labelled) -> str:
    """Say in a word or two why something is worth talking about: "they asked", "5 years ago"."""
    if starter.kind == StarterKind.YEAR_AGO:
        return "a year ago" if starter.years == 1 else f"{starter.years} years ago"
    return "once asked" if starter.answered else _LABELS[StarterKind(starter.kind)]


class Deed(NamedTuple):
    """An act as these rules look at it, without its words."""

    id: int
    at: int
    """Microseconds since 1970, UTC."""
    direction: str
    kind: str
    platform: str
    thread: str | None
    closed: bool = False


class Open(NamedTuple):
    """What was left open, the newest first."""

    owed: tuple[Deed, ...]
    """Theirs since you last acted, while they wait for an answer."""
    asked: tuple[Deed, ...]
    """Theirs that were not answered, in which a question is one that is open."""
    stopped: tuple[Deed, ...]
    """The last words of a thread, where they are theirs; not those that are owed."""
    said: tuple[Deed, ...]
    """Yours after which you did nothing more in the thread."""
    answered: tuple[Deed, ...]
    """Theirs after which you did something there."""


def left_open(deeds: Iterable[Deed], floor: Depth, owed: bool) -> Open:
    """Say what is open between you and somebody.

    Args:
        deeds: acts of known time in any order: those of words and deeper, and all others that count.
        floor: the depth from which an act counts for this contact.
        owed: whether the relationship says that they wait for an answer.

    """
    ordered = sorted(deeds, key=lambda deed: (deed.at, deed.direction, deed.id), reverse=True)
    oldest = ordered[0].at - OPEN_FOR if ordered else 0
    waiting = tuple(_waiting(ordered, floor)) if owed else ()
    keys = {deed.id for deed in waiting}
    done = _Done()
    asked, stopped, said, answered = [], [], [], []
    threads: set[tuple[str, str | None]] = set()
    for deed in ordered:
        if deed.kind not in _WORDS:
            continue
        place = (deed.platform, deed.thread)
        recent = deed.at >= oldest
        if deed.direction == Direction.IN:
            if done.covers(deed):
                answered.append(deed)
            elif recent and not deed.closed:
                asked.append(deed)
                if place not in threads and deed.id not in keys:
                    stopped.append(deed)
        else:
            if deed.direction == Direction.OUT and recent and not done.covers(deed):
                said.append(deed)
            done.add(deed)
        threads.add(place)
    return Open(waiting, tuple(asked), tuple(stopped), tuple(said), tuple(answered))


class _Done:
    """What you did after the moment that is looked at."""

    def __init__(self) -> None:
        self._live = False
        self._platforms: set[str] = set()
        self._loose: set[str] = set()
        self._threads: set[tuple[str, str]] = set()

    def add(self, deed: Deed) -> None:
        """Note an act of yours."""
        if deed.direction == Direction.MUTUAL:
            self._live = True
        self._platforms.add(deed.platform)
        if deed.thread is None:
            self._loose.add(deed.platform)
        else:
            self._threads.add((deed.platform, deed.thread))

    def covers(self, deed: Deed) -> bool:
        """Say whether something you did settles an earlier act."""
        if self._live or deed.platform in self._loose:
            return True
        if deed.thread is None:
            return deed.platform in self._platforms
        return (deed.platform, deed.thread) in self._threads


def _waiting(ordered: Sequence[Deed], floor: Depth) -> Iterator[Deed]:
    """Yield their words since you last acted, down to what needs no reply."""
    counting = frozenset(kinds_at_or_above(floor))
    for deed in ordered:
        if deed.kind in counting and (deed.direction != Direction.IN or deed.closed):
            return
        if deed.direction == Direction.IN and deed.kind in _WORDS:
            yield deed


# Words


def questions(text: str, kind: str) -> list[str]:
    """Return the questions of a text that stands in an act of this kind, the first ones of many.

    A very short one ("You?") comes with the sentence before it.
    """
    found: list[tuple[int, int]] = []
    before: Sentence | None = None
    for one in sentences(text, begin_of(text, kind)):
        if one.asks and one.end - one.start <= LONGEST:
            start = one.start
            if before is not None and one.letters < _SHORT_QUESTION and one.joins:
                asked_too = bool(found) and found[-1][1] == before.end
                begin = found[-1][0] if asked_too else before.start
                if one.end - begin <= _TOGETHER:
                    start = begin
                    del found[len(found) - asked_too :]
            found.append((start, one.end))
        if len(found) > MOST_QUESTIONS:
            break
        before = one
    return [cut(text, start, end) for start, end in found[:MOST_QUESTIONS]]


def promised(text: str, kind: str) -> str | None:
    """Return the last sentence of a text of yours in which you say that you will do something."""
    found = None
    for one in sentences(text, begin_of(text, kind)):
        if not one.asks and one.end - one.start <= LONGEST:
            said = cut(text, one.start, one.end)
            found = said if promises(said) else found
    return found


def first_words(text: str, kind: str, subject: bool = False) -> str:
    """Return how a text begins, at the borders of its sentences; empty where it has no words.

    Args:
        text: as it was stored.
        kind: of the act.
        subject: keep the subject of an answered e-mail, which names the thread.

    """
    begin = begin_of(text, kind)
    own = opening(text, begin)
    if subject and begin and own:
        head = text[:begin].strip()
        return cut(text, 0, text.find(head) + len(head))
    return own


def is_worth(words: str) -> bool:
    """Say whether there is enough in some words to be quoted years later."""
    return sum(one.letters for one in sentences(words)) >= WORTH


# Dates


def years_before(today: date, years: int) -> date:
    """Return the same day some years before; 29 February becomes the 28th where there is none."""
    try:
        return today.replace(year=today.year - years)
    except ValueError:
        return today.replace(year=max(today.year - years, 1), day=28)


def years_ago(day: date, today: date) -> int | None:
    """Return how many years ago today a day was, where it is one of `YEARS_BACK`, give or take three days."""
    around = timedelta(days=DAYS_AROUND)
    for years in YEARS_BACK:
        if years < today.year and abs(day - years_before(today, years)) <= around:
            return years
    return None


def spread(groups: Sequence[Sequence[T]]) -> list[T]:
    """Return all members so that the first of every group come before the second of any.

    The first group is what waits for an answer: two of it lead.
    """
    if not groups:
        return []
    lead, *others = groups
    found = list(lead[:1])
    rounds = [list(lead[1:]), *(list(group) for group in others)]
    while any(rounds):
        found += [group.pop(0) for group in rounds if group]
    return found
