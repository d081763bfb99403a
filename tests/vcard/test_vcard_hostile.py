"""Files that are made to hang or fill a reader: everything takes time in proportion to its size.

Times are processor time with room for a slow machine; what is exponential or quadratic takes a hundred
times as long at these sizes.
"""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Iterator
from io import BytesIO

import pytest
from vcard_helpers import card, cards, read

from crm.importers.vcard.contacts import contact_of
from crm.vcard.identity import fingerprint
from crm.vcard.model import Card
from crm.vcard.reader import read_cards
from crm.vcard.writer import write_card

MEGABYTE = 1 << 20
BEGIN, END = b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ada\r\n", b"\r\nEND:VCARD\r\n"


def seconds(data: bytes) -> float:
    """Return how long it takes to read a file, use its cards and write them again."""
    start = time.process_time()
    for found in read_cards(BytesIO(data)):
        if isinstance(found, Card):
            contact_of(found, fingerprint(found), [])
            write_card(found)
    return time.process_time() - start


LINES = {
    "many bare types and no colon": b"TEL;" + b"a," * 28 + b'"',
    "many parameters and no colon": b"TEL" + b";a=," * (MEGABYTE // 4),
    "many parameters": b"TEL" + b";a=," * 50_000 + b":1",
    "many quotes": b"TEL;A=" + b'"":' * (MEGABYTE // 3),
    "a quote that is never closed": b'TEL;X-A="' + b"a" * MEGABYTE + b":1",
    "semicolons": b"N:" + b";" * MEGABYTE,
    "commas": b"CATEGORIES:" + b"a," * (MEGABYTE // 2),
    "backslashes": b"NOTE:" + b"\\" * MEGABYTE,
    "quoted-printable": b"NOTE;ENCODING=QUOTED-PRINTABLE:" + b"=C3;" * (MEGABYTE // 4),
    "blanks in a number": b"TEL:" + b" " * MEGABYTE + b"1",
    "brackets": b"EMAIL:" + b"<" * MEGABYTE + b">",
    "a long date": b"BDAY:" + b"1" * MEGABYTE,
    "a long address": b"URL:http://" + b"a." * (MEGABYTE // 2),
    "a long account": b"X-SOCIALPROFILE:" + b"a:" * (MEGABYTE // 2),
    "carets": b"TEL;X=" + b"^" * (MEGABYTE // 2) + b":1",
    "blank lines": b"\r\n" * (MEGABYTE // 2),
    "carriage returns": b"\r" * MEGABYTE,
    "agents never closed": b"AGENT:\r\nBEGIN:VCARD\r\n" * 20_000,
    "indented ends": b"AGENT:x\r\n" + b" END:VCARD\r\n" * 50_000,
    "cards never closed": b"BEGIN:VCARD\r\n" * 5_000,
    "ends": b"END:VCARD\r\n" * 50_000,
    "labels": b"".join(b"item%d.TEL:%06d\r\nitem%d.X-ABLabel:L\r\n" % (i, i, i) for i in range(5_000)),
    "lines that are nothing": b"x\r\n" * 100_000,
}


@pytest.mark.parametrize("what", LINES)
def test_a_hostile_line_costs_time_in_proportion_to_its_length(what: str) -> None:
    assert seconds(BEGIN + LINES[what] + END) < 5


@pytest.mark.parametrize("fold", [b"", b"\r\n ", b"\r\n"])
def test_a_line_of_ten_megabytes_is_read_in_a_moment(fold: bytes) -> None:
    body = fold.join([b"QUJD" * 18] * (10 * MEGABYTE // 72))
    start = time.process_time()
    (found,) = cards(BEGIN + b"PHOTO;ENCODING=b:\r\n " + body + END)
    assert time.process_time() - start < 5
    data = found.all("PHOTO")[0].binary()
    assert data is not None
    assert len(data) == 10 * MEGABYTE // 72 * 54


class Endless:
    """A stream of cards without end, never whole in memory."""

    def __init__(self, count: int) -> None:
        self._cards = self._made(count)

    @staticmethod
    def _made(count: int) -> Iterator[bytes]:
        for number in range(0, count, 100):
            one = "BEGIN:VCARD\nVERSION:3.0\nN:Doe;J{0}\nFN:J{0} Doe\nTEL;TYPE=CELL:+1 212 {0}\nEND:VCARD\n"
            yield "".join(one.format(index) for index in range(number, number + 100)).encode()

    def read(self, _size: int = -1) -> bytes:
        return next(self._cards, b"")


def test_memory_does_not_grow_with_the_number_of_cards() -> None:
    def peak(count: int) -> int:
        tracemalloc.start()
        assert sum(1 for _ in read_cards(Endless(count))) == count  # type: ignore[arg-type]
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    small, big = peak(200), peak(4_000)
    assert big < 2 * small + 100_000


def test_one_card_in_which_everything_is_wrong_leaves_its_neighbours() -> None:
    good = b"BEGIN:VCARD\r\nFN:Good\r\nEND:VCARD\r\n"
    for line in LINES.values():
        if b"VCARD" not in line and len(line) < MEGABYTE:
            found = read(good + BEGIN + line + END + good)
            assert [item.properties[0].value for item in (found[0], found[-1]) if isinstance(item, Card)] == [
                "Good"
            ] * 2


def test_a_name_full_of_escape_sequences_is_kept_as_it_is_for_others_to_clean() -> None:
    found = card("FN:\x1b]0;pwned\x07Ada")
    assert found.properties[1].value == "\x1b]0;pwned\x07Ada"
