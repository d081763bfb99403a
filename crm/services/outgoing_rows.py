"""Contacts as lines of a table, each with how the relationship stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from crm.db.store import Work
from crm.domain.dates import iso
from crm.domain.handles import profile_url
from crm.domain.records import IdentityRef, PartialDate
from crm.exporters.csv import Row
from crm.services import contacts
from crm.services.outgoing import CHUNK, Person, people
from crm.services.views import ContactView

_WEBSITES = ("web", "blog")


def rows(work: Work, ids: Sequence[int]) -> Iterator[Row]:
    """Yield contacts as lines, in the order of `ids`."""
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        views = {view.id: view for view in contacts.rows(work, chunk)}
        for person in people(work, chunk):
            yield _row(person, views[person.id])


def _row(person: Person, view: ContactView) -> Row:
    profiles = [ref for ref in person.identities if ref.platform not in ("email", "phone", *_WEBSITES)]
    websites = [ref for ref in person.identities if ref.platform in _WEBSITES]
    return Row(
        name=person.name,
        nickname=person.nickname or "",
        organisation=person.organisation or "",
        title=person.title or "",
        birthday=_day(person.birthday),
        anniversary=_day(person.anniversary),
        circle=person.circle or "",
        tags=person.tags,
        emails=_handles(person, "email"),
        phones=_handles(person, "phone"),
        profiles=tuple(filter(None, map(_profile, profiles))),
        websites=tuple(filter(None, (ref.url or ref.handle for ref in websites))),
        notes=person.notes,
        cadence_days="" if person.cadence_days is None else str(person.cadence_days),
        last_exchange=_moment(view.last_exchange_at),
        due=_moment(view.due_at),
        turn=view.turn,
        archived="yes" if view.archived else "",
    )


def _handles(person: Person, platform: str) -> tuple[str, ...]:
    return tuple(ref.handle for ref in person.identities if ref.platform == platform and ref.handle)


def _profile(ref: IdentityRef) -> str:
    """Return where an account can be looked at, else its name as `crm add` takes it."""
    url = ref.url or profile_url(ref.platform, ref.handle, ref.external_id)
    if url and url.startswith(("http://", "https://")):
        return url
    handle = ref.handle or ref.external_id
    return f"{ref.platform}:{handle}" if handle else ""


def _day(partial: PartialDate | None) -> str:
    return iso(partial) if partial else ""


def _moment(at: datetime | None) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}" if at else ""
