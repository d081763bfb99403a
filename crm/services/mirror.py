"""The mirror: your own behaviour in a period against the period before it, together and per platform."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from itertools import groupby
from operator import itemgetter

from crm.db import mirroring
from crm.db.mirroring import Bounds
from crm.db.moments import stored
from crm.db.store import Work
from crm.domain.days import LocalDays
from crm.domain.errors import UsageError
from crm.domain.mirror import EVERYWHERE, Mirror, Period, Span
from crm.domain.platforms import PLATFORMS
from crm.services import mirror_words
from crm.services.mirror_reach import EARLIEST
from crm.services.mirror_views import MirrorPart, MirrorView

_MICROSECONDS_PER_DAY = 86_400_000_000
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()


def mirror(work: Work, since: date, until: date, platform: str | None = None) -> MirrorView:
    """Return every figure of a period, and of the period of the same length before it.

    Args:
        work: the piece of work.
        since: the first day, in the user's time zone.
        until: the last day; a period that is not over yet ends today.
        platform: show this one only, whether anything happened there or not (its figures stay the same).

    Raises:
        UsageError: the period is not over before it begins, or lies in the future.

    """
    period = period_of(since, until, work.rules.day_of(work.now))
    days = LocalDays(work.rules.zone)
    bounds = _bounds(period, days)
    known = mirroring.platforms(work.connection)
    window = work.rules.window // timedelta(microseconds=1)
    counted = Mirror(known | {platform} if platform else known, period, window, stored(work.now))
    for act in mirroring.acts(work.connection, bounds):
        counted.act(*act)
    _count_contacts(work, counted, days)
    _count_posts(work, counted, bounds)
    if platform:
        places = [counted.platforms.index(platform)]
    else:
        places = [one for one in counted.active_places() if not _hidden(counted.platforms[one])]
    parts = {counted.platforms[one]: _part(work, counted, one, period) for one in places}
    return MirrorView(
        period=period,
        window_days=work.rules.window.days,
        everywhere=_part(work, counted, EVERYWHERE, period),
        platforms=dict(sorted(parts.items(), key=lambda item: (-_busy(item[1]), item[0]))),
    )


def period_of(since: date, until: date, today: date) -> Period:
    """Return a period with the one it is compared with.

    Raises:
        UsageError: it is not over before it begins, or lies in the future.

    """
    if until < since:
        raise UsageError(f"the period ends ({until}) before it begins ({since})", "put the earlier day first")
    if since > today:
        raise UsageError(f"the period begins on {since}, in the future", 'try: "last 90 days", 2025, 2026-01')
    if since < EARLIEST:
        raise UsageError(f"the period begins on {since}", f"nothing before {EARLIEST} is looked at")
    until = min(until, today)
    length = until - since + timedelta(days=1)
    return Period(since, until, since - length, since - timedelta(days=1))


def _bounds(period: Period, days: LocalDays) -> list[Bounds]:
    starts = (period.before_since, period.since, period.until + timedelta(days=1))
    ordinals = [start.toordinal() for start in starts]
    return [Bounds(days.start(one), (one - _EPOCH_ORDINAL) * _MICROSECONDS_PER_DAY) for one in ordinals]


def _count_contacts(work: Work, counted: Mirror, days: LocalDays) -> None:
    """Tell of every contact since when it is known, when it was spoken with, and who began to."""
    everybody: dict[int, int] = {}
    spoken = []
    for who, created_at, exchanged in mirroring.contacts(work.connection):
        everybody[who] = days.ordinal(created_at)
        spoken.append(exchanged or b"")
    counted.spoken(None, spoken)
    there: defaultdict[str, dict[int, int]] = defaultdict(dict)
    for who, platform in mirroring.places(work.connection):
        there[platform][who] = everybody[who]
    for platform, rows in groupby(mirroring.dialogues(work.connection), key=itemgetter(1)):
        own = there[platform]
        kept = list(rows)
        for who, _, first_day, *_ in kept:
            own[who] = min(first_day, own.get(who, first_day))
            everybody[who] = min(first_day, everybody[who])
        counted.spoken(platform, map(itemgetter(3), kept))
        counted.openings(platform, True, map(itemgetter(0, 4), kept))
        counted.openings(platform, False, map(itemgetter(0, 5), kept))
    for platform, own in there.items():
        counted.known(platform, own.values())
    counted.known(None, everybody.values())


def _count_posts(work: Work, counted: Mirror, bounds: Sequence[Bounds]) -> None:
    sites = work.rules.own_sites
    promoting: Counter[tuple[str, Span]] = Counter()
    if sites:
        found = mirroring.promoting(work.connection, bounds, [_bare(site) for site in sites], links_to(sites))
        promoting.update(found)
    for platform, span, number in mirroring.posts(work.connection, bounds):
        counted.post(platform, span, number, promoting[platform, span] if sites else None)


def links_to(sites: Sequence[str]) -> Callable[[str], bool]:
    """Return what says whether a text has a link to one of some sites, or to a part of them.

    An address counts with or without `https://`; one of a longer host name or of a mail address does not.
    """
    any_of = "|".join(re.escape(_bare(site)) for site in sites)
    pattern = re.compile(rf"(?<![\w@.-])(?:[\w-]+\.)*(?:{any_of})(?![\w-])(?!\.\w)(?!@)", re.IGNORECASE)
    return lambda text: pattern.search(text) is not None


def _bare(site: str) -> str:
    return site.removeprefix("www.")


def _hidden(platform: str) -> bool:
    return platform in PLATFORMS and PLATFORMS[platform].hidden


def _part(work: Work, counted: Mirror, place: int, period: Period) -> MirrorPart:
    figures, before = counted.figures(place, Span.NOW), counted.figures(place, Span.BEFORE)
    return MirrorPart(figures, before, mirror_words.sentences(figures, before, period, work.rules))


def _busy(part: MirrorPart) -> int:
    both = (part.figures, part.before)
    return sum(sum(one.given) + sum(one.received) + one.together + one.posts for one in both)
