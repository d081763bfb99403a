"""Channels saved with DiscordChatExporter: both sides, with replies, mentions and reactions.

The decision to know: such a file does not say who saved it. In a direct message the channel has the name of
the other side; else the user is known from before, or has to say it. Messages have the ids of the package.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from msgspec import Struct

from crm.domain.errors import ExportError, QuestionError
from crm.domain.handles import normalise
from crm.domain.records import IdentityRef, Owner, Problem, Record
from crm.domain.text import folded
from crm.importers.discord.exported import Reader, is_direct
from crm.importers.discord.people import PLATFORM, Me, author_of, handle_of, named, number_of
from crm.importers.discord.shapes import Author, Exported, Message
from crm.importers.kit.export import Export
from crm.importers.kit.jsonmember import ListIn
from crm.importers.kit.text import clean_value

_DIGITS = re.compile(r"(\d+)")
_MOST_CHOICES = 12


class ChannelFile(NamedTuple):
    """One file, and who writes in it."""

    name: str
    about: Exported
    authors: Counter[str]
    known: dict[str, Author]


def survey(export: Export, names: list[str], mine: set[str]) -> list[ChannelFile]:
    """Return the files in the order of their messages, with those who write there.

    Where the numbers of the user's account are known, only as many authors as matter are looked for: the
    user, and the other side of a direct message.
    """
    files = []
    for name in sorted(names, key=_natural):
        authors: Counter[str] = Counter()
        known: dict[str, Author] = {}
        about = Exported()
        try:
            with export.open(name) as stream:
                found = ListIn(stream, _Written, name, ("messages",))
                about = found.around(Exported) or about
                for message in found:
                    if isinstance(message, Problem) or message.author is None or message.author.is_bot:
                        continue
                    number = number_of(message.author.id)
                    if number:
                        authors[number] += 1
                        known.setdefault(number, message.author)
                        if mine & known.keys() and (len(known) > 1 or not _is_of_two(about)):
                            break
        except ExportError:  # told when the messages are read
            pass
        files.append(ChannelFile(name, about, authors, known))
    return files


def _is_of_two(about: Exported) -> bool:
    return about.channel is not None and is_direct(about.channel)


class _Written(Struct):
    """A message of which only the author matters."""

    author: Author | None = None


def _natural(name: str) -> tuple[str, list[int]]:
    """Sort `x [part 10].json` behind `x [part 9].json`."""
    return _DIGITS.sub("0", name), [int(number) for number in _DIGITS.findall(name) if len(number) < 20]


def told(me: Me, owner: Owner) -> set[str]:
    """Return the numbers of the user's account that are known before anything is asked."""
    if owner.stated and not me.identities:
        return set()
    return {number for platform, number in owner.external_ids if platform == PLATFORM} | me.numbers


def decide(me: Me, owner: Owner, files: list[ChannelFile]) -> Me:
    """Return who the user is.

    Raises:
        QuestionError: nothing tells, or nobody is called what the user stated.

    """
    if me.identities:
        return me
    known = {number: author for file in files for number, author in file.known.items()}
    counts = sum((file.authors for file in files), Counter[str]())
    if not known:
        return me
    if owner.stated:
        mine = _called(owner.stated, known)
        if not mine:
            raise _question(f"nobody in these channels is called {owner.stated!r}", known, counts)
        return _as_me(mine, known)
    mine_for_sure = told(me, owner)
    handles = {handle for platform, handle in owner.identities if platform == PLATFORM}
    for mine in (
        mine_for_sure & set(known),
        {number for number, author in known.items() if _handle(author) in handles},
        _by_partners(files),
        {number for number, author in known.items() if folded(_shown(author)) in owner.names},
    ):
        if len(mine) == 1 or mine & mine_for_sure:
            return _as_me(mine, known)
    if mine_for_sure:
        return Me(mine_for_sure)
    raise _question("these channels do not say which of the people in them you are", known, counts)


def _by_partners(files: list[ChannelFile]) -> set[str]:
    """Return who in a direct message is not the one it is named after."""
    found: set[str] = set()
    for file in files:
        channel = file.about.channel
        if channel is None or not is_direct(channel) or len(file.known) != 2:
            continue
        called = clean_value(channel.name or "").casefold()
        others = {
            number
            for number, author in file.known.items()
            if called and called in (_shown(author).casefold(), (author.name or "").casefold())
        }
        if len(others) == 1:
            found |= set(file.known) - others
    return found


def _called(stated: str, known: dict[str, Author]) -> set[str]:
    stated = stated.strip()
    handle, name = normalise(PLATFORM, stated), folded(stated)
    if stated in known:
        return {stated}
    by_handle = {number for number, author in known.items() if _handle(author) == handle}
    if by_handle:
        return by_handle
    by_name = {
        number
        for number, author in known.items()
        if name in (folded(_shown(author)), folded(author.name or ""))
    }
    return by_name if len(by_name) == 1 else set()


def _handle(author: Author) -> str | None:
    handle = handle_of(author.name, author.discriminator)
    return normalise(PLATFORM, handle) if handle else None


def _shown(author: Author) -> str:
    return named(author.nickname, author.name) or ""


def _as_me(numbers: set[str], known: dict[str, Author]) -> Me:
    refs = [
        author_of(known[number]) or IdentityRef(PLATFORM, external_id=number) for number in sorted(numbers)
    ]
    return Me(set(numbers), refs)


def _question(message: str, known: dict[str, Author], counts: Counter[str]) -> QuestionError:
    choices = tuple(
        (number, f"{_shown(known[number])}: {count:,} message{'s' if count > 1 else ''}")
        for number, count in counts.most_common(_MOST_CHOICES)
    )
    return QuestionError(message, "say it with --as and your user name on Discord", "as", choices)


def read(export: Export, files: list[ChannelFile], me: Me, left: Counter[str]) -> Iterator[Record]:
    """Yield the messages and reactions of every file."""
    reader = Reader(me, left)
    for file in files:
        others = [author for number, author in file.known.items() if number not in me.numbers]
        reader.enter(file.about, others)
        try:
            with export.open(file.name) as stream:
                for message in ListIn(stream, Message, file.name, ("messages",)):
                    if isinstance(message, Problem):
                        yield message
                    else:
                        yield from reader.records(message, file.name)
        except ExportError as error:  # one channel of many
            yield Problem(file.name, error.message)
