"""HTML to text: the words survive, the tags do not, and nothing hostile costs more than its length."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.importers.kit import markup
from crm.importers.kit.markup import html_to_text, unescape_once

MENTION = '<a href="https://example.social/@ada" class="u-url mention">@<span>ada</span></a>'
SPLIT_LINK = (
    '<a href="https://example.org/a/long/path"><span class="invisible">https://</span>'
    '<span class="ellipsis">example.org/a</span><span class="invisible">/long/path</span></a>'
)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("", ""),
        ("plain", "plain"),
        ("two\n  words", "two words"),
        ("a&nbsp;b", "a b"),
        ("<p>one</p><p>two<br/>three</p>", "one\ntwo\nthree"),
        ("<p>one</p> <p>two</p>", "one\ntwo"),
        ("<p>a <b>bold</b> word</p>", "a bold word"),
        ("a<br><br>b", "a\n\nb"),
        ("<div><div><p>deep</p></div></div>after", "deep\nafter"),
        ("<ul><li>one</li><li>two</li></ul>", "- one\n- two"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("<style>p {}</style><script>alert(1)</script><title>t</title>seen", "seen"),
        ("a<!-- hidden -->b", "ab"),
        ("<!-- hidden -->", ""),
        ('so <img alt=":blobcat:"> sweet', "so :blobcat: sweet"),
        ("x < y and a > b", "x < y and a > b"),
        ("<?xml version='1.0' encoding='utf-16'?><p>x</p>", "x"),
        ("Zoë 😉 <b>✓</b>", "Zoë 😉 ✓"),
        ("nul\x00 <b>\ud83d\ude09\ud83d</b>", "nul 😉\ufffd"),
    ],
)
def test_blocks_become_lines_and_tags_vanish(source: str, text: str) -> None:
    assert html_to_text(source) == text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (f"<p>{MENTION} see {SPLIT_LINK}, ok</p>", "@ada see https://example.org/a/long/path, ok"),
        ('<a href="https://example.org/long">example.org/lo…</a>!', "https://example.org/long!"),
        ('<a href="https://t.example/x">example.org/lo…</a>', "example.org/lo… (https://t.example/x)"),
        ('<a href="https://www.example.org/">example.org</a>', "https://www.example.org/"),
        ('my <a href="https://example.org/shop">shop</a>.', "my shop (https://example.org/shop)."),
        ('<a href="https://example.org/tags/x">#x</a>', "#x"),
        ('<a class="hashtag" href="https://example.org/tags/x">x</a>', "x"),
        ('<a href="javascript:alert(1)">press</a>', "press"),
        ('<a href="/relative">press</a>', "press"),
        ('<a href="https://example.org/x"></a>after', "after"),
        (f'<a href="https://example.org/{"x" * 300}">press</a>', "press"),
    ],
)
def test_links_keep_the_address_that_their_text_hides(source: str, text: str) -> None:
    assert html_to_text(source) == text


@pytest.mark.parametrize("wrap", ["{}", "<b>{}</b>"])
@pytest.mark.parametrize(
    ("entity", "text"),
    [
        ("&amp;lt;b&amp;gt;", "&lt;b&gt;"),
        ("&lt;b&gt;", "<b>"),
        ("&#55357;&#56841;", "😉"),
        ("&#xD83D;&#xde09;", "😉"),
        ("&#55357;", "\ufffd"),
        ("&#128521;", "😉"),
    ],
)
def test_entities_are_decoded_exactly_once(wrap: str, entity: str, text: str) -> None:
    assert html_to_text(wrap.format(entity)) == text
    assert unescape_once(entity) == text


def test_line_ends_of_the_source_count_where_the_platform_makes_paragraphs_of_them() -> None:
    assert html_to_text("one\r\n\r\ntwo <b>x</b>\nthree") == "one two x three"
    assert html_to_text("one\r\n\r\ntwo <b>x</b>\nthree", keep_newlines=True) == "one\n\ntwo x\nthree"


def test_a_page_nested_too_deep_keeps_its_words() -> None:
    source = "<!-- x --><div>" * 300 + "deep &amp; down" + "</div>" * 300 + "after"
    assert html_to_text(source) == "deep & down after"


def test_a_page_that_is_too_long_is_cut_visibly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markup, "HTML_LIMIT", 20)
    assert html_to_text("<p>" + "word " * 20) == "word word word wo…"


@pytest.mark.parametrize(
    "source",
    [
        "<a " * 20_000,
        "<!--" * 40_000,
        "<" * 200_000,
        "<div>" * 300 + "<!--" * 50_000,
        "<div>" * 300 + "<a " * 50_000,
        "<a></a>" * 50_000,
        "<br> " * 50_000,
        "<p> " * 50_000,
        "<a href=https://x.example>" * 50_000,
    ],
)
def test_hostile_markup_is_read_in_linear_time(source: str) -> None:
    # Each of these takes minutes with a quadratic reader, so that a regression hangs the suite.
    assert len(html_to_text(source)) <= len(source) + 100


def test_a_number_of_five_thousand_digits_is_one_unreadable_character() -> None:
    assert unescape_once("a&#" + "9" * 5000 + ";b") == "a\ufffdb"


@given(st.text() | st.text(alphabet="<>/ab &#;x!-\"'=\n"))
def test_no_text_makes_it_raise(source: str) -> None:
    html_to_text(source).encode("utf-8")
    unescape_once(source)


@given(st.lists(st.text(alphabet="abc é<&>\"'", min_size=1).map(str.strip).filter(bool)))
def test_escaped_text_comes_back_as_it_was(words: list[str]) -> None:
    source = "".join(f"<p>{unescape_free(word)}</p>" for word in words)
    assert html_to_text(source) == "\n".join(" ".join(word.split(" ")) for word in map(collapse, words))


def unescape_free(word: str) -> str:
    return word.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def collapse(word: str) -> str:
    return " ".join(word.split())
