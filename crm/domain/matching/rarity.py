"""How common everything is in this very community; agreeing on something rare says more.

The decision to know: rarity is counted, never assumed, because in a large community common names meet by
chance all the time. Only what a small community cannot know is added: a little of the world's names.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import log2

from crm.domain.matching.names import Name, Reader
from crm.domain.matching.traits import Traits

_WORLD = 1000
"""As many strangers stand behind every community: a name is not rare for being the only one of ten."""
_COMMON_FIRST = 1 / 100
_COMMON_LAST = 1 / 60
"""How many of these strangers have a well-known name: 10 a well-known first name, 16 a family name. More
than in any one country, because it stands for all the homonyms a list of names cannot hold."""
_ACCOUNTS = 4
"""A person comes up to this often under one handle, so only more than that makes a handle common."""
_ENDING = 2
"""Letters at the end of a name that tell its language: -ov, -ez, -sk, -er."""
_STRANGERS = 25
"""So many strangers beside those counted, so that a few do not make a rule."""
_BITS_PER_LETTER = 2.2
_BITS_TO_BEGIN = 3.0
"""A short handle is common whatever was counted: 4 letters are worth 6 bits, 8 letters 14."""
_MOST = 14.0
_UNIQUE = 60.0


class Rarity:
    """Counts over all contacts, as bits: how surprising it is that two strangers agree."""

    def __init__(self, everybody: Sequence[Traits], reader: Reader) -> None:
        self.number = len(everybody) + _WORLD
        self.prior = -log2(self.number / 2)
        """A person is two contacts or so: of all others, about two are the same one."""
        self._reader = reader
        self._sounds: Counter[str] = Counter()
        self._groups: Counter[int] = Counter()
        self._initials: Counter[str] = Counter()
        self._stems: Counter[str] = Counter()
        self._firms: Counter[str] = Counter()
        self._domains: Counter[str] = Counter()
        self._whole: Counter[tuple[str, ...]] = Counter()
        for traits in everybody:
            self._count(traits)
        self._endings: Counter[str] = Counter()
        self._together: Counter[tuple[str, str]] = Counter()
        for traits in everybody:
            self._count_endings(traits)
        self._word_bits: dict[str, float] = {}
        self._group_bits: dict[frozenset[int], float] = {}

    def _count(self, traits: Traits) -> None:
        words = {word for name in traits.names for word in name.words}
        self._sounds.update({word.sound for word in words})
        self._groups.update({group for word in words for group in word.groups})
        self._initials.update({word.text[0] for word in words})
        self._stems.update(traits.stems.keys())
        self._domains.update(traits.domains)
        self._whole.update({whole(name) for name in traits.names})
        if traits.firm:
            self._firms[traits.firm] += 1

    def _count_endings(self, traits: Traits) -> None:
        seen = {
            (one.sound, another.sound[-_ENDING:])
            for name in traits.names
            for one in name.words
            for another in name.words
            if one is not another and len(one.text) > 1 and len(another.text) > 1
        }
        self._together.update(seen)
        self._endings.update({ending for _, ending in seen})

    def company(self, one: str, other: str) -> float:
        """Return how many bits less two words of a name say together, because they come from one language.

        Vladimir is rare, but not among those whose name ends like Popov. It is measured: how often the one
        word stands beside words that end like the other.
        """
        return max(self._lift(one, other), self._lift(other, one), 0.0)

    def _lift(self, one: str, other: str) -> float:
        ending = other[-_ENDING:]
        share = self._expected(one) / self.number
        together = max(self._together[one, ending] - _ACCOUNTS, 0) + _STRANGERS * share
        return log2(together / (self._endings[ending] + _STRANGERS) / share)

    def word(self, key: str) -> float:
        """Return the bits of a name's sound."""
        known = self._word_bits.get(key)
        if known is None:
            known = self._word_bits[key] = log2(self.number / self._expected(key))
        return known

    def _expected(self, key: str) -> float:
        expected = self._sounds[key] + 0.5
        if self._reader.is_first_name(key):
            expected += _WORLD * (_COMMON_FIRST if key in self._reader.common_first else _COMMON_FIRST / 4)
        if key in self._reader.common_last:
            expected += _WORLD * _COMMON_LAST
        return expected

    def groups(self, shared: frozenset[int]) -> float:
        """Return the bits of a group of short names; of several the commonest."""
        known = self._group_bits.get(shared)
        if known is None:
            expected = max(self._groups[group] for group in shared) + _WORLD * _COMMON_FIRST
            known = self._group_bits[shared] = log2(self.number / expected)
        return known

    def initial(self, letter: str) -> float:
        """Return the bits of a first letter."""
        return log2(self.number / (self._initials[letter] + self.number / 26))

    def homonyms(self, name: Name) -> float:
        """Return the most that a whole name can be worth, by how many contacts have it."""
        others = self._whole[whole(name)] - _ACCOUNTS
        return log2(self.number / others) if others > 0 else _UNIQUE

    def bearers(self, name: Name) -> int:
        """Return how many contacts have a whole name."""
        return self._whole[whole(name)]

    def stem(self, stem: str) -> float:
        """Return the bits of a handle's stem."""
        counted = log2(self.number / max(self._stems[stem] - _ACCOUNTS, 0.125))
        key = self._reader.word(stem).sound
        if key in self._sounds or self._reader.is_first_name(key):
            # a handle that is only a name is worth no more than the name
            counted = min(counted, self.word(key))
        return min(counted, _BITS_PER_LETTER * len(stem) - _BITS_TO_BEGIN, _MOST)

    def holders(self, stem: str) -> int:
        """Return how many contacts have a handle with a stem."""
        return self._stems[stem]

    def firm(self, firm: str) -> float:
        """Return the bits of working for the same firm."""
        return log2(self.number / (self._firms[firm] + 0.5))

    def domain(self, domain: str) -> float:
        """Return the bits of a domain."""
        return log2(self.number / (self._domains[domain] + 0.5))


def whole(name: Name) -> tuple[str, ...]:
    """Return a name's sounds, whatever their order."""
    return tuple(sorted(word.sound for word in name.words))
