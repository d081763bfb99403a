"""Who the user is, on which the direction of every message depends.

The export does not say so in the messages. In this order: what the user stated; the user's side of the
invitations; what earlier imports know; the name in the profile; the old column DIRECTION; whoever takes
part in the most conversations.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from crm.domain.errors import ExportError
from crm.domain.handles import normalise
from crm.domain.records import Owner
from crm.importers.kit.tables import Row
from crm.importers.linkedin.people import PLATFORM, is_closed, plain, slug_of, split_names

RECIPIENTS = "recipient profile urls"
"""Absent before the middle of 2023; then the messages are read once to learn who is in a conversation."""


class Me(NamedTuple):
    """The user: profile addresses (several after a change of address) and names, folded."""

    slugs: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()

    def acted(self, slug: str | None, name: str) -> bool:
        """Say whether somebody is the user; a namesake with another profile address is not."""
        if slug is not None and self.slugs:
            return slug in self.slugs
        return plain(name) in self.names


class Talk:
    """The people of one conversation, the user among them."""

    __slots__ = ("names", "profiles")

    def __init__(self) -> None:
        self.profiles: dict[str, str] = {}
        """Profile address -> folded name ("" if not known)."""
        self.names: set[str] = set()
        """Folded names without an address; may be somebody of `profiles`."""

    def everybodys_names(self) -> set[str]:
        """Return all names, folded."""
        return self.names.union(self.profiles.values()) - {""}


def conversation_of(row: Row) -> str:
    """Return what tells the conversation of a message: its id, before 2020 the names of its people."""
    stated = row["conversation id"]
    if stated:
        return stated
    return "with:" + ",".join(sorted({plain(name) for name in (row["from"], *split_names(row["to"]))}))


class Survey:
    """Who takes part in which conversation, gathered in a first reading of the messages."""

    def __init__(self) -> None:
        self.talks: dict[str, Talk] = {}
        self.written: dict[str, str] = {}
        """Folded name -> the name as it was written first."""
        self._outgoing: Counter[str] = Counter()

    def add(self, row: Row) -> None:
        """Take note of one message."""
        conversation = conversation_of(row)
        talk = self.talks.get(conversation)
        if talk is None:
            talk = self.talks[conversation] = Talk()
        self._add_person(talk, slug_of(row["sender profile url"]), row["from"])
        if row["direction"] == "OUTGOING":
            self._outgoing[plain(row["from"])] += 1
        addresses = row[RECIPIENTS].split(",") if row[RECIPIENTS] else []
        if len(addresses) == 1:
            self._add_person(talk, slug_of(addresses[0]), row["to"])
        elif addresses:
            for address in addresses:
                self._add_person(talk, slug_of(address), "")
        elif row["to"]:
            for name in split_names(row["to"]):
                self._add_person(talk, None, name)

    def _add_person(self, talk: Talk, slug: str | None, name: str) -> None:
        if slug is not None and talk.profiles.get(slug):
            return
        theirs = "" if is_closed(name) else plain(name)
        if theirs:
            self.written.setdefault(theirs, name)
        if slug is not None:
            talk.profiles[slug] = theirs
        elif theirs:
            talk.names.add(theirs)

    def profiles(self) -> Counter[str]:
        """Return in how many conversations each profile address takes part."""
        return Counter(slug for talk in self.talks.values() for slug in talk.profiles)

    def names(self) -> Counter[str]:
        """Return in how many conversations each folded name takes part."""
        return Counter(name for talk in self.talks.values() for name in talk.everybodys_names())

    def names_of(self, slugs: Iterable[str]) -> frozenset[str]:
        """Return the folded names under which profile addresses take part."""
        wanted = set(slugs)
        return frozenset(
            name
            for talk in self.talks.values()
            for slug, name in talk.profiles.items()
            if name and slug in wanted
        )

    def is_clear(self) -> bool:
        """Say whether one person takes part in more than twice as many conversations as any other."""
        best = self.profiles().most_common(2)
        return len(best) == 2 and best[0][1] > 2 * best[1][1]

    def outgoing(self) -> str | None:
        """Return the folded name that the old column DIRECTION calls the sender of outgoing messages."""
        return next((name for name, _ in self._outgoing.most_common(1)), None)


class Known(NamedTuple):
    """What the export and earlier imports say about the user, apart from the messages."""

    owner: Owner
    slugs: frozenset[str]
    """The user's side of the invitations."""
    names: frozenset[str]
    """Folded: of the profile and of the invitations."""

    @property
    def suffices(self) -> bool:
        """Say whether the messages need not be asked."""
        return bool(self.slugs) and not self.owner.stated


def decide(known: Known, survey: Survey) -> Me:
    """Return who the user is, from everything that is known.

    Raises:
        ExportError: it cannot be told, or nobody is called what the user stated.

    """
    names = known.names | {plain(name) for name in known.owner.names}
    me = (
        _stated(known.owner.stated, survey)
        or (Me(known.slugs, names) if known.slugs else None)
        or _by_profile(_earlier(known.owner), survey)
        or next((me for name in sorted(names) if (me := _by_name(name, survey))), None)
        or _by_name(survey.outgoing(), survey)
        or _most_seen(survey)
    )
    if me is None:
        raise ExportError("the messages do not say which of their people you are", _hint(survey))
    return me._replace(names=me.names | names)


def _earlier(owner: Owner) -> set[str]:
    return {handle for platform, handle in owner.identities if platform == PLATFORM}


def _stated(stated: str | None, survey: Survey) -> Me | None:
    """Return whom the user means; an e-mail address means nobody here, LinkedIn's messages have none."""
    if not stated:
        return None
    slug = slug_of(stated) or stated
    me = _by_profile({normalise(PLATFORM, slug)}, survey) or _by_name(plain(stated), survey)
    if me is None and survey.talks and "@" not in stated:
        raise ExportError(f"nobody in these messages is called {stated!r}", _hint(survey))
    return me


def _by_profile(normalised: set[str], survey: Survey) -> Me | None:
    if not normalised:
        return None
    seen = [slug for slug in survey.profiles() if normalise(PLATFORM, slug) in normalised]
    return Me(frozenset(seen), survey.names_of(seen)) if seen else None


def _by_name(name: str | None, survey: Survey) -> Me | None:
    """Return who bears a folded name: of several profiles the one in the most conversations."""
    if not name or not survey.names()[name]:
        return None
    bearers = Counter(
        slug for talk in survey.talks.values() for slug, theirs in talk.profiles.items() if theirs == name
    )
    best = bearers.most_common(2)
    if len(best) == 2 and best[0][1] == best[1][1]:
        return None
    return Me(frozenset(slug for slug, _ in best[:1]), frozenset((name,)))


def _most_seen(survey: Survey) -> Me | None:
    """Return who takes part in more conversations than anybody else, and in two at least.

    Names count too: before 2023 somebody who never wrote is in no conversation by a profile address.
    """
    profiles, names = survey.profiles(), survey.names()
    profile, name = _first(profiles), _first(names)
    if name is not None and names[name] > max(profiles.values(), default=0):
        return _by_name(name, survey)
    return Me(frozenset((profile,)), survey.names_of((profile,))) if profile is not None else None


def _first(counts: Counter[str]) -> str | None:
    best = counts.most_common(2)
    if not best or best[0][1] < 2 or (len(best) == 2 and best[1][1] == best[0][1]):
        return None
    return best[0][0]


def _hint(survey: Survey) -> str:
    ranked = sorted(survey.names().items(), key=lambda pair: (-pair[1], pair[0]))
    most = [survey.written[name][:60] for name, _ in ranked[:3]]
    some = f"; most often seen: {', '.join(most)}" if most else ""
    return f"import it again with --as and your name or profile address as LinkedIn has it{some}"
