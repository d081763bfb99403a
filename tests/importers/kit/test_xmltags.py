"""Start tags of more attributes than any honest one has, wherever the pieces of the file end."""

from __future__ import annotations

import io
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.domain.errors import ExportError
from crm.importers.kit import xmltags
from crm.importers.kit.xmlstream import stream_elements
from crm.importers.kit.xmltags import LongTags


def attributes(count: int, value: str = "v") -> str:
    return " ".join(f'a{number}="{value}"' for number in range(count))


def is_refused(document: str, size: int) -> bool:
    tags, data = LongTags("x.xml"), document.encode()
    try:
        for at in range(0, len(data), size):
            tags.look(data[at : at + size])
    except ExportError:
        return True
    return False


@pytest.mark.parametrize("value", ["", "v", "a > b", "'", "/"])
def test_a_tag_of_too_many_attributes_is_refused_before_it_is_parsed(value: str) -> None:
    document = f"<r><item a='1'/><item {attributes(1_000_000, value)}/></r>"
    begun = time.process_time()
    with pytest.raises(ExportError, match="more than 10,000 attributes") as caught:
        list(stream_elements(io.BytesIO(document.encode()), ["item"], "x.xml"))
    assert time.process_time() - begun < 5
    assert caught.value.hint


TEXT = "'it''s \"quoted\" " * 4000
HONEST = {
    "text": f"<r><item>{TEXT}</item></r>",
    "CDATA": f"<r><item><![CDATA[{TEXT}]]></item></r>",
    "comment": f"<r><!-- {TEXT} --><item/></r>",
    "instruction": f"<r><?x {TEXT}?><item/></r>",
    "a long value": f"<r><item a='{'QUFB' * 40_000}' b='{TEXT.replace(chr(39), ' ')}'/></r>",
    "many tags": "<r>" + '<item a="1" b="2"/>' * 9000 + "</r>",
    "many in a text behind": f'<r><item a="1">{attributes(9000)}</item></r>',
}


@pytest.mark.parametrize("kind", HONEST)
@pytest.mark.parametrize("size", [1, 1000, 16_384, 1 << 20])
def test_what_is_long_for_another_reason_is_not(
    kind: str, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xmltags, "_MOST_ATTRIBUTES", 40)
    assert not is_refused(HONEST[kind][: 200_000 if size > 1 else 20_000], size)


@given(st.integers(1, 400), st.integers(0, 300), st.sampled_from(["", "v", ">", "'", "long " * 50]))
def test_it_does_not_matter_where_the_pieces_end(size: int, before: int, value: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(xmltags, "_MOST_ATTRIBUTES", 100)
        patch.setattr(xmltags, "_WINDOW", 64)
        head = "<r>" + "<i a='1'/>" * 20 + " " * before
        assert is_refused(f"{head}<item {attributes(150, value)}/></r>", size)
        assert not is_refused(f"{head}<item {attributes(100, value)}/></r>", size)
