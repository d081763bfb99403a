"""A notice as rules see it: its fields, its words and its links, each decoded only when asked for."""

from __future__ import annotations

import re
from functools import cached_property
from typing import NamedTuple

from crm.domain.records import Kind
from crm.domain.text import folded
from crm.importers.kit.markup import html_to_text
from crm.importers.kit.text import clean_value
from crm.importers.mail.addresses import Address
from crm.importers.mail.bodies import texts_of
from crm.importers.mail.headers import Fields, decode_header
from crm.importers.mail.notifications.links import Link, links_in_html, links_in_text

_HREF = re.compile(r"""\shref\s*=\s*(?:"[^"]*"|'[^']*')""", re.IGNORECASE)
_SPACE = re.compile(r"[^\S\n]+")
_AROUND = re.compile(r" ?\n ?")
_BLANK_LINES = re.compile(r"\n{3,}")
_NAME_LIMIT = 100


class Person(NamedTuple):
    """Who acted: at least one of handle and id is set, or neither where only a name is told."""

    name: str | None = None
    handle: str | None = None
    external_id: str | None = None
    platform: str | None = None
    """Where the identity is, if elsewhere than the act: an address under a blog's comment."""


class Act(NamedTuple):
    """What one person did, as one notice tells it."""

    kind: Kind
    who: Person
    key: str | None = None
    """The act's external id where the platform's own is in the notice; None: by the Message-ID."""
    text: str | None = None
    thread: str | None = None
    url: str | None = None


class Notice:
    """One message of a platform."""

    def __init__(self, sender: Address, subject: str, fields: Fields, body: bytes, *, escaped: bool) -> None:
        self.sender = sender
        self.subject = subject
        self.fields = fields
        self._body = body
        self._escaped = escaped

    def field(self, name: bytes) -> str:
        """Return the first value of a header field, decoded, or ""."""
        values = self.fields.get(name)
        return decode_header(values[0]) if values else ""

    @cached_property
    def _texts(self) -> tuple[str, str]:
        return texts_of(self.fields, self._body, escaped=self._escaped)

    @cached_property
    def html(self) -> str:
        """The HTML part, "" without one."""
        return self._texts[1]

    @cached_property
    def plain(self) -> str:
        """The plain text part, "" without one."""
        return _evened(clean_value(self._texts[0]))

    @cached_property
    def shown(self) -> str:
        """The words of the HTML part without addresses of links, else the plain text."""
        if not self.html:
            return self.plain
        return _evened(html_to_text(_HREF.sub("", self.html)))

    @cached_property
    def links(self) -> list[Link]:
        """Every link of both parts, those with words of their own first."""
        return links_in_html(self.html) + links_in_text(self.plain)


def _evened(text: str) -> str:
    """Return a text without runs of white space: patterns would take time with the square of their length."""
    return _BLANK_LINES.sub("\n\n", _AROUND.sub("\n", _SPACE.sub(" ", text)))


def same_name(name: str, label: str) -> bool:
    """Say whether the words of a link are a person's name."""
    return bool(name) and folded(name) == folded(label)


def clean_actor(name: str | None) -> str | None:
    """Return a name as a subject has it, without quotation marks and blanks around it."""
    if not name:
        return None
    return " ".join(name.split()).strip(" \"'“”„«»:,")[:_NAME_LIMIT] or None
