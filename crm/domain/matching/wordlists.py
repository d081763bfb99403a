"""Lists of words written as text, because a hundred quotation marks hide them."""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    """Return the words of a text."""
    return frozenset(text.split())


def paired(keys: str, values: str) -> dict[str, str]:
    """Return words and what stands in the same place of another text."""
    return dict(zip(keys.split(), values.split(), strict=True))
