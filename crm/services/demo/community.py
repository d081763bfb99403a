"""The whole demo as records, the same that importers yield: who there is, and what happened where.

Everything hangs on `now`, so that Today is lively whenever the demo is opened; the same `now` gives the same
records, in every process.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from random import Random

from crm.domain.records import (
    ContactRecord,
    CoverageRecord,
    Direction,
    IdentityRef,
    InteractionRecord,
    Kind,
    PartialDate,
    PostRecord,
    Precision,
    Record,
)
from crm.services.demo import accounts, posts, words
from crm.services.demo.chronicle import DAY, FACEBOOK_ENDS, HOUR, Chronicler, Happening
from crm.services.demo.doubles import doubles
from crm.services.demo.material import Occasion, talks
from crm.services.demo.people import Contact, everybody

_SEED = 1240
"""Degrees Celsius; any number would do, but a different one makes different people."""

_LOGGED = ("phone", "in-person", "letter")
"""No platform exports these: the user wrote them down."""
_YEARS_OF_POSTS = 8
_DIRECTIONS = {"<": Direction.IN, ">": Direction.OUT, "=": Direction.MUTUAL}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DATED_BY_DAY = (Kind.LETTER, Kind.PURCHASE)


@dataclass(frozen=True, slots=True)
class Community:
    """Everything the demo consists of."""

    contacts: tuple[Contact, ...]
    address_book: tuple[Record, ...]
    """Who is who, over all platforms."""
    exports: dict[str, tuple[Record, ...]]
    """What each platform's export would have brought."""
    logged: tuple[InteractionRecord, ...]
    """What the user wrote down."""
    closed: tuple[str, ...]
    """External ids of acts that need no reply."""


def make(now: datetime, zone: tzinfo) -> Community:
    """Make up the community as it stands at `now` (aware)."""
    dice = Random(_SEED)  # noqa: S311 - people are made up here, not secrets
    contacts = everybody(dice)
    today = now.astimezone(zone)
    moment = (now - _EPOCH) // timedelta(microseconds=1)
    offset = (today.utcoffset() or timedelta(0)) // timedelta(microseconds=1)
    chronicler = Chronicler(talks(), dice, moment, offset)
    made = _Maker(moment)
    for contact in contacts:
        for act in chronicler.history(contact):
            made.add(contact, act)
    made.unaddressed(dice)
    made.publish(dice)
    made.twice()
    book: tuple[Record, ...] = (
        accounts.owner(),
        *(_card(contact, today.date(), dice) for contact in contacts),
    )
    return Community(
        contacts=tuple(contacts),
        address_book=book,
        exports={platform: tuple(found) for platform, found in made.exports()},
        logged=tuple(made.by_hand),
        closed=tuple(made.closed),
    )


class _Maker:
    """Turns happenings into records, each with its number."""

    def __init__(self, now: int) -> None:
        self.now = now
        self.number = 0
        self.by_platform: dict[str, list[Record]] = {}
        self.by_hand: list[InteractionRecord] = []
        self.closed: list[str] = []

    def add(self, contact: Contact, act: Happening) -> None:
        """Keep one act with a contact."""
        external_id = self._next()
        kind = Kind(act.kind)
        who = contact.accounts[act.platform]
        at: int | None = act.at
        precision = Precision.SECOND
        if kind in _DATED_BY_DAY:
            at, precision = act.at // DAY * DAY, Precision.DAY
        elif act.platform == "x" and act.sign == ">" and kind is Kind.REACTION:
            at, precision = None, Precision.UNKNOWN  # X exports likes without their time
        public = kind in (Kind.REPLY, Kind.COMMENT, Kind.MENTION, Kind.QUOTE, Kind.RESHARE)
        record = InteractionRecord(
            platform=act.platform,
            external_id=external_id,
            who=IdentityRef(who.platform, who.handle, who.external_id),
            at=at,
            direction=_DIRECTIONS[act.sign],
            kind=kind,
            text=act.text,
            thread=act.thread,
            url=f"{who.url}/{external_id}" if public and who.url else None,
            precision=precision,
        )
        if act.closed:
            self.closed.append(external_id)
        if act.platform in _LOGGED:
            self.by_hand.append(record)
        else:
            self.by_platform.setdefault(act.platform, []).append(record)

    def unaddressed(self, dice: Random) -> None:
        """Comments of yours of which the export does not say under whose post they stand."""
        for _ in range(40):
            at = self.now - int(dice.uniform(3, 1200) * DAY)
            text = dice.choice(
                ("Congratulations!", "This.", "What a good idea.", "Very much agreed.", "Wow, how?")
            )
            found = self.by_platform.setdefault("linkedin", [])
            found.append(
                InteractionRecord("linkedin", self._next(), None, at, Direction.OUT, Kind.COMMENT, text)
            )

    def publish(self, dice: Random) -> None:
        """Eight years of posts: notes, photographs, essays, and now and then an announcement."""
        for title, slug in posts.ESSAYS:
            at = self.now - int(dice.uniform(3, _YEARS_OF_POSTS * 365) * DAY)
            url = f"{posts.SITE}/{slug}"
            self._post("blog", at, posts.ESSAY.format(title=title, **_words(dice)), url)
            said = dice.choice(posts.ANNOUNCEMENTS).format(title=title, url=url, **_words(dice))
            for place in dice.sample(("x", "mastodon", "linkedin", "facebook"), 2):
                self._post(place, at + HOUR, said)
        for place, texts, number in (
            ("x", posts.SHORT, 120),
            ("mastodon", posts.SHORT, 160),
            ("tumblr", posts.PHOTO, 60),
            ("flickr", posts.PHOTO, 90),
            ("mastodon", posts.ANNOUNCEMENTS[2:3] + posts.ANNOUNCEMENTS[4:], 16),
        ):
            for _ in range(number):
                at = self.now - int(dice.uniform(0.2, _YEARS_OF_POSTS * 365) * DAY)
                self._post(place, at, dice.choice(texts).format(**_words(dice)))

    def twice(self) -> None:
        """Bring some people a second time, from where only their name is known."""
        for platform, records in doubles(self.now):
            self.by_platform.setdefault(platform, []).extend(records)

    def exports(self) -> Iterator[tuple[str, list[Record]]]:
        """Yield (platform, records), each covered until now; Facebook's export is an old one."""
        for platform, found in self.by_platform.items():
            until = self.now - (FACEBOOK_ENDS if platform == "facebook" else 0)
            yield platform, [CoverageRecord(platform, None, until), *found]

    def _post(self, place: str, at: int, text: str, url: str | None = None) -> None:
        if place == "facebook":
            at = min(at, self.now - FACEBOOK_ENDS)
        external_id = self._next()
        where = url or f"https://{place}.example/falkundfeuer/{external_id}"
        self.by_platform.setdefault(place, []).append(PostRecord(place, external_id, at, text, url=where))

    def _next(self) -> str:
        self.number += 1
        return f"demo-{self.number}"


def _words(dice: Random) -> dict[str, str]:
    return {
        "place": dice.choice(words.PLACES),
        "book": dice.choice(words.BOOKS),
        "glaze": dice.choice(words.GLAZES["en"]),
        "piece": dice.choice(words.PIECES["en"]),
        "month": dice.choice(words.MONTHS["en"]),
    }


def _card(contact: Contact, today: date, dice: Random) -> ContactRecord:
    figure = contact.figure
    birthday = figure.birthday and _day_of(figure.birthday, today)
    if figure.leapling:
        birthday = PartialDate(2, 29, today.year // 4 * 4 - 36)
    elif birthday is None and figure.name and dice.random() < 0.3:
        birthday = _some_birthday(today, dice)
    return ContactRecord(
        identities=tuple(contact.accounts.values()),
        name=figure.name or None,
        nickname=figure.nickname,
        organisation=figure.organisation,
        title=figure.title,
        birthday=birthday,
        anniversary=figure.anniversary and _day_of(figure.anniversary, today),
        notes=figure.notes or None,
        tags=figure.tags,
    )


def _day_of(occasion: Occasion, today: date) -> PartialDate:
    day = today + timedelta(days=occasion.days)
    return PartialDate(day.month, day.day, day.year - occasion.years if occasion.years else None)


def _some_birthday(today: date, dice: Random) -> PartialDate:
    """Return a birthday that is not in the coming days, which belong to the cast."""
    day = today + timedelta(days=dice.randrange(12, 350))
    year = today.year - dice.randrange(19, 75)
    if (day.month, day.day) == (2, 29):
        day += timedelta(days=1)
    return PartialDate(day.month, day.day, year if dice.random() < 0.6 else None)
