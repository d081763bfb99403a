"""Telegram: the JSON export of Telegram Desktop, of a whole account or of one chat.

The decision to know: an export of the account names the user, one of a chat does not. Then the other side of
a chat between two tells who the user is, and only for a group alone do we have to ask.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from crm.domain.errors import ExportError
from crm.domain.records import ContactRecord, IdentityRef, Left, Owner, Problem, Record, SelfRecord
from crm.importers.kit.export import Export
from crm.importers.kit.jsondecode import as_utf8
from crm.importers.kit.protocol import Confidence, Directions
from crm.importers.kit.text import clean_id, clean_value
from crm.importers.kit.times import counted
from crm.importers.kit.wallclock import WallClock
from crm.importers.telegram.acts import Reader
from crm.importers.telegram.people import PLATFORM, Me, Survey, full_name, owner_of, user_of
from crm.importers.telegram.reading import read
from crm.importers.telegram.shapes import Chat, Contact, Message, Personal

_HEAD = 1 << 14
_MOST_PEEKED = 40
_CHAT = re.compile(
    rb'"type"\s*:\s*"(?:personal_chat|bot_chat|saved_messages|replies|verification_codes'
    rb'|(?:private|public)_(?:group|supergroup|channel))"'
)
_MESSAGE = re.compile(rb'"date_unixtime"\s*:|"from_id"\s*:\s*"?(?:user|channel|chat)?\d')
_ACCOUNT = re.compile(rb'"personal_information"\s*:\s*\{\s*"user_id"\s*:')
_PAGE = re.compile(rb'<title>Exported Data</title>|class="(?:page_wrap|pull_left userpic_wrap)"')


class Importer:
    """Reads exports of Telegram Desktop; see `crm.importers.kit.protocol`."""

    name = "telegram"
    title = "Telegram"
    platforms: tuple[str, ...] = (PLATFORM,)
    how_to_get = (
        "Telegram Desktop: Settings, Advanced, Export Telegram data; choose the format Machine-readable "
        "JSON. For one chat: its menu, Export chat history"
    )
    page = ""
    reads = "messages in chats and groups, calls, reactions, replies, mentions, contacts, own channel posts"
    cannot_show = "who read what, secret chats, most reactions in large groups, messages deleted before"
    directions = Directions.BOTH
    confidence = Confidence.CONFIRMED

    def identify(self, export: Export) -> bool:
        """Say whether this is an export of Telegram Desktop, as JSON or as web pages."""
        return bool(_documents(export)) or _is_pages(export)

    def extract(self, export: Export, owner: Owner) -> Iterator[Record]:
        """Yield every record, the user and the contacts first.

        Raises:
            ExportError: it consists of web pages, or is cut off.
            QuestionError: it does not say who the user is.

        """
        documents = _documents(export)
        if not documents:
            raise ExportError(
                "this export of Telegram consists of web pages, which say less than is needed",
                "export again in Telegram Desktop and choose the format Machine-readable JSON",
            )
        yield from _Extraction(export, owner, documents).records()


class _Extraction:
    def __init__(self, export: Export, owner: Owner, documents: list[str]) -> None:
        self._export = export
        self._owner = owner
        self._documents = documents
        self._senders: dict[tuple[str, int], set[tuple[str | None, str | None]]] = {}
        """Who writes in a chat, by document and place, where its type is not said."""

    def records(self) -> Iterator[Record]:
        """Yield what all documents hold."""
        me, identities, name = self._me()
        if identities:
            yield SelfRecord(identities, name)
        handles = frozenset(
            (ref.handle or "").casefold() for ref in identities if ref.platform == PLATFORM and ref.handle
        ) | {handle for platform, handle in self._owner.identities if platform == PLATFORM}
        left: Counter[str] = Counter()
        reader = Reader(me, handles, WallClock(self._owner.zone), left)
        for document in self._documents:
            yield from self._document(document, reader, me)
        if reader.unknown_times:
            count = reader.unknown_times
            said = counted(count)
            yield Problem(self._documents[0], f"{said} as unknown: unreadable, before 1990 or in the future")
        yield from (Left(what, number) for what, number in left.items())

    def _document(self, document: str, reader: Reader, me: Me) -> Iterator[Record]:
        chats = 0
        with self._export.open(document) as stream:
            for found in read(stream, document):
                if isinstance(found, Message):
                    yield from reader.records(found, document)
                elif isinstance(found, Chat):
                    reader.enter(found, self._senders.get((document, chats), ()))
                    chats += 1
                elif isinstance(found, Contact):
                    yield from _contact(found, me)
                elif isinstance(found, Problem):
                    yield found

    def _me(self) -> tuple[Me, tuple[IdentityRef, ...], str | None]:
        survey = Survey()
        for document in self._documents:
            with self._export.open(document) as stream:
                chats = -1
                for found in read(stream, document):
                    if isinstance(found, Personal):
                        return owner_of(found)
                    if isinstance(found, Chat):
                        chats += 1
                        senders: set[tuple[str | None, str | None]] = set()
                        if found.type is None:
                            self._senders[document, chats] = senders
                        survey.enter(found)
                    elif isinstance(found, Message):
                        survey.add(found)
                        if found.type != "service":
                            senders.add((user_of(found.from_id), found.name))
                survey.leave()
        me = survey.decide(self._owner)
        return me, survey.identities(me), None


def _contact(contact: Contact, me: Me) -> Iterator[Record]:
    number = clean_id(contact.user_id)
    name = full_name(contact.first_name, contact.last_name)
    phone = clean_value(contact.phone_number or "").strip()
    if number in me.numbers:
        return
    identities = []
    if number and number != "0":
        identities.append(IdentityRef(PLATFORM, external_id=number, name=name))
    if any(map(str.isdigit, phone)):
        identities.append(IdentityRef("phone", phone))
    if identities:
        yield ContactRecord(tuple(identities), name)


def _documents(export: Export) -> list[str]:
    """Return the members that Telegram wrote, by name and beginning."""
    candidates = export.find("*.json")
    if len(candidates) > _MOST_PEEKED:
        candidates = export.find("result*.json")
    return [name for name in candidates if _is_ours(as_utf8(export.peek(name, _HEAD)))]


def _is_ours(head: bytes) -> bool:
    if not head.lstrip().startswith(b"{"):
        return False
    if _ACCOUNT.search(head):
        return True
    has_messages = b'"messages"' in head
    return has_messages and bool(_CHAT.search(head) or _MESSAGE.search(head))


def _is_pages(export: Export) -> bool:
    names = export.find("messages*.html", "export_results.html")
    return any(_PAGE.search(export.peek(name)) for name in names[:_MOST_PEEKED])
