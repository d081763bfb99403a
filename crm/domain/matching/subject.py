"""What matching looks at and what it finds: plain values, so that it can be tried on anything."""

from __future__ import annotations

from math import exp2
from typing import NamedTuple


class Account(NamedTuple):
    """One identity of a contact."""

    platform: str
    handle: str | None
    external_id: str | None = None
    name: str | None = None
    url: str | None = None


class Subject(NamedTuple):
    """One contact, as far as matching looks at it."""

    id: int
    names: tuple[str, ...]
    """Names it goes by, none of them a handle; the best first."""
    accounts: tuple[Account, ...]
    organisation: str | None = None
    birthday: str | None = None
    """YYYY-MM-DD or --MM-DD."""
    text: str = ""
    """Notes, and whatever else was said about it: links and addresses in it count."""
    claims: tuple[tuple[str, str], ...] = ()
    """(platform, handle) that its cards name, also where the identity went to somebody else."""
    books: frozenset[int] = frozenset()
    """The address books (import runs) in which it has a card."""


class Pair(NamedTuple):
    """Two contacts that may be one."""

    one: int
    other: int
    bits: float
    """Logarithm to base 2 of the odds that they are one; orders suggestions, and is shown to nobody."""
    reasons: tuple[str, ...]
    against: tuple[str, ...]

    @property
    def strength(self) -> float:
        """The same as a share between 0 and 1."""
        return 1.0 / (1.0 + exp2(-max(min(self.bits, 60.0), -60.0)))
