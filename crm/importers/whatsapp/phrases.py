"""What is no text of a person: notes about media, deleted messages, calls, notices; in the phones' languages.

The decision to know: such lists can never be complete, so form comes first: a note in angle brackets, a file
name with the camera's pattern, and on iPhones the invisible mark U+200E that WhatsApp puts before everything
it says itself. A line with the mark that nobody knows is taken for a notice.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import NamedTuple

from crm.importers.whatsapp import words
from crm.importers.whatsapp.lines import without_marks

MARK = "\u200e"

_NOTE = re.compile(r"<[^<>\n]{3,60}>")
_ATTACHED = re.compile(r"<[^<>:：\n]{2,30}[:：] ?([^<>\n]{1,200})>")
_FILE = re.compile(r"((?:[A-Z]{3}-\d{8}-WA\d+|\S[^\n/]{0,180})\.(\w{2,5})) \(([^()\n]{3,40})\)")
_CAMERA = re.compile(r"[A-Z]{3}-\d{8}-WA\d+\.")
_OMITTED = re.compile(words.pattern("omitted"))
_EXTENSIONS = {
    "[photo]": ("jpg", "jpeg", "png", "heic", "gif"),
    "[sticker]": ("webp",),
    "[video]": ("mp4", "mov", "3gp", "mkv", "webm"),
    "[audio]": ("opus", "ogg", "m4a", "aac", "mp3", "amr", "wav"),
    "[contact]": ("vcf",),
}
_BY_EXTENSION = {extension: kind for kind, extensions in _EXTENSIONS.items() for extension in extensions}
_EDITED = re.compile(rf"\s*<{words.pattern('edited')}>\Z", re.IGNORECASE)
_EDITED_BY_MARK = re.compile(r"(?<=\S)\s*\u200e<[^<>:：\n]{5,60}>\Z")
_CALL = re.compile(words.pattern("call"), re.IGNORECASE)
_LASTING = re.compile(rf"[\s,.·:-]*(\d+\s?{words.pattern('unit')}\b.{{0,20}})\Z", re.IGNORECASE)
_LEFT = re.compile(rf"\s{words.pattern('left')}\.?\Z", re.IGNORECASE)
_GROUP = re.compile(words.pattern("group"), re.IGNORECASE)
_QUOTED = re.compile('["“„«‚\'‘]([^"“”„«»\n]{1,100})["”“»\'’]')
_VOTES = re.compile(r"[ \t]*\(\u200e?\d+ [^()\n]{1,30}\)[ \t]*$", re.MULTILINE)
_POLL = re.compile(r"\A\u200e?[^\s\d:]{3,12}:\n.+\n\u200e?[^\s\d:]{4,12}: ", re.IGNORECASE)
_LONGEST_PHRASE = 100
_TELLING = 5
"""Characters; no phrase is shorter."""
_SURELY = 20
"""Characters that so many come from, however accents and syllables are composed."""
_EMPTY = frozenset(("", "null"))


class What(NamedTuple):
    """What a message is."""

    text: str | None = None
    """Its words; None for something else than a message."""
    key: str = ""
    """The words as they count for its identity: the same with and without media, votes and edits."""
    left: str | None = None
    """Why it is no message, in a plural for the report."""
    call: str | None = None
    """How long a call took."""
    mine: bool = False
    """Only the user's own messages have this text."""


DELETED = "deleted messages"
UNANSWERED = "calls that nobody answered"
NOTICES = "notices of WhatsApp itself: joined, renamed, encrypted"
GROUP_CALLS = "calls in groups, of which nobody knows who took part"
EMPTY = "messages without content (view once, not yet received)"


def plain_words(raw: str) -> str | None:
    """Return a text without blanks around it where a look shows that it is words and nothing else.

    None says nothing; of anything else `what_is` would return `What(words, words)`, which takes longer.
    """
    text = raw.strip()
    if not text.isprintable() or "<" in text or text[-1:] == ")":  # marks and line ends are not printable
        return None
    return None if _begins_like_a_phrase(text) else text


def is_plainly_theirs(raw: str) -> bool:
    """Say whether a look at a message shows that it is neither a notice nor one only the user can have."""
    return raw[:1] > " " and MARK not in raw and not _begins_like_a_phrase(raw)


def _begins_like_a_phrase(text: str) -> bool:
    begins = text[: _TELLING + 1]
    if not begins.isascii():
        begins = text[:_SURELY]
        if not begins.isprintable():  # a mark is left out before phrases are compared
            return True
        begins = unicodedata.normalize("NFC", begins.casefold())
    return begins[:_TELLING].lower() in _beginnings()


@cache
def _beginnings() -> frozenset[str]:
    """Return how whatever is told by whole phrases begins; the empty text, too."""
    known = (*words.phrases("deleted by you"), *words.phrases("deleted"), *_EMPTY)
    return frozenset(phrase[:_TELLING] for phrase in known)


def what_is(raw: str, *, by_mark: bool) -> What:
    """Return what the text of a message is.

    Args:
        raw: as exported, with its marks.
        by_mark: whether the phone marks what WhatsApp itself says (iPhones do).

    """
    raw = _EDITED_BY_MARK.sub("", raw) if MARK in raw else raw
    text = without_marks(raw).strip()
    if "<" in text:
        text = _EDITED.sub("", text)
    if text in _EMPTY:
        return What(left=EMPTY)
    marked = by_mark and raw.lstrip().startswith(MARK)
    first, _, caption = text.partition("\n")
    media = _media(first, marked)
    if media:
        return _with_caption(media, caption)
    if MARK in raw:
        before, _, behind = raw.rpartition(MARK)
        media = _media(without_marks(behind).strip(), marked=True)
        if media:
            return _with_caption(media, without_marks(before))
    if len(first) > _LONGEST_PHRASE and not marked:
        return What(text, text)
    return _phrase(text, first, marked=marked)


def _phrase(text: str, first: str, *, marked: bool) -> What:
    """Tell what WhatsApp says from what people say."""
    plain = _folded(first)
    if plain in words.phrases("deleted by you"):
        return What(left=DELETED, mine=True)
    if plain in words.phrases("deleted"):
        return What(left=DELETED)
    if marked:
        call = _CALL.match(first)
        lasting = _LASTING.match(first, call.end()) if call else None
        if lasting:
            return What(call=lasting[1].strip())
    if "\n" in text and _POLL.match(text):
        return What(text, _VOTES.sub("", text))
    if marked:
        return What(left=UNANSWERED if _CALL.search(first) else NOTICES)
    return What(text, text)


def is_own_deletion(text: str) -> bool:
    """Say whether a message says that the user has deleted it."""
    return len(text) <= _LONGEST_PHRASE and _folded(text) in words.phrases("deleted by you")


def _folded(text: str) -> str:
    folded = text.casefold().strip().rstrip(".。")
    return folded if folded.isascii() else unicodedata.normalize("NFC", without_marks(folded))


def _with_caption(media: str, caption: str) -> What:
    caption = caption.strip()
    return What(f"{media}\n{caption}" if caption else media, f"[media]\n{caption}")


def _media(first: str, marked: bool) -> str | None:
    """Return how a note about media is shown, or None for other text."""
    if not (marked or first.startswith("<") or first.endswith(")")):
        return None
    attached = _ATTACHED.fullmatch(first)
    if attached:
        return _by_name(attached[1])
    if _NOTE.fullmatch(first):
        return _by_word(first)
    file = _FILE.fullmatch(first)
    if file and (_CAMERA.match(first) or file[3].casefold() in words.phrases("attached")):
        return _by_name(file[1])
    if marked and len(first) < 60 and _OMITTED.search(first.casefold()):
        return _by_word(first)
    return None


def _by_name(name: str) -> str:
    name = name.strip()
    upper = name.upper()
    if upper.startswith("PTT-") or "-AUDIO-" in upper:
        return "[voice message]"
    extension = name.rpartition(".")[2].lower()
    return _BY_EXTENSION.get(extension) or f"[document: {name}]"


def _by_word(note: str) -> str:
    folded = note.casefold()
    return next((kind for pattern, kind in words.kinds() if pattern.search(folded)), "[media]")


def is_of_group(notice: str) -> bool:
    """Say whether a notice is one that only groups have."""
    return _GROUP.search(notice) is not None


def title_in(notice: str) -> str | None:
    """Return the name that a notice about the making of a group puts in quotation marks."""
    match = _QUOTED.search(notice)
    return match[1].strip() if match else None


def who_left(notice: str) -> str | None:
    """Return who has left a group by a notice, or None."""
    match = _LEFT.search(notice)
    return without_marks(notice[: match.start()]).strip() if match else None
