"""Slack: the export of a workspace.

The decision to know: the export is the workspace's and names no owner, so who the user is must be known or
asked. Everybody of the workspace is in it, but only those with whom there was an act become contacts, with
their e-mail address; conversations between others are not opened.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from crm.domain.errors import ExportError
from crm.domain.records import Left, Owner, Problem, Record
from crm.importers.kit.export import Export
from crm.importers.kit.jsonstream import stream_array
from crm.importers.kit.protocol import Confidence, Directions
from crm.importers.kit.times import counted
from crm.importers.slack.acts import Reader
from crm.importers.slack.layout import Place, find_layout
from crm.importers.slack.owner import decide
from crm.importers.slack.people import PLATFORM, People
from crm.importers.slack.shapes import Message, User

BETWEEN_OTHERS = "conversations between others, which were not opened"


class Importer:
    """Reads exports of a workspace, of slackdump too; see `crm.importers.kit.protocol`."""

    name = "slack"
    title = "Slack"
    platforms: tuple[str, ...] = (PLATFORM,)
    how_to_get = (
        "an owner of the workspace: Tools & settings, Workspace settings, Import/export data, Export. "
        "Private channels and direct messages are in it on some plans only; the program slackdump saves "
        "your own in the same form"
    )
    page = "https://my.slack.com/services/export"
    reads = (
        "messages in channels, groups and direct messages, threads, mentions, reactions, e-mail addresses of "
        "those you talked with; unconfirmed: huddles"
    )
    cannot_show = "which messages were edited, when somebody reacted, and what a free plan has hidden"
    directions = Directions.BOTH
    confidence = Confidence.CONFIRMED

    def identify(self, export: Export) -> bool:
        """Say whether this is the export of a workspace, or a part of one."""
        layout = find_layout(export)
        return bool(layout.users) or layout.is_part

    def extract(self, export: Export, owner: Owner) -> Iterator[Record]:
        """Yield every record, the user first.

        Raises:
            ExportError: it is only a part of an export, without the list of people.
            QuestionError: it is not known who in it is the user.

        """
        layout = find_layout(export)
        if not layout.users:
            raise ExportError(
                "this is a part of an export of Slack, without users.json, so nobody in it has a name",
                "import the whole ZIP, or the folder that users.json lies in",
            )
        people = People()
        for name in layout.users:
            for user in stream_array(export.open(name), User, name):
                if isinstance(user, Problem):
                    yield user
                else:
                    people.learn(user)
        places, problems = layout.places(export)
        yield from problems
        me = decide(export, owner, people, places)
        if me is None:
            return
        people.me = me
        yield people.self_record()
        yield from _Extraction(export, people).records(places)


class _Extraction:
    def __init__(self, export: Export, people: People) -> None:
        self._export = export
        self._people = people
        self._left: Counter[str] = Counter()
        self._reader = Reader(people, self._left)

    def records(self, places: list[Place]) -> Iterator[Record]:
        """Yield what was said in all conversations."""
        for place in places:
            if place.is_private and self._people.me not in place.members:
                self._left[BETWEEN_OTHERS] += 1
                for name in place.days:
                    self._export.open(name).close()
                continue
            self._reader.enter(place)
            for name in place.days:
                yield from self._day(name)
        if self._reader.unknown_times:
            count = self._reader.unknown_times
            said = counted(count)
            reason = f"{said} as unknown: unreadable, before 1990 or in the future"
            yield Problem(self._reader.first_unknown, reason)
        yield from (Left(what, number) for what, number in sorted(self._left.items()))

    def _day(self, name: str) -> Iterator[Record]:
        try:
            with self._export.open(name) as stream:
                for message in stream_array(stream, Message, name):
                    if isinstance(message, Problem):
                        yield message
                    else:
                        yield from self._reader.records(message, name)
        except ExportError as error:  # one day of thousands
            yield Problem(name, error.message)
