"""Elements out of XML of any size: what is found, what is refused, and that memory stays flat."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

import pytest

from crm.domain.errors import ExportError
from crm.importers.kit.xmlstream import local_name, root_of, stream_elements, text_of, texts


class Generated(io.RawIOBase):
    """A file that is made while it is read."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._rest = pieces, b""

    def read(self, size: int = -1) -> bytes:
        while len(self._rest) < size and (piece := next(self._pieces, b"")):
            self._rest += piece
        data, self._rest = self._rest[:size], self._rest[size:]
        return data


def found(data: bytes, *names: str) -> list[tuple[str, str]]:
    return [(name, text_of(element)) for name, element in stream_elements(io.BytesIO(data), names, "f.xml")]


def damage(data: bytes, *names: str) -> tuple[list[str], str]:
    """Return the good elements before the damage, and the message."""
    good: list[str] = []
    with pytest.raises(ExportError) as caught:
        for _, element in stream_elements(io.BytesIO(data), names, "f.xml"):
            good.append(text_of(element))
    return good, caught.value.message


def test_wanted_elements_come_in_order_whatever_their_namespace() -> None:
    data = b'<a:r xmlns:a="u"><a:i>1</a:i><x>no</x><i xmlns="v">2</i><j>3</j><c><i>4</i></c></a:r>'
    assert found(data, "i", "j") == [("i", "1"), ("i", "2"), ("j", "3"), ("i", "4")]


def test_prefixes_that_nobody_declared_are_none() -> None:
    data = b"<rss>" + b"<item><wp:status>open</wp:status></item>" * 500 + b"</rss>"
    rows = [texts(element) for _, element in stream_elements(io.BytesIO(data), ["item"], "f.xml")]
    assert rows == [{"status": "open"}] * 500


def test_many_undeclared_prefixes_do_not_hide_that_a_file_is_cut_off() -> None:
    data = b"<rss>" + b"<item><wp:status>open</wp:status></item>" * 5000
    good, message = damage(data, "item")
    assert len(good) == 5000
    assert "after 5,000 entries" in message


def test_a_wanted_element_in_a_wanted_one_comes_first_and_stays_in_it() -> None:
    data = b"<r><i>a<c>b</c><c>d</c></i><c>e</c></r>"
    assert found(data, "i", "c") == [("c", "b"), ("c", "d"), ("i", "abd"), ("c", "e")]


def test_the_root_itself_can_be_wanted() -> None:
    assert found(b"<i><b>x</b></i>", "i") == [("i", "x")]


def test_texts_takes_the_first_of_each_name_with_everything_inside_it() -> None:
    data = b"<r><i> <a> one </a><n:a>two</n:a><b>x<c>y</c>z</b><d/><e><![CDATA[ <p> ]]></e></i></r>"
    [row] = [texts(element) for _, element in stream_elements(io.BytesIO(data), ["i"], "f.xml")]
    assert row == {"a": "one", "b": "xyz", "d": "", "e": "<p>"}


def test_text_around_a_comment_or_an_instruction_is_one() -> None:
    assert found(b"<r><i>a<!-- b -->c<?d e?>f<![CDATA[g]]></i></r>", "i") == [("i", "acfg")]


def test_text_of_nothing_is_empty() -> None:
    assert text_of(None) == ""


@pytest.mark.parametrize("cut", [22, 30, 33, 37, 40])
def test_a_file_that_is_cut_off_gives_what_is_whole_and_says_so(cut: int) -> None:
    good, message = damage(b"<r>\n<i>one</i>\n<i>two</i>\n<i>three</i>\n</r>"[:cut], "i")
    whole = ["one", "two"] if cut >= 25 else ["one"]
    whole += ["three"] if cut >= 38 else []
    assert good == whole
    assert message.startswith("f.xml is damaged or cut off in line ")
    assert (f"after {len(good)} entries" if len(good) > 1 else "after 1 entry") in message


@pytest.mark.parametrize(
    "data",
    [b"", b"hello", b"\x00" * 100, b"<r><i>a</i>", b"<r><i>a</j></r>", b"<r/>more", b"<r><i a=1/></r>"],
)
def test_what_is_no_whole_xml_is_an_error(data: bytes) -> None:
    assert "damaged or cut off" in damage(data, "i")[1]


def test_the_line_of_the_damage_is_that_of_the_file() -> None:
    head = b'\n<?xml version="1.0"?>\n<!-- a\nb -->\n<!DOCTYPE r\n>\n'
    _, message = damage(head + b"<r>\n<i>1</i>\n</i></r>", "i")
    assert f"in line {head.count(10) + 3}," in message


def test_a_damaged_file_ends_the_same_far_behind_the_first_block() -> None:
    data = b"<r>" + b"<i>x</i>\n" * 50_000 + b"<i>y</r>"
    good, _ = damage(data, "i")
    assert good[:50_000] == ["x"] * 50_000


def test_elements_nested_deeper_than_any_export_are_refused() -> None:
    assert "depth" in damage(b"<r>" + b"<a>" * 5000 + b"<i/>" + b"</a>" * 5000 + b"</r>", "i")[1]


def test_a_text_larger_than_any_post_is_refused() -> None:
    assert "too long" in damage(b"<r><i>" + b"long text " * 1_100_000 + b"</i></r>", "i")[1]


def test_entities_are_never_defined_and_never_fetched(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    outside = f'<!DOCTYPE r SYSTEM "{(tmp_path / "secret").as_uri()}"><r><i>&x;</i></r>'.encode()
    assert found(outside, "i") == [("i", "&x;")]
    laughs = b'<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><r><i>&b;</i></r>'
    assert "defines entities" in damage(laughs, "i")[1]


@pytest.mark.parametrize(
    ("head", "name", "attribute"),
    [
        (b'<?xml version="1.0"?>\n<!-- <no> -->\n<rss xmlns:wp="http://a/1.2/">', "rss", "/1.2/"),
        (b"\xef\xbb\xbf  <ns0:feed xmlns:ns0='http://www.w3.org/2005/Atom'>", "feed", "2005/Atom"),
        ('<?xml version="1.0" encoding="UTF-16"?><smses count="3">'.encode("utf-16"), "smses", "count"),
        ("<smses count='3'>".encode("utf-16-be"), "smses", "count"),
        (b'<!DOCTYPE opml PUBLIC "a>b" "c"><opml version="1.1">', "opml", "1.1"),
        (b"<disqus\n  xmlns='http://disqus.com'\n  xmlns:dsq='http://disq", "disqus", "disqus.com"),
    ],
)  # fmt: skip
def test_the_root_is_found_in_the_first_bytes(head: bytes, name: str, attribute: str) -> None:
    root = root_of(head)
    assert root is not None
    assert root.name == name
    assert attribute in root.attributes


@pytest.mark.parametrize(
    "head", [b"", b"hello", b"<", b"<?xml", b"<!-- <rss> ", b"{}", b"\x00<", b"\xff\xfe", b"<1a>"]
)
def test_what_is_no_xml_has_no_root(head: bytes) -> None:
    assert root_of(head) is None


def test_the_root_comes_with_what_follows_it() -> None:
    root = root_of(b"<feed><id>tag:blogger.com</id>")
    assert root is not None
    assert root.rest == "<id>tag:blogger.com</id>"


def test_local_names_do_without_prefix_and_namespace() -> None:
    names = [
        local_name(element)
        for _, item in stream_elements(
            io.BytesIO(b'<r xmlns:a="u"><i><a:b/><c:d/><e/></i></r>'), ["i"], "f.xml"
        )
        for element in item
    ]
    assert names == ["b", "d", "e"]


def export_of(size: int) -> Iterator[bytes]:
    """Make a file of about `size` bytes in which wanted and unwanted elements, of many names, take turns."""
    yield b'<rss xmlns:wp="u"><channel>'
    for number in range(size // 1000):
        yield b"<wp:term><wp:x>%s</wp:x></wp:term><n%d/>" % (b"t" * 400, number % 100)
        yield b"<item><wp:comment><wp:content>%s &#55357;&#56832; &</wp:content></wp:comment></item>" % (
            b"c" * 500
        )
    yield b"</channel></rss>"


def resident() -> int:
    """Return the memory this process occupies now, in bytes."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * 4096


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_memory_is_flat() -> None:
    stream = cast("BinaryIO", Generated(export_of(48_000_000)))
    first = most = count = 0
    for name, element in stream_elements(stream, ["item", "comment"], "f.xml"):
        if name == "comment":
            assert texts(element)["content"].endswith("\N{GRINNING FACE} &")
        count += 1
        if count == 4000:
            first = resident()
        elif count % 4000 == 0:
            most = max(most, resident())
    assert count == 96_000
    assert most - first < 12_000_000
