"""The mirror a second time, as plainly as it is defined: comprehensions over all acts, again and again."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo
from statistics import median
from typing import NamedTuple

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ORDER = {"in": 0, "mutual": 1, "out": 2}
DEPTHS = {
    "reaction": 0, "follow": 0, "reshare": 1, "purchase": 1, "group_message": 1, "call": 3, "meeting": 3,
}  # fmt: skip
DAY = timedelta(days=1)


class Deed(NamedTuple):
    """One act; `who` is None where the export does not say."""

    who: str | None
    platform: str
    at: int | None
    direction: str
    kind: str
    day_only: bool = False

    @property
    def depth(self) -> int:
        return DEPTHS.get(self.kind, 2)


class Person(NamedTuple):
    floor: int
    added: date
    platforms: frozenset[str]


def local_day(deed: Deed, zone: tzinfo) -> date:
    moment = EPOCH + timedelta(microseconds=deed.at or 0)
    return moment.date() if deed.day_only else moment.astimezone(zone).date()


def in_order(deeds: list[Deed]) -> list[Deed]:
    return sorted(deeds, key=lambda d: (d.at, ORDER[d.direction], d.day_only, d.depth, d.platform))


class Brute:
    """All figures of a history."""

    def __init__(self, deeds: list[Deed], people: dict[str, Person], window: int, now: int, zone: tzinfo):
        self.deeds = [deed for deed in deeds if deed.at is not None]
        self.people = people
        self.window, self.now, self.zone = window, now, zone
        self.counting = {
            who: in_order([d for d in self.deeds if d.who == who and d.depth >= person.floor])
            for who, person in people.items()
        }

    def within(self, deed: Deed, since: date, until: date) -> bool:
        return since <= local_day(deed, self.zone) <= until

    def responses(self, theirs: str, since: date, until: date, platform: str | None):
        openings, answers, pending, people = 0, [], 0, set()
        for who, acts in self.counting.items():
            for number, act in enumerate(acts):
                last = acts[number - 1] if number else None
                again = last is not None and last.direction == theirs and act.at - last.at <= self.window
                if act.direction != theirs or again or not self.within(act, since, until):
                    continue
                if platform and act.platform != platform:
                    continue
                openings += 1
                people.add(who)
                after = [a for a in acts[number + 1 :] if a.direction != theirs]
                if after and after[0].at - act.at <= self.window:
                    answers.append(after[0].at - act.at)
                elif self.now - act.at <= self.window:
                    pending += 1
        return openings, len(answers), pending, len(people), median(answers) / 10**6 if answers else None

    def by_depth(self, direction: str, since: date, until: date, platform: str | None):
        found = [
            d.depth
            for d in self.deeds
            if d.direction == direction and self.within(d, since, until) and platform in (None, d.platform)
        ]
        return tuple(found.count(depth) for depth in range(4))

    def exchange_days(self, who: str, platform: str | None) -> list[date]:
        acts = self.counting[who]
        opposite = {"in": "out", "out": "in"}
        done = [
            act
            for act in acts
            if act.direction == "mutual"
            or any(
                other.direction == opposite[act.direction] and 0 <= act.at - other.at <= self.window
                for other in acts
            )
        ]
        return sorted({local_day(act, self.zone) for act in done if platform in (None, act.platform)})

    def community(self, until: date, platform: str | None):
        known = spoken = active = longstanding = 0
        for who, person in self.people.items():
            own = [d for d in self.deeds if d.who == who and platform in (None, d.platform)]
            first = [local_day(d, self.zone) for d in own]
            if platform is None or platform in person.platforms:
                first.append(person.added)
            known += bool(first) and min(first) <= until
            days = [day for day in self.exchange_days(who, platform) if day <= until]
            spoken += bool(days)
            is_active = bool(days) and until - days[-1] < 365 * DAY
            active += is_active
            longstanding += is_active and days[-1] - days[0] >= 730 * DAY
        return known, spoken, active, longstanding

    def exchanges(self, since: date, until: date, platform: str | None):
        days = [day for who in self.people for day in self.exchange_days(who, platform)]
        return tuple((day, days.count(day)) for day in sorted(set(days)) if since <= day <= until)

    def growth(self, since: date, until: date, platform: str | None):
        firsts = [days[0] for who in self.people if (days := self.exchange_days(who, platform))]
        months, day = [], since
        while day <= until:
            months.append(day.replace(day=1))
            day += DAY
        return tuple(
            (month, sum(since <= first <= until and first.replace(day=1) == month for first in firsts))
            for month in sorted(set(months))
        )
