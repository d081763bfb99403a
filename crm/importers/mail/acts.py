"""Who acted towards whom in a message, or why it is left out.

The decisions to know: what you write to ten people or fewer is an e-mail to each of them, beyond that a
message to a group; people who are only copied into somebody else's message are not spoken with; a
message that came through a form on your own site is from whoever filled it in; and a platform's addresses
are nobody: what it sends is a notice of something that happened there.
"""

from __future__ import annotations

from typing import NamedTuple

from crm.domain.records import Direction
from crm.importers.mail import filters
from crm.importers.mail.addresses import Address, parse_addresses
from crm.importers.mail.filters import is_list_address, is_robot
from crm.importers.mail.headers import Fields
from crm.importers.mail.notifications import source_of
from crm.importers.mail.notifications.source import Source
from crm.importers.mail.owner import Mailbox

GROUP = 10
"""Recipients in `To`, `Cc` and `Bcc` beyond which a message is to nobody in particular."""
TO_SELF = "to yourself"
TO_NOBODY = "by you to lists and no-reply addresses only"
FIELDS = filters.FIELDS | {b"from", b"sender", b"reply-to", b"to", b"cc", b"bcc"}
"""The header fields that are looked at."""

_FORMS = frozenset(
    (
        "wordpress",
        "form",
        "forms",
        "contactform",
        "contact-form",
        "kontaktformular",
        "webform",
        "website",
        "www",
    )
)
_BLOG = "wordpress@"
"""What WordPress writes as before it is told otherwise; its host need not be one of the user's."""
_GMAIL = ("gmail.com", "googlemail.com")
_LIST_FIELDS = frozenset((b"list-id", b"list-unsubscribe", b"list-post"))
_NONE: list[bytes] = []


class Act(NamedTuple):
    """One message as an act between you and people."""

    direction: Direction
    people: tuple[Address, ...]
    """Whom you wrote to, or the one who wrote."""
    to_group: bool
    everybody: frozenset[str]
    """Every address in it, yours too, by which messages of one thread are told."""
    by_form: bool = False
    """It was written by a program, in the name of whoever filled in a form."""


class Notified(NamedTuple):
    """A message that is a platform's notice."""

    source: Source
    sender: Address


class Acts:
    """Tells the acts of one mailbox."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._own = mailbox.own
        self._lists = mailbox.lists
        self._own_hosts = {address.rpartition("@")[2] for address in mailbox.own}

    def act_of(self, fields: Fields, body: bytes) -> Act | Notified | str | None:
        """Return the act that a message is, what it is counted as when left out, or None without a sender."""
        sender = sender_of(fields)
        if sender is None:
            return None
        source = source_of(sender.address)
        if source is not None and not self.is_own(sender.address):
            return Notified(source, sender)
        recipients = _recipients(fields)
        everybody = frozenset({sender.address, *(person.address for person in recipients)})
        to_group = len(recipients) > GROUP
        if not self.is_own(sender.address):
            reason = self._reason_to_leave(fields, body, sender.address)
            if reason and (writer := self._form_writer(fields, sender.address)):
                return Act(Direction.IN, (writer,), to_group, everybody, by_form=True)
            if reason:
                return reason
            return Act(Direction.IN, (sender,), to_group, everybody, sender.address.startswith(_BLOG))
        people = [person for person in recipients if not self.is_own(person.address)]
        if not people:
            writer = self._other_reply_to(fields)
            return Act(Direction.IN, (writer,), False, everybody, by_form=True) if writer else TO_SELF
        if filters.is_automatic(fields):
            return filters.AUTOMATIC
        if filters.is_invitation(fields, body):
            return filters.CALENDAR
        reached = tuple(person for person in people if not self._is_nobody(person.address))
        return Act(Direction.OUT, reached, to_group, everybody) if reached else TO_NOBODY

    def is_own(self, address: str) -> bool:
        """Say whether an address is the user's, also with a tag (`me+shop@example.org`)."""
        if address in self._own:
            return True
        local, _, host = address.rpartition("@")
        if host == _GMAIL[1]:  # the same mailbox under its German and British name
            host = _GMAIL[0]
        elif "+" not in local:
            return False
        local = local.partition("+")[0]
        return f"{local}@{host}" in self._own or (host == _GMAIL[0] and f"{local}@{_GMAIL[1]}" in self._own)

    def _reason_to_leave(self, fields: Fields, body: bytes, sender: str) -> str | None:
        reason = filters.left_out(fields, body)
        if reason:
            return reason
        if sender in self._lists or is_list_address(sender):
            return filters.LISTS
        return filters.ROBOTS if is_robot(sender) or self._is_form(sender) else None

    def _is_nobody(self, address: str) -> bool:
        return (
            address in self._lists
            or is_robot(address)
            or is_list_address(address)
            or source_of(address) is not None
        )

    def _is_form(self, address: str) -> bool:
        local, _, host = address.rpartition("@")
        return local in _FORMS and self._is_own_site(host)

    def _is_own_site(self, host: str) -> bool:
        return any(
            host == own or own.endswith("." + host) or host.endswith("." + own) for own in self._own_hosts
        )

    def _form_writer(self, fields: Fields, sender: str) -> Address | None:
        """Return who filled in a form on the user's own site, which wrote as `noreply@` or `wordpress@`."""
        own_robot = is_robot(sender) and self._is_own_site(sender.rpartition("@")[2])
        return self._other_reply_to(fields) if own_robot or self._is_form(sender) else None

    def _other_reply_to(self, fields: Fields) -> Address | None:
        """Return the one other person that `Reply-To` names, or None."""
        if not _LIST_FIELDS.isdisjoint(fields):
            return None
        stated = [person for value in fields.get(b"reply-to", _NONE) for person in parse_addresses(value)]
        if len(stated) != 1 or self.is_own(stated[0].address) or self._is_nobody(stated[0].address):
            return None
        return stated[0]


def sender_of(fields: Fields) -> Address | None:
    """Return who a message says it is from, or None."""
    return _first(fields, b"from") or _first(fields, b"sender")


def _first(fields: Fields, name: bytes) -> Address | None:
    for value in fields.get(name, _NONE):
        for person in parse_addresses(value):
            return person
    return None


def _recipients(fields: Fields) -> list[Address]:
    """Return everybody in `To`, `Cc` and `Bcc`, each once."""
    found: dict[str, Address] = {}
    for name in (b"to", b"cc", b"bcc"):
        for value in fields.get(name, _NONE):
            for person in parse_addresses(value):
                if person.address not in found:
                    found[person.address] = person
    return list(found.values())
