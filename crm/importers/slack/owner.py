"""Which of the people of a workspace is the user.

The decision to know: nothing in the export says so, so the user's e-mail address decides where it is known
from elsewhere; else who is in every direct message, since such exports are made by one member for themselves.
"""

from __future__ import annotations

from collections import Counter

from crm.domain.errors import ExportError, QuestionError
from crm.domain.handles import normalise
from crm.domain.records import Owner, Problem
from crm.domain.text import folded
from crm.importers.kit.export import Export
from crm.importers.kit.jsonstream import stream_array
from crm.importers.slack.layout import Place
from crm.importers.slack.people import PLATFORM, People, Person
from crm.importers.slack.shapes import Written

_MOST_CHOICES = 6
_MOST_COUNTED = 200
"""Days that are looked through for the question, the newest."""


def decide(export: Export, owner: Owner, people: People, places: list[Place]) -> str | None:
    """Return the id of the user; None where there are no messages, and it does not matter.

    Raises:
        QuestionError: it is not known, or nobody is called what the user stated.

    """
    persons = [person for person in people.known.values() if not person.is_bot]
    if owner.stated:
        stated = _called(owner.stated, persons)
        if stated is None:
            raise _question(f"nobody in this workspace is called {owner.stated!r}", export, people, places)
        return stated
    numbers = {number for platform, number in owner.external_ids if platform == PLATFORM}
    addresses = {address for platform, address in owner.identities if platform == "email"}
    for found in (
        [person.id for person in persons if person.id in numbers],
        [p.id for p in persons if p.email and normalise("email", p.email) in addresses],
        _in_all_of_two(places),
        [p.id for p in persons if any(folded(name) in owner.names for name in p.names)],
    ):
        if len(found) == 1:
            return found[0]
    if not any(place.days for place in places):
        return None
    raise _question("this export does not say which of the people in it you are", export, people, places)


def _called(stated: str, persons: list[Person]) -> str | None:
    stated = stated.strip().removeprefix("slack:").removeprefix("email:")
    address, name = normalise("email", stated), folded(stated.removeprefix("@"))
    for found in (
        [person.id for person in persons if person.id == stated],
        [person.id for person in persons if person.email and normalise("email", person.email) == address],
        [person.id for person in persons if any(folded(one) == name for one in person.names)],
    ):
        if len(found) == 1:
            return found[0]
    return None


def _in_all_of_two(places: list[Place]) -> list[str]:
    """Return who is in every direct message, where there are several with different people."""
    pairs = {place.members for place in places if place.kind == "dms" and len(place.members) == 2}
    return list(frozenset.intersection(*pairs)) if len(pairs) > 1 else []


def _question(message: str, export: Export, people: People, places: list[Place]) -> QuestionError:
    counts: Counter[str] = Counter()
    days = sorted((name.rpartition("/")[2], name) for place in places for name in place.days)
    for _, name in days[-_MOST_COUNTED:]:
        try:
            with export.open(name) as stream:
                for item in stream_array(stream, Written, name):
                    if not isinstance(item, Problem) and item.user and item.subtype is None:
                        counts[item.user] += not people.is_bot(item.user)
        except ExportError:  # told when it is read
            continue
    choices = []
    for number, count in counts.most_common(_MOST_CHOICES):
        person = people.known.get(number)
        if person is not None and count:
            shown = f"{person.name or number}: {count:,} message{'s' if count > 1 else ''}"
            choices.append((person.email or number, shown))
    return QuestionError(
        message,
        "say it with --as and your e-mail address there, or your name or member id, whoever else is listed",
        "as",
        tuple(choices),
    )
