"""Header fields, addresses, dates and identifiers of messages: right for the right, lenient with the rest."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from email.utils import format_datetime, formataddr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.domain.records import Precision
from crm.importers.kit.times import UNKNOWN, Moment
from crm.importers.mail.addresses import MOST, Address, clean_name, parse_addresses
from crm.importers.mail.dates import moment_of
from crm.importers.mail.headers import decode_header, decode_text, parameter, scan_fields
from crm.importers.mail.identifiers import SeenIds, first_id, message_id, split_subject

FIELDS = frozenset((b"from", b"to", b"subject", b"received"))
LATEST = 4_000_000_000_000_000  # in 2096


# Fields


def test_fields_are_found_in_any_spelling_and_unfolded() -> None:
    head = b"FROM: a@b\r\nX-Other: no\r\n to: neither\r\nsubject :one\r\n\ttwo\r\nReceived: 1\r\nReceived: 2"
    assert scan_fields(head, FIELDS) == {
        b"from": [b"a@b"],
        b"subject": [b"one two"],
        b"received": [b"1", b"2"],
    }


@given(st.binary(max_size=200))
def test_no_header_breaks_it(head: bytes) -> None:
    for values in scan_fields(b"To: " + head, FIELDS).values():
        for value in values:
            assert value == value.strip()
            decode_header(value)
            parse_addresses(value)
            parameter(value, "charset")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (b"plain", "plain"),
        (b"=?UTF-8?Q?Gr=C3=BC=C3=9Fe_an_alle?=", "Grüße an alle"),
        (b"=?iso-8859-1?q?caf=E9?= bar", "café bar"),
        (b"=?utf-8*de?B?w7w=?=", "ü"),
        (b"=?UTF-8?B?8J8=?= =?UTF-8?B?jbU=?=", "🍵"),
        (b"=?utf-8?q?a?=  =?utf-8?q?b?= c", "ab c"),
        (b"=?utf-8?B?w7w?=", "ü"),
        (b"=?iso-2022-jp?B?GyRCPEw/PxsoQg==?=", "写真"),
        (b"=?klingon?Q?nuq=E9?=", "nuqé"),
        (b"=?utf-8?Q?cut", "=?utf-8?Q?cut"),
        (b"=?hex?Q?6162?=", "6162"),
        ("roh ü".encode(), "roh ü"),
        ("roh ü".encode("latin-1"), "roh ü"),
        (b"a\x00b\x1b[2Jc", "a b [2Jc"),
    ],
)
def test_header_text_is_decoded_leniently(value: bytes, text: str) -> None:
    assert decode_header(value) == text


@pytest.mark.parametrize(
    ("data", "charset", "text"),
    [
        ("ü".encode(), "iso-8859-1", "ü"),
        ("ü".encode(), "us-ascii", "ü"),
        (b"\x93x\x94", "iso-8859-1", "“x”"),
        (b"\xfc", "utf-8", "ü"),
        ("ü".encode() + b"\xc3", "utf-8", "ü"),
        ("ł".encode("iso-8859-2"), "ISO_8859-2", "ł"),
        ("写".encode("gb2312"), "GB2312", "写"),
        (b"x", "punycode", "x"),
        (b"x", "\x00", "x"),
        (b"a\x81b", "cp1252", "a\ufffdb"),
    ],
)
def test_charsets_lie(data: bytes, charset: str, text: str) -> None:
    assert decode_text(data, charset) == text


# Addresses


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("ada@example.net", [("ada@example.net", None)]),
        ("<Ada@Example.NET>", [("ada@example.net", None)]),
        ("Ada Byron <ada@example.net>", [("ada@example.net", "Ada Byron")]),
        ('"Byron, Ada" <ada@example.net>', [("ada@example.net", "Byron, Ada")]),
        ('"Ada \\"A\\" Byron" <ada@example.net>', [("ada@example.net", 'Ada "A" Byron')]),
        ("ada@example.net (Ada (A.) Byron)", [("ada@example.net", "Ada A. Byron")]),
        ("=?utf-8?q?Bj=C3=B6rk=2C_Ada?= <ada@example.net>", [("ada@example.net", "Björk, Ada")]),
        ('"=?utf-8?q?Bj=C3=B6rk?=" <ada@example.net>', [("ada@example.net", "Björk")]),
        ("'Ada' <ada@example.net>", [("ada@example.net", "Ada")]),
        ("\"'ada@example.net'\" <ada@example.net>", [("ada@example.net", None)]),
        ("ada@example.net <ada@example.net>", [("ada@example.net", None)]),
        ("ada <ada@example.net>", [("ada@example.net", None)]),
        ("a@b.c, Bo <bo@b.c>;d@b.c", [("a@b.c", None), ("bo@b.c", "Bo"), ("d@b.c", None)]),
        ("Friends: Ada <a@b.c>, b@b.c;, c@b.c", [("a@b.c", "Ada"), ("b@b.c", None), ("c@b.c", None)]),
        ("undisclosed-recipients:;", []),
        ("<@relay,@other:ada@example.net>", [("ada@example.net", None)]),
        ('"Ada <ada@example.net>', [("ada@example.net", None)]),
        ("Ada <ada@example.net", [("ada@example.net", "Ada")]),
        ("Ada", []),
        ("<>", []),
        ("", []),
    ],
)
def test_addresses_are_read_as_people_write_them(value: str, expected: list[tuple[str, str | None]]) -> None:
    assert list(parse_addresses(value.encode())) == [Address(*pair) for pair in expected]


names = st.text(st.characters(codec="utf-8", categories=("L", "N", "Zs", "Po")), max_size=20)


@given(st.lists(st.tuples(names, st.from_regex(r"[a-z]{1,5}@[a-z]{1,5}\.org", fullmatch=True)), max_size=6))
def test_what_the_standard_library_writes_comes_back(people: list[tuple[str, str]]) -> None:
    value = ", ".join(formataddr(person) for person in people)
    found = parse_addresses(value.encode())
    assert [person.address for person in found] == [address for _, address in people]
    assert [person.name for person in found] == [clean_name(name, address) for name, address in people]


@pytest.mark.parametrize(
    "piece", [b"<", b'"', b"(", b"\\", b",", b" ", b"a@b.c,", b"=?utf-8?q?a?= ", b"<a@b.c "]
)
def test_five_megabytes_of_anything_give_a_bounded_list(piece: bytes) -> None:
    value = piece * (5_000_000 // len(piece))
    assert len(parse_addresses(value)) <= MOST
    assert len(scan_fields(b"To: " + value + b"\n " * 1000, FIELDS)) == 1


# Dates


@given(st.integers(632_000_000, 3_900_000_000), st.integers(-14 * 60, 14 * 60))
def test_every_date_that_python_writes_is_read(seconds: int, offset: int) -> None:
    local = datetime.fromtimestamp(seconds, timezone(timedelta(minutes=offset)))
    stated = format_datetime(local).encode()
    assert moment_of(stated, [], LATEST) == Moment(seconds * 1_000_000, Precision.SECOND)


NOON = Moment(1_704_110_400_000_000, Precision.SECOND)  # 2024-01-01 12:00 UTC


@pytest.mark.parametrize(
    "stated",
    [
        "Mon, 1 Jan 2024 13:00:00 +0100 (CET)", "1 Jan 2024 12:00 GMT", "Mon, 01 Jan 24 12:00:00 UT",
        "Mon,1 Jan 2024 07:00:00 EST", "Mon, 1 Jan 2024 12:00:00 -0000", "Mon, 1 Jan 2024 13:00:00 GMT+0100",
        "Mon, 1 Jan 2024 13:00:00 +01:00", "Mon, 1 January 2024 13.00.00 MEZ",
        "Mon Jan  1 12:00:00 2024 +0000",
        "2024-01-01T13:00:00+01:00", "2024-01-01 12:00:00Z", "Monday, 01-Jan-24 12:00:00 GMT",
        "  Mon, 1 Jan 2024 12:00:00.123 +0000",
    ],
)  # fmt: skip
def test_dates_are_read_in_every_notation_programs_wrote(stated: str) -> None:
    assert moment_of(stated.encode(), [], LATEST) == NOON


@pytest.mark.parametrize(
    "stated",
    [
        "Mon, 1 Jan 2024 12:00:00", "Mon, 1 Jan 2024 12:00:00 +9900", "Mon, 1 Jan 2024 12:00:00 +0199",
        "Mon, 1 Jan 2024 12:00:00 LMT", "Mon, 1 Jan 2024 12:00:00 +01000", "Mon Jan  1 12:00:00 2024",
    ],
)  # fmt: skip
def test_without_a_sane_zone_the_server_is_asked_and_else_utc_assumed(stated: str) -> None:
    received = [
        b"from a by b; yesterday",
        b"from b by c;\r\n Mon, 01 Jan 2024 14:00:00 +0200",
        b"c; 1 Jan 2020",
    ]
    assert moment_of(stated.encode(), received, LATEST) == NOON
    assert moment_of(stated.encode(), [], LATEST) == NOON._replace(assumed=True)


@pytest.mark.parametrize(
    "stated",
    ["", "soon", "Mon, 32 Jan 2024 12:00:00 +0000", "1 Foo 2024 12:00 GMT", "Mon, 1 Jan 2024 25:00:00 +0000",
     "Thu, 1 Jan 1970 00:00:00 +0000", "Mon, 1 Jan 2199 00:00:00 +0000", "Mon, 1 Jan 9999 00:00:00 -1200"],
)  # fmt: skip
def test_dates_that_cannot_be_are_unknown_unless_a_server_knows(stated: str) -> None:
    assert moment_of(stated.encode(), [], LATEST) == UNKNOWN
    assert moment_of(stated.encode(), [b"x; Mon, 1 Jan 2024 12:00:00 +0000"], LATEST) == NOON


@given(st.binary(max_size=80))
def test_no_date_breaks_it(stated: bytes) -> None:
    found = moment_of(stated, [stated], LATEST)
    assert (found.at is None) == (found.precision is Precision.UNKNOWN)


# Identifiers


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"<a@b>", "a@b"), (b" <a b@c> <d@e>", "a b@c"), (b"a@b", "a@b"),
        (b"Your letter of Monday <a@b>", "a@b"),
        (b"<>", None), (b"", None), (b"none", None),
    ],
)  # fmt: skip
def test_message_ids_are_read_without_brackets(value: bytes, expected: str | None) -> None:
    assert first_id(value) == expected


def test_a_long_message_id_is_shortened_always_the_same_way() -> None:
    long = first_id(b"<" + b"a" * 300 + b"@b>")
    assert long is not None
    assert len(long) == 32
    assert long == first_id(b"<" + b"a" * 300 + b"@b>")
    assert long != first_id(b"<" + b"a" * 301 + b"@b>")


def test_without_a_message_id_date_sender_subject_and_beginning_tell() -> None:
    fields = {b"date": [b"d"], b"from": [b"f"], b"subject": [b"s"], b"message-id": [b"<>"]}
    first = message_id(fields, b"Hello \r\n there")
    assert first == message_id(fields, b"Hello there\n")
    assert (
        len({first, message_id(fields, b"Hello"), message_id({**fields, b"date": [b"e"]}, b"Hello there")})
        == 3
    )


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("Lunch", ("", "Lunch")), ("Re: Lunch", ("Re: ", "Lunch")),
        ("AW: RE: Re[3]: Lunch", ("Re: ", "Lunch")),
        ("Fwd: Re: Lunch", ("Fwd: ", "Lunch")), ("WG: Lunch", ("Fwd: ", "Lunch")),
        ("回复：Lunch", ("Re: ", "Lunch")),
        ("Red: the colour", ("", "Red: the colour")), ("Re:", ("Re: ", "")), ("", ("", "")),
        ("SV: Sv: Lunch", ("Re: ", "Lunch")), ("TR : Lunch", ("Fwd: ", "Lunch")),
    ],
)  # fmt: skip
def test_marks_of_answers_come_down_to_one(subject: str, expected: tuple[str, str]) -> None:
    assert split_subject(subject) == expected


@given(st.lists(st.text(max_size=5), max_size=60))
def test_the_compact_set_knows_what_a_set_knows(texts: list[str]) -> None:
    known: set[str] = set()
    seen = SeenIds()
    for text in texts:
        assert seen.add(text) == (text not in known)
        known.add(text)
    assert len(seen) == len(known)


def test_the_compact_set_takes_twelve_to_twenty_four_bytes_for_each() -> None:
    seen = SeenIds()
    assert all(seen.add(str(number)) for number in range(50_000))
    assert not any(seen.add(str(number)) for number in range(50_000))
    assert len(seen._slots) * 8 / len(seen) <= 24
