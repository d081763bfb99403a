"""Cutting mailboxes into messages, whatever is in them, in whatever pieces they are read."""

from __future__ import annotations

import io
import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.importers.mail import splitting
from crm.importers.mail.splitting import HEADER_KEPT, RawMessage, read_single, split_mbox

LINE = b"From ada@example.net Mon Jan  1 00:00:00 2024\n"
HEAD = b"From: ada@example.net\nSubject: x"


def split(data: bytes, body_kept: int = 1 << 16) -> list[RawMessage]:
    return list(split_mbox(io.BytesIO(data), body_kept))


# Lines as people write them, with what could be mistaken for a separator, escaped as mboxrd does.
texts = st.lists(
    st.one_of(
        st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=30),
        st.sampled_from(["", "From Ada", "From here: there", ">From", "-- ", "Subject: y", "From - "]),
    ),
    max_size=8,
).map("\n".join)


def escaped(text: str) -> bytes:
    lines = text.split("\n")
    return "\n".join(f">{line}" if line.lstrip(">").startswith("From ") else line for line in lines).encode()


@given(st.lists(texts, min_size=1, max_size=5), st.integers(1, 300), st.booleans())
def test_every_message_of_an_mboxrd_comes_back_whole(bodies: list[str], chunk: int, crlf: bool) -> None:
    data = b"".join(LINE + HEAD + b"\n\n" + escaped(body) + b"\n\n" for body in bodies)
    expected = [escaped(body) + b"\n\n" for body in bodies]
    if crlf:
        data = data.replace(b"\n", b"\r\n")
        expected = [body.replace(b"\n", b"\r\n") for body in expected]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(splitting, "_CHUNK", chunk)
        found = split(data)
    assert [message.number for message in found] == list(range(1, len(bodies) + 1))
    assert [message.body for message in found] == expected
    assert {message.head.replace(b"\r", b"") for message in found} == {HEAD}


@given(st.binary(max_size=400), st.integers(1, 64))
def test_the_pieces_in_which_a_file_is_read_change_nothing(data: bytes, chunk: int) -> None:
    data = LINE + HEAD + b"\n\n" + data + b"\n\n" + LINE + HEAD + b"\n\nend\n"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(splitting, "_CHUNK", chunk)
        small = split(data)
    assert small == split(data)


@pytest.mark.parametrize(
    "line",
    [
        "From ada@example.net Mon Jan  1 00:00:00 2024",
        "From 1786000000000000001@xxx Mon Jan 01 00:00:00 +0000 2024",
        "From - Mon Jan  1 00:00:00 2024",
        "From MAILER-DAEMON Mon Jan  1 00:00 2024",
        "From ada@example.net Mon, 01 Jan 2024 00:00:00 +0100",
        'From "Ada Byron" Mon Jan  1 00:00:00 CET 2024 remote from relay',
        "From - ",
        "From ada@example.net",
        "From ???@??? 2024-01-01 00:00",
    ],
)
def test_the_usual_separators_are_known(line: str) -> None:
    data = LINE + HEAD + b"\n\nfirst\n\n" + line.encode() + b"\n" + HEAD + b"\n\nsecond\n"
    assert [message.body for message in split(data)] == [b"first\n\n", b"second\n"]


@pytest.mark.parametrize(
    "body",
    [
        "\nFrom here on: nothing\n",
        "\nFrom Monday at 10:00 we are open\nPlease: knock\n",
        "\nFrom ada@example.net Mon Jan  1 00:00:00 2024\n\nis how such a line looks\n",
        "\nFrom ada@example.net Mon Jan  1 00:00:00 2024\nhttps://example.org/a\n",
        "\nFrom ada@example.net Mon Jan  1 00:00:00 2024",
        "no empty line\nFrom ada@example.net\nX: y\n",
    ],
)
def test_other_lines_that_begin_with_from_stay_in_the_body(body: str) -> None:
    data = LINE + HEAD + b"\n\n" + body.encode()
    assert [message.body for message in split(data)] == [body.encode()]


def test_empty_lines_and_a_byte_order_mark_before_the_first_message_are_passed_over() -> None:
    (found,) = split(b"\xef\xbb\xbf\r\n\n" + LINE + HEAD + b"\n\nx")
    assert found == RawMessage(1, HEAD, b"x")


def test_a_message_may_lack_its_body_or_its_header() -> None:
    found = split(LINE + HEAD + b"\n\n" + LINE + b"X-Odd: 1\n" + LINE + HEAD)
    assert [(message.head, message.body) for message in found] == [
        (HEAD, b""),
        (b"X-Odd: 1\n", b""),
        (HEAD, b""),
    ]


class Endless(io.RawIOBase):
    """A mailbox of large messages that exists only while it is read."""

    def __init__(self, messages: int, line: bytes, lines: int) -> None:
        self._pieces = self._all(messages, line, lines)
        self._rest = b""

    @staticmethod
    def _all(messages: int, line: bytes, lines: int) -> Iterator[bytes]:
        for _ in range(messages):
            yield LINE + HEAD + b"\n\nwords\n"
            for _ in range(lines):
                yield line * 1000
            yield b"\n"

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        piece = self._rest or next(self._pieces, b"")
        piece, self._rest = piece[: len(buffer)], piece[len(buffer) :]
        buffer[: len(piece)] = piece
        return len(piece)


def test_large_attachments_never_lie_in_memory() -> None:
    stream = io.BufferedReader(Endless(3, b"A" * 76 + b"\n", 300), 1 << 17)
    tracemalloc.start()
    found = [(message.head, message.body[:6], len(message.body)) for message in split_mbox(stream, 1000)]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found == [(HEAD, b"words\n", 1000)] * 3
    assert peak < 8 << 20  # a message has 23 MB


def test_a_header_that_never_ends_is_cut() -> None:
    data = LINE + HEAD + b"\nX: " + b"x" * (HEADER_KEPT + (2 << 20)) + b"\n\n" + LINE + HEAD + b"\n\nnext\n"
    first, second = split(data)
    assert first.head.startswith(HEAD)
    assert len(first.head) == HEADER_KEPT
    assert second == RawMessage(2, HEAD, b"next\n")


@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf", b"\r\n", b"From ada Mon Jan  1 00:00:00 2024\n"])
def test_a_single_message_is_read_with_whatever_stands_before_it(start: bytes) -> None:
    assert read_single(io.BytesIO(start + HEAD + b"\r\n\r\nbody")) == RawMessage(1, HEAD + b"\r", b"body")


def test_apples_property_list_is_no_part_of_the_message() -> None:
    message = HEAD + b"\n\nbody\n"
    data = b"%d     \n%s<?xml version='1.0'?><plist/>" % (len(message), message)
    assert read_single(io.BytesIO(data)) == RawMessage(1, HEAD, b"body\n")


@given(st.binary(max_size=300))
def test_no_bytes_break_it(data: bytes) -> None:
    assert len(split(data)) <= len(data) + 1
    assert read_single(io.BytesIO(data)).number == 1
