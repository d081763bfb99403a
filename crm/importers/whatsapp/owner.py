"""Who the user is in chats that do not say it.

The decision to know, in this order: what the user said, what is known from before, messages only they can
have deleted, the one person of several chats, a chat's title (in a chat of two, whoever is not it); and where
nothing of that tells, the user is asked, once for the whole export.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from crm.domain.errors import QuestionError
from crm.domain.records import Owner
from crm.domain.text import folded
from crm.importers.whatsapp.chat import Chat, key_of, number_in
from crm.importers.whatsapp.titles import same

PLATFORM = "whatsapp"
_NUMBERED = frozenset(("phone", "sms", "whatsapp", "signal", "imessage"))
_TWO = 2
_MOST_CHOICES = 12


def decide(chats: Sequence[Chat], owner: Owner) -> frozenset[str]:
    """Return the labels under which the user writes; empty where they never do.

    Raises:
        QuestionError: it cannot be told, or nobody is called what the user stated.

    """
    labels = {label for chat in chats for label in chat.senders}
    if owner.stated:
        found = {label for label in labels if _is_called(label, owner.stated)}
        if not found and any(len(chat.senders) >= _TWO for chat in chats):
            raise _question(chats, f"nobody in {_these(chats)} is called {owner.stated!r}")
        return frozenset(found)
    found = _known(labels, owner) | {label for chat in chats for label in chat.mine}
    found |= _common(chats, found) | {
        me for chat in chats if not found & chat.senders.keys() for me in _by_title(chat)
    }
    unclear = [
        chat
        for chat in chats
        if chat.senders and not found & chat.senders.keys() and not _is_all_theirs(chat)
    ]
    if unclear:
        raise _question(unclear, f"{_these(unclear)} does not say which of its people you are")
    return frozenset(found)


def _known(labels: set[str], owner: Owner) -> set[str]:
    numbers = {handle for platform, handle in owner.identities if platform in _NUMBERED}
    names = {identifier for platform, identifier in owner.external_ids if platform == PLATFORM}
    return {
        label
        for label in labels
        if number_in(label) in numbers or key_of(label) in names or folded(label) in owner.names
    }


def _is_called(label: str, stated: str) -> bool:
    number = number_in(label)
    return folded(label) == folded(stated) or (number is not None and number == number_in(stated.strip()))


def _by_title(chat: Chat) -> set[str]:
    """Return the other one of a chat of two whose title is one of them."""
    if chat.title is None or chat.is_group:
        return set()
    others = {label for label in chat.senders if same(chat.title, label)}
    return set(chat.senders) - others if len(others) == 1 else set()


def _is_all_theirs(chat: Chat) -> bool:
    """Say whether only the other one of a chat of two wrote."""
    return len(chat.senders) == 1 and chat.title is not None and same(chat.title, next(iter(chat.senders)))


def _common(chats: Sequence[Chat], found: set[str]) -> set[str]:
    """Return the one person who takes part in all of several chats of different people."""
    if found:
        return set()
    talks = [frozenset(chat.senders) for chat in chats if len(chat.senders) >= _TWO]
    if len(set(talks)) < _TWO:
        return set()
    counts = Counter(label for talk in set(talks) for label in talk)
    everywhere = {label for label, count in counts.items() if count == len(set(talks))}
    return everywhere if len(everywhere) == 1 else set()


def _these(chats: Sequence[Chat]) -> str:
    return chats[0].name if len(chats) == 1 else "the export of these chats"


def _question(chats: Sequence[Chat], message: str) -> QuestionError:
    counts: Counter[str] = Counter()
    for chat in chats:
        counts.update(chat.senders)
    most = counts.most_common(_MOST_CHOICES)
    choices = tuple((label, f"{label}: {count:,} message{'s' if count > 1 else ''}") for label, count in most)
    names = ", ".join(label for label, _ in most[:3])
    hint = f"import it again with --as and your name as the chat has it, such as: {names}"
    return QuestionError(message, hint, "as", choices)
