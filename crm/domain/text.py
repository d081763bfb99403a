"""Other people's text, made safe to show. Names and messages are text that strangers chose.

Escape sequences in them can write the clipboard, retitle the window or type into the shell, and no
widget or print removes them; `clean` is the only way such text reaches a screen, terminal or notice.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_SAFE = re.compile("[ -~\\xa1-\\xac\\xae-\\u02ff]*+")
"""Letters and signs of Latin scripts, but for the invisible hyphen: nothing that would be changed."""
_MAX_MARKS = 4
"""More combining marks than any script stacks on one letter; heaps of them paint over other lines."""

_ALWAYS = {
    **{code: 0x2400 + code for code in range(0x20)},
    0x7F: 0x2421,
    **dict.fromkeys((0x09, 0x0D, 0x85, 0x2028, 0x2029), 0x20),
    **dict.fromkeys(range(0x80, 0x85), 0xFFFD),
    **dict.fromkeys(range(0x86, 0xA0), 0xFFFD),
    **dict.fromkeys(range(0xD800, 0xE000), 0xFFFD),
    **dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)), 0x2426),
    **dict.fromkeys((0x200B, 0xFEFF, 0xAD, 0x2060), None),
    **dict.fromkeys((0x200E, 0x200F, 0x061C), None),
}
_ONE_LINE = {**_ALWAYS, 0x0A: 0x20}
_MULTILINE = {code: to for code, to in _ALWAYS.items() if code != 0x0A}
_BLACK_FLAG = "\U0001f3f4"
_JOINER = "\u200d"
_MOST_JOINED = 9
"""Joiners in one sign: the longest emoji there are have four; more is one cell to us and a line to others."""
_VIRAMA = 9
"""The canonical combining class of the marks that join letters of Indian scripts."""
_JOINABLE = frozenset("\ufe0f\u2194\u2195")
"""Joined in emoji, beside signs and skin tones: the emoji style, and the arrows of a shaken head."""
_INVISIBLE = frozenset("\u3164\u115f\u1160\uffa0\u2800\u180e\u200c\u200d\ufe0f\ufe0e")

LONGEST_SOUGHT = 1_000
_MOST_SOUGHT = 50


def clean(text: str, multiline: bool = False, limit: int = 512) -> str:
    """Return `text` with nothing in it that a terminal could take for a command.

    Control characters become visible pictures, direction overrides a substitute sign, invisible
    characters are dropped, joined emoji are kept.

    Args:
        text: as it was stored.
        multiline: keep line feeds; otherwise they become blanks.
        limit: the most characters to return; a longer text ends in an ellipsis.

    """
    if len(text) > limit:
        text = text[: max(limit - 1, 0)] + "…"
    if _SAFE.fullmatch(text):
        return text
    if multiline:
        text = text.replace("\r\n", "\n")
    text = text.translate(_MULTILINE if multiline else _ONE_LINE)
    if text.isascii():
        return text
    return _without_heaps_and_tags(text)


def _without_heaps_and_tags(text: str) -> str:
    kept: list[str] = []
    marks = joined = 0
    in_flag = False
    for index, character in enumerate(text):
        if character == _JOINER:
            joined += 1
            if joined > _MOST_JOINED or not _joins(kept[-1:], text[index + 1 : index + 2]):
                continue
        elif character.isspace():
            joined = 0
        if 0xE0000 <= ord(character) <= 0xE007F:
            if in_flag:
                kept.append(character)
            continue
        in_flag = character == _BLACK_FLAG
        if unicodedata.category(character) in ("Mn", "Me"):
            marks += 1
            if marks > _MAX_MARKS:
                continue
        else:
            marks = 0
        kept.append(character)
    return "".join(kept)


def _joins(before: Sequence[str], after: str) -> bool:
    """Say whether a joiner between two characters makes one sign of them, as in emoji and after a virama.

    Anywhere else it means nothing, but what follows it takes no cell to Rich and to us, and two to a
    terminal: a name of such letters would run over the edge of its line.
    """
    if not before or not after:
        return False
    return unicodedata.combining(before[0]) == _VIRAMA or (_in_emoji(before[0]) and _in_emoji(after))


def _in_emoji(character: str) -> bool:
    # a flag of England may be joined as well, so its tags may
    return (
        character in _JOINABLE
        or unicodedata.category(character) in ("So", "Sk")
        or 0xE0020 <= ord(character) <= 0xE007F
    )


def is_blank(text: str | None) -> bool:
    """Say whether a name would show as nothing at all."""
    if not text:
        return True
    if text[0] < "\u0250" and text[0].isalnum():  # nearly every name, without looking further
        return False
    shown = clean(text)
    return all(character.isspace() or character in _INVISIBLE for character in shown) or not any(
        unicodedata.category(character)[0] in "LNPS" and not "␀" <= character <= "␦" for character in shown
    )


def storable(text: str) -> str:
    """Return `text` as every database can keep it: without NUL, with U+FFFD for each lone surrogate.

    A surrogate pair (JSON may carry its halves apart) becomes the one character it stands for. Other
    control characters stay: they are made visible where text is shown.
    """
    if text.isascii():
        return text.replace("\0", "") if "\0" in text else text
    if "\0" in text:
        text = text.replace("\0", "")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def folded(text: str) -> str:
    """Return `text` for comparing and finding: lower case, without accents, single blanks."""
    if text.isascii():
        return " ".join(text.lower().split())
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split())


def sought(text: str) -> str:
    """Return as much of a text as is searched for: what is longer or has more words finds the same.

    Databases refuse patterns of 50,000 bytes and conditions of a thousand parts (SQLite's limits).
    """
    return " ".join(word[:LONGEST_SOUGHT] for word in text.split(maxsplit=_MOST_SOUGHT)[:_MOST_SOUGHT])
