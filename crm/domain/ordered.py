"""Several lists in order, looked at as if they were one: nothing is merged to find what stands somewhere."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import TypeVar

Number = TypeVar("Number", int, float)


def nth(parts: Sequence[Sequence[Number]], place: int) -> Number:
    """Return what would stand at a place if all parts were one list in order.

    The middle of the longest stretch that is still in question is compared with all parts, which halves that
    stretch at least.

    Args:
        parts: each ascending.
        place: from 0 to one less than the length of all together.

    Raises:
        IndexError: there is no such place.

    """
    if not 0 <= place < sum(map(len, parts)):
        raise IndexError(f"there is no place {place}")
    lows, highs = [0] * len(parts), [len(part) for part in parts]
    while True:
        longest = max(range(len(parts)), key=lambda one: highs[one] - lows[one])
        guess = parts[longest][(lows[longest] + highs[longest]) // 2]
        smaller = [bisect_left(part, guess) for part in parts]
        if place < sum(smaller):
            highs = list(map(min, highs, smaller))
            continue
        equal = [bisect_right(part, guess) for part in parts]
        if place < sum(equal):
            return guess
        lows = list(map(max, lows, equal))
