"""What to talk about with one contact: unanswered words, questions, promises, open threads, dates, years ago.

The decision to know: the cost does not grow with the history. The newest acts are found through the index
of (identity, at) and looked at without their words; only the few that may be quoted are read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, and_, func, or_, select, union_all

from crm.db.moments import stored
from crm.db.store import Work
from crm.db.tables import contact, identity, interaction, relationship
from crm.domain import starters as rules
from crm.domain.days import LocalDays
from crm.domain.errors import NotFoundError
from crm.domain.exchanges import Depth, depth_from, kinds_at_or_above
from crm.domain.records import Direction, Precision
from crm.domain.starters import Deed, StarterKind
from crm.services import interactions
from crm.services.standing import is_owed
from crm.services.starter_dates import dates
from crm.services.views import InteractionView, Starter

NEWEST = 300
"""Acts that are looked at, newest first: years with most people, some weeks of a daily chat."""
MOST = 8
"""Starters of a kind."""
MOST_THREADS = 3
"""Threads that stopped after their words: most of these have simply come to an end."""
MOST_ANSWERED = 3
"""Old questions that were answered, where there is nothing else."""
READ = 40
"""Acts of a kind whose words are read."""
AROUND_A_DAY = 500
"""Acts looked at around the day a number of years ago."""
_TOGETHER = 50
"""Identities asked for in one query."""
_FEW = 3
"""Up to so many identities, all of an act is asked for at once."""


def starters(work: Work, contact_id: int, limit: int | None = None) -> tuple[Starter, ...]:
    """Return what to talk about with a contact, the best first; nothing for an archived one.

    Args:
        work: the piece of work.
        contact_id: which contact.
        limit: the most to return; None for all, which are at most `MOST` of a kind.

    Raises:
        NotFoundError: there is no such contact.

    """
    row = _contact(work, contact_id)
    if row.archived or limit == 0:
        return ()
    keys = list(work.connection.scalars(select(identity.c.id).where(identity.c.contact_id == contact_id)))
    floor = depth_from(row.floor or "") or work.rules.floor
    state = rules.left_open(_newest(work, keys, floor), floor, is_owed(row, work.rules, stored(work.now)))
    used: set[int] = set()
    waiting = list(_owed(work, state, used))
    groups = [
        waiting,
        list(dates(work, row, keys)),
        list(_promises(work, state, used)),
        list(_asked(work, state, used)),
        list(_stopped(work, state, used)),
        list(_years_ago(work, keys, used)),
    ]
    found = rules.spread(groups) or list(_answered(work, state))
    return tuple(found[:limit])


def place_in_timeline(work: Work, contact_id: int, interaction_id: int) -> int | None:
    """Return how many acts stand before one in the contact's timeline; None where it is not in there."""
    here = (
        select(interaction.c.at)
        .join_from(interaction, identity)
        .where(interaction.c.id == interaction_id, identity.c.contact_id == contact_id)
    )
    row = work.connection.execute(here).first()
    if row is None:
        return None
    later = (
        or_(
            interaction.c.at > row.at,
            and_(interaction.c.at == row.at, interaction.c.id > interaction_id),
        )
        if row.at is not None
        else or_(interaction.c.at.is_not(None), interaction.c.id > interaction_id)
    )
    query = (
        select(func.count())
        .select_from(interaction)
        .join(identity, interaction.c.identity_id == identity.c.id)
        .where(identity.c.contact_id == contact_id, later)
    )
    return work.connection.scalar(query) or 0


def _contact(work: Work, contact_id: int) -> Row[Any]:
    query: Select[Any] = (
        select(
            contact.c.archived,
            contact.c.floor,
            contact.c.birthday,
            contact.c.anniversary,
            relationship.c.owed_since,
            relationship.c.first_exchange_at,
        )
        .join_from(contact, relationship, relationship.c.contact_id == contact.c.id)
        .where(contact.c.id == contact_id)
    )
    row = work.connection.execute(query).first()
    if row is None:
        raise NotFoundError(f"there is no contact {contact_id}")
    return row


# What is open


def _newest(work: Work, keys: Sequence[int], floor: Depth) -> list[Deed]:
    """Return the newest acts of words, and of whatever else counts, without their words."""
    kinds = kinds_at_or_above(min(floor, Depth.WORDS))
    columns = [interaction.c[name] for name in Deed._fields]
    if len(keys) <= _FEW:
        rows = work.connection.execute(_newest_of(keys, kinds, columns)) if keys else ()
        return sorted((Deed(*row) for row in rows), key=lambda deed: (-deed.at, -deed.id))[:NEWEST]
    found: list[tuple[int, int]] = []
    for start in range(0, len(keys), _TOGETHER):
        part = _newest_of(keys[start : start + _TOGETHER], kinds, [interaction.c.at, interaction.c.id])
        found += [(row.at, row.id) for row in work.connection.execute(part)]
    found.sort(reverse=True)
    ids = [key for _, key in found[:NEWEST]]
    return [Deed(*row) for row in work.connection.execute(select(*columns).where(interaction.c.id.in_(ids)))]


def _newest_of(keys: Sequence[int], kinds: Sequence[str], columns: Sequence[Any]) -> Any:
    """Select the newest acts of each identity: one walk along the index for each, and no sorting."""
    parts = [
        select(*columns)
        .where(interaction.c.identity_id == key, interaction.c.at.is_not(None), interaction.c.kind.in_(kinds))
        .order_by(interaction.c.at.desc())
        .limit(NEWEST)
        for key in keys
    ]
    return parts[0] if len(parts) == 1 else union_all(*(select(one.subquery()) for one in parts))


def _read(work: Work, deeds: Iterable[Deed], used: set[int]) -> Iterator[InteractionView]:
    """Yield the acts that have words and are not quoted yet."""
    ids = [deed.id for deed in deeds if deed.id not in used][:READ]
    yield from (act for act in interactions.by_ids(work, ids) if act.text)


def _quoted(kind: StarterKind, act: InteractionView, text: str, **more: Any) -> Starter:
    return Starter(
        kind=kind.value,
        text=text,
        at=act.at,
        precision=act.precision,
        platform=act.platform,
        direction=act.direction,
        interaction=act.id,
        url=act.url,
        thread=act.thread,
        **more,
    )


def _owed(work: Work, state: rules.Open, used: set[int]) -> Iterator[Starter]:
    """Yield what waits for an answer: its questions, else how it begins."""
    for act in list(_read(work, state.owed, used))[:MOST]:
        used.add(act.id)
        text = act.text or ""
        asked = rules.questions(text, act.kind)
        yield from (_quoted(StarterKind.QUESTION, act, one, owed=True) for one in asked)
        if not asked and (words := rules.first_words(text, act.kind)):
            yield _quoted(StarterKind.UNANSWERED, act, words, owed=True)


def _asked(work: Work, state: rules.Open, used: set[int]) -> Iterator[Starter]:
    number = 0
    for act in _read(work, state.asked, used):
        asked = rules.questions(act.text or "", act.kind)
        if asked:
            used.add(act.id)
        yield from (_quoted(StarterKind.QUESTION, act, one) for one in asked)
        number += len(asked)
        if number >= MOST:
            return


def _answered(work: Work, state: rules.Open) -> Iterator[Starter]:
    """Yield old questions although they were answered, for there is nothing else to begin with.

    Those of the last weeks are not: you have just spoken of them.
    """
    before = stored(work.now - work.rules.owed)
    number = 0
    for act in _read(work, [deed for deed in state.answered if deed.at < before], set()):
        for one in rules.questions(act.text or "", act.kind):
            if number == MOST_ANSWERED:
                return
            yield _quoted(StarterKind.QUESTION, act, one, answered=True)
            number += 1


def _promises(work: Work, state: rules.Open, used: set[int]) -> Iterator[Starter]:
    number = 0
    for act in _read(work, state.said, used):
        said = rules.promised(act.text or "", act.kind)
        if said is not None and number < MOST:
            used.add(act.id)
            number += 1
            yield _quoted(StarterKind.PROMISE, act, said)


def _stopped(work: Work, state: rules.Open, used: set[int]) -> Iterator[Starter]:
    number = 0
    for act in _read(work, state.stopped, used):
        text = act.text or ""
        if number < MOST_THREADS and rules.is_worth(rules.first_words(text, act.kind)):
            used.add(act.id)
            number += 1
            yield _quoted(StarterKind.THREAD, act, rules.first_words(text, act.kind, subject=True))


# Years ago


def _years_ago(work: Work, keys: Sequence[int], used: set[int]) -> Iterator[Starter]:
    today = work.rules.day_of(work.now)
    for years in rules.YEARS_BACK:
        if years >= today.year - 1:
            continue
        then = rules.years_before(today, years)
        near = [key for key in _around(work, keys, then) if key not in used]
        for act in interactions.by_ids(work, near[: READ // 4]):
            words = rules.first_words(act.text or "", act.kind)
            if rules.is_worth(words):
                used.add(act.id)
                yield _quoted(StarterKind.YEAR_AGO, act, words, years=years)
                break


def _around(work: Work, keys: Sequence[int], then: date) -> list[int]:
    """Return acts of some days around one, those of the nearest day first, theirs before yours."""
    days, centre = LocalDays(work.rules.zone), then.toordinal()
    query = (
        select(interaction.c.id, interaction.c.at, interaction.c.direction, interaction.c.precision)
        .where(
            interaction.c.identity_id.in_(keys),
            interaction.c.at >= days.start(centre - rules.DAYS_AROUND - 1),
            interaction.c.at < days.start(centre + rules.DAYS_AROUND + 2),
            interaction.c.kind.in_(kinds_at_or_above(Depth.WORDS)),
        )
        .limit(AROUND_A_DAY)
    )
    found = []
    for key, at, direction, precision in work.connection.execute(query):
        away = abs(days.ordinal(at, precision == Precision.DAY) - centre)
        if away <= rules.DAYS_AROUND:
            found.append((away, direction != Direction.IN, -at, key))
    return [key for *_, key in sorted(found)]
