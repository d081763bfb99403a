"""`main.jsonl`: everything of an account, a frame a line, what is referred to before what refers to it.

The decision to know: the numbers of recipients are the file's own, so ids are made of what lasts: the account
(ACI) or the telephone number of the other one, a hash of the group's key (which is a secret and is not kept),
the millisecond in which a message was sent, and who sent it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import BinaryIO, NamedTuple

from crm.domain.handles import normalise
from crm.domain.records import (
    ContactRecord,
    Direction,
    IdentityRef,
    InteractionRecord,
    Kind,
    Owner,
    Precision,
    Problem,
    Record,
    SelfRecord,
)
from crm.importers.kit import chats
from crm.importers.kit.jsondecode import UNREADABLE, decode_patiently, decoders
from crm.importers.kit.keys import digest
from crm.importers.kit.text import clean_id, clean_value
from crm.importers.kit.times import EARLIEST, latest
from crm.importers.signal import shapes
from crm.importers.signal.words import account_of, words_of

PLATFORM = "signal"
NOTES = "notes to yourself"
NEWS = "messages of Signal itself"
EVENTS = "notices of chats: joined, renamed, timers"
DELETED = "deleted messages"
UNANSWERED = "calls that nobody answered"
GROUP_CALLS = "calls in groups, of which nobody knows who took part"
OTHER = "payments and donations"

_LONGEST_LINE = 16 << 20
_ANSWERED = ("ACCEPTED", "UNKNOWN_STATE", "1", "0")
_MILLISECOND = 1000


class _Person(NamedTuple):
    key: str
    ref: IdentityRef
    record: ContactRecord | None


class _Room(NamedTuple):
    """What a chat is with."""

    key: str
    thread: str
    person: _Person | None = None
    members: frozenset[str] = frozenset()
    """Accounts in a group, as its snapshot has them."""
    left: str | None = None

    @property
    def is_group(self) -> bool:
        """Whether there are several others."""
        return self.person is None and self.left is None


class Plain:
    """Reads one export."""

    def __init__(self, where: str, owner: Owner, left: Counter[str]) -> None:
        self._where = where
        self._owner = owner
        self._left = left
        self._latest = latest()
        self._people: dict[str, _Person] = {}
        self._by_account: dict[str, _Person] = {}
        self._rooms: dict[str, _Room] = {}
        """By recipient."""
        self._chats: dict[str, _Room] = {}
        self._me: str | None = None
        self._met: set[str] = set()
        self.unknown_times = 0

    def records(self, stream: BinaryIO) -> Iterator[Record]:
        """Yield what the export holds."""
        one, _ = decoders(shapes.Frame)
        number = 0
        while line := stream.readline(_LONGEST_LINE):
            number += 1
            try:
                frame: shapes.Frame | Problem = one.decode(line)
            except UNREADABLE:
                if not line.strip(b"\xef\xbb\xbf \r\n\0"):
                    continue
                frame = decode_patiently(one, line, f"{self._where}, line {number}", None)
            if isinstance(frame, Problem):
                yield frame
            elif frame.chat_item is not None:
                yield from self._item(frame.chat_item, number)
            elif frame.recipient is not None:
                self._learn(frame.recipient)
            elif frame.chat is not None:
                room = self._rooms.get(clean_id(frame.chat.recipient_id) or "")
                if room is not None:
                    self._chats[clean_id(frame.chat.id) or ""] = room
            elif frame.account is not None:
                yield from _own(frame.account)

    def _learn(self, recipient: shapes.Recipient) -> None:
        number = clean_id(recipient.id) or ""
        if recipient.me is not None:
            self._me = number
            self._rooms[number] = _Room("me", "signal:me", left=NOTES)
        elif recipient.contact is not None:
            person = _person(recipient.contact)
            if person is None:
                return
            self._people[number] = person
            account = account_of(recipient.contact.aci)
            if account:
                self._by_account[account] = person
            self._rooms[number] = _Room(person.key, f"signal:{person.key}", person)
        elif recipient.group is not None:
            group, snapshot = recipient.group, recipient.group.snapshot
            title = snapshot.title.title if snapshot and snapshot.title else None
            key = f"group:{digest(group.master_key or title or number)}"
            members = (
                account_of(member.user_id) for member in (snapshot.members if snapshot else None) or ()
            )
            self._rooms[number] = _Room(key, f"signal:{key}", members=frozenset(filter(None, members)))
        else:
            self._rooms[number] = _Room(number, f"signal:{number}", left=NEWS)

    def _item(self, item: shapes.Item, line: int) -> Iterable[Record]:
        room = self._chats.get(clean_id(item.chat_id) or "")
        if room is None:
            return (Problem(f"{self._where}, line {line}", "is in a chat that the export does not hold"),)
        reason = room.left or _why_left(item)
        if reason:
            self._left[reason] += 1
            return ()
        if item.update_message is not None:
            return self._update(item, item.update_message, room)
        return self._message(item, room, line)

    def _update(self, item: shapes.Item, update: shapes.Update, room: _Room) -> Iterable[Record]:
        call = update.individual_call
        if update.group_call is not None:
            self._left[GROUP_CALLS] += 1
            return ()
        if call is None:
            self._left[EVENTS] += 1
            return ()
        if room.person is None or str(call.state or _ANSWERED[0]) not in _ANSWERED:
            self._left[UNANSWERED] += 1
            return ()
        act = self._act(item, room, "call", None)
        started = self._time(call.started_call_timestamp)
        act = act._replace(who=room.person.ref, direction=Direction.MUTUAL, kind=Kind.CALL)
        if started is not None:
            act = act._replace(at=started, precision=Precision.SECOND)
        return self._with_people([act])

    def _message(self, item: shapes.Item, room: _Room, line: int) -> Iterable[Record]:
        is_mine = item.outgoing is not None
        author = self._people.get(clean_id(item.author_id) or "")
        if not is_mine and author is None:
            return (Problem(f"{self._where}, line {line}", "does not say who wrote it"),)
        named = self._named(item, room)
        names = (
            {account: person.ref.name or "" for account, person in self._by_account.items()} if named else {}
        )
        act = self._act(item, room, "me" if is_mine or author is None else author.key, words_of(item, names))
        if room.person is not None:
            direction = Direction.OUT if is_mine else Direction.IN
            records = [act._replace(who=room.person.ref, direction=direction)]
        elif is_mine:
            records = chats.sent(act, *self._towards(item, room, named))
        else:
            records = self._received(act, item, room, author, named)
        return self._with_people([*records, *self._reactions(item, act, author, is_mine=is_mine)])

    def _towards(
        self, item: shapes.Item, room: _Room, named: set[str]
    ) -> tuple[dict[str, IdentityRef], dict[str, Kind]]:
        """Return to whom a message of the user's in a group went, and whom it names or answers."""
        status = item.outgoing.send_status if item.outgoing else None
        sent = (self._people.get(clean_id(each.recipient_id) or "") for each in status or ())
        people = [person for person in sent if person] or [
            person for account in sorted(room.members) if (person := self._by_account.get(account))
        ]
        addressed = dict.fromkeys(named, Kind.MENTION)
        quote = item.standard_message.quote if item.standard_message else None
        answered = self._people.get(clean_id(quote.author_id) or "") if quote else None
        if answered is not None:
            addressed[answered.key] = Kind.REPLY
        return {person.key: person.ref for person in people}, addressed

    def _received(
        self, act: InteractionRecord, item: shapes.Item, room: _Room, author: _Person | None, named: set[str]
    ) -> list[InteractionRecord]:
        if author is None:
            return []
        quote = item.standard_message.quote if item.standard_message else None
        answers_me = quote is not None and self._me is not None and clean_id(quote.author_id) == self._me
        kind = Kind.REPLY if answers_me else Kind.MENTION if "me" in named else None
        found = chats.received(act, author.ref, max(len(room.members) - 1, 1), kind)
        if found is None:
            self._left[chats.NOT_TO_YOU] += 1
        return [found] if found else []

    def _named(self, item: shapes.Item, room: _Room) -> set[str]:
        """Return the keys of those whom a message names; a member without a contact is the user."""
        text = item.standard_message.text if item.standard_message else None
        found = set()
        for part in (text.body_ranges if text else None) or ():
            account = account_of(part.mention_aci)
            if account in self._by_account:
                found.add(self._by_account[account].key)
            elif account in room.members:
                found.add("me")
        return found

    def _reactions(
        self, item: shapes.Item, act: InteractionRecord, author: _Person | None, *, is_mine: bool
    ) -> Iterator[InteractionRecord]:
        """Yield reactions by the user, and to what the user wrote."""
        for reaction in _reactions_of(item):
            number = clean_id(reaction.author_id) or ""
            by_me = number == self._me
            person = author if by_me else self._people.get(number)
            if by_me == is_mine or person is None or not reaction.emoji:
                continue
            at = self._time(reaction.sent_timestamp)
            yield act._replace(
                external_id=f"{act.external_id}:reaction:{'me' if by_me else person.key}",
                who=person.ref,
                direction=Direction.OUT if by_me else Direction.IN,
                kind=Kind.REACTION,
                text=clean_value(reaction.emoji),
                at=at,
                precision=Precision.UNKNOWN if at is None else Precision.SECOND,
            )

    def _act(self, item: shapes.Item, room: _Room, author: str, text: str | None) -> InteractionRecord:
        at = self._time(item.date_sent)
        if at is None:
            self.unknown_times += 1
        return InteractionRecord(
            "sms" if item.sms else PLATFORM,
            f"signal:{room.key}:{clean_id(item.date_sent) or digest(text)}:{author}",
            None,
            at,
            Direction.OUT,
            Kind.MESSAGE,
            text,
            room.thread,
            None,
            Precision.UNKNOWN if at is None else Precision.SECOND,
        )

    def _with_people(self, acts: Iterable[InteractionRecord]) -> Iterator[Record]:
        """Yield acts, and before the first one of a person what the export says about them."""
        for act in acts:
            key = act.who.external_id or act.who.handle if act.who else None
            if key and key not in self._met:
                self._met.add(key)
                person = self._by_account.get(key)
                if person is not None and person.record is not None:
                    yield person.record
            yield act

    def _time(self, milliseconds: shapes.Id) -> int | None:
        text = clean_id(milliseconds) or ""
        if not (text.isascii() and text.isdigit() and len(text) < 15):
            return None
        at = int(text) * _MILLISECOND
        return at if EARLIEST <= at <= self._latest else None


def _person(contact: shapes.Contact) -> _Person | None:
    """Return somebody by account, else by telephone number."""
    account = account_of(contact.aci)
    digits = (clean_id(contact.e164) or "").removeprefix("+")
    phone = (
        normalise("phone", f"+{digits}") if digits.isascii() and digits.isdigit() and digits != "0" else None
    )
    name = _name(contact)
    if account is None:
        return _Person(phone, IdentityRef("phone", phone, name=name), None) if phone else None
    handle = clean_value(contact.username).strip() if contact.username else None
    ref = IdentityRef(PLATFORM, handle or None, account, name)
    record = ContactRecord((ref, IdentityRef("phone", phone)), name) if phone else None
    return _Person(account, ref, record)


def _name(contact: shapes.Contact) -> str | None:
    nickname = contact.nickname or shapes.Nickname()
    pairs = (
        (nickname.given, nickname.family),
        (contact.system_given_name, contact.system_family_name),
        (contact.profile_given_name, contact.profile_family_name),
    )
    names = (" ".join(part.strip() for part in pair if part and part.strip()) for pair in pairs)
    return next((clean_value(name) for name in names if name), None)


def _own(account: shapes.Account) -> Iterator[SelfRecord]:
    names = (account.given_name, account.family_name)
    name = clean_value(" ".join(part.strip() for part in names if part and part.strip())) or None
    if account.username:
        yield SelfRecord((IdentityRef(PLATFORM, clean_value(account.username), name=name),), name)


def _why_left(item: shapes.Item) -> str | None:
    if item.remote_deleted_message is not None:
        return DELETED
    if item.payment_notification is not None or item.gift_badge is not None:
        return OTHER
    return None


def _reactions_of(item: shapes.Item) -> list[shapes.Reaction]:
    kinds = (
        item.standard_message, item.sticker_message, item.contact_message, item.view_once_message,
        item.direct_story_reply_message, item.poll,
    )  # fmt: skip
    return next((kind.reactions for kind in kinds if kind is not None and kind.reactions), None) or []
