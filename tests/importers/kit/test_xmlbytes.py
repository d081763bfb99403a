"""Mending XML: the same text whatever the blocks it is read in, and nothing a strict parser refuses."""

from __future__ import annotations

import io
from typing import BinaryIO, cast

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree

from crm.domain.errors import ExportError
from crm.importers.kit.xmlbytes import XmlBytes, declared_encoding

GRIN = "\N{GRINNING FACE}"
PIECES = (
    "&#55357;", "&#56832;", "&#xD83D;", "&#xde00;", "&#055357;", "&#55000;", "&#57400;", "&", "&&", "&amp;",
    "&lt;", "&nbsp;", "&LT;", "&AMP;", "&hellip;", "&nosuch;", "&#0;", "&#x1F;", "&#65;", "&#128512;",
    "&#1114112;", "&#99999999999;", "&a", "&#", "&#x", "A&B", ";", "]", "]]", "<![CDATA[", "]]>",
    "<![CDATA[]]>", "<![CDATA[a & b]]>", "<![CDATA[&#55357;&#56832;]]>", "<x>", "</x>", "<!", "<![", "\x00",
    "\x0b", "\uffff", "\ufffe", "\x85", "é", "ß", "語", GRIN, "\r\n", "\n", " ", "word", "<!-- c -->",
    "<!DOCTYPE html>", "<!DOCTYPE a [", "<?php & ?>",
)  # fmt: skip
BAD_BYTES = (b"\xe9", b"\xc3", b"\xf0\x9f", b"\x80", b"\xed\xa0\xbd", b"\x81")


class Dribble(io.RawIOBase):
    """A stream that gives at most so many bytes at a time, as pipes and decompressors do."""

    def __init__(self, data: bytes, size: int) -> None:
        self._data, self._size, self._at = data, size, 0

    def read(self, size: int = -1) -> bytes:
        at = self._at
        self._at = min(at + min(size, self._size), len(self._data))
        return self._data[at : self._at]


def mended(data: bytes, size: int = 1 << 17) -> str:
    source = XmlBytes(cast("BinaryIO", Dribble(data, size)), "f.xml")
    pieces = []
    while piece := source.read():
        piece.decode()  # whole characters only
        pieces.append(piece)
    return b"".join(pieces).decode()


def inside(text: str) -> str:
    """Return what becomes of text inside of an element."""
    return mended(f"<r>{text}</r>".encode()).removeprefix("<r>").removesuffix("</r>")


@given(st.lists(st.sampled_from(PIECES), max_size=30), st.integers(1, 60))
@example(["<![CDATA[", "]]>", "&am", "p;"], 12)
@example(["<![CDATA[", "]", "]>", "&"], 16)
@example(["&#55357;", "&#56832;"], 11)
@example(["&#55357;"] * 12 + ["&#56832;"], 7)
def test_the_mended_text_is_the_same_whatever_the_block_size(pieces: list[str], size: int) -> None:
    data = f"<r>{''.join(pieces)}</r>".encode()
    assert mended(data, size) == mended(data)


@given(
    st.lists(st.sampled_from([*(piece.encode() for piece in PIECES), *BAD_BYTES]), max_size=30),
    st.integers(1, 60),
)
def test_bytes_that_are_no_utf_8_are_the_same_whatever_the_block_size(pieces: list[bytes], size: int) -> None:
    data = b"<r>" + b"".join(pieces) + b"</r>"
    assert mended(data, size) == mended(data)


@given(st.sampled_from(PIECES[:27]), st.integers(0, 200))
def test_a_reference_across_the_edge_of_a_real_block_is_mended_like_any_other(
    piece: str, before: int
) -> None:
    space = (1 << 17) - len("<r>") - before
    text = " " * space + piece * 30
    assert inside(text) == " " * space + inside(piece * 30)


@given(st.text(st.characters(exclude_characters="<]"), max_size=60))
def test_whatever_people_wrote_a_strict_parser_takes_it(text: str) -> None:
    data = f"<r a='{text.replace(chr(39), '')}'>{text}<![CDATA[{text}]]></r>".encode("utf-8", "surrogatepass")
    root = etree.fromstring(mended(data).encode())
    assert root.tag == "r"


@given(st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="&<]\ufffe\uffff")))
def test_a_good_text_is_left_as_it_is(text: str) -> None:
    assert inside(text) == text
    assert inside(f"<![CDATA[{text} & {text}]]>") == f"<![CDATA[{text} & {text}]]>"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("&#55357;&#56832;", GRIN),
        ("&#xD83D;&#xDE00;", GRIN),
        ("&#055357;&#xde00;", GRIN),
        ("&#55357;", "\ufffd"),
        ("&#56832;&#55357;", "\ufffd\ufffd"),
        ("&#55000;", "\ud6d8"),
        ("&#0;&#27;&#xFFFF;", "\ufffd" * 3),
        ("&#9;&#10;&#128512;", "&#9;&#10;&#128512;"),
        ("Salt & Pepper", "Salt &amp; Pepper"),
        ("a&b=1&amp;c", "a&amp;b=1&amp;c"),
        ("&nbsp;&eacute;&hellip;", "\xa0é…"),
        ("&AMP;&LT;&QUOT;", "&#38;&#60;&#34;"),
        ("&unknown;", "&amp;unknown;"),
        ("\x00\x0b\x1b\uffff", "\ufffd" * 4),
        ("&quot;&apos;&gt;", "&quot;&apos;&gt;"),
    ],
)  # fmt: skip
def test_references_and_characters_become_what_was_meant(written: str, meant: str) -> None:
    assert inside(written) == meant


def test_cdata_keeps_its_ampersands_and_loses_only_what_no_xml_can_hold() -> None:
    assert inside("<![CDATA[a & b &nbsp; \x0b]]> & c") == "<![CDATA[a & b &nbsp; \ufffd]]> &amp; c"


def test_a_cdata_section_split_in_two_by_wordpress_stays_two() -> None:
    assert inside("<![CDATA[a]]]]><![CDATA[> & b]]> & c") == "<![CDATA[a]]]]><![CDATA[> & b]]> &amp; c"


@pytest.mark.parametrize("name", ["iso-8859-1", "windows-1252", "koi8-r", "shift_jis", "gb18030", "utf-8"])
def test_the_declared_encoding_is_used(name: str) -> None:
    words = {"koi8-r": "Привет", "shift_jis": "日本語", "gb18030": "汉字"}.get(name, "Müller")
    data = f'<?xml version="1.0" encoding="{name.upper()}"?>\n<r>{words} & Co</r>'.encode(name)
    assert mended(data) == f"\n<r>{words} &amp; Co</r>"
    assert mended(data, 1) == mended(data)


@pytest.mark.parametrize("name", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_read_with_and_without_a_byte_order_mark(name: str) -> None:
    text = f'<?xml version="1.0" encoding="UTF-16"?><r>Jörg {GRIN} &#55357;&#56832;</r>'
    assert mended(text.encode(name)) == f"<r>Jörg {GRIN} {GRIN}</r>"
    assert mended(text.encode(name), 3) == f"<r>Jörg {GRIN} {GRIN}</r>"


@pytest.mark.parametrize("declared", ["no-such", "utf-16", "rot13", "zlib", "utf-7", "idna"])
def test_a_declared_encoding_that_cannot_be_is_utf_8(declared: str) -> None:
    assert declared_encoding(f'<?xml version="1.0" encoding="{declared}"?>'.encode()) == "utf-8"


def test_single_bytes_that_are_no_utf_8_are_windows_1252() -> None:
    assert mended(b"<r>J\xf6rg \x93J\xc3\xb6rg\x94</r>") == "<r>Jörg “Jörg”</r>"


def test_a_byte_order_mark_and_blanks_before_the_declaration_do_no_harm() -> None:
    data = b'\xef\xbb\xbf\n\n<?xml version="1.0"?>\n<!-- & -->\n<r/>'
    assert mended(data) == "\n\n\n\n<r/>"
    assert etree.fromstring(mended(data)).sourceline == 5


@pytest.mark.parametrize(
    "data",
    [
        b'<!DOCTYPE r [<!ENTITY x "y">]><r>&x;</r>',
        b'<?xml version="1.0"?><!-- > --><!doctype r SYSTEM "a>b" [<!ENTITY x SYSTEM "file:///etc/passwd">]><r/>',
        b"<!DOCTYPE r PUBLIC \"-//a>//\" 'b'\n[]><r/>",
    ],
)
@pytest.mark.parametrize("size", [1, 7, 1 << 17])
def test_a_document_type_with_definitions_of_its_own_is_refused(data: bytes, size: int) -> None:
    with pytest.raises(ExportError, match="defines entities of its own"):
        mended(data, size)


def test_a_plain_document_type_is_dropped() -> None:
    assert mended(b'<!DOCTYPE rss PUBLIC "-//N//RSS 0.91//EN" "http://a/b.dtd">\n<rss/>') == "\n<rss/>"


def test_a_post_about_document_types_is_no_attack() -> None:
    data = b'<r><![CDATA[<!DOCTYPE a [<!ENTITY b "c">]> &b; ]]></r>'
    assert mended(data) == data.decode()


def test_a_beginning_without_end_is_refused_before_it_fills_memory() -> None:
    with pytest.raises(ExportError, match="no XML element within its first 1 MB"):
        mended(b"<!--" + b" " * (3 << 20))


def test_long_runs_of_base64_are_left_out() -> None:
    data = b"<r a='" + b"QUJD" * (1 << 18) + b"'>&</r>"
    left = mended(data)
    assert len(left) < 3 << 17
    assert left.endswith("'>&amp;</r>")


def test_a_file_of_nothing_is_nothing() -> None:
    assert mended(b"") == mended(b"\xef\xbb\xbf") == ""
