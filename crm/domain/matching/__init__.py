"""Suggestions that two contacts are one person, each with its reasons. Nothing here merges anything.

`find` compares only contacts that share a blocking key (`blocks`), weighs what speaks for and against
(`evidence`) by how rare it is in this community (`rarity`), and lets rivals weaken each other: who fits two
people on one platform equally well is probably neither for sure. How alike two words are and how another
script is written in Latin letters is handed in, because the domain knows the standard library only.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from math import log2, log10

from crm.domain.matching.blocks import candidates
from crm.domain.matching.evidence import MANY, Scales, Weighed
from crm.domain.matching.likeness import Similar
from crm.domain.matching.names import Latin, Reader
from crm.domain.matching.rarity import Rarity
from crm.domain.matching.subject import Account, Pair, Subject
from crm.domain.matching.traits import Traits

__all__ = ["Account", "Pair", "Subject", "find"]

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
    reader = Reader(latin)
    everybody = [Traits(subject, reader, latin) for subject in subjects]
    rarity = Rarity(everybody, reader)
    place = None
    if only is not None:
        place = next((n for n, subject in enumerate(subjects) if subject.id == only), None)
        if place is None:
            return []
    scales = Scales(rarity, reader, similar, _holders(everybody))
    weighed: dict[tuple[int, int], Weighed] = {}
    for one, other in candidates(everybody, place):
        ids = (subjects[one].id, subjects[other].id)
        if (min(ids), max(ids)) in refused:
            continue
        found = scales.weigh(everybody[one], everybody[other])
        if found.bits > _RIVAL:
            weighed[one, other] = found
    least += _LEAST_PER_TENFOLD * max(log10(len(everybody) / _LARGE), 0.0) if everybody else 0.0
    pairs = [
        _pair(everybody, key, found, bits)
        for key, found, bits in _without_rivals(everybody, weighed)
        if _is_enough(everybody, key, found, bits - least)
    ]
    return sorted(pairs, key=lambda pair: (-pair.bits, pair.one, pair.other))


def _is_enough(everybody: Sequence[Traits], key: tuple[int, int], found: Weighed, over: float) -> bool:
    """Say whether a pair's bits are enough, where a common name alone is no reason.

    A large community counts its Smiths itself; the smaller it is, the more a well-known name has to be made
    up for by something that is not made of it.
    """
    if found.independent or not any(everybody[place].common for place in key):
        return over >= 0
    return over >= _COMMON_NAME * _SMALL / (_SMALL + len(everybody))


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


def _without_rivals(
    everybody: Sequence[Traits], weighed: dict[tuple[int, int], Weighed]
) -> list[tuple[tuple[int, int], Weighed, float]]:
    """Return each pair with its bits, less what its rivals take.

    A rival of a pair is another contact that fits one of the two and has an account on a platform where the
    other has one too: at most one of them can be the same person.
    """
    fitting: dict[int, list[tuple[int, float]]] = {}
    for (one, other), found in weighed.items():
        fitting.setdefault(one, []).append((other, found.bits))
        fitting.setdefault(other, []).append((one, found.bits))
    result = []
    for (one, other), found in weighed.items():
        rivals = 0.0
        for centre, partner in ((one, other), (other, one)):
            places = everybody[partner].platforms.keys() - MANY
            for another, bits in fitting[centre]:
                if another != partner and places & everybody[another].platforms.keys():
                    rivals += 2.0 ** min(bits, 40.0)
        result.append(((one, other), found, found.bits - log2(1.0 + rivals)))
    return result


def _pair(everybody: Sequence[Traits], key: tuple[int, int], found: Weighed, bits: float) -> Pair:
    one, other = (everybody[place].subject.id for place in key)
    reasons = tuple(dict.fromkeys(why for _, why in sorted(found.reasons, key=lambda each: -each[0])))
    against = tuple(dict.fromkeys(why for _, why in sorted(found.against, key=lambda each: -each[0])))
    return Pair(min(one, other), max(one, other), bits, reasons, against)
