"""Makes up what happened between the user and one contact, in the order in which it happened.

The last ordinary conversation ends with a word of the user's at `Figure.last`, so that nothing waits and
nothing drifts by accident; what waits or drifts is said by the cast's lines and the roles of the crowd.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import exp, log
from random import Random
from typing import NamedTuple

from crm.domain.platforms import title_of
from crm.services.demo import words
from crm.services.demo.material import Line, Said, Script, Talks
from crm.services.demo.people import Contact

HOUR = 3_600_000_000
DAY = 24 * HOUR
_SECOND = 1_000_000

_BY_MAIL = {"trade": ("work", "work", "talk"), "buyer": ("shop", "talk")}
_SETTINGS = {
    "linkedin": ("work", "work", "public"),
    "x": ("public", "talk"),
    "mastodon": ("public", "talk"),
    "facebook": ("talk", "public"),
    "tumblr": ("photo", "public"),
    "flickr": ("photo",),
    "blog": ("public",),
    "goodreads": ("books",),
    "etsy": ("shop",),
}
_OPEN = ("public", "photo", "books", "cheer", "thanks")
"""Settings that everybody can read."""

_USUAL_KIND = {
    "email": "email",
    "letter": "letter",
    "phone": "call",
    "in-person": "meeting",
    "blog": "comment",
    "flickr": "comment",
    "goodreads": "comment",
    "tumblr": "comment",
}
_OPEN_KIND = {"x": "reply", "mastodon": "reply", "facebook": "comment", "linkedin": "comment"}

# How long an answer takes, seconds: the quick end and the slow end.
_DELAYS = {
    "message": (60, 3 * 3600),
    "email": (1800, 40 * 3600),
    "reply": (120, 8 * 3600),
    "comment": (900, 20 * 3600),
    "letter": (4 * 86400, 11 * 86400),
}
_CAN_NOD = ("x", "mastodon", "facebook", "tumblr", "flickr", "linkedin", "goodreads")
_CAN_RESHARE = ("x", "mastodon", "tumblr", "facebook")
FACEBOOK_ENDS = 80 * DAY
"""Facebook's last export is this old: silence there may be missing data, and Today says so."""
_QUIET = 31 * DAY
"""Clicks younger than this would be unthanked support, which only the cast may give."""


class Happening(NamedTuple):
    """One act, before it becomes a record."""

    at: int
    """Microseconds since 1970, UTC."""
    platform: str
    sign: str
    kind: str
    text: str | None = None
    thread: str | None = None
    closed: bool = False


@dataclass(slots=True)
class Chronicler:
    """What is needed to make up a history: the talks, the dice, and when now is."""

    talks: Talks
    dice: Random
    now: int
    """Microseconds since 1970, UTC."""
    offset: int
    """The user's zone, microseconds east of UTC."""
    _decks: dict[tuple[int, str, str], list[Script]] = field(default_factory=dict)

    def history(self, contact: Contact) -> list[Happening]:
        """Return everything that happened with a contact, in order."""
        happened: list[Happening] = []
        if contact.role == "audience":
            happened += self._audience(contact)
        elif contact.role == "tried":
            happened += self._tried(contact)
        elif contact.role == "once":
            happened += self._once(contact)
        elif contact.figure.pace:
            happened += self._acquaintance(contact)
        settled = max((act.at for act in happened if act.sign == ">"), default=0)
        happened += self._clicks(contact, settled)
        happened += [self._told(contact, line) for line in contact.figure.lines]
        seen = (act for act in happened if act.platform != "facebook" or act.at < self.now - FACEBOOK_ENDS)
        return sorted(seen, key=lambda act: act.at)

    # --- conversations

    def _acquaintance(self, contact: Contact) -> Iterator[Happening]:
        """Years of talk, from the first hello on, wandering from platform to platform."""
        figure, uniform = contact.figure, self.dice.uniform
        writing = contact.writing
        begin, end = self.now - int(figure.years * 365 * DAY), self.now - int(figure.last * DAY)
        span = max(1, end - begin)
        at, here = begin, 0
        yield from self._talk(contact, writing[0], "hello", at, end)
        while True:
            gap = int(figure.pace * uniform(0.5, 1.5) * DAY)
            at += gap
            if at + figure.pace * 0.4 * DAY > end:
                break
            stage = min(len(writing) - 1, (at - begin) * len(writing) // span)
            if stage != here:
                yield from self._talk(contact, writing[here], "move", at, end, to=writing[stage])
                here = stage
                continue
            place = writing[here] if uniform(0, 1) < 0.85 else self.dice.choice(writing[: here + 1])
            if place == "facebook" and at > self.now - FACEBOOK_ENDS:
                place = writing[here]
            yield from self._occasion(contact, place, at, min(end, at + gap))
        together = contact.together
        if together and contact.role != "cast" and uniform(0, 1) < 0.4:
            yield self._meet(contact, self.dice.choice(together), end)
        else:
            yield from self._last_talk(contact, writing[-1], end)

    def _occasion(self, contact: Contact, place: str, at: int, limit: int) -> Iterator[Happening]:
        """One conversation, a call, a meeting, or a word that got no answer."""
        luck = self.dice.random()
        together = contact.together
        near = {"inner": 0.35, "close": 0.2}.get(contact.figure.circle or "", 0.08)
        if together and luck < near:
            yield self._meet(contact, self.dice.choice(together), at)
        elif luck > 0.95 and at < self.now - 2 * _QUIET:
            setting = "cheer" if luck > 0.975 else "nudge"
            yield from self._talk(contact, place, setting, at, limit)
        else:
            yield from self._talk(contact, place, self._setting(contact, place, at), at, limit)

    def _last_talk(self, contact: Contact, place: str, end: int) -> Iterator[Happening]:
        """The conversation that ended at `end` with a word of yours (or, where it faded, of theirs)."""
        acts = list(self._talk(contact, place, self._setting(contact, place, end), end, self.now))
        if contact.role == "faded" and self.dice.random() < 0.4:
            while acts and acts[-1].sign == ">":
                acts.pop()
        elif acts[-1].sign != ">":
            text = self._one_line(contact, "close")
            acts.append(acts[-1]._replace(at=acts[-1].at + HOUR // 2, sign=">", text=text))
        shift = end - acts[-1].at if acts else 0
        yield from (act._replace(at=act.at + shift) for act in acts)

    def _once(self, contact: Contact) -> Iterator[Happening]:
        """One conversation (after a purchase, for buyers), and then no more."""
        place = contact.writing[0]
        at = self.now - int(contact.figure.last * DAY)
        if place == "etsy":
            yield Happening(self._daytime(at - 6 * DAY), place, "<", "purchase")
            if self.dice.random() < 0.35:
                yield Happening(self._daytime(at - 200 * DAY), place, "<", "purchase")
            yield from self._last_talk(contact, place, at)
            if self.dice.random() < 0.3:
                yield Happening(at - 2 * DAY, place, "<", "review", self._one_line(contact, "cheer"))
            return
        yield from self._last_talk(contact, place, at)

    def _tried(self, contact: Contact) -> Iterator[Happening]:
        at = self.now - int(contact.figure.last * DAY)
        for _ in range(self.dice.choice((1, 1, 2))):
            yield from self._talk(contact, contact.writing[0], "nudge", at, self.now)
            at -= int(self.dice.uniform(20, 60) * DAY)

    def _audience(self, contact: Contact) -> Iterator[Happening]:
        """Now and then a kind word, mostly without an answer."""
        figure = contact.figure
        for _ in range(self.dice.choice((0, 0, 1, 2, 3))):
            at = self.now - int(self.dice.uniform(figure.last, figure.years * 365 + figure.last) * DAY)
            yield from self._talk(contact, contact.writing[0], "cheer", at, self.now)
        place = contact.writing[0]
        if place == "etsy":
            yield Happening(self._daytime(self.now - int(figure.last * DAY)), place, "<", "purchase")

    def _talk(
        self, contact: Contact, place: str, setting: str, at: int, limit: int, to: str | None = None
    ) -> Iterator[Happening]:
        """One conversation, with plausible pauses, over before `limit`."""
        language, script = self._draw(contact, setting)
        kind = _kind(place, setting)
        slots = self._slots(language, to)
        start = at = self._daytime(at)
        room = max(HOUR, (limit - start) * 3 // 4)
        pauses = [self._pause(kind, contact) for _ in script]
        total = sum(pauses[1:])
        squeeze = min(1.0, room / total) if total else 1.0
        open_to_all = setting in _OPEN or kind == "email"
        thread = f"{place}:{contact.number}" + (f":{start // HOUR}" if open_to_all else "")
        for turn, said in enumerate(script):
            if turn:
                at += int(pauses[turn] * squeeze)
                hour = (at + self.offset) % DAY
                at += 7 * HOUR if hour < 6 * HOUR else 0  # asleep
            yield Happening(at, place, said.sign, kind, _fill(said, slots), thread)

    def _meet(self, contact: Contact, place: str, at: int) -> Happening:
        text = self._one_line(contact, "call" if place == "phone" else "meeting")
        return Happening(self._daytime(at), place, "=", _USUAL_KIND[place], text)

    def _told(self, contact: Contact, line: Line) -> Happening:
        kind = line.kind or _kind(line.platform, "talk")
        thread = (
            None
            if kind in ("reaction", "reshare", "follow", "purchase")
            else f"{line.platform}:{contact.number}"
        )
        at = self.now - int(line.days * DAY)
        closed = contact.figure.state == "closed" and line is contact.figure.lines[-1]
        return Happening(at, line.platform, line.sign, kind, line.text, thread, closed)

    # --- clicks

    def _clicks(self, contact: Contact, settled: int) -> Iterator[Happening]:
        """Likes and reshares, given and received; recent ones only where you have acted since."""
        figure, uniform = contact.figure, self.dice.uniform
        places = [place for place in contact.writing if place in _CAN_NOD]
        if not places or not contact.nods:
            return
        begin = self.now - int((figure.years * 365 + (figure.last if not figure.pace else 0)) * DAY)
        end = max(settled, self.now - _QUIET)
        if contact.role != "cast":
            yield Happening(begin - int(uniform(0, 5) * DAY), places[0], "<", "follow")
        at = begin
        step = 30 / contact.nods
        while True:
            at += int(uniform(0.2, 1.8) * step * DAY)
            if at >= end:
                return
            place = self.dice.choice(places)
            luck = uniform(0, 1)
            sign = ">" if luck < 0.3 and contact.role != "audience" else "<"
            reshare = luck > 0.86 and place in _CAN_RESHARE
            yield Happening(min(self._daytime(at), end), place, sign, "reshare" if reshare else "reaction")

    # --- small decisions

    def _setting(self, contact: Contact, place: str, at: int) -> str:
        january = at / DAY % 365.2425 < 45
        if january and place in ("email", "letter", "facebook") and self.dice.random() < 0.4:
            return "winter"
        if place == "email":
            return self.dice.choice(_BY_MAIL.get(contact.figure.group, ("talk",)))
        return self.dice.choice(_SETTINGS.get(place, ("talk",)))

    def _one_line(self, contact: Contact, setting: str) -> str:
        language, script = self._draw(contact, setting)
        return _fill(script[0], self._slots(language))

    def _draw(self, contact: Contact, setting: str) -> tuple[str, Script]:
        """Return a conversation that this contact has not had lately, and its language."""
        language = contact.figure.language
        if language in ("es", "ja") and self.dice.random() < 0.25:
            language = "en"
        if (language, setting) not in self.talks:
            language = "en"
        key = (contact.number, language, setting)
        deck = self._decks.get(key)
        if not deck:
            deck = self._decks[key] = list(self.talks[language, setting])
            self.dice.shuffle(deck)
        return language, deck.pop()

    def _slots(self, language: str, to: str | None = None) -> dict[str, str]:
        choice = self.dice.choice
        return {
            "blog": words.BLOG,
            "place": choice(words.PLACES),
            "book": choice(words.BOOKS),
            "glaze": choice(words.GLAZES[language]),
            "piece": choice(words.PIECES[language]),
            "month": choice(words.MONTHS[language]),
            "weekday": choice(words.WEEKDAYS[language]),
            "to": title_of(to) if to else "",
        }

    def _pause(self, kind: str, contact: Contact) -> int:
        low, high = _DELAYS[kind]
        if contact.figure.circle is None and kind != "letter":
            high = min(high, 4 * 3600)  # one day's talk, else the rhythm would be a day
        return int(exp(self.dice.uniform(log(low), log(high))) * _SECOND)

    def _daytime(self, at: int) -> int:
        """Return a moment of the same local day at which people are awake."""
        midnight = (at + self.offset) // DAY * DAY - self.offset
        return midnight + int(self.dice.triangular(6.5, 23.2, 19) * HOUR)


def _fill(said: Said, slots: dict[str, str]) -> str:
    return said.text.format_map(slots) if said.slots else said.text


def _kind(place: str, setting: str) -> str:
    if setting in _OPEN and place in _OPEN_KIND:
        return _OPEN_KIND[place]
    return _USUAL_KIND.get(place, "message")
