"""What a notice may say of a digest: all of it, names, first names, or only how many.

Notices are read over shoulders and lie on other people's servers. Beside names they hold why somebody is in
them, and only with `full` what was last said. They are short: a few per section, and how many more.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from crm.config import Privacy
from crm.domain.text import clean
from crm.services.reminders import Digest, DigestItem

PER_SECTION = 5
_LONGEST_NAME = 60
_LONGEST_REASON = 200
SNOOZE_DAYS = 7
"""How long Snooze in a notice lets somebody rest."""


def words(found: Digest, privacy: Privacy) -> tuple[str, str]:
    """Return the title and the text of a notice, plain and cleaned; names only as far as allowed."""
    if privacy is Privacy.COUNT:
        return found.title, "crm today says who."
    sections = []
    for section, items in groupby(found.items, key=lambda item: item.section):
        sections.append(_section(section, list(items), privacy))
    return found.title, "\n\n".join(sections)


def choices(found: Digest, privacy: Privacy) -> tuple[tuple[str, str], ...]:
    """Return what can be done from a notice, as (action, label); with whom, where names are allowed."""
    opening = ("open", "Open")
    first = next((item for item in found.items if item.contact == found.first_contact), None)
    if first is None or privacy is Privacy.COUNT:
        return (opening,)
    name = called(first.name, privacy)
    if first.section == "Dates":
        return (opening,)
    snooze = ("snooze", f"Snooze {name} for {SNOOZE_DAYS} days")
    if first.section == "Waiting for you":
        return (opening, snooze, ("done", f"{name}: no reply needed"))
    return (opening, snooze)


def called(name: str, privacy: Privacy) -> str:
    """Return a name as far as it may be shown; never a whole address or telephone number as a first name."""
    name = clean(name, limit=_LONGEST_NAME)
    if privacy is Privacy.COUNT:
        return "somebody"
    return name if privacy is not Privacy.FIRST_NAMES else _first_name(name)


def _first_name(name: str) -> str:
    _, comma, given = name.partition(",")
    if comma and given.strip() and "@" not in name:  # "Byron, Ada"
        name = given
    # an account or an address: what stands before the server
    words = [word for word in name.lstrip("@ ").partition("@")[0].split() if not word.endswith(".")]
    if not words or not any(character.isalpha() for character in words[0]):
        return "somebody"
    return words[0]


def _section(title: str, items: Sequence[DigestItem], privacy: Privacy) -> str:
    lines = [title]
    for item in items[:PER_SECTION]:
        lines.append(f"  {called(item.name, privacy)}: {clean(item.reason, limit=_LONGEST_REASON)}")
        if item.said and privacy is Privacy.FULL:
            lines.append(f"    {clean(item.said)}")
    if len(items) > PER_SECTION:
        lines.append(f"  and {len(items) - PER_SECTION} more")
    return "\n".join(lines)
