"""GitHub: the migration archive of an account, and lists saved from the API.

The decision to know: an archive is read twice. What is written to whom depends on who opened an issue and
who the user is, which stand in other files, so the first pass collects people and who opened what (as large
as the number of issues), and the second one makes records.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from crm.domain.errors import ExportError
from crm.domain.records import Owner, Problem, Record, SelfRecord
from crm.importers.github.api import Api, accounts_in, opened_by, told
from crm.importers.github.layout import Holds, Layout, is_ours, scan
from crm.importers.github.people import PLATFORM, People, find_owner
from crm.importers.github.shapes import Item, Place, account, thread_of
from crm.importers.github.talk import OPENED, Talk
from crm.importers.kit.export import Export
from crm.importers.kit.jsonstream import read_document
from crm.importers.kit.protocol import Confidence, Directions

_TALK = (
    Holds.ISSUES,
    Holds.PULLS,
    Holds.COMMENTS,
    Holds.REVIEWS,
    Holds.REVIEW_COMMENTS,
    Holds.COMMIT_COMMENTS,
    Holds.RELEASES,
)


class Importer:
    """Reads what GitHub gives of an account; see `crm.importers.kit.protocol`."""

    name = "github"
    title = "GitHub"
    platforms: tuple[str, ...] = (PLATFORM,)
    how_to_get = (
        "github.com: Settings, Account, Export account data; the link comes by e-mail. Stars, followers and "
        "followed with the command line tool: gh api user/starred > starred.json, user/followers > "
        "followers.json, user/following > following.json"
    )
    page = "https://github.com/settings/admin"
    reads = (
        "issues, pull requests, comments, reviews and reactions on your own repositories, both ways; saved "
        "from the API also stars, followers, followed, comments and events anywhere"
    )
    cannot_show = "what you wrote in repositories of others (in the archive), when anybody followed whom"
    directions = Directions.BOTH
    confidence = Confidence.PROBABLE

    def identify(self, export: Export) -> bool:
        """Say whether this is a migration archive, or lists saved from GitHub's API."""
        return is_ours(export)

    def extract(self, export: Export, owner: Owner) -> Iterator[Record]:
        """Yield every record of an export.

        Raises:
            ExportError: a file is cut off.
            QuestionError: it shows who wrote what, but not which of them the user is.

        """
        layout = scan(export)
        for name in layout.of(Holds.SCHEMA):
            export.open(name).close()
        people = People()
        authors: dict[str, str] = {}
        active: Counter[str] = Counter()
        told_me: list[str] = []
        yield from _owner_told(layout, people, told_me)
        _look(layout, people, authors, active)
        me = told_me[0] if told_me else find_owner(layout, people, owner, active)
        if me:
            yield SelfRecord(people.mine(me), people.ref(me).name)
        yield from people.contacts(me)
        talk = Talk(me or "", people, authors, bool(layout.of(Holds.EVENTS)))
        for what in _TALK:
            for item in layout.items(what):
                if isinstance(item, Problem):
                    yield item
                else:
                    yield from talk.records(item[0], what, item[1])
        yield from Api(layout, people, talk, me).records()
        yield from talk.left()


def _owner_told(layout: Layout, people: People, logins: list[str]) -> Iterator[Problem]:
    """Read for whom the API answered, and add their login."""
    for name in layout.of(Holds.ME):
        with layout.export.open(name) as stream:
            try:
                known = people.describe(read_document(stream, Item, name))
            except ExportError as error:
                yield Problem(name, f"could not be used: {error}")
                continue
        if known:
            logins.append(known.login)


def _look(layout: Layout, people: People, authors: dict[str, str], active: Counter[str]) -> None:
    """Collect everybody, who opened what, and how much each wrote."""
    for item in layout.readable(Holds.USERS, Holds.ORGANIZATIONS, Holds.FOLLOWERS, Holds.FOLLOWING):
        people.describe(item)
    for what in _TALK:
        for place in layout.places(what):
            _note(place, what, people, authors, active)
    for event in layout.readable(Holds.EVENTS):
        for found in accounts_in(event):
            people.see(found)
        written, by = told(event), opened_by(event)
        if written:
            _note(*written, people, authors, active)
            thread = thread_of(written[0])
            if by and thread:
                authors.setdefault(thread, by.login.lower())


def _note(item: Place, what: Holds, people: People, authors: dict[str, str], active: Counter[str]) -> None:
    by = account(item.user if item.user is not None else item.author)
    if by is None:
        return
    people.see(by)
    active[by.login.lower()] += 1
    thread = thread_of(item)
    if what in OPENED and thread:
        authors[thread] = by.login.lower()
