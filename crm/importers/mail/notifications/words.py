"""What somebody wrote, out of the text of a notice: never its headline, its buttons or its footer."""

from __future__ import annotations

import re
from itertools import islice

from crm.importers.mail.notifications.notice import Notice, Person
from crm.importers.mail.notifications.source import Words

LONGEST = 20_000
"""Characters that are kept."""
_TRIES = 3
"""Beginnings that are tried; the first is the headline, sometimes."""
_QUOTED_LINE = re.compile(r"^> ?", re.MULTILINE)
_MARKS = "\"“”„«»'"
_BLOCK = re.compile(r"(?:^>.*\n?)+", re.MULTILINE)


def tidy(text: str | None) -> str | None:
    """Return words without blank lines at the ends, and one at most between, or None for nothing."""
    if not text:
        return None
    lines = [line.strip() for line in text[: 2 * LONGEST].split("\n")]
    joined = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()[:LONGEST]
    return joined or None


def quoted_lines(notice: Notice, _who: Person) -> str | None:
    """Return the first block of lines that begin with `>`."""
    block = _BLOCK.search(notice.plain)
    return tidy(_QUOTED_LINE.sub("", block[0])) if block else None


def between(begin: str, end: str) -> Words:
    """Return what finds the words between two patterns; `{name}` and `{handle}` stand for the person's.

    The plain text is looked at first, then the HTML's words. Without an end there are no words: a footer
    must never be taken for them.
    """

    ending = re.compile(end, re.MULTILINE)

    def find(notice: Notice, who: Person) -> str | None:
        first = begin.replace("{name}", _name_of(who))
        first = first.replace("{handle}", re.escape(who.handle or who.name or "\0"))
        beginning = re.compile(first, re.MULTILINE)
        for text in (notice.plain, notice.shown):
            for at in islice(beginning.finditer(text), _TRIES):
                stop = ending.search(text, at.end() + 1, at.end() + LONGEST)
                if stop and (words := tidy(text[at.end() : stop.start()])):
                    return _unquoted(_without_name(words, who))
        return None

    return find


def first_of(*finders: Words) -> Words:
    """Return what tries several ways in turn."""

    def find(notice: Notice, who: Person) -> str | None:
        return next((words for finder in finders if (words := finder(notice, who))), None)

    return find


def _name_of(who: Person) -> str:
    """Return a pattern for a name, or the first word of it, as some notices go on."""
    name = who.name or who.handle or "\0"
    first = name.partition(" ")[0]
    return f"(?:{re.escape(name)}|{re.escape(first)})" if len(first) > 1 else re.escape(name)


def _without_name(words: str, who: Person) -> str:
    """Drop a last line that is nothing but the person's name: the words of a link."""
    text, _, last = words.rpartition("\n")
    return text.rstrip() if text and last in (who.name, who.handle, f"@{who.handle}") else words


def _unquoted(words: str) -> str:
    """Take off quotation marks that enclose everything, or whose beginning stood before the words."""
    if len(words) > 2 and words[-1] in _MARKS[:3] and sum(char in _MARKS[:5] for char in words) == 1:
        return words[:-1].rstrip()
    if len(words) > 2 and words[0] in _MARKS and words[-1] in _MARKS:
        inner = words[1:-1].strip()
        return inner or words
    return words


_END = (
    r"[\"”]?\s*\n\s*\n?(?:-{5,}|_{5,}|Reply|View|See|Read|Like|Join|Respond|Go to|Open"
    r"|Antworten|Ansehen|Lesen|Unsubscribe|Visit"
    r"|To (?:reply|view|see|respond)|You (?:are|can|received)|This email)|[\"”]?\s*\n\s*\n?https?://"
)
_VERBS = r"(?:commented|replied|responded|wrote|said|mentioned|quoted|sent|hat|schrieb|antwortete)"
said = first_of(
    between(
        r"^(?:@|u/)?(?:{name}|{handle})[^\n]{0,60}? " + _VERBS + r"[^\n]{0,200}?[:.]?\s*\n(?:\s*\n)*[\"“]?",
        _END,
    ),
    between(r"^(?:@|u/)?(?:{name}|{handle}):\s*[\"“]?", _END),
    quoted_lines,
)
"""What finds the words after `Ada Byron replied to your post` or `ada:`, before buttons and links."""
