"""LinkedIn: the ZIP of "Get a copy of your data", its folder, or single tables out of it.

All of it is CSV, in English whatever the language of the account. The decision to know: the export never
says which person in the messages is the user, and everything depends on it (`owner`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from crm.domain.errors import ExportError
from crm.domain.records import CoverageRecord, Direction, IdentityRef, Owner, Problem, Record, SelfRecord
from crm.importers.kit.export import Export
from crm.importers.kit.protocol import Confidence, Directions
from crm.importers.kit.tables import Row
from crm.importers.kit.times import is_believable, iso
from crm.importers.linkedin import acts, articles, messages, network
from crm.importers.linkedin.members import ASSISTANTS, Member, find_members, misfits
from crm.importers.linkedin.owner import RECIPIENTS, Known, Me, Survey, decide
from crm.importers.linkedin.people import PLATFORM, full_name, plain
from crm.importers.linkedin.reading import Reader, read_rows, table_rows

_FILE_NAME = re.compile(r"LinkedIn_?DataExport(?:_([0-9]{2})-([0-9]{2})-([0-9]{4}))?", re.IGNORECASE)
_PAGE = re.compile(rb"<(?:!doctype html|html)", re.IGNORECASE)
_RARELY = 5
_HANDLE = re.compile(r"@?[A-Za-z0-9_]{1,15}")
_BETWEEN_HANDLES = re.compile(r"[\s,;\[\]]+")


class Importer:
    """Reads LinkedIn exports of every year: headers are read by name, times in every notation."""

    name = "linkedin"
    title = "LinkedIn"
    platforms: tuple[str, ...] = (PLATFORM,)
    how_to_get = (
        "Settings & Privacy > Data privacy > Get a copy of your data. Choose the larger archive: the fast "
        "one has connections and messages only. LinkedIn mails a link, in minutes or within a day"
    )
    page = "https://www.linkedin.com/mypreferences/d/download-my-data"
    reads = (
        "connections, messages, invitations, comments, reactions, reposts, votes, endorsements, "
        "recommendations, follows, imported contacts, own posts and articles"
    )
    cannot_show = (
        "comments and reactions you received, whose posts you commented on, and most e-mail addresses"
    )
    directions = Directions.BOTH
    confidence = Confidence.CONFIRMED

    def identify(self, export: Export) -> bool:
        """Say whether this is a LinkedIn export: by its name, or by the header of one of its tables."""
        if _FILE_NAME.search(export.path.name):
            return True
        return any(member.telling for member in find_members(export)) or _is_saved_page(export)

    def extract(self, export: Export, owner: Owner) -> Iterator[Record]:
        """Yield every record, the user and the contacts first.

        Raises:
            ExportError: none of LinkedIn's tables is in it, or it cannot be told who the user is.

        """
        members = find_members(export)
        pages = articles.find_articles(export)
        if not members and not pages:
            raise ExportError(
                f"{export.path.name} has none of LinkedIn's tables in it"
                + (": it is a web page" if _is_saved_page(export) else ""),
                f"ask LinkedIn for the CSV files: {self.how_to_get}",
            )
        yield from _coverage(export)
        yield from (
            Problem(name, "its columns are not those that LinkedIn writes")
            for name in misfits(export, members)
        )
        yield from _Extraction(export, owner, members).records()
        yield from articles.read_articles(export, pages)


class _Extraction:
    def __init__(self, export: Export, owner: Owner, members: list[Member]) -> None:
        self._export = export
        self._owner = owner
        self._members = members

    def records(self) -> Iterator[Record]:
        """Yield what all tables hold."""
        slugs, names, asked = self._invitations()
        names.update({plain(name): name for name in self._profile_names() if name})
        known = Known(self._owner, frozenset(slugs), frozenset(names))
        me, survey = self._me(known)
        written = names or {
            name: survey.written[name] for name in me.names if survey and name in survey.written
        }
        yield from self._self(me, next(reversed(written.values()), None))
        for member in self._of("connections"):
            yield from network.read_connections(self._export, member, asked)
        for table, records in _readers(me).items():
            for member in self._of(table):
                yield from read_rows(self._export, member, records)
        for member in self._of("messages"):
            yield from read_rows(self._export, member, messages.reader(me, survey))
        for member in self._of(*ASSISTANTS):
            yield from read_rows(self._export, member, messages.assistant)

    def _of(self, *tables: str) -> list[Member]:
        return [member for member in self._members if member.table in tables]

    def _rows(self, table: str) -> Iterator[Row]:
        for member in self._of(table):
            for row in table_rows(self._export, member):
                if isinstance(row, Row):
                    yield row

    def _profile_names(self) -> list[str]:
        return [full_name(row["first name"], row["last name"]) for row in self._rows("profile")]

    def _invitations(self) -> tuple[set[str], dict[str, str], dict[str, Direction]]:
        """Return the user's profile addresses, names by folded name, and who asked by the other's address."""
        slugs: Counter[str] = Counter()
        names: dict[str, str] = {}
        asked: dict[str, Direction] = {}
        for invitation in network.invitations(self._export, self._of("invitations")):
            if invitation.my_slug:
                slugs[invitation.my_slug] += 1
            if invitation.my_name:
                names[plain(invitation.my_name)] = invitation.my_name
            if invitation.slug:
                asked.setdefault(invitation.slug, invitation.direction)
        often = slugs.total() / _RARELY  # a damaged row must not make another person the user
        return {slug for slug, count in slugs.items() if count >= often}, names, asked

    def _me(self, known: Known) -> tuple[Me, Survey | None]:
        """Return who the user is, and who takes part in which conversation where it had to be asked."""
        members = self._of("messages")
        if not members:
            return Me(known.slugs, known.names), None
        if known.suffices and all(RECIPIENTS in member.columns for member in members):
            return Me(known.slugs, known.names), None
        survey = messages.survey_of(self._export, members, whole=bool(known.owner.stated))
        return (decide(known, survey) if survey.talks else Me(known.slugs, known.names)), survey

    def _self(self, me: Me, name: str | None) -> Iterator[SelfRecord]:
        identities = [IdentityRef(PLATFORM, handle=slug, name=name) for slug in sorted(me.slugs)]
        addresses = (row["email address"].strip() for row in self._rows("emailaddresses"))
        identities += [IdentityRef("email", address) for address in addresses if address]
        identities += [
            IdentityRef("x", handle.removeprefix("@"))
            for row in self._rows("profile")
            for handle in _BETWEEN_HANDLES.split(row["twitter handles"])
            if _HANDLE.fullmatch(handle)
        ]
        if identities or name:
            yield SelfRecord(tuple(dict.fromkeys(identities)), name)


def _readers(me: Me) -> dict[str, Reader]:
    towards_authors = acts.Acts(me)
    return {
        "importedcontacts": network.imported_contact,
        "contacts": network.imported_contact,
        "invitations": network.invitation,
        "memberfollows": network.follow,
        "endorsementreceivedinfo": acts.endorsements(received=True),
        "endorsementgiveninfo": acts.endorsements(received=False),
        "recommendationsreceived": acts.recommendations(received=True),
        "recommendationsgiven": acts.recommendations(received=False),
        "comments": towards_authors.comment,
        "reactions": towards_authors.reaction,
        "instantreposts": towards_authors.repost,
        "votes": towards_authors.vote,
        "shares": acts.share,
    }


def _coverage(export: Export) -> Iterator[CoverageRecord]:
    """Yield until when the export covers: LinkedIn writes the day, month first, into the file's name."""
    match = _FILE_NAME.search(export.path.name)
    if match and match[1]:
        moment = iso(f"{match[3]}-{match[1]}-{match[2]}")
        if moment is not None and moment.at is not None and is_believable(moment.at):
            yield CoverageRecord(PLATFORM, None, moment.at)


def _is_saved_page(export: Export) -> bool:
    """Say whether this is nothing but a web page that the browser saved in place of the export."""
    if len(export.names) != 1:
        return False
    name = export.names[0].casefold()
    head = export.peek(export.names[0]).lstrip()[:4096].lower()
    return (
        name.endswith((".html", ".htm", ".csv"))
        and _PAGE.match(head) is not None
        and (b"<title>linkedin" in head or b"| linkedin</title>" in head)
    )
