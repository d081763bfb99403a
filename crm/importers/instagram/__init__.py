"""Instagram: the JSON of "Download your information", with the part of Threads in it, and flat older exports.

The decision to know: lists are read before messages, because only they say which handles there are, and
messages know people by display names and by folders that are called after a handle without its punctuation.
"""

from __future__ import annotations

from collections.abc import Iterator

from crm.domain.errors import ExportError
from crm.domain.records import Owner, Record
from crm.importers.instagram import flat
from crm.importers.instagram.chats import PLATFORM, Chats
from crm.importers.kit.export import Export
from crm.importers.kit.meta.account import Account, coverage, read_account
from crm.importers.kit.meta.activity import Part, find_parts, is_instagrams, web_pages
from crm.importers.kit.meta.doings import Doings
from crm.importers.kit.meta.marks import is_instagrams_by_name, threads_are_instagrams, threads_of
from crm.importers.kit.protocol import Confidence, Directions


class Importer:
    """Reads an export of Instagram; see `crm.importers.kit.protocol`."""

    name = "instagram"
    title = "Instagram"
    platforms: tuple[str, ...] = (PLATFORM, "threads")
    how_to_get = (
        "Instagram: Accounts Centre, Your information and permissions, Download your information; "
        "choose your Instagram profile, All time, and JSON (not HTML). It takes some hours."
    )
    page = "https://accountscenter.instagram.com/info_and_permissions/dyi"
    reads = (
        "direct messages and their reactions, comments, likes, reactions to stories, follows and requests, "
        "your posts, and what you did on Threads; probable: exports of 2018 to 2020"
    )
    cannot_show = (
        "comments, likes and story reactions you received; the handles of people in group chats; "
        "what the posts you commented on said"
    )
    directions = Directions.BOTH
    confidence = Confidence.CONFIRMED

    def identify(self, export: Export) -> bool:
        """Say whether this is an export of Instagram, or files out of one; one of Threads alone is not."""
        parts = find_parts(export)
        if is_instagrams(export, parts) or flat.files(export):
            return True
        if is_instagrams_by_name(export) and (parts or web_pages(export) or export.find("message_*.html")):
            return True
        threads = threads_of(export)
        if threads:
            return threads_are_instagrams(export, threads)
        return not parts and _are_web_pages(export)

    def extract(self, export: Export, owner: Owner) -> Iterator[Record]:
        """Yield every record of an export.

        Raises:
            QuestionError: its conversations do not say which of their people is the user.
            ExportError: it is the HTML variant.

        """
        parts = find_parts(export)
        old = flat.files(export)
        threads = threads_of(export)
        if not (parts or old or threads):
            raise ExportError(
                f"{export.path.name} is an Instagram export as web pages (HTML)",
                "ask Instagram for the same export again and choose JSON as its format",
            )
        chats = Chats(export, threads)
        account = read_account(export, parts, owner, PLATFORM, chats.people())
        flat.take_profile(export, old, account)
        me = chats.names(account, owner)
        platforms = [PLATFORM, *(["threads"] if any(part.platform == "threads" for part in parts) else [])]
        own = account.record(platforms)
        if own:
            yield own
        yield from coverage(export, platforms)
        handles: dict[str, str] = {}
        for platform in platforms:
            yield from _lists(export, [part for part in parts if part.platform == platform], account, handles)
        old_lists = Doings(PLATFORM, account.mine)
        yield from flat.lists(export, old, old_lists)
        yield from old_lists.left()
        yield from chats.records(me, account.mine, handles | old_lists.handles)
        yield from flat.messages(export, old, account, owner)


def _lists(export: Export, parts: list[Part], account: Account, handles: dict[str, str]) -> Iterator[Record]:
    """Yield what the lists of one platform hold, and note the handles in them."""
    if not parts:
        return
    doings = Doings(parts[0].platform, account.mine)
    yield from doings.read(export, parts)
    yield from doings.left()
    handles.update(doings.handles)


def _are_web_pages(export: Export) -> bool:
    """Say whether these are Instagram's pages, told from Facebook's by files that only it has."""
    pages = {name.rpartition("/")[2].casefold() for name in web_pages(export)}
    return len(pages & _OWN_PAGES) > 0


_OWN_PAGES = frozenset(
    (
        "liked_posts.html",
        "liked_comments.html",
        "story_likes.html",
        "post_comments_1.html",
        "followers_1.html",
    )
)
