"""People of the demo who are there twice, so that Matches has something to ask.

They come with exports in which nothing but a name says who they are, as in real life; each has an old,
answered exchange there, so that Today does not change.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from crm.domain.records import ContactRecord, Direction, IdentityRef, InteractionRecord, Kind, Record
from crm.services.demo.chronicle import DAY, HOUR


class Double(NamedTuple):
    """Somebody of the cast on one more platform, under the name they have there."""

    platform: str
    handle: str
    name: str
    days: int
    """How long ago you talked there."""
    theirs: str
    yours: str


DOUBLES = (
    Double(
        "instagram", "chloe.fait.des.bols", "Chloé Beaumont", 512,
        "The blue one in the last picture, is that the ash glaze?",
        "It is, with a little cobalt in it. Second firing.",
    ),
    Double(
        "linkedin", "florian-weiss-druck", "Florian Weiss", 731,
        "We have a new press at the workshop, come by when you are in town.",
        "Gladly, in autumn perhaps.",
    ),
    Double(
        "instagram", "tomasrivera.foto", "Tomas Rivera", 468,
        "Found the old pictures of the kiln opening. We were so young!",
        "Please send me the one with the dog.",
    ),
)  # fmt: skip
"""Names as they are written there: without the letters that a keyboard lacks."""


def doubles(now: int) -> Iterator[tuple[str, list[Record]]]:
    """Yield (platform, records) of what these exports bring.

    Args:
        now: microseconds since 1970.

    """
    for number, double in enumerate(DOUBLES, start=1):
        who = IdentityRef(
            double.platform,
            double.handle,
            name=double.name,
            url=f"https://{double.platform}.example/{double.handle}",
        )
        asked = now - double.days * DAY
        yield (
            double.platform,
            [
                ContactRecord((who,), name=double.name),
                _said(who, f"demo-double-{number}-asked", asked, Direction.IN, double.theirs),
                _said(who, f"demo-double-{number}-answered", asked + 5 * HOUR, Direction.OUT, double.yours),
            ],
        )


def _said(who: IdentityRef, external_id: str, at: int, direction: Direction, text: str) -> InteractionRecord:
    return InteractionRecord(who.platform, external_id, who, at, direction, Kind.MESSAGE, text)
