"""When and where a row is: milliseconds since 1970 (seconds in some old messages), and its line."""

from __future__ import annotations

from typing import cast

from lxml import etree

from crm.domain.records import Precision
from crm.importers.kit.times import SECOND, Moment

_LONGEST = 16
_SECONDS_BELOW = 100_000_000_000
"""As milliseconds this is 1973, as seconds the year 5138."""


def epoch(text: str) -> Moment | None:
    """Read a number of milliseconds, or seconds where it is too small for milliseconds."""
    if not text.isascii() or not text.isdigit() or len(text) > _LONGEST:
        return None
    number = int(text)
    return Moment(number * (SECOND if number < _SECONDS_BELOW else SECOND // 1000), Precision.SECOND)


def line_of(element: etree._Element) -> int:
    """Return the line of the file that an element ends on; 0 where the parser does not know."""
    return cast("int | None", element.sourceline) or 0
