"""What the user changes about contacts. Every call is one change that `undo` takes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import Enum
from typing import Any, Final, Literal

from sqlalchemy import select

from crm.db.moments import stored
from crm.db.store import Work
from crm.db.tables import contact, contact_tag, identity, interaction, relationship
from crm.domain.dates import is_day, iso
from crm.domain.errors import ConflictError, NotFoundError, UsageError
from crm.domain.exchanges import Depth, depth_from
from crm.domain.records import PartialDate
from crm.domain.text import clean, is_blank, storable
from crm.services import identities, merged_parts, naming
from crm.services.contacts import name_of
from crm.services.handled import handled_now
from crm.services.journal import Journal, contacts_as_they_are, tags_as_they_are
from crm.services.naming import NameRank, tidy


class Unset(Enum):
    """Says that a field is to stay as it is (None empties it)."""

    UNSET = "unset"


UNSET: Final = Unset.UNSET
_Keep = Literal[Unset.UNSET]


@dataclass(frozen=True, slots=True)
class Edits:
    """Which fields to change, and to what; what is not named stays."""

    name: str | _Keep = UNSET
    nickname: str | _Keep | None = UNSET
    organisation: str | _Keep | None = UNSET
    title: str | _Keep | None = UNSET
    birthday: PartialDate | _Keep | None = UNSET
    anniversary: PartialDate | _Keep | None = UNSET
    circle: str | _Keep | None = UNSET
    cadence_days: int | _Keep | None = UNSET
    """0 is "never", None takes the own cadence away."""
    floor: str | _Keep | None = UNSET
    archived: bool | _Keep = UNSET
    muted: bool | _Keep = UNSET
    notes: str | _Keep = UNSET
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()
    add_handles: tuple[str, ...] = ()
    remove_handles: tuple[str, ...] = ()


def add(work: Work, name: str, handles: Sequence[str] = ()) -> int:
    """Add a contact by hand; return its id.

    Args:
        work: the piece of work.
        name: as it shall be shown.
        handles: each `platform:handle`, an address or a profile URL.

    Raises:
        UsageError: the name is empty, or a handle names no identity.
        ConflictError: an identity belongs to somebody else.

    """
    journal = Journal(work)
    key = journal.insert(
        contact, naming.made_here(work.connection, stored(work.now), _name(name), NameRank.USER)
    )
    for handle in handles:
        identities.attach(work, journal, key, handle)
    journal.close(f"added {_name(name)}")
    return key


def edit(work: Work, contact_ids: Sequence[int], edits: Edits) -> int:
    """Change fields of one or several contacts alike; return how many really changed.

    Raises:
        NotFoundError: one of them does not exist.
        UsageError: a value makes no sense.
        ConflictError: an identity belongs to somebody else, or cannot go.

    """
    values = _values(work, edits)
    if len(contact_ids) > 1 and not (edits.add_handles or edits.remove_handles):
        return _edit_many(work, list(dict.fromkeys(contact_ids)), edits, values)
    journal = Journal(work)
    names = [name_of(work, key) for key in contact_ids]
    handled = handled_now(work, contact_ids[0]) if len(contact_ids) == 1 else None
    for key in contact_ids:
        kept = contacts_as_they_are(work, [key], ("circle", "cadence_days"))[key]
        journal.update(contact, {"id": key}, _with_cadence_time(work, kept, values))
        _change_tags(work, journal, key, edits)
        for handle in edits.add_handles:
            identities.attach(work, journal, key, handle)
        for handle in edits.remove_handles:
            identities.detach(work, journal, key, handle)
    who = names[0] if len(names) == 1 else f"{len(names)} contacts"
    journal.close(f"changed {_changed_words(edits)} of {who}", handled=handled)
    return journal.changed


def _edit_many(work: Work, ids: list[int], edits: Edits, values: Mapping[str, Any]) -> int:
    """Change many contacts alike, as fast as a transaction can: 10,000 in a second."""
    kept = contacts_as_they_are(work, ids, ("circle", "cadence_days"))
    gone = next((key for key in ids if key not in kept), None)
    if gone is not None:
        raise NotFoundError(f"there is no contact {gone}")
    journal = Journal(work)
    journal.update_contacts({key: _with_cadence_time(work, kept[key], values) for key in ids})
    add = list(dict.fromkeys(_tag(tag) for tag in edits.add_tags))
    remove = list(dict.fromkeys(_tag(tag) for tag in edits.remove_tags))
    if add or remove:
        tagged = tags_as_they_are(work, ids)
        # a tag that is both added and taken away is gone afterwards, as with one contact
        add = [tag for tag in add if tag not in remove]
        journal.remove_tags([(key, tag) for key in ids for tag in remove if tag in tagged[key]])
        journal.add_tags([(key, tag) for key in ids for tag in add if tag not in tagged[key]])
    who = f"{len(ids)} contacts" if len(ids) > 1 else name_of(work, ids[0])
    journal.close(f"changed {_changed_words(edits)} of {who}")
    return journal.changed


def note(work: Work, contact_id: int, text: str) -> None:
    """Add a paragraph to a contact's notes.

    Raises:
        NotFoundError: there is no such contact.
        UsageError: there is nothing in it.

    """
    name = name_of(work, contact_id)
    text = storable(text).strip()
    if not text:
        raise UsageError("the note is empty", "say what to note")
    before = work.connection.scalar(select(contact.c.notes).where(contact.c.id == contact_id)) or ""
    joined = f"{before.rstrip()}\n\n{text}" if before.strip() else text
    journal = Journal(work)
    journal.update(contact, {"id": contact_id}, {"notes": joined, "by_user": True})
    journal.close(f"added a note on {name}")


def snooze(work: Work, contact_id: int, until: datetime) -> None:
    """Hear nothing of a contact until then.

    Raises:
        NotFoundError: there is no such contact.
        UsageError: that moment is past.

    """
    if until <= work.now:
        raise UsageError("that is not in the future", "try: tomorrow, 1w, 2026-07-01")
    _quieten(work, contact_id, {"snoozed_until": stored(until)}, "snoozed")


def unsnooze(work: Work, contact_id: int) -> None:
    """Hear of a contact again.

    Raises:
        NotFoundError: there is no such contact.

    """
    _quieten(work, contact_id, {"snoozed_until": None}, "woke")


def mute(work: Work, contact_id: int, muted: bool = True) -> None:
    """Never be reminded of a contact, or again.

    Raises:
        NotFoundError: there is no such contact.

    """
    _quieten(work, contact_id, {"muted": muted}, "muted" if muted else "unmuted")


def done(work: Work, contact_id: int) -> None:
    """Say that the latest thing they said needs no reply; a newer one will wait again.

    Raises:
        NotFoundError: there is no such contact.
        ConflictError: nothing of theirs waits for an answer.

    """
    name = name_of(work, contact_id)
    state = work.connection.execute(
        select(relationship.c.owed_since, relationship.c.last_act_id).where(
            relationship.c.contact_id == contact_id
        )
    ).one()
    if state.owed_since is None:
        raise ConflictError(
            f"nothing from {clean(name)} waits for a reply", "crm show tells what was last said"
        )
    journal = Journal(work)
    journal.update(interaction, {"id": state.last_act_id}, {"closed": True})
    journal.close(f"marked no reply needed for {name}")


def delete(work: Work, contact_id: int) -> None:
    """Remove a contact with everything about it; undo brings it back.

    Raises:
        NotFoundError: there is no such contact.

    """
    name = name_of(work, contact_id)
    journal = Journal(work)
    owned = list(work.connection.scalars(select(identity.c.id).where(identity.c.contact_id == contact_id)))
    for key in owned:
        acts = select(interaction.c.id).where(interaction.c.identity_id == key)
        for act in list(work.connection.scalars(acts)):
            journal.delete(interaction, {"id": act})
        journal.delete(identity, {"id": key})
    merged_parts.remove_contact(work, journal, contact_id)
    journal.close(f"deleted {name}")


def _quieten(work: Work, contact_id: int, values: Mapping[str, Any], what: str) -> None:
    name = name_of(work, contact_id)
    handled = handled_now(work, contact_id)
    journal = Journal(work)
    journal.update(contact, {"id": contact_id}, {**values, "by_user": True})
    journal.close(f"{what} {name}", handled=handled)


def _values(work: Work, edits: Edits) -> dict[str, Any]:
    """Return the columns to set, checked."""
    values: dict[str, Any] = {"by_user": True}
    if edits.name is not UNSET:
        values |= {"name": _name(edits.name), "name_rank": int(NameRank.USER)}
    for field in ("nickname", "organisation", "title"):
        value = getattr(edits, field)
        if value is not UNSET:
            values[field] = tidy(storable(value)) or None if value else None
    for field in ("birthday", "anniversary"):
        value = getattr(edits, field)
        if value is not UNSET:
            values[field] = _date(value)
    for field in ("archived", "muted"):
        value = getattr(edits, field)
        if value is not UNSET:
            values[field] = value
    if edits.notes is not UNSET:
        values["notes"] = storable(edits.notes)
    if edits.circle is not UNSET:
        values["circle"] = _circle(work, edits.circle)
    if edits.cadence_days is not UNSET:
        values["cadence_days"] = edits.cadence_days
    if edits.floor is not UNSET:
        values["floor"] = _floor(edits.floor)
    return values


def _with_cadence_time(work: Work, kept: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Add when the cadence was set, if this contact's circle or own cadence really changes."""
    if "circle" not in values and "cadence_days" not in values:
        return dict(values)
    before = (kept["circle"], kept["cadence_days"])
    after = (values.get("circle", before[0]), values.get("cadence_days", before[1]))
    if after == before:
        return dict(values)
    set_at = stored(work.now) if after != (None, None) else None
    return {**values, "cadence_set_at": set_at}


def _change_tags(work: Work, journal: Journal, key: int, edits: Edits) -> None:
    kept = set(work.connection.scalars(select(contact_tag.c.tag).where(contact_tag.c.contact_id == key)))
    for tag in dict.fromkeys(_tag(tag) for tag in edits.add_tags):
        if tag not in kept:
            journal.insert(contact_tag, {"contact_id": key, "tag": tag})
    for tag in edits.remove_tags:
        # one that came from elsewhere may be no tag that anybody could type
        journal.delete(contact_tag, {"contact_id": key, "tag": tag if tag in kept else _tag(tag)})


def _name(name: str) -> str:
    name = tidy(storable(name))
    if is_blank(name):
        raise UsageError("the name is empty", "give a name that can be seen")
    return name


def _tag(tag: str) -> str:
    tag = tidy(storable(tag)).strip("#")
    if is_blank(tag):
        raise UsageError("the tag is empty", "a tag is a word or a few")
    return tag


def _date(value: PartialDate | None) -> str | None:
    if value is None:
        return None
    if not is_day(value):
        raise UsageError("there is no such day", "write it like 1980-05-05 or --05-05")
    return iso(value)


def _circle(work: Work, circle: str | None) -> str | None:
    if circle is None or circle.casefold() in ("", "none"):
        return None
    if circle.casefold() not in work.rules.circles:
        raise UsageError(f'there is no circle "{clean(circle)}"', f"one of {', '.join(work.rules.circles)}")
    return circle.casefold()


def _floor(floor: str | None) -> str | None:
    if floor is None or floor.casefold() in ("", "default"):
        return None
    depth = depth_from(floor)
    if depth is None or depth is Depth.LIVE:
        raise UsageError(f'"{clean(floor)}" is no floor', "one of nod, boost, words")
    return depth.word


def _changed_words(edits: Edits) -> str:
    named = [field.name for field in fields(edits) if getattr(edits, field.name) not in (UNSET, ())]
    words = {"cadence_days": "the cadence", "add_tags": "tags", "remove_tags": "tags"}
    words |= {"add_handles": "identities", "remove_handles": "identities", "archived": "archiving"}
    return ", ".join(dict.fromkeys(words.get(name, f"the {name}") for name in named)) or "nothing"
