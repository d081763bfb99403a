"""E-mail: mbox, Maildir, Gmail Takeout, single messages and Apple Mail's mailboxes.

The decision to know: every mailbox is read twice, as a stream: once over the headers, to tell whose it is
and which addresses are mailing lists, and once for the messages. Formats: RFC 4155 and qmail's mbox(5) and
maildir(5) for the files, RFC 5322 and RFC 2045-2047 for the messages; `X-GM-THRID` and `X-Gmail-Labels`
are Google Takeout's. What platforms send is in `notifications`, where each says where its form is known from.
"""

from __future__ import annotations

from collections.abc import Iterator

from crm.domain.errors import ExportError
from crm.domain.records import IdentityRef, Owner, Problem, Record, SelfRecord
from crm.importers.kit import times
from crm.importers.kit.export import Export
from crm.importers.kit.protocol import Confidence, Directions
from crm.importers.mail import notifications
from crm.importers.mail.folders import Use
from crm.importers.mail.headers import scan_fields
from crm.importers.mail.members import MailMember, holds_mail, mail_members
from crm.importers.mail.owner import FIELDS as _OWNER_FIELDS
from crm.importers.mail.owner import Mailbox, Survey
from crm.importers.mail.reading import LEFT_BY_USE, MailReader, uses_of_labels
from crm.importers.mail.splitting import BODY_KEPT, RawMessage, read_single, split_mbox

_FAILURES = 20
"""Unreadable messages of a Maildir in a row, each a problem; beyond that the export itself is damaged."""


class Importer:
    """Reads letters between you and people, and notices of what people did elsewhere."""

    name = "mail"
    title = "E-mail"
    platforms = ("email", *notifications.PLATFORMS)
    how_to_get = (
        "Gmail: takeout.google.com, choose only Mail. Apple Mail: Mailbox > Export Mailbox. Thunderbird: the "
        "files without suffix in the profile's Mail and ImapMail folders. Elsewhere: an mbox, a Maildir or a "
        "folder of .eml files."
    )
    page = "https://takeout.google.com/settings/takeout/custom/gmail"
    reads = (
        "messages to and from people, with their threads; newsletters, lists and robots are only counted. "
        "Platforms' notices of what one person did there (replied, commented, followed, liked, reshared, "
        "bought) are acts on that platform: GitHub, Mastodon, WordPress; probable: Blogger, Etsy, X; "
        "unconfirmed: Bluesky, Disqus, Facebook, Flickr, Goodreads, Instagram, LinkedIn, Medium, Pinterest, "
        "Reddit, Substack, Tumblr, WordPress.com, YouTube"
    )
    cannot_show = (
        "what was deleted before the export, whom you wrote to in a hidden copy (Bcc) that was not kept, and "
        "what platforms did not send mail about or told of several people at once"
    )
    directions = Directions.BOTH
    confidence = Confidence.CONFIRMED

    def identify(self, export: Export) -> bool:
        """Say whether there is a mailbox in it, or whether it is (mostly) messages."""
        return holds_mail(export)

    def extract(self, export: Export, owner: Owner) -> Iterator[Record]:
        """Yield who you are, then every message, member by member, then what was left out.

        Raises:
            ExportError: there is no mail in it, or nothing tells which address is yours.

        """
        members = list(mail_members(export))
        if not members:
            raise ExportError(f"{export.path.name} holds no mail that can be read")
        mailbox = _survey(export, members, owner)
        if mailbox.shown:
            name = next((person.name for person in mailbox.shown if person.name), None)
            refs = (IdentityRef("email", person.address, None, person.name) for person in mailbox.shown)
            yield SelfRecord(tuple(refs), name)
        reader = MailReader(mailbox, times.latest())
        failures = 0
        for member in members:
            try:
                yield from _read_member(export, member, reader)
                failures = 0
            except ExportError as error:
                failures += 1
                if member.is_mbox or failures > _FAILURES:
                    raise
                yield Problem(member.name, error.message)
        yield from reader.finish()


def _survey(export: Export, members: list[MailMember], owner: Owner) -> Mailbox:
    """Count what the headers say about the owner; spam, drafts and what was deleted do not count."""
    survey = Survey(owner)
    for member in members:
        if member.use in LEFT_BY_USE:
            continue
        for raw in _headers(export, member):
            fields = scan_fields(raw.head, _OWNER_FIELDS)
            labels = [use for value in fields.get(b"x-gmail-labels", ()) for use in uses_of_labels(value)]
            if not any(label in LEFT_BY_USE for label in labels):
                survey.add(fields, labels, member.use)
    return survey.conclude()


def _headers(export: Export, member: MailMember) -> Iterator[RawMessage]:
    try:
        yield from _messages(export, member, 0)
    except ExportError:
        if member.is_mbox:
            raise
        # A damaged message; the second reading reports it


def _read_member(export: Export, member: MailMember, reader: MailReader) -> Iterator[Record]:
    unwanted: Use | None = member.use if member.use in LEFT_BY_USE else None
    for raw in _messages(export, member, 0 if unwanted else BODY_KEPT):
        if unwanted:
            reader.leave(unwanted)
        else:
            where = f"{member.name} message {raw.number}" if member.is_mbox else member.name
            yield from reader.read(raw, where, member.use, escaped=member.is_mbox)


def _messages(export: Export, member: MailMember, body_kept: int) -> Iterator[RawMessage]:
    with export.open(member.name) as stream:
        if member.is_mbox:
            yield from split_mbox(stream, body_kept)
        else:
            yield read_single(stream, body_kept)
