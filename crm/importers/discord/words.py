"""What a message says, with Discord's notation for people, channels and emoji written out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from urllib.parse import unquote

from crm.importers.kit.text import clean_value

_MENTION = re.compile(r"<@!?(\d{3,20})>")
_SPECIAL = re.compile(r"<(?:@!?(\d{3,20})|#(\d{3,20})|a?:(\w{1,64}):\d{3,20})>")


def people_in(text: str) -> list[str]:
    """Return the numbers of those whom a text names (`<@123>`), each once."""
    return list(dict.fromkeys(_MENTION.findall(text))) if "<@" in text else []


def written_out(
    text: str, name_of: Callable[[str], str | None], channel_of: Callable[[str], str | None]
) -> str:
    """Return a text with `<@123>` as `@name`, `<#123>` as `#channel` and `<:kiln:123>` as `:kiln:`."""
    if "<" not in text:
        return text

    def replaced(match: re.Match[str]) -> str:
        person, channel, emoji = match.groups()
        if emoji:
            return f":{emoji}:"
        name = name_of(person) if person else channel_of(channel)
        return match[0] if name is None else f"{'@' if person else '#'}{name}"

    return _SPECIAL.sub(replaced, text)


def whole(text: str, attachments: Iterable[str], stickers: Iterable[str] = ()) -> str | None:
    """Return what a message says and, in brackets, which files are with it; None where that is nothing."""
    parts = [clean_value(text).strip()]
    parts += (f"[file {clean_value(name)}]" for name in attachments if name)
    parts += (f"[sticker {clean_value(name)}]" for name in stickers if name)
    return "\n".join(part for part in parts if part) or None


def file_name(url: str) -> str:
    """Return the name of a file from its address."""
    return clean_value(unquote(url.partition("?")[0].rstrip("/").rpartition("/")[2]))
