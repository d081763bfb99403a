"""Comparing two names: which words fit, how surprising that is, and whether the rest contradicts."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import NamedTuple

from crm.domain.matching.names import Name, Word
from crm.domain.matching.rarity import Rarity

Similar = Callable[[str, str], float]
"""How alike two words are, 0 to 1: the share of letters that need no change (optimal string alignment)."""

_SLIPS = 1.01
"""A slip of the pen: one letter more, less, other, or two exchanged."""
_SHORTEST_ALIKE = 5
_SHORTEST_BONES = 3
_COST = (0.0, 1.0, 3.5, 7.0, 0.5)
"""Bits less for each way of fitting: how much likelier strangers come that near than with the same word."""
_LEFT_OVER = 0.4
"""A middle name that only one of them uses."""


class Fit(IntEnum):
    """How two words fit, the surest first."""

    SAME = 0
    SHORT = 1
    """One is short for the other, or both for a third."""
    BONES = 2
    """They differ in vowels only: other spellings."""
    NEAR = 3
    INITIAL = 4


class Likeness(NamedTuple):
    """What comparing two names came to."""

    bits: float
    """For them being one person's, 0 where nothing fits."""
    words: int
    """How many words fit, initials not counted."""
    worst: Fit
    """The least sure of the fits."""
    clash: bool
    """Both have whole words left that the other has not."""
    first_fits: bool
    """A well-known first name is among the words that fit, or a word that stands first in both."""
    left: int
    """How many words are left over on either side."""
    sounds: frozenset[str]
    """The words that fit, as both write them."""


NOTHING = Likeness(0.0, 0, Fit.SAME, False, False, 0, frozenset())


class Comparer:
    """Compares names; remembers every comparison, because the same names meet again and again."""

    def __init__(self, rarity: Rarity, similar: Similar, is_first: Callable[[str], bool]) -> None:
        self._rarity = rarity
        self._similar = similar
        self._is_first = is_first
        self._known: dict[tuple[int, int], Likeness] = {}

    def compare(self, one: Name, other: Name) -> Likeness:
        """Compare two names."""
        key = one.number, other.number
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._compare(one, other)
        return known

    def _compare(self, one: Name, other: Name) -> Likeness:
        fits = []
        for i, word in enumerate(one.words):
            for j, another in enumerate(other.words):
                bits, fit = self._word(word, another)
                if bits > 0:
                    fits.append((fit is Fit.INITIAL, -bits, fit, i, j))
        if len(fits) > 1:
            fits.sort()
        left, right = set(range(len(one.words))), set(range(len(other.words)))
        bits, words, worst, first = 0.0, 0, Fit.SAME, False
        whole: list[str] = []
        sounds: set[str] = set()
        for _, worth, fit, i, j in fits:
            if i not in left or j not in right:
                continue
            left.discard(i)
            right.discard(j)
            bits -= worth
            if fit is not Fit.INITIAL:
                words += 1
                whole.append(one.words[i].sound)
                sounds.update((one.words[i].sound, other.words[j].sound))
            worst = max(worst, fit)
            first = first or i == j == 0 or self._is_first(one.words[i].sound)
        if not words:
            clash = one.full and other.full
            return NOTHING._replace(clash=clash, left=len(left) + len(right))
        if words > 1:
            bits -= max(
                self._rarity.company(each, another)
                for place, each in enumerate(whole)
                for another in whole[place + 1 :]
            )
        bits = min(bits, self._rarity.homonyms(one), self._rarity.homonyms(other))
        bits -= _LEFT_OVER * (len(left) + len(right))
        # an initial that fits nothing contradicts as much as a word
        clash = bool(left and right)
        return Likeness(bits, words, worst, clash, first, len(left) + len(right), frozenset(sounds))

    def _word(self, one: Word, other: Word) -> tuple[float, Fit]:
        rarity = self._rarity
        if one.sound == other.sound:
            if len(one.text) == 1:
                return rarity.initial(one.text), Fit.INITIAL
            return rarity.word(one.sound), Fit.SAME
        if len(one.text) == 1 or len(other.text) == 1:
            if one.text[0] != other.text[0]:
                return 0.0, Fit.INITIAL
            return rarity.initial(one.text[0]) - _COST[Fit.INITIAL], Fit.INITIAL
        shared = one.groups & other.groups
        if shared:
            return max(rarity.groups(shared) - _COST[Fit.SHORT], 0.1), Fit.SHORT
        least = min(rarity.word(one.sound), rarity.word(other.sound))
        if one.bones == other.bones and len(one.bones) >= _SHORTEST_BONES:
            return least - _COST[Fit.BONES], Fit.BONES
        shortest, longest = sorted((len(one.sound), len(other.sound)))
        if (
            shortest >= _SHORTEST_ALIKE
            and longest - shortest < _SLIPS
            and self._similar(one.sound, other.sound) >= 1.0 - _SLIPS / longest
        ):
            return least - _COST[Fit.NEAR], Fit.NEAR
        return 0.0, Fit.SAME
