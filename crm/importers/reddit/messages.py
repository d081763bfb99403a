"""Private messages, in both directions.

The decision to know: `messages.csv` and `messages_archive.csv` hold in part the same messages, so ids seen
once are not yielded again.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from crm.domain.records import Direction, InteractionRecord, Kind, Record
from crm.importers.kit.export import Export
from crm.importers.kit.keys import digest, normal_text
from crm.importers.kit.tables import Row
from crm.importers.reddit.names import PLATFORM, account, address, person, words
from crm.importers.reddit.people import Me, Parties
from crm.importers.reddit.tables import Reading, read_rows, rows

_ANSWER = re.compile(r"^(?:re:\s*)+", re.IGNORECASE)
_ROBOTS = frozenset(("reddit", "automoderator", "welcomebot", "modnewsletter"))
OF_ROBOTS = "messages of Reddit itself and its robots"
TO_ROBOTS = "messages to Reddit itself and its robots"
DELETED = "messages of deleted accounts"
MODERATORS = "messages from the moderators of a subreddit"
NOTES = "messages to yourself"


def parties(export: Export, names: list[str]) -> Parties:
    """Return who is in the messages."""
    counts: Counter[str] = Counter()
    messages = 0
    for name in names:
        for row in rows(export, name):
            if isinstance(row, Row):
                both = {found.lower() for side in ("from", "to") if (found := account(row[side]))}
                if len(both) == 2 and both.isdisjoint(_ROBOTS):
                    messages += 1
                    counts.update(both)
    return Parties(messages, counts)


def read(export: Export, names: list[str], me: Me) -> Iterator[Record]:
    """Yield the messages, each once."""
    seen: set[str] | None = set() if len(names) > 1 else None

    def message(row: Row, reading: Reading) -> Iterable[Record]:
        return _message(row, reading, me, seen)

    return read_rows(export, names, message)


def _message(row: Row, reading: Reading, me: Me, seen: set[str] | None) -> Iterable[Record]:
    identifier = row["id"].strip().lower().removeprefix("t4_")
    if not identifier:
        return [reading.problem(row, "is a message without an id")]
    if seen is not None:
        if identifier in seen:
            return ()
        seen.add(identifier)
    sender, recipient = account(row["from"]), account(row["to"])
    is_mine = me.is_me(sender)
    if not is_mine and not me.is_me(recipient):
        return [reading.problem(row, "is a message that is neither by you nor to you")]
    if reason := _why_left(row, sender, recipient, is_mine, me):
        reading.left[reason] += 1
        return ()
    other = recipient if is_mine else sender
    text = "\n\n".join(part for part in (words(row["subject"]), words(row["body"])) if part) or None
    moment = reading.times.read(row["date"], row.line)
    return [
        InteractionRecord(
            PLATFORM,
            f"reddit:t4:{identifier}",
            person(other) if other else None,
            moment.at,
            Direction.OUT if is_mine else Direction.IN,
            Kind.MESSAGE,
            text,
            _thread(row, other or row["to"]),
            address(row["permalink"]),
            moment.precision,
            moment.assumed,
        )
    ]


def _why_left(row: Row, sender: str | None, recipient: str | None, is_mine: bool, me: Me) -> str | None:
    if is_mine:
        if (recipient or "").lower() in _ROBOTS:
            return TO_ROBOTS
        return NOTES if me.is_me(recipient) else None
    if sender is None:
        return MODERATORS if "r/" in row["from"].casefold() else DELETED
    return OF_ROBOTS if sender.lower() in _ROBOTS else None


def _thread(row: Row, other: str) -> str:
    known = row["thread id"].strip().lower().removeprefix("t4_")
    subject = _ANSWER.sub("", normal_text(row["subject"])).casefold()
    return f"reddit:pm:{known or digest(other.casefold(), subject)}"
