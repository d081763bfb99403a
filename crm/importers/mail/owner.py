"""Whose mailbox it is: one cheap pass over the headers before anything is read.

The decision to know: an address is yours when you said so, when messages filed as sent come from it, or
when messages were delivered to it. Only where nothing says so, the address that nearly every message has
in common is taken, and if there are two such addresses, you are asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from crm.domain.errors import ExportError
from crm.domain.handles import normalise, parse_reference
from crm.domain.records import Owner
from crm.domain.text import folded
from crm.importers.mail.addresses import Address, parse_addresses
from crm.importers.mail.filters import is_list_address, is_robot, list_addresses
from crm.importers.mail.folders import Use
from crm.importers.mail.headers import Fields
from crm.importers.mail.notifications import source_of

FIELDS = frozenset(
    (b"from", b"to", b"cc", b"delivered-to", b"x-gmail-labels", b"list-id", b"list-post", b"x-beenthere",
     b"mailing-list")
)  # fmt: skip
"""The header fields that the survey looks at."""

_LIST_FIELDS = frozenset((b"list-id", b"list-post", b"x-beenthere", b"mailing-list"))
_MOST_LISTS = 20_000
_DELIVERED_SHARE = 0.05
"""Of the messages that say so; below that it is an address of somebody whose mail was copied in."""
_FILED_SHARE = 0.01
_PRESENT_SHARE = 0.6
_RIVAL_SHARE = 0.75
_KNOWN_SHARE = 0.25
_NONE: list[bytes] = []


class Frequent:
    """Counts that stay small whatever comes: the frequent are exact enough, the rare are forgotten.

    Misra and Gries, 1982: with 2,000 counters no text that makes up 1/2,000 of all is ever lost.
    """

    _COUNTERS = 2_000

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self.total = 0

    def add(self, text: str) -> None:
        """Count `text` once."""
        self.total += 1
        counts = self.counts
        counts[text] = counts.get(text, 0) + 1
        if len(counts) > self._COUNTERS:
            self.counts = {known: count - 1 for known, count in counts.items() if count > 1}

    def share(self, text: str, of: int) -> float:
        """Return how often `text` was counted as a share of `of`."""
        return self.counts.get(text, 0) / of if of else 0.0


class Mailbox(NamedTuple):
    """What a mailbox says about itself."""

    own: frozenset[str]
    """Addresses of the user, normalised."""
    shown: tuple[Address, ...]
    """Those of them that the mailbox names or the user stated, with names, for the `SelfRecord`."""
    lists: frozenset[str]
    """Addresses of mailing lists."""


class Survey:
    """What one pass over the headers of a mailbox counts."""

    def __init__(self, owner: Owner) -> None:
        self._as_typed = owner.stated
        ref = parse_reference(owner.stated) if owner.stated else None
        is_mail = ref is not None and ref.platform == "email"
        self._stated = normalise("email", ref.handle or "") if ref and is_mail else None
        self._stated_name = folded(owner.stated) if owner.stated and ref is None else None
        known = {handle for platform, handle in owner.identities if platform == "email"}
        self._known = known | ({self._stated} if self._stated else set())
        self._wanted_names = {folded(name) for name in owner.names}
        if self._stated_name:
            self._wanted_names.add(self._stated_name)
        self._named = Frequent()
        self._labelled = Frequent()
        self._filed = Frequent()
        self._filed_to = Frequent()
        self._delivered = Frequent()
        self._senders = Frequent()
        self._present = Frequent()
        self._considered = 0
        self._shown_names: dict[str, str] = {}
        self._lists: set[str] = set()

    def add(self, fields: Fields, labels: Iterable[Use], folder: Use | None) -> None:
        """Count one message, which lies neither in the spam nor in the trash.

        Args:
            fields: those in `FIELDS`.
            labels: what its Gmail labels say.
            folder: what its folder is for.

        """
        senders = parse_addresses(fields.get(b"from", [b""])[0])
        sender = senders[0] if senders else None
        if sender and source_of(sender.address) is not None:  # to a list's address, or to nobody's
            self._count_delivery(fields)
            return
        if not _LIST_FIELDS.isdisjoint(fields):
            if len(self._lists) < _MOST_LISTS:
                self._lists |= list_addresses(fields, (person.address for person in _recipients(fields)))
            return
        if sender and Use.SENT in labels:
            self._labelled.add(sender.address)
        elif sender and folder is Use.SENT:
            self._filed.add(sender.address)
            for person in _recipients(fields):
                self._filed_to.add(person.address)
        self._count_delivery(fields)
        self._count_presence(fields, sender)

    def _count_delivery(self, fields: Fields) -> None:
        # Only the topmost: those below name lists and relays it passed. ezmlm writes "mailing list x@y"
        delivered = fields.get(b"delivered-to", _NONE)
        if delivered and not delivered[0].lower().startswith(b"mailing list"):
            for person in parse_addresses(delivered[0])[:1]:
                self._delivered.add(person.address)

    def _count_presence(self, fields: Fields, sender: Address | None) -> None:
        if sender is None or is_robot(sender.address):
            return
        self._considered += 1
        self._senders.add(sender.address)
        if sender.name:
            self._note_name(sender)
        self._present.add(sender.address)
        for person in _recipients(fields):
            if person.address != sender.address and source_of(person.address) is None:
                self._present.add(person.address)

    def _note_name(self, sender: Address) -> None:
        name = sender.name or ""
        if sender.address not in self._shown_names and len(self._shown_names) < 10_000:
            self._shown_names[sender.address] = name
        if self._wanted_names and folded(name) in self._wanted_names:
            self._named.add(sender.address)

    def conclude(self) -> Mailbox:
        """Return whose mailbox it is.

        Raises:
            ExportError: nothing tells, and several addresses are in it all the time.

        """
        own = self._known | self._evident()
        if not self._is_here(own):
            own |= self._common(own)
        names = self._shown_names
        shown = {address for address in own if self._is_shown(address)}
        return Mailbox(
            frozenset(own),
            tuple(Address(address, names.get(address)) for address in sorted(shown, key=self._rank)),
            frozenset(self._lists - own),
        )

    def _evident(self) -> set[str]:
        """Return the addresses that the mailbox itself says are the user's."""
        own = set(self._labelled.counts)
        if self._stated_name:
            own |= set(self._named.counts)
        strong = {
            address
            for address in self._delivered.counts
            if self._delivered.share(address, self._delivered.total) >= _DELIVERED_SHARE
            and not is_robot(address)
            and not is_list_address(address)
            and address not in self._lists
        }
        own |= strong
        for address in self._filed.counts:
            share = self._filed.share(address, self._filed.total)
            # Other people's messages get filed there too; theirs are the addresses one writes to
            written_to = self._filed_to.counts.get(address, 0) > 0 and address not in own
            if share > 0.5 or (share >= _FILED_SHARE and not written_to):
                own.add(address)
        return own

    def _is_here(self, own: set[str]) -> bool:
        """Say whether the addresses known so far explain the mailbox."""
        if self._labelled.total or self._filed.total or self._delivered.total:
            return bool(own)
        shares = (self._present.share(address, self._considered) for address in own)
        return any(share >= _KNOWN_SHARE for share in shares) or (bool(own) and not self._considered)

    def _common(self, own: set[str]) -> set[str]:
        """Return the one address that nearly every message has in common."""
        ranking = sorted(self._present.counts.items(), key=lambda item: (-item[1], item[0]))
        if not ranking:
            return set()
        (first, count), *rest = ranking
        rival = rest[0][1] if rest else 0
        wrote = self._senders.counts.get(first, 0)
        usual = count >= _PRESENT_SHARE * self._considered and rival <= _RIVAL_SHARE * count
        if usual and (wrote < count or len(rest) >= 3):
            return {first}
        named = set(self._named.counts)
        if named:
            return named
        if any(self._present.counts.get(address) for address in own):
            return set()
        stated = self._as_typed
        raise ExportError(
            "cannot tell which address in this mailbox is yours"
            + (f"; {stated} is not in it" if stated else ""),
            "say which with --as you@example.org; most frequent in it: "
            + ", ".join(address for address, _ in ranking[:5]),
        )

    def _is_shown(self, address: str) -> bool:
        return address == self._stated or any(
            address in frequent.counts
            for frequent in (self._present, self._labelled, self._filed, self._delivered)
        )

    def _rank(self, address: str) -> tuple[int, str]:
        return -self._present.counts.get(address, 0), address


def _recipients(fields: Mapping[bytes, list[bytes]]) -> list[Address]:
    found: list[Address] = []
    for name in (b"to", b"cc"):
        for value in fields.get(name, _NONE):
            found += parse_addresses(value)
    return found
