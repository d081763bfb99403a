"""Two contacts that are one: merging them, and taking it back at any time.

The decision to know: no interaction is ever touched. A merge moves identities to the contact that stays and
keeps the other one whole in `merged`; each identity remembers in `home_id` whose it is by right, also those
that later imports find through it. A split moves them home. Merges may be nested: what was merged into a
contact goes with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from crm.db.moments import moment, stored
from crm.db.store import Work
from crm.db.tables import contact, contact_tag, identity, interaction, merged, refusal
from crm.domain.errors import ConflictError, NotFoundError, UsageError
from crm.domain.text import clean
from crm.services.contacts import name_of
from crm.services.identities import own_contact, view_of
from crm.services.journal import Journal
from crm.services.merged_parts import below, leave, pair, parts_below, refusals_of, remove_contact, tags_of
from crm.services.views import MergeView, PartView

FIELDS = ("nickname", "organisation", "title", "birthday", "anniversary")
"""Filled in from the other contact where the one that stays has nothing."""
_HABITS = ("circle", "cadence_days", "cadence_set_at")
"""Taken together: a cadence without the time it was set at means nothing."""
_OWN = frozenset(("id", "search"))


def merge(work: Work, keep_id: int, other_id: int) -> MergeView:
    """Make two contacts one: the first stays, the second becomes a part of it.

    Notes and tags are joined. Of single fields the first one's stay and the second one's fill what is empty;
    what differs is reported. `split` takes it back at any time.

    Raises:
        NotFoundError: one of them does not exist.
        UsageError: they are the same.

    """
    if keep_id == other_id:
        raise UsageError("that is one contact already", "name two different ones")
    keep, other = _row(work, keep_id), _row(work, other_id)
    journal = Journal(work, acts_stay=True)
    values, gave = _joined(keep, other)
    tags = tags_of(work, other_id)
    gave["tags"] = [tag for tag in tags if tag not in tags_of(work, keep_id)]
    refused, gave["refused"] = _hand_over_refusals(work, journal, keep_id, other_id)
    part = journal.insert(
        merged,
        {
            "contact_id": other_id,
            "into_contact_id": keep_id,
            "at": stored(work.now),
            "contact": {name: value for name, value in other.items() if name not in _OWN},
            "tags": tags,
            "refused": refused,
            "gave": gave,
        },
    )
    for key in work.connection.scalars(select(merged.c.id).where(merged.c.into_contact_id == other_id)).all():
        journal.update(merged, {"id": key}, {"into_contact_id": None, "into_merged_id": part})
    moved = _move(work, journal, other_id, keep_id, part)
    for tag in tags:
        journal.delete(contact_tag, {"contact_id": other_id, "tag": tag})
        if tag in gave["tags"]:
            journal.insert(contact_tag, {"contact_id": keep_id, "tag": tag})
    journal.update(contact, {"id": keep_id}, values)
    journal.delete(contact, {"id": other_id})
    journal.touch(keep_id)
    journal.close(f"merged {other['name']} into {keep['name']}")
    return MergeView(
        contact=keep_id,
        name=values.get("name", keep["name"]),
        part=part,
        part_name=other["name"],
        identities=len(moved),
        interactions=_interactions(work, moved),
        differing=_differing(keep, other, values),
    )


def split(work: Work, part: int) -> int:
    """Take a merge back: the part becomes a contact again, with its identities and all their history.

    Edits made since stay with the contact that stays; what that one had only from the part goes with it.
    The two are never suggested as one again. Returns the contact.

    Raises:
        NotFoundError: there is no such part.

    """
    row = work.connection.execute(select(merged).where(merged.c.id == part)).mappings().first()
    if row is None:
        raise NotFoundError(f"there is no part {part}", "crm split CONTACT shows what can be split off")
    chain = _chain(work, row["into_contact_id"], row["into_merged_id"])
    root = chain[-1]
    root_name = name_of(work, root)
    journal = Journal(work, acts_stay=True)
    taken = work.connection.scalar(select(contact.c.id).where(contact.c.id == row["contact_id"]))
    wanted = {} if taken else {"id": row["contact_id"]}
    key = journal.insert(contact, {**row["contact"], **wanted, "search": ""})
    for tag in row["tags"]:
        journal.insert(contact_tag, {"contact_id": key, "tag": tag})
    _bring_home(work, journal, part, root, key)
    for child in work.connection.scalars(select(merged.c.id).where(merged.c.into_merged_id == part)).all():
        journal.update(merged, {"id": child}, {"into_contact_id": key, "into_merged_id": None})
    for holder in chain[:-1]:
        _take_from_part(work, journal, holder, row["gave"])
    _take_back(work, journal, root, row["gave"])
    _refuse_again(work, journal, key, root, row["refused"])
    journal.delete(merged, {"id": part})
    journal.touch(root)
    journal.close(f"split {row['contact']['name']} from {root_name}")
    return key


def parts(work: Work, contact_id: int) -> list[PartView]:
    """Return what was merged into a contact, the latest first.

    Raises:
        NotFoundError: there is no such contact.

    """
    name_of(work, contact_id)
    found = []
    for row in parts_below(work, contact_id):
        inside = [row.id, *(each.id for each in below(work, row.id))]
        query = select(identity).where(identity.c.home_id.in_(inside), identity.c.contact_id == contact_id)
        rows = work.connection.execute(query.order_by(identity.c.platform, identity.c.id)).all()
        found.append(
            PartView(
                id=row.id,
                name=row.contact["name"],
                at=moment(row.at),
                identities=tuple(view_of(each) for each in rows),
                interactions=_interactions(work, [each.id for each in rows]),
            )
        )
    return sorted(found, key=lambda part: (part.at, part.id), reverse=True)


def move(work: Work, identity_id: int, contact_id: int | None) -> int:
    """Give one identity, with all that came through it, to another contact; return that contact.

    Args:
        work: the piece of work.
        identity_id: which one.
        contact_id: whose it shall be; None for a new contact of its own.

    Raises:
        NotFoundError: there is no such identity or contact.
        ConflictError: it is the user's own, or the only thing its contact consists of.

    """
    row = work.connection.execute(select(identity).where(identity.c.id == identity_id)).first()
    if row is None:
        raise NotFoundError(f"there is no identity {identity_id}")
    if row.contact_id is None:
        raise ConflictError("that identity is your own", "crm me --remove says that it is not")
    if row.contact_id == contact_id:
        raise ConflictError("it belongs to that contact already")
    shown = row.handle_written or row.handle or row.name or row.external_id or "an identity"
    others = work.connection.scalar(
        select(func.count()).where(identity.c.contact_id == row.contact_id, identity.c.id != identity_id)
    )
    if contact_id is None and not others:
        raise ConflictError(
            f"{clean(shown)} is all there is of {clean(name_of(work, row.contact_id))}",
            "it is a contact of its own already",
        )
    journal = Journal(work, acts_stay=True)
    to = own_contact(work, journal, row) if contact_id is None else contact_id
    to_name = name_of(work, to)
    journal.update(identity, {"id": identity_id}, {"contact_id": to, "home_id": None, "by_user": True})
    journal.touch(to)
    if not others:
        _remove_if_empty(work, journal, row.contact_id)
    journal.close(f"moved {shown} to {to_name}")
    return to


def refuse(work: Work, one: int, other: int, until: datetime | None = None) -> None:
    """Say that two contacts are not one, so that it is not suggested again.

    Args:
        work: the piece of work.
        one: a contact.
        other: another one.
        until: ask again from then on; None for never.

    Raises:
        NotFoundError: one of them does not exist.
        UsageError: they are the same.

    """
    if one == other:
        raise UsageError("that is one contact", "name two different ones")
    names = [name_of(work, key) for key in (one, other)]
    journal = Journal(work, acts_stay=True)
    journal.delete(refusal, pair(one, other))
    values = {"at": stored(work.now), "until": None if until is None else stored(until)}
    journal.insert(refusal, {**pair(one, other), **values})
    journal.close(f"noted that {names[0]} and {names[1]} are two" if until is None else "put off a match")


def _row(work: Work, contact_id: int) -> dict[str, Any]:
    row = work.connection.execute(select(contact).where(contact.c.id == contact_id)).mappings().first()
    if row is None:
        raise NotFoundError(f"there is no contact {contact_id}")
    return dict(row)


def _joined(keep: Mapping[str, Any], other: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what changes about the contact that stays, and what of that it has from the other."""
    values = {name: other[name] for name in FIELDS if keep[name] is None and other[name] is not None}
    if other["name_rank"] > keep["name_rank"]:
        values |= {"name": other["name"], "name_rank": other["name_rank"]}
    if keep["circle"] is None and keep["cadence_days"] is None:
        values |= {name: other[name] for name in _HABITS if other[name] is not None}
    if keep["floor"] is None and other["floor"] is not None:
        values["floor"] = other["floor"]
    gave: dict[str, Any] = {"fields": {name: [keep[name], value] for name, value in values.items()}}
    notes = other["notes"].strip()
    gave["notes"] = notes if notes and notes not in keep["notes"] else None
    if gave["notes"]:
        values["notes"] = f"{keep['notes'].rstrip()}\n\n{notes}" if keep["notes"].strip() else notes
    values["by_user"] = keep["by_user"] or other["by_user"]
    values["created_at"] = min(keep["created_at"], other["created_at"])
    return values, gave


def _differing(
    keep: Mapping[str, Any], other: Mapping[str, Any], values: Mapping[str, Any]
) -> tuple[tuple[str, str, str], ...]:
    found = []
    for name in ("name", *FIELDS, "circle", "cadence_days"):
        kept = values.get(name, keep[name])
        left = keep[name] if kept == other[name] else other[name]
        if kept is not None and left is not None and kept != left:
            found.append((name, str(kept), str(left)))
    return tuple(found)


def _move(work: Work, journal: Journal, source: int, target: int, part: int) -> list[int]:
    query = select(identity.c.id, identity.c.home_id).where(identity.c.contact_id == source)
    moved = []
    for row in work.connection.execute(query.order_by(identity.c.id)).all():
        journal.update(identity, {"id": row.id}, {"contact_id": target, "home_id": row.home_id or part})
        moved.append(row.id)
    return moved


def _interactions(work: Work, identities: Iterable[int]) -> int:
    query = (
        select(func.count()).select_from(interaction).where(interaction.c.identity_id.in_(list(identities)))
    )
    return work.connection.scalar(query) or 0


def _hand_over_refusals(
    work: Work, journal: Journal, keep_id: int, other_id: int
) -> tuple[list[list[Any]], list[int]]:
    """Let the contact that stays not be whom the other was not; return both's."""
    refused, added = [], []
    known = {row.first_id + row.second_id - keep_id for row in refusals_of(work, keep_id)}
    for row in refusals_of(work, other_id):
        party = row.first_id + row.second_id - other_id
        journal.delete(refusal, pair(party, other_id))
        refused.append([party, row.at, row.until])
        if party != keep_id and party not in known:
            journal.insert(refusal, {**pair(party, keep_id), "at": row.at, "until": row.until})
            added.append(party)
    return refused, added


def _refuse_again(
    work: Work, journal: Journal, key: int, root: int, refused: Iterable[Iterable[Any]]
) -> None:
    said = [[root, stored(work.now), None], *(one for one in map(list, refused) if one[0] != root)]
    for party, at, until in said:
        exists = work.connection.scalar(select(contact.c.id).where(contact.c.id == party))
        if exists and party != key:
            journal.insert(refusal, {**pair(party, key), "at": at, "until": until})


def _chain(work: Work, contact_id: int | None, part: int | None) -> list[int]:
    """Return what a part lies in: other parts, the nearest first, and last the contact."""
    chain: list[int] = []
    while contact_id is None and part is not None:
        chain.append(part)
        query = select(merged.c.into_contact_id, merged.c.into_merged_id).where(merged.c.id == part)
        contact_id, part = work.connection.execute(query).one()
    if contact_id is None:
        raise NotFoundError("the contact it was merged into is gone")
    return [*chain, contact_id]


def _bring_home(work: Work, journal: Journal, part: int, root: int, key: int) -> None:
    inside = [part, *(row.id for row in below(work, part))]
    query = select(identity.c.id, identity.c.home_id).where(
        identity.c.home_id.in_(inside), identity.c.contact_id == root
    )
    for row in work.connection.execute(query.order_by(identity.c.id)).all():
        home = None if row.home_id == part else row.home_id
        journal.update(identity, {"id": row.id}, {"contact_id": key, "home_id": home})
    leave(work, journal, [part])


def _without(fields: Mapping[str, Any], gave: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that a contact has again when what a part gave it is taken back."""
    values = {name: before for name, (before, given) in gave["fields"].items() if fields.get(name) == given}
    notes = gave["notes"]
    if notes and notes in fields["notes"]:
        head, _, tail = fields["notes"].partition(notes)
        values["notes"] = "\n\n".join(piece for piece in (head.strip(), tail.strip()) if piece)
    return values


def _take_back(work: Work, journal: Journal, root: int, gave: Mapping[str, Any]) -> None:
    journal.update(contact, {"id": root}, _without(_row(work, root), gave))
    for tag in gave["tags"]:
        journal.delete(contact_tag, {"contact_id": root, "tag": tag})
    for party in gave["refused"]:
        journal.delete(refusal, pair(party, root))


def _take_from_part(work: Work, journal: Journal, holder: int, gave: Mapping[str, Any]) -> None:
    """Take it back from a part in between, so that it does not come again when that one is split."""
    row = work.connection.execute(select(merged).where(merged.c.id == holder)).one()
    tags = [tag for tag in row.tags if tag not in gave["tags"]]
    refused = [one for one in row.refused if one[0] not in gave["refused"]]
    fields = {**row.contact, **_without(row.contact, gave)}
    journal.update(merged, {"id": holder}, {"contact": fields, "tags": tags, "refused": refused})


def _remove_if_empty(work: Work, journal: Journal, contact_id: int) -> None:
    """Remove a contact that has lost its last identity, unless the user has said anything about it."""
    row = _row(work, contact_id)
    if row["by_user"] or row["notes"] or tags_of(work, contact_id) or parts_below(work, contact_id):
        return
    remove_contact(work, journal, contact_id)
