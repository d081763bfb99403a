"""Instagram's direct messages since 2021 to records: who is behind the display names.

The decision to know: messages have display names only. The folder of a conversation of two is called after
the other side's handle without its punctuation, or after their name; it is taken for a handle only where
exactly one account that the export names elsewhere (followers, likes, comments ...) fits it. Else the person
is known by the number of the conversation, under which a later export may name them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from crm.domain.errors import ExportError
from crm.domain.records import IdentityRef, Owner, Problem, Record
from crm.importers.kit.export import Export
from crm.importers.kit.meta.account import Account
from crm.importers.kit.meta.owner import autofill_names, find_owner, fold_name
from crm.importers.kit.meta.talk import Conversation, Talk
from crm.importers.kit.meta.threads import Head, Thread, read_head, read_messages

PLATFORM = "instagram"

# An account that was closed keeps no name but this, in the language of the user.
_CLOSED = frozenset(
    fold_name(name)
    for name in (
        "Instagram User", "Instagram-Nutzer", "Instagram-Nutzer*in", "Instagram-gebruiker",
        "Utilisateur Instagram", "Utilisateur d\u2019Instagram", "Usuario de Instagram", "Utente Instagram",
        "Utente di Instagram", "Usuário do Instagram", "Utilizador do Instagram", "Instagram-bruger",
        "Instagram-användare", "Użytkownik Instagrama", "Instagram kullanıcısı", "Instagram user",
    )
)  # fmt: skip


class Chats:
    """The conversations of one export."""

    def __init__(self, export: Export, threads: list[Thread]) -> None:
        self._export = export
        self._by_id: dict[str, list[tuple[Thread, Head]]] = defaultdict(list)
        self._problems: list[Problem] = []
        for thread in threads:
            try:
                head = read_head(export, thread)
            except ExportError as error:
                self._problems.append(Problem(thread.files[0], f"could not be read: {error.message}"))
                continue
            self._by_id[_key(head)].append((thread, head))

    def people(self) -> frozenset[str]:
        """Return the display names of everybody in the conversations, folded."""
        heads = (head for sources in self._by_id.values() for _, head in sources)
        return frozenset(fold_name(name) for head in heads for name in head.participants)

    def names(self, account: Account, owner: Owner) -> frozenset[str]:
        """Return the display names of the user, folded.

        Raises:
            QuestionError: the conversations do not tell.

        """
        heads = [head for sources in self._by_id.values() for _, head in sources]
        if not heads:
            return frozenset()
        told = [*account.names, *autofill_names(self._export)]
        if owner.stated and fold_name(owner.stated.removeprefix("@")) not in self.people() and account.mine:
            owner = owner._replace(stated=None)  # a handle; messages have names
        return find_owner(heads, told, owner, "this Instagram export")

    def records(self, me: frozenset[str], mine: set[str], handles: Mapping[str, str]) -> Iterator[Record]:
        """Yield the records of all conversations.

        Args:
            me: the user's names, folded.
            mine: the user's handles, normalised.
            handles: every handle the export names, by its normalised form.

        """
        yield from self._problems
        people = _People(self._by_id, me, handles)
        talk = Talk(PLATFORM, me | mine, people.by_name)
        for key, sources in self._by_id.items():
            talk.begin(people.conversation(key, [head for _, head in sources], mine))
            for number, (thread, _) in enumerate(sources):
                if number:
                    talk.next_source()
                for message in read_messages(self._export, thread):
                    if isinstance(message, Problem):
                        yield message
                    else:
                        yield from talk.records(message)
            yield from talk.end()
        yield from talk.left()


class _People:
    """Who is behind the names of the conversations."""

    def __init__(
        self,
        conversations: Mapping[str, list[tuple[Thread, Head]]],
        me: frozenset[str],
        handles: Mapping[str, str],
    ) -> None:
        self._me = me
        self._by_slug: dict[str, set[str]] = defaultdict(set)
        for handle in handles.values():
            self._by_slug[_squeezed(handle)].add(handle)
        self._ids: dict[str, str] = {}
        for key in sorted(conversations):
            head = conversations[key][0][1]
            known = self._handle(head)
            if known and not _is_group([head]):
                self._ids.setdefault(known, key)

    def conversation(self, key: str, heads: list[Head], mine: set[str]) -> Conversation:
        """Return a conversation as its messages need it."""
        group = _is_group(heads)
        names = dict.fromkeys(name for head in heads for name in head.participants)
        others = {fold_name(name): name for name in names if fold_name(name) not in self._me}
        own = {_squeezed(handle) for handle in mine}
        to_self = not group and not others and bool(names) and _squeezed(heads[0].slug) in own
        known = {folded: self.by_name(name, key) for folded, name in others.items()} if group else {}
        return Conversation(
            key,
            f"{PLATFORM}:thread:{key}",
            None if group else self._partner(key, heads[0], next(iter(others.values()), None)),
            {folded: who for folded, who in known.items() if who is not None},
            group,
            names=frozenset(() if group else others),
            to_self=to_self,
            several=len(heads) > 1,
        )

    def by_name(self, name: str, _key: str) -> IdentityRef | None:
        """Return somebody of a group, whom a display name is all there is of."""
        folded = fold_name(name)
        if not folded or folded in _CLOSED:
            return None
        return IdentityRef(PLATFORM, external_id=f"name:{folded}", name=name)

    def _partner(self, key: str, head: Head, name: str | None) -> IdentityRef:
        shown = None if name is None or fold_name(name) in _CLOSED else name
        handle = self._handle(head)
        if handle is not None:
            return IdentityRef(PLATFORM, handle, f"thread:{self._ids.get(handle, key)}", shown)
        return IdentityRef(PLATFORM, None, f"thread:{key}", shown)

    def _handle(self, head: Head) -> str | None:
        """Return the one known handle that the folder is called after."""
        fitting = self._by_slug.get(_squeezed(head.slug)) if head.slug else None
        return next(iter(fitting)) if fitting and len(fitting) == 1 else None


def _is_group(heads: Iterable[Head]) -> bool:
    return any(head.is_group or len(head.participants) > 2 for head in heads)


def _key(head: Head) -> str:
    """Return what tells a conversation from all others, in every export of it."""
    return head.id or "with:" + ",".join(sorted(fold_name(name) for name in head.participants))


def _squeezed(text: str) -> str:
    """Return a handle as folders are called after it: letters and digits."""
    return "".join(char for char in text.casefold() if char.isalnum())
