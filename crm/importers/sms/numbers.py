"""Who stands behind the addresses in a backup: people by number, robots, and the user.

The decision to know: a phone writes incoming numbers as `+49170...` and outgoing ones as they were dialled,
`0170...`, and takes both for one conversation because their ends agree. So do we, where exactly one
international number of the same backup ends like a national one; otherwise nobody would ever seem to answer.
External ids use only the end of a number, which both spellings share, so that they do not depend on this.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache
from typing import BinaryIO

from crm.domain.handles import normalise
from crm.domain.records import IdentityRef, Owner
from crm.importers.kit.text import clean_value

_BLOCK = 1 << 20
_LONGEST = 2000
_ADDRESS = re.compile(rb'\s(?:address|number)="([^"<>]{1,2000})"')
_SAME_END = 7
"""Digits at the end that make two spellings one number for Android (PhoneNumberUtils' MIN_MATCH)."""
_LONGEST_PREFIX = 3
"""Digits of a country code; a zero between it and the rest, as in Italy, makes it no longer in practice."""
_LONGEST_SHORT_CODE = 6
_OWN_TOKEN = "insert-address-token"  # noqa: S105 - what Android writes for the phone's own number
_UNKNOWN_NAMES = frozenset(("", "null", "(unknown)", "unknown"))
_NUMBERED = ("phone", "sms", "whatsapp", "signal", "imessage")


def survey(stream: BinaryIO, numbers: Numbers) -> None:
    """Note every address of a backup, at the speed of reading: no parser, pictures are just passed over."""
    rest = b""
    seen: set[bytes] = set()
    while block := stream.read(_BLOCK):
        block = rest + block
        new = set(_ADDRESS.findall(block)) - seen
        for address in new:
            numbers.note(address.decode("utf-8", "replace"))
        seen |= new
        rest = block[-_LONGEST:]


class Numbers:
    """The numbers of one export."""

    def __init__(self, owner: Owner) -> None:
        self.own: set[str] = set()
        """Learnt from the export: the sender of what was sent."""
        self._known_own = {handle for platform, handle in owner.identities if platform in _NUMBERED}
        if owner.stated:
            self._known_own.add(normalise("phone", owner.stated))
        self._abroad: dict[str, set[str]] = defaultdict(set)
        self._resolved: dict[str, str] = {}
        self._people: dict[tuple[str, str], IdentityRef] = {}

    def note(self, addresses: str) -> None:
        """Take note of what an attribute holds: one address, or those of a group."""
        for address in split(addresses):
            number = normalise("phone", address)
            if number.startswith("+"):
                self._abroad[number[-_SAME_END:]].add(number)

    def key(self, address: str) -> str:
        """Return one person's number or mail address, whichever way it is written."""
        found = self._resolved.get(address)
        if found is None:
            found = self._resolved[address] = self._resolve(address)
        return found

    def person(self, key: str, name: str | None) -> IdentityRef:
        """Return whom a key stands for."""
        written = clean_value(name or "").strip()
        written = "" if written.casefold() in _UNKNOWN_NAMES else written
        ref = self._people.get((key, written))
        if ref is None:
            platform = "email" if "@" in key else "phone"
            ref = self._people[key, written] = IdentityRef(platform, key, name=written or None)
        return ref

    def is_own(self, key: str) -> bool:
        """Say whether it is the user's own number."""
        return key == _OWN_TOKEN or key in self.own or key in self._known_own

    def learn_own(self, key: str) -> None:
        """Take a number for the user's own."""
        if key != _OWN_TOKEN and key.startswith("+"):
            self.own.add(key)

    def _resolve(self, address: str) -> str:
        address = clean_value(address).strip()
        if address == _OWN_TOKEN:
            return address
        number = normalise("email" if "@" in address else "phone", address)
        digits = number.lstrip("0")
        if not number.isascii() or not number.isdigit() or len(digits) < _SAME_END:
            return number
        same = [
            abroad
            for abroad in self._abroad.get(number[-_SAME_END:], ())
            if abroad.endswith(digits) and 1 <= len(abroad) - 1 - len(digits) <= _LONGEST_PREFIX
        ]
        return same[0] if len(same) == 1 else number


def split(addresses: str) -> list[str]:
    """Return the addresses of a group, which the backup joins with `~`."""
    return [part for part in (one.strip() for one in addresses.split("~")) if part and part != "null"]


@lru_cache(maxsize=8192)
def is_robot(key: str) -> bool:
    """Say whether no person has such an address: a name (`DHL`), a short code, a withheld number."""
    if "@" in key:
        return False
    if not any(char.isdigit() for char in key) or any(char.isalpha() for char in key.partition(";")[0]):
        return True
    return not key.startswith("+") and len(key) <= _LONGEST_SHORT_CODE


def end_of(key: str) -> str:
    """Return what every spelling of an address has in common, for external ids."""
    return key if "@" in key else key[-_SAME_END:]
