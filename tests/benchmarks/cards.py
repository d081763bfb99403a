"""Reading vCards, ours against vobject, on the same cards."""

from __future__ import annotations

import io
import time
from collections.abc import Callable

import vobject

from crm.domain.records import Problem
from crm.vcard.reader import read_cards

_CARD = (
    "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:{number}@example.org\r\nFN:Zoë Number {number}\r\n"
    "N:Number {number};Zoë;;;\r\n"
    "EMAIL;TYPE=home:zoe{number}@example.org\r\nEMAIL;TYPE=work:z.{number}@example.com\r\n"
    "TEL;TYPE=cell:+44 1632 960{number:06d}\r\nBDAY:1980-05-{day:02d}\r\nORG:The Mud Room;Kilns\r\n"
    "TITLE:potter\r\nURL:https://zoe{number}.example\r\nCATEGORIES:potters,readers\r\n"
    "NOTE:Met at the zine fair\\, twice. {long}\r\nEND:VCARD\r\n"
)


def text(number: int) -> str:
    """Return so many cards as one address book would export them."""
    long = "Throws porcelain and hates October. " * 3
    return "".join(_CARD.format(number=key, day=key % 28 + 1, long=long) for key in range(number))


def ours(cards: str) -> int:
    """Read them with crm; return how many."""
    return sum(not isinstance(card, Problem) for card in read_cards(io.BytesIO(cards.encode())))


def theirs(cards: str) -> int:
    """Read them with vobject; return how many."""
    return sum(1 for _ in vobject.readComponents(cards))


def rate(read: Callable[[str], int], cards: str) -> float:
    """Return how many cards are read in a second."""
    begin = time.perf_counter()
    return read(cards) / (time.perf_counter() - begin)
