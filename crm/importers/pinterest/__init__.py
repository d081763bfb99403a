"""Pinterest: the HTML document that "Request your data" brings.

The decision to know: only the section of pins was ever seen. Everything else is read by its looks, kept where
it is certain, and otherwise counted under the name of its section, so that the report shows what there was.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from crm.domain.handles import normalise
from crm.domain.records import IdentityRef, Owner, Record, SelfRecord
from crm.importers.kit.export import Export
from crm.importers.kit.protocol import Confidence, Directions
from crm.importers.kit.text import decode
from crm.importers.pinterest.acts import ACCOUNT, PLATFORM, Acts, is_pin, name_in
from crm.importers.pinterest.document import read
from crm.importers.pinterest.entries import Entry

_START = 4096
_LOOK = 65536
_MOST_PEEKS = 20
_CONTENTS = re.compile(r"\bid\s*=\s*[\"']?contents\b", re.IGNORECASE)
_PINS = re.compile(r"<h[1-6]\b[^<>]*>[^<]{0,80}\bpins\b", re.IGNORECASE)
_PIN_LINK = re.compile(r"pinterest\.[a-z.]{2,7}/pin/", re.IGNORECASE)


class Importer:
    """Reads an export of Pinterest; see `crm.importers.kit.protocol`."""

    name = "pinterest"
    title = "Pinterest"
    platforms: tuple[str, ...] = (PLATFORM,)
    how_to_get = (
        "pinterest.com: Settings, Privacy and data, Request your data. A link comes by mail within two days."
    )
    page = "https://www.pinterest.com/settings/privacy"
    reads = (
        "pins of your own and pins you saved from others; unconfirmed: comments, messages, followers and "
        "following, where they have a date and a user name"
    )
    cannot_show = "whose pins you saved, who saved yours, the zone of its times (taken as UTC)"
    directions = Directions.YOURS
    confidence = Confidence.PROBABLE

    def identify(self, export: Export) -> bool:
        """Say whether this is the document of Pinterest, or a part of it."""
        return bool(_documents(export, first_only=True))

    def extract(self, export: Export, owner: Owner) -> Iterator[Record]:
        """Yield every record of a document, or of several that it was split into.

        Raises:
            ExportError: it cannot be read.

        """
        names = _documents(export)
        me = _owner(export, names, owner)
        if me.user_name:
            found = (IdentityRef("email", address) for address in me.emails)
            yield SelfRecord((IdentityRef(PLATFORM, me.user_name), *found), me.name)
        acts = Acts(me.user_name)
        for name in names:
            with export.open(name) as stream:
                for item in read(stream):
                    yield from acts.records(item, name)
        yield from acts.left()


def _documents(export: Export, first_only: bool = False) -> list[str]:
    """Return the documents of Pinterest in an export, in the order of their names."""
    found = []
    for peeks, name in enumerate(export.find("*.html", "*.htm")):
        if first_only and peeks >= _MOST_PEEKS:
            break
        if _is_ours(export, name):
            found.append(name)
            if first_only:
                break
    return found


def _is_ours(export: Export, name: str) -> bool:
    start = decode(export.peek(name, _START))[0]
    if not (_CONTENTS.search(start) or _PIN_LINK.search(start)):
        return False
    look = decode(export.peek(name, _LOOK))[0]
    keyed = "Is a repin:" in look or "Board Name:" in look
    if _CONTENTS.search(look):
        return keyed or (_PINS.search(look) is not None and "pinterest." in look.casefold())
    return keyed and _PIN_LINK.search(look) is not None  # the second half of a document that was split


@dataclass
class _Me:
    """The owner, as far as the document says."""

    user_name: str | None = None
    name: str | None = None
    emails: list[str] = field(default_factory=list)

    def take(self, account: Entry) -> None:
        """Read an entry of the section about the account."""
        self.user_name = self.user_name or name_in(account.value("Username", "User name"))
        self.name = self.name or account.value("Full name", "Full Name", "Name")
        address = account.value("Email", "Email address", "E-mail") or ""
        if "@" in address and " " not in address:
            self.emails.append(address)


def _owner(export: Export, names: list[str], owner: Owner) -> _Me:
    """Return the owner: from the account, from the first pin that names them, else from before."""
    me = _Me()
    for name in names:
        with export.open(name) as stream:
            for item in read(stream):
                if not isinstance(item, Entry):
                    continue
                if is_pin(item):
                    me.user_name = me.user_name or name_in(item.value("Username"))
                    if me.user_name:
                        return me
                elif ACCOUNT.search(item.section):
                    me.take(item)
    me.user_name = me.user_name or _known_before(owner)
    return me


def _known_before(owner: Owner) -> str | None:
    stated = (owner.stated or "").strip()
    name = name_in(stated.removeprefix("pinterest:"), stated)
    if name:
        return name
    known = sorted(handle for platform, handle in owner.identities if platform == PLATFORM)
    return normalise(PLATFORM, known[0]) if len(known) == 1 else None
