"""The mirror as JSON: the figures by their names in the rules, shares as 0 to 1, times in seconds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from crm.cli.jsonviews import Json
from crm.domain.exchanges import Depth

if TYPE_CHECKING:
    from crm.domain.mirror import Figures, Responses
    from crm.services.mirror_views import MirrorView


def mirror(view: MirrorView) -> Json:
    """Return the whole mirror. `from` and `until` are days of the user's time zone, both included."""
    period = view.period
    return {
        "from": period.since.isoformat(),
        "until": period.until.isoformat(),
        "all": {**figures(view.everywhere.figures), "sentences": dict(view.everywhere.sentences)},
        "platforms": {
            slug: {**figures(part.figures), "sentences": dict(part.sentences)}
            for slug, part in view.platforms.items()
        },
        "before": {
            "from": period.before_since.isoformat(),
            "until": period.before_until.isoformat(),
            "all": figures(view.everywhere.before),
            "platforms": {slug: figures(part.before) for slug, part in view.platforms.items()},
        },
    }


def figures(found: Figures) -> Json:
    """Return the figures of one platform, or of all together."""
    community = found.community
    return {
        "response_rate": found.responses.rate,
        "response_time": found.responses.seconds,
        "responses": _responses(found.responses),
        "answered_by_them": {
            "response_rate": found.answered_by_them.rate,
            "response_time": found.answered_by_them.seconds,
            "responses": _responses(found.answered_by_them),
        },
        "directed_share": found.directed_share,
        "promotion_share": found.promotion_share,
        "posts": found.posts,
        "words_and_clicks": _depths(found.given),
        "given_and_received": {
            "given": _depths(found.given),
            "received": _depths(found.received),
            "together": found.together,
        },
        "community": {
            "known": community.known,
            "spoken_with": community.spoken_with,
            "active": community.active,
            "longstanding": community.longstanding,
            "silent_audience": community.silent_audience,
        },
        "growth": _dated(found.growth, 7),
        "exchanges": _dated(found.exchanges, 10),
    }


def _responses(found: Responses) -> Json:
    return {
        "openings": found.openings,
        "given": found.answered,
        "pending": found.pending,
        "people": found.people,
    }


def _depths(numbers: Sequence[int]) -> Mapping[str, int]:
    return {depth.word: numbers[depth] for depth in Depth}


def _dated(numbers: Sequence[tuple[date, int]], length: int) -> Mapping[str, int]:
    return {day.isoformat()[:length]: number for day, number in numbers}
