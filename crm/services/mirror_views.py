"""What the mirror shows: figures with a sentence each. Never a name: it ranks nobody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from crm.domain.mirror import Figures, Period


@dataclass(frozen=True, slots=True)
class MirrorPart:
    """The figures of one platform, or of all together."""

    figures: Figures
    before: Figures
    """The same for the period before."""
    sentences: Mapping[str, str]
    """What each figure shows, by its name, in the order to show them."""


@dataclass(frozen=True, slots=True)
class MirrorView:
    """How you respond, in figures, in one period against the one before it."""

    period: Period
    window_days: int
    """How long an answer may take."""
    everywhere: MirrorPart
    platforms: Mapping[str, MirrorPart]
    """By slug, where anything happened in either period; the busiest first."""
