"""Editing the fields of a contact. Only what was changed is written, and a conflict keeps the form open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Input

from crm.domain.dates import iso, parse_birthday
from crm.domain.errors import CrmError
from crm.domain.exchanges import Depth
from crm.domain.records import PartialDate
from crm.domain.text import clean
from crm.services import editing
from crm.services.editing import Edits
from crm.services.views import ContactDetail, IdentityView
from crm.tui import ui, words
from crm.tui.screens.form import FormDialog
from crm.tui.screens.together import words_of
from crm.tui.widgets.choice import Choice, Field, Option

FLOORS = (
    Option("", "as configured"),
    *(Option(depth.word, depth.word) for depth in (Depth.WORDS, Depth.BOOST, Depth.NOD)),
)
_LONGEST = 2_000


class Edit(FormDialog[bool]):
    """Writes the changes itself; answers True when that went well."""

    HINT = "enter  save    tab  next field    esc  cancel"

    def __init__(self, detail: ContactDetail, circles: Mapping[str, int]) -> None:
        super().__init__()
        self._detail = detail
        self._circles = circles
        self._before = values_of(detail)

    def heading(self) -> ui.Shown:
        """Return the title."""
        contact = self._detail.contact
        return ui.line(
            ("Edit ", ui.STRONG), (words.name_of(contact.name, contact.id, contact.identities), ui.STRONG)
        )

    def body(self) -> ComposeResult:
        """One field per thing that can be edited."""
        before = self._before
        names = dict.fromkeys(self._circles)
        if before["circle"]:  # one that is no longer configured stays noted
            names[before["circle"]] = None
        circles = [Option("", "none"), *(Option(name, name) for name in names)]
        with VerticalScroll(classes="in-dialog", can_focus=False):
            yield Field("name", Input(before["name"], id="name", classes="first"))
            yield Field("nickname", Input(before["nickname"], placeholder="-", id="nickname"))
            yield Field("works at", Input(before["organisation"], placeholder="-", id="organisation"))
            yield Field("as", Input(before["title"], placeholder="-", id="title"))
            yield Field(
                "where",
                Input(before["handles"], placeholder="such as ada@example.org, x:ada", id="handles"),
            )
            yield Field("tags", Input(before["tags"], placeholder="such as ceramics, berlin", id="tags"))
            yield Field(
                "birthday",
                Input(before["birthday"], placeholder="such as 5 May 1980, --05-05", id="birthday"),
            )
            yield Field("anniversary", Input(before["anniversary"], placeholder="-", id="anniversary"))
            yield Field("circle", Choice(circles, before["circle"], id="circle"))
            yield Field("floor", Choice(FLOORS, before["floor"], id="floor"))

    def answer(self) -> None:
        """Write what was changed; the dialog closes when that went well."""
        after = {
            name: self.query_one(f"#{name}", Input).value for name in self._before if name not in _CHOICES
        }
        after |= {name: self.query_one(f"#{name}", Choice).value for name in _CHOICES}
        try:
            edits = edits_of(self._before, after)
        except CrmError as error:
            self.trouble(error)
            return
        if edits.remove_tags:
            gone = tags_gone(self._detail.contact.tags, self._before["tags"], after["tags"])
            edits = replace(edits, remove_tags=gone)
        if edits == Edits():
            self.dismiss(True)
        else:
            self.start(partial(self._write, edits), group="edit")

    async def _write(self, edits: Edits) -> None:
        await self.write(editing.edit, [self._detail.contact.id], edits)
        self.dismiss(True)


_CHOICES = ("circle", "floor")
_PLAIN = ("nickname", "organisation", "title", "circle", "floor")


def values_of(detail: ContactDetail) -> dict[str, str]:
    """Return the fields as they are typed.

    They are compared with what comes back, so that a field nobody touched is never written: what is
    shown was made safe to show and may differ from what is stored.
    """
    contact = detail.contact
    texts = {
        "name": contact.name,
        "nickname": detail.nickname or "",
        "organisation": contact.organisation or "",
        "title": detail.title or "",
        "handles": ", ".join(handle for one in contact.identities if (handle := reference_of(one))),
        "tags": ", ".join(contact.tags),
        "birthday": iso(detail.birthday) if detail.birthday else "",
        "anniversary": iso(detail.anniversary) if detail.anniversary else "",
        "circle": contact.circle or "",
        "floor": detail.floor or "",
    }
    return {name: text if name in _CHOICES else clean(text, limit=_LONGEST) for name, text in texts.items()}


def reference_of(one: IdentityView) -> str:
    """Write an identity as it can be typed; one without a handle, or with odd characters, is left alone."""
    if not one.handle or "," in one.handle or clean(one.handle) != one.handle:
        return ""
    if not words.shown_identities((one,)):
        return ""
    return one.handle if one.platform == "email" else f"{one.platform}:{one.handle}"


def edits_of(before: Mapping[str, str], after: Mapping[str, str]) -> Edits:
    """Return the edits that lead from one to the other.

    Raises:
        UsageError: a date makes no sense.

    """
    changed: dict[str, Any] = {
        name: after[name].strip() or None for name in _PLAIN if after[name] != before[name]
    }
    if after["name"] != before["name"]:
        changed["name"] = after["name"].strip()
    for name in ("birthday", "anniversary"):
        if after[name] != before[name]:
            changed[name] = _date(after[name])
    for name in ("tags", "handles"):
        old, new = set(words_of(before[name])), set(words_of(after[name]))
        changed[f"add_{name}"] = tuple(one for one in words_of(after[name]) if one not in old)
        changed[f"remove_{name}"] = tuple(one for one in words_of(before[name]) if one not in new)
    return Edits(**changed)


def tags_gone(stored: Sequence[str], before: str, after: str) -> tuple[str, ...]:
    """Return the tags that were shown and of which nothing is left, as they are stored, which may differ."""
    shown, left = set(words_of(before)), set(words_of(after))
    parts = {tag: set(words_of(clean(tag, limit=_LONGEST))) for tag in stored}
    return tuple(tag for tag in stored if parts[tag] and parts[tag] <= shown and not parts[tag] & left)


def _date(text: str) -> PartialDate | None:
    return parse_birthday(text) if text.strip() else None
