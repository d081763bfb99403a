"""Accounts of Reddit, and which of them is the user's.

The decision to know: a name on Reddit is unique and never changes, so it is the handle and there is no other
key. `[deleted]` stands for anybody.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

from crm.domain.errors import QuestionError
from crm.domain.records import IdentityRef, Owner, SelfRecord
from crm.importers.kit.export import Export
from crm.importers.reddit.chat import Talks
from crm.importers.reddit.connections import Facts
from crm.importers.reddit.names import PLATFORM, account

_EXPORT_NAME = re.compile(r"export_([A-Za-z0-9_-]{3,20})_\d{8}(?!\d)", re.IGNORECASE)
_MOST_CHOICES = 12


class Parties(NamedTuple):
    """Who is in the private messages."""

    messages: int
    counts: Counter[str]
    """How many messages an account, as written in lower case, wrote or got."""


class Me:
    """The user's account, as far as it is known."""

    def __init__(self, names: frozenset[str], shown: str | None = None, address: str | None = None) -> None:
        self.names = names
        """In lower case."""
        self._shown = shown
        self._address = address

    def is_me(self, name: str | None) -> bool:
        """Say whether an account is the user's."""
        return name is not None and name.lower() in self.names

    def record(self) -> SelfRecord | None:
        """Return the user's identities, or None where the export tells nothing of them."""
        found = [IdentityRef(PLATFORM, self._shown)] if self._shown else []
        if self._address and "@" in self._address:
            found.append(IdentityRef("email", self._address))
        return SelfRecord(tuple(found)) if found else None


def decide(export: Export, owner: Owner, facts: Facts, talks: Talks, look: Callable[[], Parties]) -> Me:
    """Return who the user is: as they say, as the export says, else who is in every conversation.

    Args:
        export: its name may tell.
        owner: what is known of the user.
        facts: what the export says of the account.
        talks: the chats.
        look: reads who is in the private messages, where that is needed.

    Raises:
        QuestionError: there are conversations, and none of this tells.

    """
    said = facts.name or _named(export)
    if said and not owner.stated:
        return Me(frozenset((said.lower(),)), said, facts.address)
    parties = look()
    written = talks.counts + parties.counts
    if owner.stated:
        stated = account(owner.stated.strip().rstrip("/").rpartition("/")[2].removeprefix("reddit:"))
        if stated and (not written or stated.lower() in written or stated.lower() == (said or "").lower()):
            return Me(frozenset((stated.lower(),)), stated, facts.address)
        raise _question(f"nobody in these messages is called {owner.stated!r}", written)
    known = {handle for platform, handle in owner.identities if platform == PLATFORM}
    mine = known & set(written)
    if mine or not written:
        return Me(frozenset(mine or known), next(iter(sorted(mine)), None), facts.address)
    candidates = _in_all(parties) & talks.in_all_of_two() or _in_all(parties) or talks.in_all_of_two()
    if len(candidates) == 1:
        [name] = candidates
        return Me(frozenset((name,)), name, facts.address)
    raise _question("this export does not say which of the people in its messages you are", written)


def _in_all(parties: Parties) -> set[str]:
    return {name for name, count in parties.counts.items() if count == parties.messages > 1}


def _named(export: Export) -> str | None:
    """Return the user's name from that of the export: `export_<name>_<date>.zip`."""
    match = _EXPORT_NAME.match(export.path.name) or _EXPORT_NAME.match(export.outer)
    return match[1] if match else None


def _question(message: str, written: Counter[str]) -> QuestionError:
    most = written.most_common(_MOST_CHOICES)
    choices = tuple((name, f"{name}: {count:,} message{'s' if count > 1 else ''}") for name, count in most)
    return QuestionError(message, "say it with --as and your name on Reddit", "as", choices)
