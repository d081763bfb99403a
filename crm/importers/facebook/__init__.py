"""Facebook and Messenger: the download of one's own information as JSON, in every layout since 2018, and the
export of Messenger's encrypted chats.

The decision to know: people have names there and nothing else. So everybody the export names is met first
(friends, threads, requests), and only then acts are read, whose counterparts stand in sentences.
"""

from __future__ import annotations

from collections.abc import Iterator

from crm.domain.errors import ExportError
from crm.domain.records import Owner, Problem, Record
from crm.importers.facebook.acts import Acts
from crm.importers.facebook.connections import meet, read_connections
from crm.importers.facebook.conversations import Chat, Conversations, survey
from crm.importers.facebook.layout import Holds, Layout, html_of, html_threads, is_ours, scan
from crm.importers.facebook.people import PLATFORM, People
from crm.importers.facebook.posts import read_posts, tagged
from crm.importers.facebook.profile import Account, read_account
from crm.importers.facebook.reading import readable
from crm.importers.facebook.shapes import Act
from crm.importers.facebook.titles import Titles
from crm.importers.kit.export import Export
from crm.importers.kit.meta.owner import find_owner, fold_name
from crm.importers.kit.protocol import Confidence, Directions

_HOW_TO_ASK = (
    "ask Facebook for it again, and choose the format JSON instead of HTML (Accounts Centre, "
    "Your information and permissions, Download your information)"
)


class Importer:
    """Reads an export of Facebook or Messenger; see `crm.importers.kit.protocol`."""

    name = "facebook"
    title = "Facebook and Messenger"
    platforms: tuple[str, ...] = (PLATFORM,)
    how_to_get = (
        "Facebook: Settings, Accounts Centre, Your information and permissions, Download your information; "
        "choose the format JSON and all time. Encrypted chats: messenger.com, Settings, Privacy, "
        "End-to-end encrypted chats, Message storage, Download secure storage data."
    )
    page = "https://accountscenter.facebook.com/info_and_permissions/dyi"
    reads = (
        "messages, groups, calls and reactions (encrypted chats too), friends, requests, follows, comments, "
        "reactions, posts and tags, posts on your timeline, pokes; unconfirmed: the second list of reactions "
        "that Facebook writes since 2024"
    )
    cannot_show = (
        "comments and reactions you received, who people are beyond their names, the posts you commented on; "
        "events do not say who was there"
    )
    directions = Directions.BOTH
    confidence = Confidence.CONFIRMED

    def identify(self, export: Export) -> bool:
        """Say whether this is an export of Facebook or Messenger, or files out of one."""
        return is_ours(export, scan(export))

    def extract(self, export: Export, owner: Owner) -> Iterator[Record]:
        """Yield every record of an export.

        Raises:
            ExportError: it is the HTML variant, or holds nothing that we read.
            QuestionError: it does not say which of the people in its messages is the user.

        """
        layout = scan(export)
        if not (layout.files or layout.threads or layout.encrypted):
            raise _nothing(export)
        account = Account()
        for found in read_account(export, layout):
            if isinstance(found, Problem):
                yield found
            else:
                account = found
        chats: list[Chat] = []
        for chat in survey(export, layout):
            if isinstance(chat, Problem):
                yield chat
            else:
                chats.append(chat)
        people = People(_who_is_me(chats, account, owner))
        record = account.as_record()
        if record is not None:
            yield record
        conversations = Conversations(export, chats, people)
        meet(export, layout, people)
        _meet_tagged(export, layout, people)
        yield from read_connections(export, layout, people)
        titles = Titles(people)
        acts = Acts(export, layout, people, titles)
        yield from acts.records()
        yield from read_posts(export, layout, people, titles, acts)
        yield from acts.lefts()
        yield from conversations.records()
        yield from _pages_only(export)


def _who_is_me(chats: list[Chat], account: Account, owner: Owner) -> frozenset[str]:
    """Return the user's names, folded; completes the account where only the messages tell a name."""
    heads = [chat.head for chat in chats]
    names = find_owner(heads, account.names, owner, "this Facebook export")
    written = {fold_name(name): name for head in heads for name in head.participants}
    known = {fold_name(name) for name in account.names}
    account.names += [written[name] for name in sorted(names - known) if name in written]
    return names


def _meet_tagged(export: Export, layout: Layout, people: People) -> None:
    """Take note of those tagged in posts: pages cannot be."""
    for what in (Holds.POSTS, Holds.GROUP_POSTS):
        for name in layout.of(what):
            for act in readable(export, name, Act):
                for person in tagged(act) if act.tags else ():
                    people.meet(person)


def _pages_only(export: Export) -> Iterator[Problem]:
    """Report conversations that are there as pages for a browser only, beside JSON for the rest."""
    pages = html_threads(export)
    if pages:
        number = "1 conversation is" if len(pages) == 1 else f"{len(pages):,} pages of conversations are"
        reason = f"{number} there in HTML, which was not read: {_HOW_TO_ASK}"
        yield Problem(pages[0], reason)


def _nothing(export: Export) -> ExportError:
    if html_of(export):
        return ExportError(
            f"{export.path.name} is a Facebook export in HTML, which cannot be read", _HOW_TO_ASK
        )
    return ExportError(
        f"nothing in {export.path.name} tells of you and others: no messages, friends, comments or posts",
        "import the whole export: all the ZIP files as Facebook sent them, together",
    )
