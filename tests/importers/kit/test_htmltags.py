"""HTML whose tags have more attributes than any honest one: told by looking, not by parsing."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from lxml.html import HTMLParser
from measured import SLACK

from crm.importers.kit import htmltags
from crm.importers.kit.htmltags import is_overloaded
from crm.importers.kit.markup import html_to_text
from crm.importers.mail.notifications.links import links_in_html

MANY = 60_000
HARMFUL = {
    "values": " ".join(f"a{n}=1" for n in range(MANY)),
    "quoted": " ".join(f'a{n}="1"' for n in range(MANY)),
    "quoted tags": " ".join(f"a{n}='<b>'" for n in range(MANY)),
    "no values": " ".join(f"a{n}" for n in range(MANY)),
    "slashes": "/".join(f"a{n}" for n in range(MANY)),
    "quotes as names": "x'y " + " ".join(f"a{n}" for n in range(MANY)),
    "less than": " ".join(f"a{n}<b" for n in range(MANY)),
    "empty": " ".join(f"a{n}=''" for n in range(MANY)),
    "spaced": " ".join(f"a{n} = 1" for n in range(MANY)),
}


@pytest.mark.parametrize("kind", HARMFUL)
@pytest.mark.parametrize("end", [">text</a>", ""])
def test_a_tag_of_thousands_of_attributes_costs_no_minute(kind: str, end: str) -> None:
    page = f"<p>before</p><a href='https://example.org' {HARMFUL[kind]}{end}"
    begun = time.process_time()
    assert is_overloaded(page.encode())
    assert html_to_text(page).startswith("before")
    assert links_in_html(page) == []
    assert time.process_time() - begun < 1 * SLACK


HONEST = {
    "text": "<p>" + "words = words, 'quoted' \"twice\" " * 20_000 + "</p>",
    "links": "<a href='https://example.org' class=x>x</a> " * 20_000,
    "a long value": f"<img src='data:image/png;base64,{'QUFB=' * 20_000}' alt=x>",
    "a style": "<style>" + "p { margin: 0 } " * 20_000 + "</style><p>x</p>",
    "an open quote": '<a title="' + "a=1 " * 20_000,
    "a comment": "<!-- " + "a=1 " * 20_000 + " --><p>x</p>",
}


@pytest.mark.parametrize("kind", HONEST)
def test_what_is_long_for_another_reason_is_parsed(kind: str) -> None:
    begun = time.process_time()
    assert not is_overloaded(HONEST[kind].encode())
    assert time.process_time() - begun < 1 * SLACK


@given(st.text(alphabet="<>ab/='\" \n!-", max_size=120))
def test_no_tag_has_more_attributes_than_are_counted(page: str) -> None:
    """Whatever libxml2 makes of a page, its fullest element has no more attributes than the count says."""
    root = etree.fromstring(f"<body>{page}".encode(), HTMLParser(encoding="utf-8", remove_comments=True))
    fullest = max(len(element.attrib) for element in root.iter()) if root is not None else 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(htmltags, "_WINDOW", 1)
        patch.setattr(htmltags, "_MOST", fullest - 1)
        assert fullest == 0 or is_overloaded(f"<body>{page}".encode())
