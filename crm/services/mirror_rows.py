"""The numbers of each figure as rows to draw: command line, screen and page show the same ones."""

from __future__ import annotations

from collections.abc import Callable, Collection

from crm.domain.exchanges import Depth
from crm.domain.mirror import Figures, Responses

WORDS = {Depth.WORDS: "words", Depth.BOOST: "boosts", Depth.NOD: "clicks"}
"""The depths of acts with a direction, as they are called."""


def _given(figures: Figures) -> list[tuple[str, int]]:
    return [(word, figures.given[depth]) for depth, word in WORDS.items()]


def _both(figures: Figures) -> list[tuple[str, int]]:
    rows = []
    for depth, word in WORDS.items():
        rows += [(f"{word} given", figures.given[depth]), (f"{word} received", figures.received[depth])]
    return rows


def _people(figures: Figures) -> list[tuple[str, int]]:
    community = figures.community
    return [
        ("known", community.known),
        ("spoken with", community.spoken_with),
        ("active", community.active),
        ("longstanding", community.longstanding),
        ("silent audience", community.silent_audience),
    ]


def _answers(found: Responses) -> list[tuple[str, int]]:
    silent = found.openings - found.answered - found.pending
    return [("answered", found.answered), ("still open", found.pending), ("not answered", silent)]


def _said(figures: Figures) -> list[tuple[str, int]]:
    return [("to somebody", figures.given[Depth.WORDS]), ("to nobody in particular", figures.posts)]


def _links(figures: Figures) -> list[tuple[str, int]]:
    promoting = figures.promoting or 0
    return [("with a link to your sites", promoting), ("without", figures.posts - promoting)]


def _share_of_words(figures: Figures) -> float | None:
    total = sum(figures.given)
    return figures.given[Depth.WORDS] / total if total else None


SHARES: dict[str, Callable[[Figures], float | None]] = {
    "response_rate": lambda figures: figures.responses.rate,
    "answered_by_them": lambda figures: figures.answered_by_them.rate,
    "directed_share": lambda figures: figures.directed_share,
    "promotion_share": lambda figures: figures.promotion_share,
}
"""Figures that are one share."""
COUNTS: dict[str, Callable[[Figures], list[tuple[str, int]]]] = {
    "words_and_clicks": _given,
    "given_and_received": _both,
    "community": _people,
}
"""What is counted, in the order to show it."""

WHOLES: dict[str, Callable[[Figures], list[tuple[str, int]]]] = {
    "response_rate": lambda figures: _answers(figures.responses),
    "answered_by_them": lambda figures: _answers(figures.answered_by_them),
    "directed_share": _said,
    "promotion_share": _links,
    "words_and_clicks": _given,
}
"""Figures that are parts of a whole: what the parts are called, and their numbers."""
SHARES_OF_WHOLES: dict[str, Callable[[Figures], float | None]] = {
    **SHARES,
    "words_and_clicks": _share_of_words,
}
"""How much of a whole its first part is; of answers, what is still open is left out."""
_LEVELS = 4
_USUAL = 0.95
"""Days as full as this share of them may still be told apart; one feast does not make all others pale."""


def heat_bounds(numbers: Collection[int]) -> tuple[int, int, int, int]:
    """Return from which numbers on a day belongs to each of four levels; up to four have one each.

    Args:
        numbers: those of all days that have one.

    """
    ordered = sorted(numbers)
    top = max(ordered[round((len(ordered) - 1) * _USUAL)] if ordered else 0, _LEVELS)
    first, second, third, fourth = (top * level // _LEVELS + 1 for level in range(_LEVELS))
    return first, second, third, fourth


def points(figures: Figures, most: int) -> tuple[tuple[str, int], ...]:
    """Return first exchanges by month, or by year where there are more than `most` months."""
    if len(figures.growth) <= most:
        return tuple((f"{month:%Y-%m}", number) for month, number in figures.growth)
    years: dict[str, int] = {}
    for month, number in figures.growth:
        years[str(month.year)] = years.get(str(month.year), 0) + number
    return tuple(years.items())
