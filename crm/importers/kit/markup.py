"""From other people's HTML to plain text: never a tag, never an exception.

The decision to know: the parser is lxml's (libxml2), because the standard library's is quadratic on hostile
input (30 kB of "<a " cost ten seconds on Python 3.11.7). libxml2 gives up below 256 levels of nesting;
such a page, which no person wrote, loses its structure but none of its words.
"""

from __future__ import annotations

import html
import re

from lxml import etree
from lxml.html import HTMLParser

from crm.importers.kit.htmltags import is_overloaded
from crm.importers.kit.text import clean_value

HTML_LIMIT = 4 << 20
"""Characters of markup that are looked at; the rest is cut and an ellipsis says so."""

_MAX_DEPTH = 250
_LABELLED_URL_LIMIT = 200  # a longer address behind a word is a tracker's; nobody reads it
# what is not one blank already: replacing every single blank by one costs more than all the rest
_SPACE = re.compile("[\t\n\r\f\xa0][ \t\n\r\f\xa0]*| [ \t\n\r\f\xa0]+")
_INLINE_SPACE = re.compile("[\t\f\xa0][ \t\f\xa0]*| [ \t\f\xa0]+")
_MANY_NEWLINES = re.compile("\n{3,}")
_TAG = re.compile("</?[A-Za-z!][^<>]*>")
_LONG_REFERENCE = re.compile("&#[0-9]{20,};?")  # html.unescape raises for more than 4300 digits
_UNIT_REFERENCES = re.compile("(?:&#(?:5[5-7][0-9]{3}|[xX][dD][89a-fA-F][0-9a-fA-F]{2});)+")
_UNIT = re.compile("&#(?:([0-9]+)|[xX]([0-9a-fA-F]+));")

_BLOCKS = frozenset(
    "address article aside blockquote body caption dd details div dl dt fieldset figcaption "  # noqa: SIM905
    "figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table tr ul".split()
)
_HIDDEN = frozenset(("head", "script", "style", "template", "title"))


def unescape_once(text: str) -> str:
    """Decode the entities of a text exactly once: `&amp;lt;` becomes `&lt;`. Never raises.

    Emoji that were written as two references to UTF-16 units (`&#55357;&#56841;`) become one character.
    """
    if "&" not in text:
        return text
    return html.unescape(_LONG_REFERENCE.sub("\ufffd", _join_units(text)))


def html_to_text(markup: str, *, keep_newlines: bool = False) -> str:
    """Return the words of an HTML fragment or page as plain text, lines for blocks and `<br>`.

    Links are written as their text, with the address where the text shortens or hides it (not for
    mentions and hashtags). Images give their alternative text. Entities are decoded exactly once.
    Never raises.

    Args:
        markup: the HTML.
        keep_newlines: line ends in the source are line ends of the text, as in WordPress comments, where
            the site makes paragraphs of them only when showing them.

    """
    markup = clean_value(markup)
    cut = len(markup) > HTML_LIMIT
    if cut:
        markup = markup[:HTML_LIMIT]
    text = _words(markup, keep_newlines)
    return f"{text}\u2026" if cut else text


def _words(markup: str, keep_newlines: bool) -> str:
    if "<" not in markup:
        return _Text(keep_newlines).add(unescape_once(markup)).finished()
    data = _join_units(markup).encode("utf-8", "replace")
    if is_overloaded(data):
        return _without_tags(markup, keep_newlines)
    parser = HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(data, parser)
    except etree.LxmlError:
        return _without_tags(markup, keep_newlines)
    if len(parser.error_log.filter_from_fatals()):
        return _without_tags(markup, keep_newlines)
    if root is None:  # nothing but comments or white space
        return ""
    text = _Text(keep_newlines)
    return text.finished() if _walk(root, text) else _without_tags(markup, keep_newlines)


def _walk(root: etree._Element, text: _Text) -> bool:
    """Write the tree to `text`; return False when it is so deep that the parser may have cut it."""
    depth = hidden = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            depth += 1
            if depth > _MAX_DEPTH:
                return False
            hidden += tag in _HIDDEN
            if not hidden:
                text.start(tag, element)
                text.add(element.text)
        else:
            depth -= 1
            if not hidden:
                text.end(tag, element)
            hidden -= tag in _HIDDEN
            if not hidden and element is not root:
                text.add(element.tail)
    return True


class _Text:
    """Plain text in the making: white space as HTML has it, and no two line ends for nested blocks."""

    def __init__(self, keep_newlines: bool) -> None:
        self._parts: list[str] = []
        self._keep_newlines = keep_newlines
        self._preformatted = 0
        self._links: list[int] = []

    def start(self, tag: str, element: etree._Element) -> None:
        if tag in _BLOCKS:
            self._new_line()
            if tag == "li":
                self._parts.append("- ")
            self._preformatted += tag == "pre"
        elif tag == "br":
            self._trim()
            self._parts.append("\n")
        elif tag == "a":
            self._links.append(len(self._parts))
        elif tag == "img":
            self.add(element.get("alt"))

    def end(self, tag: str, element: etree._Element) -> None:
        if tag in _BLOCKS:
            self._preformatted -= tag == "pre"
            self._new_line()
        elif tag in ("td", "th"):
            self.add(" ")
        elif tag == "a" and self._links:
            start = self._links.pop()
            label = "".join(self._parts[start:])
            del self._parts[start:]
            if label:
                self._parts.append(_link(label, element))

    def add(self, text: str | None) -> _Text:
        if not text:
            return self
        if self._preformatted:
            self._parts.append(text.replace("\r\n", "\n").replace("\r", "\n"))
            return self
        if self._keep_newlines:
            text = _INLINE_SPACE.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))
        else:
            text = _SPACE.sub(" ", text)
        if text.startswith(" ") and self._last() in ("", " ", "\n"):
            text = text[1:]
        if text:
            self._parts.append(text)
        return self

    def finished(self) -> str:
        text = "".join(self._parts).strip()
        return _MANY_NEWLINES.sub("\n\n", text) if "\n\n\n" in text else text

    def _last(self) -> str:
        """Return the last character, "" at the beginning (no part is ever empty)."""
        return self._parts[-1][-1] if self._parts else ""

    def _new_line(self) -> None:
        self._trim()
        if self._last() not in ("", "\n"):
            self._parts.append("\n")

    def _trim(self) -> None:
        if self._parts and not self._preformatted:
            trimmed = self._parts.pop().rstrip(" ")
            if trimmed:
                self._parts.append(trimmed)


def _link(label: str, element: etree._Element) -> str:
    url = (element.get("href") or "").strip()
    shown = label.strip()
    if not shown or not url.lower().startswith(("http://", "https://")):
        return label
    if shown[0] in "@#" or {"mention", "hashtag"} & set((element.get("class") or "").split()):
        return label
    address, bare = _bare(url), _bare(shown)
    if address == bare:
        return label.replace(shown, url)
    if bare.endswith(("\u2026", "...")):
        start = bare.removesuffix("\u2026").removesuffix("...")
        return label.replace(shown, url) if address.startswith(start) else f"{label.rstrip()} ({url})"
    if url in label or len(url) > _LABELLED_URL_LIMIT:
        return label
    return f"{label.rstrip()} ({url})"


def _bare(url: str) -> str:
    """Return an address without what people leave out when they write it."""
    text = url.casefold().removeprefix("https://").removeprefix("http://").removeprefix("www.")
    return text.rstrip("/")


def _without_tags(markup: str, keep_newlines: bool) -> str:
    """Return the words between the tags, in linear time whatever the markup."""
    kept: list[str] = []
    for piece in markup.split("<!--"):
        _comment, closed, rest = piece.partition("-->")
        kept.append(rest if closed and kept else piece)
    return _Text(keep_newlines).add(unescape_once(_TAG.sub(" ", "".join(kept)))).finished()


def _join_units(text: str) -> str:
    return _UNIT_REFERENCES.sub(_joined, text) if "&#" in text else text


def _joined(match: re.Match[str]) -> str:
    units = [int(unit[1]) if unit[1] else int(unit[2], 16) for unit in _UNIT.finditer(match[0])]
    raw = b"".join(unit.to_bytes(2, "little") for unit in units)
    return raw.decode("utf-16-le", "replace")
