"""Who is compared with whom: only contacts that share a key, and never where too many do.

A block that is too large is dropped: what so many share says nothing by itself, and whoever among them also
shares something rarer meets in that block. So the work grows with the community, not with its square.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from crm.domain.matching.traits import Traits

_PERSONAL = 3
_USERS = 24
"""So many may use one handle, or have names that fit it."""

Keys = Callable[[Traits], Iterable[str]]


def candidates(everybody: Sequence[Traits], only: int | None = None) -> set[tuple[int, int]]:
    """Return the pairs of positions to compare.

    Args:
        everybody: all contacts.
        only: the position of one contact; only its pairs are wanted.

    """
    found: set[tuple[int, int]] = set()
    for keys, most in _FAMILIES:
        wanted = None if only is None else set(keys(everybody[only]))
        for block in _blocks(everybody, keys, wanted):
            if len(block) <= most:
                _pair_up(found, block, block, only)
    for users, named in _handles(everybody, None if only is None else everybody[only]):
        _pair_up(found, users, users, only)
        _pair_up(found, users, named, only)
    return found


def _pair_up(
    found: set[tuple[int, int]], some: Sequence[int], others: Sequence[int], only: int | None
) -> None:
    for one in some:
        for other in others:
            if one != other and (only is None or only in (one, other)):
                found.add((one, other) if one < other else (other, one))


def _blocks(everybody: Sequence[Traits], keys: Keys, wanted: Collection[str] | None) -> Iterable[list[int]]:
    """Return the positions of those who share a key, by key."""
    # most keys are one contact's alone: a list for each would take ten times the memory
    first: dict[str, int] = {}
    more: dict[str, list[int]] = {}
    for place, traits in enumerate(everybody):
        for key in keys(traits):
            if wanted is not None and key not in wanted:
                continue
            met = first.setdefault(key, place)
            if met != place:
                block = more.setdefault(key, [met])
                if block[-1] != place:
                    block.append(place)
    return more.values()


def _handles(everybody: Sequence[Traits], only: Traits | None) -> Iterator[tuple[list[int], list[int]]]:
    """Return who uses a handle, and whose name could be written like it, by handle.

    "adabyron" meets Ada Byron; two of whose names the same handle could be made meet by their names.
    """
    users: dict[str, list[int]] = {}
    wanted = None if only is None else {*only.stems, *only.labels, *only.forms}
    for place, traits in enumerate(everybody):
        for stem in traits.stems.keys() | traits.labels.keys():
            if wanted is None or stem in wanted:
                users.setdefault(stem, []).append(place)
    named: dict[str, list[int]] = {}
    for place, traits in enumerate(everybody):
        for form in traits.forms:
            if form in users:
                named.setdefault(form, []).append(place)
    for stem, using in users.items():
        fitting = named.get(stem, [])
        if len(using) + len(fitting) > 1 and len(using) <= _USERS:
            yield using, fitting if len(fitting) <= _USERS else []


def _exact(traits: Traits) -> Iterable[str]:
    return traits.keys


def _names(traits: Traits) -> Iterable[str]:
    """Pairs of words, in any order, each also by the groups of short names it belongs to."""
    for name in traits.names:
        words = [word for word in name.words if len(word.text) > 1]
        if len(words) == 1:
            yield words[0].sound
        for place, one in enumerate(words):
            for other in words[place + 1 :]:
                yield _pair(one.sound, other.sound)
                for group in one.groups:
                    yield _pair(f"{group}", other.sound)
                for group in other.groups:
                    yield _pair(f"{group}", one.sound)


def _bones(traits: Traits) -> Iterable[str]:
    """The consonants of one word and the beginning of the other: slips, and scripts without vowels."""
    for name in traits.names:
        words = [word for word in name.words if len(word.text) > 1]
        for one in words:
            if len(one.bones) >= _PERSONAL:
                for other in words:
                    if other is not one:
                        yield _pair(f"{one.bones}*", other.bones[:2])


def _initials(traits: Traits) -> Iterable[str]:
    """A whole word and the first letter of another one; names of one word by that word."""
    for name in traits.names:
        words = name.words
        for one in words:
            if len(one.text) < 2:
                continue
            for other in words:
                if other is not one:
                    yield f"{one.sound}+{other.text[0]}"
            if len(words) > 1:
                yield one.sound


def _firms(traits: Traits) -> Iterable[str]:
    """A firm or domain together with one word of the name, also where the name itself is too common."""
    places = [traits.firm] if traits.firm else []
    places += traits.domains
    for place in places:
        compact = place.replace(" ", "")
        for name in traits.names:
            for word in name.words:
                yield f"{compact}@{word.sound}"


def _birthdays(traits: Traits) -> Iterable[str]:
    if traits.birthday:
        for name in traits.names:
            for word in name.words:
                yield f"{traits.birthday[-5:]}@{word.text[0]}"


def _pair(one: str, other: str) -> str:
    return f"{one}|{other}" if one < other else f"{other}|{one}"


_FAMILIES: tuple[tuple[Keys, int], ...] = (
    (_exact, 12),
    (_names, 30),
    (_bones, 12),
    (_initials, 6),
    (_firms, 20),
    (_birthdays, 12),
)
"""The families of keys, each with the most contacts that a block may have."""
