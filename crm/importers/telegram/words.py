"""What a message says: its text, and in brackets what else it is: "[photo]"."""

from __future__ import annotations

from typing import Any

from crm.importers.kit.text import clean_value
from crm.importers.telegram.shapes import Message

_MEDIA = {
    "voice_message": "[voice message]",
    "video_message": "[video message]",
    "video_file": "[video]",
    "audio_file": "[audio]",
    "animation": "[animation]",
}


def words_of(message: Message) -> str | None:
    """Return what a message says, or None where it is empty."""
    text, other = _text_of(message), _other(message)
    return (f"{text}\n{other}" if text and other else text or other) or None


def _text_of(message: Message) -> str:
    if not message.text:
        return ""
    if isinstance(message.text, str):
        return clean_value(message.text).strip()
    parts = []
    for part in message.text:
        if isinstance(part, str):
            parts.append(part)
        elif part.href and part.href != part.text:
            parts.append(f"{part.text} ({part.href})")
        else:
            parts.append(part.text)
    return clean_value("".join(parts)).strip()


def _other(message: Message) -> str:
    """Say what a message is beside its text."""
    if message.media_type == "sticker":
        return f"[sticker {clean_value(message.sticker_emoji)}]" if message.sticker_emoji else "[sticker]"
    if message.media_type:
        return _MEDIA.get(message.media_type, "[file]")
    if message.photo:
        return "[photo]"
    if message.file:
        return "[file]"
    if message.contact_information:
        name = " ".join(
            part for key in ("first_name", "last_name") if (part := _in(message.contact_information, key))
        )
        return f"[contact: {name}]" if name else "[contact]"
    if message.poll:
        return f"[poll: {_in(message.poll, 'question')}]"
    return "[location]" if message.location_information else ""


def _in(values: Any, key: str) -> str:
    found = values.get(key) if isinstance(values, dict) else None
    return clean_value(found).strip() if isinstance(found, str) else ""
