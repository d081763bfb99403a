"""Reading contacts: lists of any length, one contact whole, and finding whom the user means."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, func, or_, select

from crm.db import bulk
from crm.db.moments import moment, stored
from crm.db.store import Work
from crm.db.tables import contact, contact_tag, identity, relationship
from crm.domain.dates import parse_birthday
from crm.domain.errors import NotFoundError
from crm.domain.handles import profile_url
from crm.domain.listing import SORTS as SORTS
from crm.domain.listing import ContactQuery as ContactQuery
from crm.domain.platforms import PLATFORMS
from crm.domain.records import PartialDate
from crm.services import cards, interactions
from crm.services.finding import find as find  # part of this module's interface
from crm.services.listing import Listing as Listing
from crm.services.listing import list_ids as list_ids
from crm.services.listing import listing as listing
from crm.services.standing import DAY, owed_since, standing
from crm.services.views import ContactDetail, ContactView, IdentityView

if TYPE_CHECKING:
    from crm.services.card_details import CardDetails

_CHUNK = 900
_HIDDEN = frozenset(slug for slug, platform in PLATFORMS.items() if platform.hidden)

_COLUMNS = (
    contact.c.id,
    contact.c.name,
    contact.c.organisation,
    contact.c.circle,
    contact.c.snoozed_until,
    contact.c.muted,
    contact.c.archived,
    *(
        relationship.c[name]
        for name in (
            "turn",
            "owed_since",
            "unanswered",
            "last_interaction_at",
            "first_exchange_at",
            "last_exchange_at",
            "exchange_days",
            "days",
            "usual_platform",
            "cadence_days",
            "cadence_from",
            "rhythm_from",
            "rhythm_until",
            "clock_start",
            "due_at",
        )
    ),
)

_Listed: Any = namedtuple(  # type: ignore[misc]  # noqa: PYI024
    "_Listed", [column.name for column in _COLUMNS]
)
_listed = _Listed._make
"""Names the columns of a plain tuple."""


def count(work: Work) -> int:
    """Return how many contacts there are, archived ones too."""
    return work.connection.scalar(select(func.count()).select_from(contact)) or 0


def tags(work: Work) -> list[str]:
    """Return every tag in use, sorted."""
    return list(work.connection.scalars(select(contact_tag.c.tag).distinct().order_by(contact_tag.c.tag)))


def muted_of(work: Work, ids: Sequence[int]) -> dict[int, bool]:
    """Return whether contacts are muted, by id; those that are gone are left out."""
    found: dict[int, bool] = {}
    for start in range(0, len(ids), _CHUNK):
        chunk = select(contact.c.id, contact.c.muted).where(contact.c.id.in_(ids[start : start + _CHUNK]))
        found.update((key, bool(muted)) for key, muted in bulk.tuples(work.connection, chunk))
    return found


def rows(work: Work, ids: Sequence[int]) -> list[ContactView]:
    """Return contacts in the order of `ids`; ids of contacts that are gone are left out."""
    found: dict[int, tuple[Any, ...]] = {}
    identities: dict[int, list[IdentityView]] = {}
    tagged: dict[int, list[str]] = {}
    for start in range(0, len(ids), _CHUNK):
        chunk = ids[start : start + _CHUNK]
        query = _joined(select(*_COLUMNS)).where(contact.c.id.in_(chunk))
        found.update({row[0]: row for row in bulk.tuples(work.connection, query)})
        _identities(work, identities, identity.c.contact_id.in_(chunk))
        _tags(work, tagged, contact_tag.c.contact_id.in_(chunk))
    present = (found[key] for key in ids if key in found)
    return _views(work, present, identities, tagged)


def list_contacts(work: Work, query: ContactQuery, *, whole: bool = True) -> list[ContactView]:
    """Return all contacts that fit, in order.

    Args:
        work: the piece of work.
        query: who fits, and in which order.
        whole: with everything. A table needs no tags, and identities only of those with whom nobody has
            talked anywhere; of 10,000 contacts the others' are a quarter of the cost.

    """
    ids = list_ids(work, query)
    if len(ids) < count(work) // 4:
        return rows(work, ids)
    # nearly everybody: three whole tables are read faster than many chunks
    identities: dict[int, list[IdentityView]] = {}
    tagged: dict[int, list[str]] = {}
    if whole:
        _identities(work, identities, identity.c.contact_id.is_not(None))
        _tags(work, tagged)
    else:
        nowhere = select(relationship.c.contact_id).where(relationship.c.usual_platform.is_(None))
        _identities(work, identities, identity.c.contact_id.in_(nowhere))
    found = {row[0]: row for row in bulk.tuples(work.connection, _joined(select(*_COLUMNS)))}
    return _views(work, (found[key] for key in ids), identities, tagged)


def show(work: Work, contact_id: int, limit: int | None = None) -> ContactDetail:
    """Return one contact, whole.

    Args:
        work: the piece of work.
        contact_id: which contact.
        limit: the most interactions of the timeline; None for all.

    Raises:
        NotFoundError: there is no such contact.

    """
    views = rows(work, [contact_id])
    if not views:
        raise NotFoundError(f"there is no contact {contact_id}")
    kept = work.connection.execute(select(contact).where(contact.c.id == contact_id)).one()
    state = work.connection.execute(select(relationship).where(relationship.c.contact_id == contact_id)).one()
    books = _books(work, contact_id)
    evidence = [key for key in (state.partner_id, state.completing_id) if key is not None]
    return ContactDetail(
        contact=views[0],
        nickname=kept.nickname,
        title=kept.title,
        birthday=_partial(kept.birthday),
        anniversary=_partial(kept.anniversary),
        notes=kept.notes,
        floor=kept.floor,
        own_cadence_days=kept.cadence_days,
        evidence=interactions.by_ids(work, evidence),
        interactions=interactions.timeline(work, contact_id, limit),
        interactions_total=state.interactions,
        created_at=moment(kept.created_at),
        differences=cards.differences(work.connection, contact_id),
        addresses=tuple(dict.fromkeys(pair for one in books for pair in one.addresses)),
        related=tuple(dict.fromkeys(pair for one in books for pair in one.related)),
        has_photo=any(one.photo for one in books),
    )


def _books(work: Work, contact_id: int) -> Sequence[CardDetails]:
    """Return what a contact's cards know besides; what reads them is loaded where there are any."""
    texts = cards.texts(work.connection, [contact_id]).get(contact_id, ())
    if not texts:
        return ()
    from crm.services import card_details

    return [card_details.read(text) for text in texts]


def name_of(work: Work, contact_id: int) -> str:
    """Return the name of a contact.

    Raises:
        NotFoundError: there is no such contact.

    """
    name: str | None = work.connection.scalar(select(contact.c.name).where(contact.c.id == contact_id))
    if name is None:
        raise NotFoundError(f"there is no contact {contact_id}")
    return name


def _partial(text: str | None) -> PartialDate | None:
    return parse_birthday(text) if text else None


def _joined(query: Select[Any]) -> Select[Any]:
    return query.join_from(contact, relationship, relationship.c.contact_id == contact.c.id)


def _identities(work: Work, into: dict[int, list[IdentityView]], condition: ColumnElement[bool]) -> None:
    query = (
        select(
            identity.c.contact_id,
            identity.c.id,
            identity.c.platform,
            identity.c.handle,
            identity.c.external_id,
            identity.c.name,
            identity.c.url,
            identity.c.label,
        )
        .where(condition, or_(identity.c.handle.is_not(None), identity.c.external_id.is_not(None)))
        .order_by(identity.c.id)
    )
    for who, key, platform, handle, external_id, name, url, label in bulk.tuples(work.connection, query):
        if platform not in _HIDDEN:
            place = url or profile_url(platform, handle, external_id)
            into.setdefault(who, []).append(
                IdentityView(key, platform, handle, external_id, name, place, label)
            )


def _tags(work: Work, into: dict[int, list[str]], *conditions: ColumnElement[bool]) -> None:
    query = select(contact_tag).where(*conditions).order_by(contact_tag.c.tag)
    for who, tag in bulk.tuples(work.connection, query):
        into.setdefault(who, []).append(tag)


def _views(
    work: Work,
    found: Iterable[tuple[Any, ...]],
    identities: dict[int, list[IdentityView]],
    tagged: dict[int, list[str]],
) -> list[ContactView]:
    """Return the views of rows of `_COLUMNS`.

    For 10,000 of them: no row is given names, and what `standing` says is only asked of it where the stored
    cadence no longer holds.
    """
    now = stored(work.now)
    owed_after = owed_since(work.rules, now)
    views = []
    for row in found:
        (
            key, name, organisation, circle, asleep, muted, archived, turn, owed, unanswered, last, first_at,
            last_at, exchanges, _, usual, days, source, since, until, start, due,
        ) = row  # fmt: skip
        if (until is not None and now >= until) or (since is not None and now < since):
            days, source, due_at, late = standing(_listed(row), work.rules, work.now, now)
        elif due is None:
            due_at = late = None
        else:
            due_at, late = moment(due), (now - start) / (days * DAY)
        views.append(
            ContactView(
                id=key,
                name=name,
                identities=tuple(identities.get(key, ())),
                tags=tuple(tagged.get(key, ())),
                circle=circle,
                cadence_days=days or None,
                cadence_from=source,
                turn=turn,
                owed=owed is not None and owed > owed_after,
                unanswered=unanswered,
                last_interaction_at=moment(last),
                first_exchange_at=moment(first_at),
                last_exchange_at=moment(last_at),
                exchange_days=exchanges,
                due_at=due_at,
                lateness=late,
                archived=bool(archived),
                muted=bool(muted),
                snoozed_until=moment(asleep),
                organisation=organisation,
                usual_platform=usual,
            )
        )
    return views
