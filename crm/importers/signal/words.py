"""What a message of the app's export says, and in brackets what else it is."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from uuid import UUID

from crm.importers.kit.text import clean_value
from crm.importers.signal import shapes

_PLACE = "\ufffc"
_MEDIA = {"image": "[photo]", "video": "[video]", "audio": "[audio]"}


def account_of(written: str | None) -> str | None:
    """Return an account's id (ACI) as a UUID, whether it is one already, base64 or hexadecimal."""
    if not written:
        return None
    text = written.strip()
    try:
        if len(text) in (32, 36):
            return str(UUID(text))
        raw = base64.b64decode(text, validate=True)
        return str(UUID(bytes=raw)) if len(raw) == 16 else text
    except (binascii.Error, ValueError):
        return text


def words_of(item: shapes.Item, names: Mapping[str, str]) -> str | None:
    """Return what a message says; mentions are written with `names`, by account."""
    message = item.standard_message
    if message is not None:
        pieces = [_text(message.text, names), *dict.fromkeys(map(_attached, message.attachments or ()))]
        return "\n".join(piece for piece in pieces if piece) or None
    if item.sticker_message is not None:
        emoji = item.sticker_message.sticker.emoji if item.sticker_message.sticker else None
        return f"[sticker {clean_value(emoji)}]" if emoji else "[sticker]"
    if item.poll is not None:
        return f"[poll: {clean_value(item.poll.question or '')}]"
    story = item.direct_story_reply_message
    if story is not None:
        return (_text(story.text_reply.text, names) if story.text_reply else "") or story.emoji or "[story]"
    if item.contact_message is not None:
        return "[contact]"
    return "[view once]" if item.view_once_message is not None else None


def _text(text: shapes.Text | None, names: Mapping[str, str]) -> str:
    if text is None or not text.body:
        return ""
    body = text.body
    for part in text.body_ranges or ():
        if part.mention_aci and _PLACE in body:
            name = names.get(account_of(part.mention_aci) or "")
            body = body.replace(_PLACE, f"@{name}" if name else "@you", 1)
    return clean_value(body.replace(_PLACE, "")).strip()


def _attached(attachment: shapes.Attachment) -> str:
    if attachment.flag in ("VOICE_MESSAGE", "1"):
        return "[voice message]"
    kind = attachment.pointer.content_type if attachment.pointer else None
    return _MEDIA.get((kind or "").partition("/")[0], "[file]")
