"""Content lines: folding, parameters, charsets, transfer encodings, and lines that are no property."""

from __future__ import annotations

import base64
import quopri

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vcard_helpers import card, cards, pairs, read

from crm.domain.records import Problem
from crm.vcard import values
from crm.vcard.heads import colon_of, parse
from crm.vcard.model import Card
from crm.vcard.reader import read_text


def only(*lines: str, version: str = "3.0") -> str:
    """Return the value of the one property that these lines make."""
    ((_, value),) = pairs(card(*lines, version=version))
    return value


def raw_card(line: bytes) -> Card:
    (found,) = cards(b"BEGIN:VCARD\r\n" + line + b"\r\nEND:VCARD\r\n")
    return found


@pytest.mark.parametrize(
    ("lines", "value"),
    [
        (["NOTE:Hello, world"], "Hello, world"),
        (["NOTE:Hello\\, world\\; a\\nb\\Nc"], "Hello, world; a\nb\nc"),
        (["NOTE:C:\\"], "C:\\"),
        (["NOTE:C:\\temp \\x"], "C:\\temp \\x"),
        (["URL:http\\://x.example"], "http://x.example"),
        (["NOTE:abc", " def"], "abcdef"),
        (["NOTE:abc", "\tdef"], "abcdef"),
        (["NOTE:abc", "", " def"], "abcdef"),
        (["NOTE:abc", "  def", " ", " ghi"], "abc defghi"),
        (["NOTE:one\u2028TEL:123"], "one\u2028TEL:123"),
        (["NOTE:a\x0bb\x0cc"], "a\x0bb\x0cc"),
        (["PHOTO:data:image/jpeg;base64,/9j/4AAQ"], "data:image/jpeg;base64,/9j/4AAQ"),
        (["BDAY:Tue, 22 Dec 2009"], "Tue, 22 Dec 2009"),
        (["TEL;TYPE=", "\tFAX,WORK:+1-919"], "+1-919"),
        (['ADR;LABEL="a:b', ' c":;;x'], ";;x"),
    ],
)
def test_a_value_is_all_of_it_unescaped_once(lines: list[str], value: str) -> None:
    assert only(*lines) == value


@pytest.mark.parametrize(
    ("lines", "value"),
    [
        (["NOTE;ENCODING=QUOTED-PRINTABLE:caf=C3=A9"], "café"),
        (["NOTE;encoding=quoted-printable:caf=c3=a9"], "café"),
        (["NOTE;QUOTED-PRINTABLE:caf=C3=A9"], "café"),
        (["NOTE;quoted-printable;CHARSET=utf-8:caf=C3=A9"], "café"),
        (["NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=ISO-8859-1:caf=E9"], "café"),
        (["NOTE;ENCODING=QUOTED-PRINTABLE:Reid=92s"], "Reid’s"),
        (["FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E3=81=82=E3=81=", "=84"], "あい"),
        (["NOTE;ENCODING=QUOTED-PRINTABLE:come=", " to the aid"], "come to the aid"),
        (["NOTE;ENCODING=QUOTED-PRINTABLE:a=  ", "b"], "ab"),
        (["NOTE;ENCODING=QUOTED-PRINTABLE:a=0D=0Ab=0Ac"], "a\nb\nc"),
        (["NOTE;ENCODING=QUOTED-PRINTABLE:abc="], "abc"),
        (["NOTE;ENCODING=QUOTED-PRINTABLE:100% =ZZ"], "100% =ZZ"),
        (["NOTE;ENCODING=QUOTED-PRINTABLE:path C:=5Cnew"], "path C:\\new"),
        (["NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=SHIFT_JIS:=95=5C"], "表"),
        (["NOTE;ENCODING=8BIT:caf\u00e9"], "café"),
        (["NOTE;ENCODING=7BIT:a=41"], "a=41"),
        (["N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:", ";=D0=A2=D0=B0"], ";Та"),
    ],
)
def test_quoted_printable_is_decoded_however_it_is_announced(lines: list[str], value: str) -> None:
    assert only(*lines, version="2.1") == value


def test_a_soft_line_break_never_crosses_the_end_of_the_card() -> None:
    found = cards(
        "BEGIN:VCARD\nNOTE;ENCODING=QUOTED-PRINTABLE:abc=\nEND:VCARD\nBEGIN:VCARD\nFN:x\nEND:VCARD\n"
    )
    assert [pairs(item) for item in found] == [[("NOTE", "abc")], [("FN", "x")]]


def test_a_soft_line_break_before_a_blank_line_ends_the_value() -> None:
    found = card("N;ENCODING=QUOTED-PRINTABLE:H=C3=B6rmann;Joseph=", "", "TEL;HOME:028", version="2.1")
    assert pairs(found) == [("N", "Hörmann;Joseph"), ("TEL", "028")]


def test_an_encoded_separator_is_text_and_a_plain_one_is_structure() -> None:
    found = card("ORG;ENCODING=QUOTED-PRINTABLE:A=3BB;C=2CD,E=0AF", version="2.1")
    assert found.properties[1].fields() == ["A;B", "C,D,E\nF"]


@pytest.mark.parametrize("charset", ["SHIFT_JIS", "ISO-8859-1", "utf-8", "windows-1252", "EUC-JP", "GB18030"])
def test_raw_values_are_read_in_their_charset(charset: str) -> None:
    text = "表一郎" if charset in ("SHIFT_JIS", "EUC-JP", "GB18030") else "Müller"
    found = raw_card(f"FN;CHARSET={charset}:{text}".encode(charset))
    assert found.properties[0].value == text
    assert found.notes == []


@pytest.mark.parametrize(
    ("line", "value", "note"),
    [
        (b"FN:Gonz\xe9lez", "González"[:4] + "élez", "Windows-1252"),
        (b"FN:\x81", "\x81", "Windows-1252"),
        (b"FN;CHARSET=US-ASCII:M\xc3\xbcller", "Müller", "read as UTF-8"),
        (b"FN;CHARSET=nonsense:M\xc3\xbcller", "Müller", "unknown charset"),
        (b"FN;CHARSET=idna:xn--a", "xn--a", "unknown charset"),
        (b"FN;CHARSET=utf-7:+2AA-", "+2AA-", "unknown charset"),
        (b"FN;CHARSET=hex:4142", "4142", "unknown charset"),
        (b"FN:a\0b", "ab", "NUL"),
    ],
)
def test_bytes_that_are_not_what_they_say_are_read_and_noted(line: bytes, value: str, note: str) -> None:
    found = raw_card(line)
    assert found.properties[0].value == value
    assert note in found.notes[0].reason


def test_a_character_cut_in_two_by_folding_is_one_character() -> None:
    found = raw_card(b"NOTE:caf\xc3\r\n \xa9 au lait")
    assert pairs(found) == [("NOTE", "café au lait")]
    assert found.notes == []


@pytest.mark.parametrize(
    ("lines", "data"),
    [
        (["PHOTO;ENCODING=b:QUJDRA=="], b"ABCD"),
        (["PHOTO;ENCODING=BASE64;TYPE=JPEG:QUJDRA"], b"ABCD"),
        (["PHOTO;BASE64:", " QUJD", " RA==", "", "FN:x"], b"ABCD"),
        (["PHOTO;ENCODING=BASE64:QUJD", "RA==", "FN:x"], b"ABCD"),
        (["PHOTO;ENCODING=b:QU JD", "  RA = ="], b"ABCD"),
        (["PHOTO;ENCODING=b:A"], None),
        (["PHOTO;ENCODING=b:http://x.example/a.jpg"], None),
        (["PHOTO:QUJDRA=="], None),
    ],
)
def test_base64_is_read_however_it_is_folded_and_padded(lines: list[str], data: bytes | None) -> None:
    found = card(*lines)
    assert found.all("PHOTO")[0].binary() == data


def test_base64_that_is_none_is_kept_and_noted() -> None:
    found = card("PHOTO;ENCODING=b:A")
    assert pairs(found) == [("PHOTO", "A")]
    assert found.notes[0].line == 3


@pytest.mark.parametrize(
    ("head", "group", "name", "params"),
    [
        ("TEL", None, "TEL", []),
        ("item1.X-ABLabel", "item1", "X-ABLabel", []),
        ("TEL;HOME;VOICE", None, "TEL", [("TYPE", ("HOME",)), ("TYPE", ("VOICE",))]),
        ("TEL;TYPE=home,cell", None, "TEL", [("TYPE", ("home", "cell"))]),
        ('TEL;TYPE="home,cell"', None, "TEL", [("TYPE", ("home,cell",))]),
        ('EMAIL;X-L="a""b"', None, "EMAIL", [("X-L", ('a"b',))]),
        ('EMAIL;X-L="a;b:c"', None, "EMAIL", [("X-L", ("a;b:c",))]),
        ('TEL;X-L="Bob^\'s ^n desk";Y=a^^b', None, "TEL", [("X-L", ('Bob"s \n desk',)), ("Y", ("a^b",))]),
        ("PHOTO;BASE64;JPEG", None, "PHOTO", [("ENCODING", ("BASE64",)), ("TYPE", ("JPEG",))]),
        ("PHOTO;URL", None, "PHOTO", [("VALUE", ("URL",))]),
        ("X-messaging/xmpp-All", None, "X-messaging/xmpp-All", []),
        ("X LOTUS", None, "X LOTUS", []),
        ("TEL ;HOME", None, "TEL", [("TYPE", ("HOME",))]),
        ("a.b.TEL", "a.b", "TEL", []),
    ],
)
def test_heads_are_read(
    head: str, group: str | None, name: str, params: list[tuple[str, tuple[str, ...]]]
) -> None:
    found = parse(head.encode())
    assert found is not None
    assert (found.group, found.name) == (group, name)
    assert [(param.name, param.values) for param in found.params] == params


@pytest.mark.parametrize(
    ("head", "types"),
    [
        ("TEL;HOME;TYPE=work;type=HOME", ("home", "work")),
        ('TEL;TYPE="voice,home"', ("voice", "home")),
        ("TEL;TYPE=VOICE\\,CELL", ("voice", "cell")),
        ("TEL;a,b", ("a", "b")),
        ("TEL;TYPE=", ()),
    ],
)
def test_types_are_found_in_every_spelling(head: str, types: tuple[str, ...]) -> None:
    found = parse(head.encode())
    assert found is not None
    assert found.types == types


@pytest.mark.parametrize("head", ["", ";TYPE=home", "item1.", "  ", "item1.;X=1"])
def test_a_head_without_a_name_is_none(head: str) -> None:
    assert parse(head.encode()) is None


@pytest.mark.parametrize(
    ("line", "colon"),
    [("FN:x", 2), ('A;B="c:d":e', 9), ('A;B="c:d', 6), ("none", -1), ('A;B="":C', 6), ('A:"b:c"', 1)],
)
def test_the_head_ends_at_the_first_colon_outside_quotes(line: str, colon: int) -> None:
    assert colon_of(line.encode()) == colon


def test_lines_that_are_no_property_are_noted_and_kept_in_the_text() -> None:
    found = card("FN:Ada", "usercontent.example/photo", " goes on", "# comment", "TEL:1")
    assert pairs(found) == [("FN", "Ada"), ("TEL", "1")]
    (note,) = found.notes
    assert note.line == 4
    assert "to line 6" in note.reason
    assert "FN" in note.reason
    assert "usercontent.example/photo\n goes on\n# comment\n" in found.text


def test_every_line_has_its_number() -> None:
    found = read(
        "x\n\nBEGIN:VCARD\nFN:a\n b\n\nTEL;X=\n y:1\nstray\nEND:VCARD\nBEGIN:VCARD\nFN:c\nEND:VCARD\n"
    )
    first, second = (item for item in found if isinstance(item, Card))
    assert [prop.line for prop in first.properties] == [4, 7]
    assert [stray.line for stray in first.strays] == [9]
    assert (second.line, second.properties[0].line) == (11, 12)
    assert [item.where for item in found if isinstance(item, Problem)] == ["line 1"]


def test_a_card_needs_neither_version_nor_name() -> None:
    assert card("TEL:1", version="").properties
    (found,) = cards("BEGIN:VCARD\nTEL:1\nEND:VCARD\n")
    assert found.version is None


def test_the_version_of_one_card_says_nothing_of_the_next() -> None:
    first, second = cards("BEGIN:VCARD\nVERSION:4.0\nEND:VCARD\nBEGIN:VCARD\nFN:x\nEND:VCARD\n")
    assert (first.version, second.version) == ("4.0", None)


def test_profile_and_a_second_version_are_properties_like_others() -> None:
    found = card("PROFILE:vCard", "VERSION:2.1")
    assert [prop.key for prop in found.properties] == ["VERSION", "PROFILE", "VERSION"]


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_escaping_is_undone_by_unescaping(text: str) -> None:
    assert values.unescape(values.escape(text)) == text.replace("\r\n", "\n").replace("\r", "\n")


@given(st.lists(st.text("ab\\;,\n"), min_size=1))
def test_a_list_comes_apart_where_it_was_put_together(parts: list[str]) -> None:
    for separator in ";,":
        joined = separator.join(map(values.escape, parts))
        assert [values.unescape(part) for part in values.split(joined, separator)] == parts


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\n")))
def test_quoted_printable_text_comes_back(text: str) -> None:
    encoded = quopri.encodestring(text.encode(), quotetabs=True).decode().replace("\\", "=5C")
    found = card(
        "NOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:" + encoded.replace("\n", "\r\n"), version="2.1"
    )
    assert pairs(found) == [("NOTE", text)]


@given(st.binary(min_size=1), st.integers(1, 80), st.sampled_from(["\r\n ", "\r\n"]))
def test_base64_bytes_come_back(data: bytes, width: int, fold: str) -> None:
    text = base64.b64encode(data).decode()
    folded = fold.join(text[at : at + width] for at in range(0, len(text), width))
    found = card(f"PHOTO;ENCODING=b:{folded}", "FN:x")
    assert found.all("PHOTO")[0].binary() == data


@given(st.binary(max_size=300))
def test_no_bytes_raise_and_the_kept_text_is_the_same_card(data: bytes) -> None:
    for item in read(b"BEGIN:VCARD\nFN:x\n" + data + b"\nEND:VCARD\n"):
        if isinstance(item, Card):
            again = read_text(item.text)
            assert again is not None
            assert "\0" not in item.text


LINE = st.one_of(
    st.sampled_from(
        ["FN:Ada", "TEL;HOME:1", "NOTE;ENCODING=QUOTED-PRINTABLE:a=C3=", "PHOTO;ENCODING=b:QUJD", " x"]
    ),
    st.sampled_from(
        ["", "stray", "BEGIN:VCARD", "END:VCARD", "AGENT:", " END:VCARD", 'X;Y="a', "VERSION:3.0"]
    ),
    st.text('abAB:;=,"\\. \t\xe9', max_size=12),
)


@given(st.lists(LINE, max_size=30), st.sampled_from(["utf-8", "latin-1"]))
def test_every_card_is_the_same_when_its_text_is_read_again(lines: list[str], encoding: str) -> None:
    for item in cards("\n".join(["BEGIN:VCARD", *lines]).encode(encoding, "replace")):
        again = read_text(item.text)
        assert again is not None
        assert [(p.group, p.name, p.raw) for p in again.properties] == [
            (p.group, p.name, p.raw) for p in item.properties
        ]
        assert [stray.text for stray in again.strays] == [stray.text for stray in item.strays]
