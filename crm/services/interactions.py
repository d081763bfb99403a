"""The acts between the user and a contact: showing them and logging new ones."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Row, Select, bindparam, select

from crm.db import acts
from crm.db.moments import moment, stored
from crm.db.store import Work
from crm.db.tables import contact, identity, interaction, relationship
from crm.domain.errors import NotFoundError, UsageError
from crm.domain.exchanges import ACT_BITS, Depth, depth_of
from crm.domain.ordered import nth
from crm.domain.platforms import title_of
from crm.domain.records import Direction, Kind, Precision
from crm.domain.text import storable
from crm.services.handled import handled_now
from crm.services.journal import Journal
from crm.services.views import InteractionView

DEFAULT_KINDS = {
    "email": Kind.EMAIL,
    "in-person": Kind.MEETING,
    "phone": Kind.CALL,
    "letter": Kind.LETTER,
    "blog": Kind.COMMENT,
    "web": Kind.COMMENT,
}
"""As what an act is logged where nothing else is said; elsewhere as a message."""

COLUMNS = (
    interaction.c.id,
    interaction.c.at,
    interaction.c.precision,
    interaction.c.platform,
    interaction.c.direction,
    interaction.c.kind,
    interaction.c.text,
    interaction.c.thread,
    interaction.c.url,
    interaction.c.run_id,
    interaction.c.zone_assumed,
    interaction.c.closed,
)
"""What `view_of` needs of an interaction."""


_NEWEST = (
    select(interaction.c.id, interaction.c.at)
    .where(interaction.c.identity_id == bindparam("who"), interaction.c.at.is_not(None))
    .order_by(interaction.c.at.desc(), interaction.c.id.desc())
    .limit(bindparam("most"))
    .offset(bindparam("skipped"))
)
_FROM = _NEWEST.where(interaction.c.at <= bindparam("until"))
_UNTIMED = (
    select(interaction.c.id)
    .join_from(interaction, identity, interaction.c.identity_id == identity.c.id)
    .where(identity.c.contact_id == bindparam("owner"), interaction.c.at.is_(None))
    .order_by(interaction.c.id.desc())
    .limit(bindparam("most"))
    .offset(bindparam("skipped"))
)
_DEEP = 1_000
"""From how many acts on a page's beginning is looked up instead of walked to."""
_BEFORE_ALL = -(1 << 62)


def timeline(
    work: Work, contact_id: int, limit: int | None = None, offset: int = 0
) -> tuple[InteractionView, ...]:
    """Return the acts with a contact over all platforms, newest first, unknown times last."""
    if limit is not None:
        return by_ids(work, _page(work, contact_id, limit, offset))
    query = (
        _all()
        .join_from(interaction, identity, interaction.c.identity_id == identity.c.id)
        .where(identity.c.contact_id == contact_id)
        .order_by(interaction.c.at.is_(None), interaction.c.at.desc(), interaction.c.id.desc())
        .offset(offset)
    )
    return tuple(view_of(row) for row in work.connection.execute(query))


def _page(work: Work, contact_id: int, limit: int, offset: int) -> list[int]:
    """Return the keys of one page of a timeline.

    Each identity's newest are read in the order of its index: to sort all of a contact with 100,000 acts for
    each page takes fifty times as long.
    """
    owned = work.connection.scalars(select(identity.c.id).where(identity.c.contact_id == contact_id)).all()
    if len(owned) == 1 and offset < _DEEP:
        page = _newest(work, owned[0], limit, offset)
        if len(page) == limit:
            return [key for _, key in page]
    until, skipped = _beginning(work, contact_id, offset) if offset >= _DEEP else (None, offset)
    most = skipped + limit
    newest = sorted((pair for who in owned for pair in _newest(work, who, most, 0, until)), reverse=True)
    keys = [key for _, key in newest[skipped:most]]
    if len(keys) < limit:
        untimed = {
            "owner": contact_id,
            "most": limit - len(keys),
            "skipped": max(skipped - len(newest), 0),
        }
        keys.extend(work.connection.scalars(_UNTIMED, untimed))
    return keys


def _beginning(work: Work, contact_id: int, offset: int) -> tuple[int, int]:
    """Return the moment at which a page begins, and how many acts from there on are to be passed over.

    It is read off the moments that are kept of all acts (`crm.db.acts`): to walk 100,000 acts back takes
    0.1 s. Before every moment where the page has only acts of unknown time.
    """
    kept = acts.stored(work.connection, [contact_id])
    parts = [pack.acts for packs in kept.values() for pack in packs.values() if pack.acts]
    timed = sum(map(len, parts))
    if offset >= timed:
        return _BEFORE_ALL, offset - timed
    until = nth(parts, timed - 1 - offset) >> ACT_BITS
    later = sum(len(part) - bisect_left(part, until + 1 << ACT_BITS) for part in parts)
    return until, offset - later


def _newest(
    work: Work, identity_id: int, most: int, skipped: int, until: int | None = None
) -> list[tuple[int, int]]:
    """Return (moment, key) of an identity's newest acts of known time, from a moment back."""
    asked = {"who": identity_id, "most": most, "skipped": skipped}
    query = _NEWEST if until is None else _FROM
    if until is not None:
        asked["until"] = until
    return [(at, key) for key, at in work.connection.execute(query, asked)]


def by_ids(work: Work, ids: Sequence[int]) -> tuple[InteractionView, ...]:
    """Return some acts in the order of `ids`; those that are gone are left out."""
    found: dict[int, InteractionView] = {}
    for start in range(0, len(ids), 900):
        query = _all().where(interaction.c.id.in_(ids[start : start + 900]))
        found.update({row.id: view_of(row) for row in work.connection.execute(query)})
    return tuple(found[key] for key in ids if key in found)


def log(
    work: Work,
    contact_id: int,
    text: str | None = None,
    *,
    direction: str = Direction.OUT,
    kind: str | None = None,
    platform: str | None = None,
    at: datetime | None = None,
    precision: str = Precision.SECOND,
) -> InteractionView:
    """Note an act with a contact that no export shows.

    Args:
        work: the piece of work.
        contact_id: with whom.
        text: what was said, if anything is to be kept of it.
        direction: who acted; calls and meetings are always mutual.
        kind: what it was; by default what is usual on the platform.
        platform: where; by default where you usually talk.
        at: when, aware; by default now.
        precision: how exactly the time is known.

    Raises:
        NotFoundError: there is no such contact.
        UsageError: kind or direction make no sense.

    """
    row = work.connection.execute(
        select(contact.c.name, relationship.c.usual_platform)
        .join_from(contact, relationship, relationship.c.contact_id == contact.c.id)
        .where(contact.c.id == contact_id)
    ).first()
    if row is None:
        raise NotFoundError(f"there is no contact {contact_id}")
    where = platform or row.usual_platform or _any_platform(work, contact_id)
    kind, direction = _kind_and_direction(kind, direction, where)
    handled = handled_now(work, contact_id)
    journal = Journal(work)
    key = journal.insert(
        interaction,
        {
            "identity_id": _identity_on(work, journal, contact_id, where),
            "platform": where,
            "external_id": f"log:{uuid4().hex}",
            "at": stored(at or work.now),
            "precision": str(precision),
            "zone_assumed": False,
            "direction": direction,
            "kind": kind,
            "text": storable(text).strip() or None if text else None,
            "closed": False,
        },
    )
    journal.update(contact, {"id": contact_id}, {"by_user": True, "snoozed_until": None})
    journal.close(f"logged {_named(kind, direction)} with {row.name}", handled=handled)
    return by_ids(work, [key])[0]


def delete(work: Work, interaction_id: int) -> None:
    """Remove an act.

    Raises:
        NotFoundError: there is no such act.

    """
    found = by_ids(work, [interaction_id])
    if not found:
        raise NotFoundError(f"there is no interaction {interaction_id}")
    journal = Journal(work)
    journal.delete(interaction, {"id": interaction_id})
    journal.close(f"deleted {_named(found[0].kind, found[0].direction)} on {title_of(found[0].platform)}")


def _all() -> Select[Any]:
    return select(*COLUMNS)


def view_of(row: Row[Any]) -> InteractionView:
    """Return the view of a row that has an interaction's columns."""
    return InteractionView(
        id=row.id,
        at=moment(row.at),
        precision=row.precision,
        platform=row.platform,
        direction=row.direction,
        kind=row.kind,
        depth=depth_of(row.kind).word,
        text=row.text,
        thread=row.thread,
        url=row.url,
        run=row.run_id,
        zone_assumed=bool(row.zone_assumed),
        closed=bool(row.closed),
    )


def _kind_and_direction(kind: str | None, direction: str, platform: str) -> tuple[str, str]:
    if direction not in list(Direction):
        raise UsageError(f"{direction!r} is no direction", "one of in, out, mutual")
    if kind is None:
        usual = DEFAULT_KINDS.get(platform, Kind.MESSAGE)
        if direction == Direction.MUTUAL and depth_of(usual) is not Depth.LIVE:
            usual = Kind.MEETING
        kind = usual
    elif kind not in list(Kind):
        raise UsageError(f"{kind!r} is no kind of act", f"one of {', '.join(Kind)}")
    if depth_of(kind) is Depth.LIVE:
        return str(kind), Direction.MUTUAL.value
    if direction == Direction.MUTUAL:
        raise UsageError(f"a {kind} has a direction", "use in or out; only calls and meetings are mutual")
    return str(kind), str(direction)


def _named(kind: str, direction: str) -> str:
    word = kind.replace("_", " ")
    article = "an" if word[0] in "aeiou" else "a"
    return f"{article} {word}" if direction == Direction.MUTUAL else f"{article} {word} ({direction})"


def _any_platform(work: Work, contact_id: int) -> str:
    query = select(identity.c.platform).where(
        identity.c.contact_id == contact_id, identity.c.platform.not_in(("addressbook", "web"))
    )
    return work.connection.scalar(query.order_by(identity.c.id).limit(1)) or "in-person"


def _identity_on(work: Work, journal: Journal, contact_id: int, platform: str) -> int:
    """Return the contact's identity on a platform; where it has none, one without a handle is made."""
    query = select(identity.c.id).where(identity.c.contact_id == contact_id, identity.c.platform == platform)
    known: int | None = work.connection.scalar(query.order_by(identity.c.id).limit(1))
    if known is not None:
        return known
    return journal.insert(identity, {"contact_id": contact_id, "platform": platform, "by_user": True})
