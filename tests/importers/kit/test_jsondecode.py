"""What every JSON reader gets to see: UTF-8 without NUL, whatever the blocks are that it comes in."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.importers.kit.jsondecode import Utf8Stream

PIECES = st.sampled_from([b"\\\\", b"\\u0000", b"\\u00e9", b"u0000", b"a", b"0", "é".encode(), b'\\"', b"\0"])


def read(data: bytes, size: int) -> bytes:
    stream = Utf8Stream(io.BytesIO(data))
    return b"".join(iter(lambda: stream.read(size), b""))


@given(st.lists(PIECES, max_size=30), st.integers(4, 40))
def test_nul_is_left_out_written_as_it_is_or_as_an_escape_and_nothing_else_is(
    pieces: list[bytes], size: int
) -> None:
    document = b'["' + b"".join(pieces) + b'"]'
    [text] = json.loads(read(document, size))
    [whole] = json.loads(document.replace(b"\0", b""))
    assert text == whole.replace("\0", "")


@pytest.mark.parametrize("backslashes", [1, 2, 255, 256, 257, 5000])
def test_a_run_of_backslashes_is_neither_lost_nor_kept_back(backslashes: int) -> None:
    assert read(b"\\" * backslashes, 64) == b"\\" * backslashes


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_nul_in_any_encoding_is_left_out(encoding: str) -> None:
    assert read('{"a": "x\0y\\u0000z"}'.encode(encoding), 16) == b'{"a": "xyz"}'
