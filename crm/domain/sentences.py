"""Sentences of what people wrote, as places in their text, so that a quotation is always a cut of it.

The decision to know: nothing is ever rephrased or put together. What is not somebody's own words (quoted
lines, code, signatures, markup) is passed over, addresses are looked past, and in doubt a border stands at
the end of a line. Scripts without capital letters and blanks are cut at their own marks.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from crm.domain.records import Kind

MOST_READ = 8_000
"""Characters of a text that are looked at: the beginning of a long letter, never a megabyte."""
LONGEST = 400
"""Characters of a sentence; what is longer is a text without borders and no quotation."""

_DROPPED = "\x02"
_HIDDEN = "\x01"
_LINES = str.maketrans({"\x0b": "\n", "\x0c": "\n", "\x85": "\n", "\u2028": "\n", "\u2029": "\n", "\r": " "})
_QUOTED_LINE = re.compile(r"^[ \t\u00a0]{0,8}(?:>|&gt;|＞).*$", re.MULTILINE)
_HISTORY = re.compile(r"^(?:-{3,}[^\n-][^\n]{1,80}-{3,}|-- ?)$", re.MULTILINE)
"""What mail programs write before the old message, and before a signature (RFC 3676, section 4.3)."""
_ADDRESS = re.compile(r"(?:[a-z][a-z0-9+.-]{1,15}://|www\.)[^\s<>\x01\x02]+", re.IGNORECASE)
_CODE = re.compile(r"`[^`\n]{1,200}`")
_TAG = re.compile(r"</?[a-zA-Z!][^<>]{0,500}>")
_ENCLOSED = (("```", "```"), ("<blockquote", "</blockquote>"), ("<pre", "</pre>"), ("<code", "</code>"))

_MARK = re.compile(r"[\n\x02]+|[.!?…‽。！？｡؟۔।;\u037e]+")
_ASKING = frozenset("?？؟‽")
_ANYWHERE = frozenset("。！？｡؟۔।")
"""Marks that end a sentence whatever follows; the others need a blank, a line or no letter after them."""
_GREEK = frozenset(";\u037e")
_CLOSING = frozenset("\"'”’»›)]}」』*_~")
_NO_BORDER_BEFORE = frozenset("=&/#%+-_\x01")
_LEADING = re.compile(r"(?:[\s•·–—\x01]|[-*+](?=\s)|\d{1,2}[.)](?=\s))*")
_WRAPPED_FROM = 50
"""Characters of a line from which its end is taken for a wrap and not for a border."""
_SHORT = frozenset(
    "bzw ca dott dr evtl fr hr inkl mme mr mrs ms nr prof sr sra st usw vgl vs z".split()  # noqa: SIM905
)
"""Abbreviations that a name or a number follows."""


class Sentence(NamedTuple):
    """Where a sentence stands in its text."""

    start: int
    end: int
    asks: bool
    """It ends in a question mark of its script."""
    joins: bool
    """Nothing but blanks lies between it and the one before."""
    letters: int
    """Letters and digits outside of addresses and code; those of wide scripts count twice."""


def cut(text: str, start: int, end: int) -> str:
    """Return a part of a text with every run of white space as one blank."""
    return " ".join(text[start:end].split())


def begin_of(text: str, kind: str) -> int:
    """Return where an act's own words begin: the subject of an answered e-mail was chosen by others.

    The importer of mail puts the subject on a line of its own before the words, with `Re: ` or `Fwd: `
    where the message answers or hands on.
    """
    if kind != Kind.EMAIL or not text.startswith(("Re: ", "Fwd: ")):
        return 0
    border = text.find("\n\n", 0, MOST_READ)
    return len(text) if border < 0 else border


def sentences(text: str, begin: int = 0) -> Iterator[Sentence]:
    """Yield the sentences of somebody's own words, from first to last.

    Args:
        text: as it was stored.
        begin: where to begin.

    """
    masked = _masked(text[: begin + MOST_READ])
    at, before = begin, -1
    for mark in _MARK.finditer(masked, begin):
        if mark.start() < at:
            continue
        end = _end(masked, mark)
        if end is None:
            continue
        found = _sentence(masked, at, end, before, mark[0])
        at = end
        if found is not None:
            yield found
            before = found.end
    if len(text) <= begin + MOST_READ:
        found = _sentence(masked, at, len(masked), before, "")
        if found is not None:
            yield found


def opening(text: str, begin: int = 0, enough: int = 60, most: int = 240) -> str:
    """Return the first sentences of somebody's own words: one, or as many as make `enough` characters.

    A text without borders is cut at a blank.
    """
    first: Sentence | None = None
    end = 0
    for one in sentences(text, begin):
        if first is None:
            first, end = one, one.end
        elif one.joins and end - first.start < enough and one.end - first.start <= most:
            end = one.end
        else:
            break
    if first is None:
        return (
            cut(_without_half_a_word(text[begin : begin + most]), 0, most) if _unbroken(text, begin) else ""
        )
    if end - first.start > LONGEST:
        return cut(_without_half_a_word(text[first.start : first.start + most]), 0, most)
    return cut(text, first.start, end)


def _unbroken(text: str, begin: int) -> bool:
    """Say whether a text is longer than what is read and has no border in it."""
    masked = _masked(text[: begin + MOST_READ])
    return (
        len(text) > begin + MOST_READ and _DROPPED not in masked and _letters(masked, begin, begin + 240) > 1
    )


def _without_half_a_word(text: str) -> str:
    head, blank, _ = text.rpartition(" ")
    return head if blank and head.strip() else text


def _sentence(masked: str, start: int, end: int, before: int, mark: str) -> Sentence | None:
    lead = _LEADING.match(masked, start, end)
    first = lead.end() if lead else start
    while end > first and (masked[end - 1].isspace() or masked[end - 1] == _DROPPED):
        end -= 1
    # an address at the end belongs to the sentence, one before it does not
    letters = _letters(masked, first, end)
    if letters < 1:
        return None
    asks = bool(_ASKING.intersection(mark) or _GREEK.intersection(mark)) and letters > 1
    joins = before >= 0 and not masked[before:first].strip(" \t\n\u00a0")
    return Sentence(first, end, asks, joins, letters)


def _letters(masked: str, start: int, end: int) -> int:
    return sum(
        2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in masked[start : min(end, start + LONGEST)]
        if character.isalnum()
    )


def _end(masked: str, mark: re.Match[str]) -> int | None:
    """Return where the sentence ends that a mark may end, or None where it goes on."""
    signs, end = mark[0], mark.end()
    if signs[0] in "\n\x02":
        return end if _line_ends(masked, mark.start(), end) else None
    while end < len(masked) and masked[end] in _CLOSING:
        end += 1
    following = masked[end : end + 1]
    if _ANYWHERE.intersection(signs):
        return end
    if _GREEK.intersection(signs) and not _ASKING.intersection(signs):
        return end if _is_greek(masked, mark.start()) and (not following or following.isspace()) else None
    if following and (following.isalnum() or following in _NO_BORDER_BEFORE):
        return None
    after = masked[end : end + 40].lstrip()[:1]
    if "?" in signs or "!" in signs or "‽" in signs:
        # "are you coming?" she asked
        return None if end > mark.end() and after.islower() else end
    if after.islower() or (following and not following.isspace()):
        return None
    return None if _is_abbreviation(masked, mark.start(), signs) else end


def _line_ends(masked: str, start: int, end: int) -> bool:
    if end - start > 1 or masked[start] == _DROPPED:
        return True
    above = masked[masked.rfind("\n", 0, start) + 1 : start].strip()
    after = masked[end : end + 40].lstrip(" \t\u00a0")[:1]
    if not above or not after or after in "\n\x02-*+•":
        return True
    if above[-1] in ".!?…‽。！？؟:：":
        return True
    return not (len(above) >= _WRAPPED_FROM or (after.islower() and above[-1] not in ",;،、，"))


def _is_abbreviation(masked: str, dot: int, signs: str) -> bool:
    if signs != ".":
        return False
    word = re.search(r"\w+$", masked[max(dot - 12, 0) : dot])
    if word is None:
        return False
    said = word[0].casefold()
    return len(said) == 1 or said in _SHORT or (said.isdigit() and len(said) <= 2)


def _is_greek(masked: str, at: int) -> bool:
    """Say whether the words before a mark are Greek, in which a semicolon asks."""
    letters = [character for character in masked[max(at - 24, 0) : at] if character.isalpha()]
    greek = sum(
        "\u0370" <= character <= "\u03ff" or "\u1f00" <= character <= "\u1fff" for character in letters
    )
    return bool(letters) and greek * 2 > len(letters)


def _masked(text: str) -> str:
    """Return a text of the same length in which all that is not somebody's own words is filled in."""
    masked = text.translate(_LINES) if _HIDDEN not in text and _DROPPED not in text else _plain(text)
    for opens, closes in _ENCLOSED:
        if opens in masked.lower() if opens[0] == "<" else opens in masked:
            masked = _without(masked, opens, closes)
    if "`" in masked:
        masked = _CODE.sub(_hide, masked)
    if ":" in masked or "www." in masked.lower():
        masked = _ADDRESS.sub(_hide_address, masked)
    if "<" in masked:
        masked = _TAG.sub(_hide, masked)
    if ">" in masked or "&gt;" in masked or "＞" in masked:
        masked = _QUOTED_LINE.sub(_drop, masked)
    if "--" in masked and (history := _HISTORY.search(masked)):
        masked = masked[: history.start()] + _DROPPED * (len(masked) - history.start())
    return masked


def _plain(text: str) -> str:
    return text.translate(_LINES).replace(_HIDDEN, " ").replace(_DROPPED, " ")


def _without(masked: str, opens: str, closes: str) -> str:
    """Drop what stands between two marks; what is opened and never closed stays."""
    # only ASCII is lowered: other letters may change their length
    folded = re.sub("[A-Z]+", lambda found: found[0].lower(), masked) if opens[0] == "<" else masked
    pieces: list[str] = []
    at = 0
    while (start := folded.find(opens, at)) >= 0:
        end = folded.find(closes, start + len(opens))
        if end < 0:
            break
        end += len(closes)
        pieces += (masked[at:start], _DROPPED * (end - start))
        at = end
    return "".join((*pieces, masked[at:]))


def _hide(found: re.Match[str]) -> str:
    return _HIDDEN * len(found[0])


def _drop(found: re.Match[str]) -> str:
    return _DROPPED * len(found[0])


def _hide_address(found: re.Match[str]) -> str:
    """Hide an address; a mark at its very end belongs to the sentence, unless the address needs it."""
    address = found[0]
    kept = address.rstrip("?!.,;:)]}\"'»”؟？！。")
    if kept[-1:] in "/=&":
        kept = address
    return _HIDDEN * len(kept) + address[len(kept) :]
