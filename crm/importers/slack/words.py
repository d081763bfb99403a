"""What a message says, with Slack's notation (`<@U1>`, `<https://x|label>`, `&amp;`) written out."""

from __future__ import annotations

import re
from collections.abc import Callable

from crm.importers.kit.text import clean_value
from crm.importers.slack.shapes import Message

_MENTION = re.compile(r"<@([UW][A-Z0-9]{1,30})(?:\|[^<>]*)?>")
_SPECIAL = re.compile(r"<([^<>]{1,4000})>")


def people_in(text: str) -> list[str]:
    """Return the ids of those whom a text names, each once."""
    return list(dict.fromkeys(_MENTION.findall(text))) if "<@" in text else []


def words_of(message: Message, name_of: Callable[[str], str | None]) -> str | None:
    """Return what a message says, and in brackets which files are with it; None where that is nothing."""
    parts = [_written_out(message.text, name_of)] if message.text else []
    for file in message.files or ():
        name = (file.name or file.title) if file else None
        parts.append(f"[file {clean_value(name)}]" if name else "[file]")
    if not any(parts) and message.attachments:
        parts += (
            _written_out(one.fallback, name_of) for one in message.attachments if one.fallback is not None
        )
    return "\n".join(part for part in parts if part) or None


def _written_out(text: str, name_of: Callable[[str], str | None]) -> str:
    if "<" in text:
        text = _SPECIAL.sub(lambda match: _special(match[1], name_of), text)
    if "&" in text:
        text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return clean_value(text).strip()


def _special(inside: str, name_of: Callable[[str], str | None]) -> str:
    target, _, label = inside.partition("|")
    if target.startswith("@"):
        return f"@{name_of(target[1:]) or label or target[1:]}"
    if target.startswith("#"):
        return f"#{label or target[1:]}"
    if target.startswith("!"):
        if label:
            return label
        return f"@{target[1:].partition('^')[0]}"
    if target.startswith(("mailto:", "tel:")):
        return label or target.partition(":")[2]
    if "://" not in target:
        return f"<{inside}>"
    return target if not label or label in target else f"{label} ({target})"
