"""What is being typed into a dialog, and keeping it when the program ends from under it.

Secrets are never among it: neither a masked field nor anything in a field for secrets, even the command or
the file that stands there readable.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from textual.widget import Widget
from textual.widgets import Input, TextArea

from crm.services import drafts
from crm.tui.base import Dialog
from crm.tui.widgets.choice import Field
from crm.tui.widgets.secret_field import SecretField

Texts = Mapping[Widget, str]


def texts_of(dialog: Widget) -> dict[Widget, str]:
    """Return what stands in every field that is no secret."""
    texts: dict[Widget, str] = {}
    for field in dialog.query("Input, TextArea"):
        if any(isinstance(above, SecretField) for above in field.ancestors):
            continue
        if isinstance(field, Input) and not field.password:
            texts[field] = field.value
        elif isinstance(field, TextArea) and not field.read_only:
            texts[field] = field.text
    return texts


def keep(dialog: Dialog[object], now: datetime) -> Path | None:
    """Write what was typed since the dialog opened to a draft; None where that is nothing.

    Raises:
        OSError: it cannot be written.

    """
    texts = unsaved(dialog)
    if not texts:
        return None
    kind = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", type(dialog).__name__).lower()
    return drafts.keep(dialog.heading().plain, texts, kind, now)


def unsaved(dialog: Dialog[object]) -> list[tuple[str, str]]:
    """Return name and text of every field that says something else than when the dialog opened."""
    if not dialog.KEEPS_TEXT:
        return []
    texts = texts_of(dialog)
    return [
        (_name(field), text)
        for field, text in texts.items()
        if text.strip() and text != dialog.held.get(field, "")
    ]


def _name(field: Widget) -> str:
    return field.parent.caption if isinstance(field.parent, Field) else field.id or "text"
