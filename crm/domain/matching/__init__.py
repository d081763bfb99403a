"""Suggestions that two contacts are one person, each with its reasons. Nothing here merges anything.

`weigh` compares only contacts that share a blocking key (`blocks`), weighs what speaks for and against
(`evidence`) by how rare it is in this community (`rarity`), and lets rivals weaken each other: who fits two
people on one platform equally well is probably neither for sure. How alike two words are and how another
script is written in Latin letters is handed in, because the domain knows the standard library only.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from math import log2, log10
from typing import NamedTuple

from crm.domain.matching.blocks import candidates
from crm.domain.matching.evidence import MANY, Scales, Weighed
from crm.domain.matching.likeness import Similar
from crm.domain.matching.names import Latin, Reader
from crm.domain.matching.rarity import Rarity
from crm.domain.matching.subject import Account, Pair, Subject
from crm.domain.matching.traits import Traits

__all__ = ["Account", "Pair", "Subject", "Weighing", "find", "weigh"]

LEAST = 0.7
"""Bits from which a pair is suggested: of 100 suggestions 95 are right, on made-up communities of any size up
to 10,000 contacts."""
_LEAST_PER_TENFOLD, _LARGE = 2.0, 6_000
"""More in larger ones: people of one language share names more often than counting words tells."""
_COMMON_NAME, _SMALL = 5.0, 1000
"""Bits that two of a common name need more in a tiny community, and the size at which that has halved."""
_RIVAL = -2.0
"""A pair with fewer bits is nobody's rival."""


def find(
    subjects: Sequence[Subject],
    similar: Similar,
    latin: Latin,
    refused: Collection[tuple[int, int]] = (),
    only: int | None = None,
    least: float = LEAST,
) -> list[Pair]:
    """Return the pairs of contacts that are probably one, the surest first.

    Args:
        subjects: the whole community, which is also what rarity is measured in.
        similar: how alike two words are, 0 to 1.
        latin: writes any script in ASCII letters.
        refused: pairs of ids, the smaller first, that the user has said are two.
        only: the id of one contact, to find only its pairs.
        least: bits from which a pair is returned.

    """
    return weigh(subjects, similar, latin, only).pairs(refused, least)


def weigh(subjects: Sequence[Subject], similar: Similar, latin: Latin, only: int | None = None) -> Weighing:
    """Compare everybody with whom there is a reason to; `find` says what the arguments are."""
    place = None
    if only is not None:
        place = next((n for n, subject in enumerate(subjects) if subject.id == only), None)
        if place is None:
            return Weighing(len(subjects), {}, {})
    reader = Reader(latin)
    everybody = [Traits(subject, reader, latin) for subject in subjects]
    rarity = Rarity(everybody, reader)
    scales = Scales(rarity, reader, similar, _holders(everybody))
    weighed: dict[tuple[int, int], Weighed] = {}
    sides: dict[int, _Side] = {}
    for one, other in candidates(everybody, place):
        found = scales.weigh(everybody[one], everybody[other])
        if found.bits > _RIVAL:
            ids = (subjects[one].id, subjects[other].id)
            weighed[min(ids), max(ids)] = found
            for key, side in zip(ids, (one, other), strict=True):
                sides[key] = _Side(everybody[side].common, frozenset(everybody[side].platforms) - MANY)
    return Weighing(len(subjects), sides, weighed)


class _Side(NamedTuple):
    """What there is to know of a contact once its pairs are weighed."""

    common: bool
    """It goes by a name that says nothing by itself."""
    platforms: frozenset[str]
    """Where it has an account, but for places where having several is nothing special."""


class Weighing:
    """What the pairs of a community came to, before anything is refused: kept, it answers again at once."""

    def __init__(self, size: int, sides: dict[int, _Side], weighed: dict[tuple[int, int], Weighed]) -> None:
        self._size = size
        self._sides = sides
        self._weighed = weighed

    def __len__(self) -> int:
        """Return how many pairs it holds."""
        return len(self._weighed)

    def pairs(self, refused: Collection[tuple[int, int]] = (), least: float = LEAST) -> list[Pair]:
        """Return the pairs that are probably one, the surest first; `find` says what the arguments are."""
        least += _LEAST_PER_TENFOLD * max(log10(self._size / _LARGE), 0.0) if self._size else 0.0
        weighed = {key: found for key, found in self._weighed.items() if key not in refused}
        pairs = [
            _pair(key, found, bits)
            for key, found, bits in self._without_rivals(weighed)
            if self._is_enough(key, found, bits - least)
        ]
        return sorted(pairs, key=lambda pair: (-pair.bits, pair.one, pair.other))

    def _is_enough(self, key: tuple[int, int], found: Weighed, over: float) -> bool:
        """Say whether a pair's bits are enough, where a common name alone is no reason.

        A large community counts its Smiths itself; the smaller it is, the more a well-known name has to be
        made up for by something that is not made of it.
        """
        if found.independent or not any(self._sides[who].common for who in key):
            return over >= 0
        return over >= _COMMON_NAME * _SMALL / (_SMALL + self._size)

    def _without_rivals(
        self, weighed: dict[tuple[int, int], Weighed]
    ) -> Iterator[tuple[tuple[int, int], Weighed, float]]:
        """Yield each pair with its bits, less what its rivals take.

        A rival of a pair is another contact that fits one of the two and has an account on a platform where
        the other has one too: at most one of them can be the same person.
        """
        fitting: dict[int, list[tuple[int, float]]] = {}
        for (one, other), found in weighed.items():
            fitting.setdefault(one, []).append((other, found.bits))
            fitting.setdefault(other, []).append((one, found.bits))
        for (one, other), found in weighed.items():
            rivals = 0.0
            for centre, partner in ((one, other), (other, one)):
                places = self._sides[partner].platforms
                for another, bits in fitting[centre]:
                    if another != partner and places & self._sides[another].platforms:
                        rivals += 2.0 ** min(bits, 40.0)
            yield (one, other), found, found.bits - log2(1.0 + rivals)


def _holders(everybody: Sequence[Traits]) -> dict[str, list[Traits]]:
    """Return who has each exact key, where several have."""
    first: dict[str, Traits] = {}
    more: dict[str, list[Traits]] = {}
    for traits in everybody:
        for key in traits.keys:
            met = first.setdefault(key, traits)
            if met is not traits:
                more.setdefault(key, [met]).append(traits)
    return more


def _pair(key: tuple[int, int], found: Weighed, bits: float) -> Pair:
    reasons = tuple(dict.fromkeys(why for _, why in sorted(found.reasons, key=lambda each: -each[0])))
    against = tuple(dict.fromkeys(why for _, why in sorted(found.against, key=lambda each: -each[0])))
    return Pair(*key, bits, reasons, against)
