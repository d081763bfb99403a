"""Comparing names, where a shared address has already brought two of them together."""

from __future__ import annotations

from crm.domain.text import folded


def alike(one: str, other: str) -> bool:
    """Say whether two names can be one person's: "Ada B.", "Byron, Ada" and "Ada Byron" can.

    Every word of the shorter name must be, or begin, a word of the longer one. That is far too weak to join
    two contacts by; it only tells members of a family apart who share an address.
    """
    words, others = sorted((_words(one), _words(other)), key=len)
    for word in words:
        match = next((long for long in others if long.startswith(word) or word.startswith(long)), None)
        if match is None:
            return False
        others.remove(match)
    return True


def _words(name: str) -> list[str]:
    return "".join(c if c.isalnum() else " " for c in folded(name)).split()
