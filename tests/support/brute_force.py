"""The rules a second time, written as slowly and plainly as they are stated, to compare with."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import pairwise
from math import ceil
from statistics import median

from crm.domain.exchanges import Act

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def local_day(act: Act, zone: tzinfo) -> date:
    moment = EPOCH + timedelta(microseconds=act.at)
    return moment.date() if act.day_only else moment.astimezone(zone).date()


def partner_of(act: Act, acts: list[Act], window: int) -> Act | None:
    other = {"in": "out", "out": "in"}[act.direction]
    near = [one for one in acts if one.direction == other and 0 <= act.at - one.at <= window]
    return max(near, default=None)


def completing(acts: list[Act], window: int) -> list[Act]:
    return sorted(act for act in acts if act.direction == "mutual" or partner_of(act, acts, window))


def exchange_days(acts: list[Act], window: int, zone: tzinfo) -> list[date]:
    return sorted({local_day(act, zone) for act in completing(acts, window)})


def turn(acts: list[Act]) -> str:
    if not acts:
        return "none"
    return {"in": "yours", "out": "theirs", "mutual": "even"}[max(acts).direction]


def unanswered(acts: list[Act], zone: tzinfo) -> int:
    theirs = [act for act in acts if act.direction != "out"]
    last = max(theirs, default=None)
    return len({local_day(act, zone) for act in acts if last is None or act > last})


def years_before(day: date, years: int) -> date:
    while True:
        try:
            return day.replace(year=day.year - years)
        except ValueError:
            day -= timedelta(days=1)


def rhythm(days: list[date], today: date) -> int | None:
    recent = [day for day in days if years_before(today, 3) <= day <= today]
    if len(recent) < 3:
        return None
    gaps = [(later - earlier).days for earlier, later in pairwise(recent)]
    return max(14, min(180, ceil(median(gaps) * 2)))
