"""The numbers of each figure as rows to draw: the command line and the page show the same ones."""

from __future__ import annotations

from collections.abc import Callable

from crm.domain.exchanges import Depth
from crm.domain.mirror import Figures

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


def points(figures: Figures, most: int) -> tuple[tuple[str, int], ...]:
    """Return first exchanges by month, or by year where there are more than `most` months."""
    if len(figures.growth) <= most:
        return tuple((f"{month:%Y-%m}", number) for month, number in figures.growth)
    years: dict[str, int] = {}
    for month, number in figures.growth:
        years[str(month.year)] = years.get(str(month.year), 0) + number
    return tuple(years.items())
