"""Who is meant by a name: Facebook's exports name people, and give nobody an id.

The decision to know: the partner of a conversation is the thread's id, which lasts; everybody else is a name.
The two are one contact only where exactly one friend and exactly one thread have that name. Where two friends
share a name, it stands for nobody.
"""

from __future__ import annotations

from collections import Counter, defaultdict

from crm.domain.records import IdentityRef
from crm.importers.kit.meta.owner import fold_name

PLATFORM = "facebook"

_NOBODY = frozenset(
    (
        "",
        "facebook user",
        "facebook-nutzer",
        "facebook-nutzer:in",
        "facebook-nutzerin",
        "utilisateur facebook",
        "utilisateur de facebook",
        "usuario de facebook",
        "utente di facebook",
        "utente facebook",
        "usuário do facebook",
        "utilizador do facebook",
        "facebook-gebruiker",
        "facebook-bruger",
        "facebookbruger",
        "użytkownik facebooka",
        "użytkownik serwisu facebook",
        "messenger user",
        "deleted user",
        "user",
    )
)
"""What Facebook writes, in the account's language, for people whose account is closed."""


def is_nobody(name: str) -> bool:
    """Say whether a name is what Facebook writes for a closed account."""
    return fold_name(name) in _NOBODY


class People:
    """Everybody an export names, and how certain it is who that is."""

    def __init__(self, me: frozenset[str]) -> None:
        """Take the user's names, folded."""
        self.me = me
        self.friends: Counter[str] = Counter()
        """How many friends have a folded name."""
        self.partners: defaultdict[str, set[str]] = defaultdict(set)
        """The ids of the threads of two with somebody of a folded name."""
        self.pages: set[str] = set()
        """Folded names of pages and groups."""
        self._met: set[str] = set()

    def meet(self, name: str) -> None:
        """Note that somebody who is a person for certain has this name."""
        if not is_nobody(name):
            self._met.add(fold_name(name))

    def is_known(self, name: str) -> bool:
        """Say whether a name is that of a person, as far as this export shows."""
        folded = fold_name(name)
        return folded in self.friends or folded in self.partners or folded in self._met

    def is_me(self, name: str) -> bool:
        """Say whether a name is the user's."""
        return fold_name(name) in self.me

    def is_joined(self, name: str) -> bool:
        """Say whether the friend of a name and the partner in a thread are the same for certain."""
        folded = fold_name(name)
        return self.friends.get(folded) == 1 and len(self.partners.get(folded, ())) == 1

    def named(self, name: str, place: str | None = None) -> IdentityRef | None:
        """Return who has a name; None for the user, a closed account, and where two friends have it.

        In a group (`place`), where somebody did say it, one of two namesakes gets an identity of that group.
        """
        name = " ".join(name.split())
        folded = fold_name(name)
        if folded in self.me or folded in _NOBODY:
            return None
        if self.friends.get(folded, 0) > 1:
            return _ref(f"name:{folded}@{place}", name) if place else None
        if self.is_joined(name):
            return self.partner(next(iter(self.partners[folded])), name)
        return by_name(name)

    def partner(self, thread: str, name: str) -> IdentityRef:
        """Return the other one in a thread of two."""
        return _ref(f"thread:{thread}", None if is_nobody(name) else name)

    def friend(self, name: str, since: int | None) -> IdentityRef | None:
        """Return a friend of the list; namesakes are told by when they became friends."""
        folded = fold_name(name)
        if self.friends.get(folded, 0) > 1 and folded not in self.me and folded not in _NOBODY:
            return _ref(f"friend:{since or 0}:{folded}", name)
        return self.named(name)


def by_name(name: str) -> IdentityRef:
    """Return the identity of somebody known by name only."""
    return _ref(f"name:{fold_name(name)}", name)


def _ref(key: str, name: str | None) -> IdentityRef:
    return IdentityRef(PLATFORM, external_id=key, name=name)
