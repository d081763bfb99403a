"""Which side of the conversations is the owner: from the export, from before, or by asking.

The decision to know: the user's answer (`--as`) is made of words: a blog's name says which blog is theirs,
and `ID=me` or `ID=them` who wrote the messages with that id; `nobody=me` that they wrote none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from crm.domain.errors import QuestionError
from crm.domain.records import Owner
from crm.importers.tumblr.names import PLATFORM, Blogs, Me, blog
from crm.importers.tumblr.talks import Conversations, Talk, learn

_MINE, _THEIRS, _NOBODY = "me", "them", "nobody"
_SHOWN = 6
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WORD = re.compile(r"[^\s,]+")


@dataclass
class Answer:
    """What the user said about themselves."""

    names: list[str] = field(default_factory=list)
    mine: set[str] = field(default_factory=set)
    theirs: set[str] = field(default_factory=set)
    silent: bool = False
    """They wrote none of the messages."""


def answer_in(owner: Owner) -> Answer:
    """Read what the user stated with `--as`."""
    answer = Answer()
    for word in _WORD.findall((owner.stated or "").removeprefix("tumblr:")):
        left, equals, right = word.rpartition("=")
        if equals and right == _MINE and left == _NOBODY:
            answer.silent = True
        elif equals and right == _MINE:
            answer.mine.add(left)
        elif equals and right == _THEIRS:
            answer.theirs.add(left)
        else:
            answer.mine.add(word)
            if name := blog(word):
                answer.names.append(name)
    return answer


def decide_all(files: list[Conversations], me: Me, blogs: Blogs, owner: Owner) -> None:
    """Find out which blog and which id are the owner's in every file of conversations.

    What one file tells may decide another: whoever is a partner there is none of the owner's blogs here.

    Raises:
        QuestionError: a file does not tell, and nobody has said it.

    """
    waiting = list(files)
    while waiting:
        undecided = [found for found in waiting if not _decide(found, me, blogs, owner)]
        for found in waiting:
            if found.own_ids is not None:
                learn(found, blogs)
        if len(undecided) == len(waiting):
            raise _question(undecided[0])
        waiting = undecided


def _decide(found: Conversations, me: Me, blogs: Blogs, owner: Owner) -> bool:
    """Decide one file, if it can be decided."""
    answer = answer_in(owner)
    found.own_name = _own_name(found, me, answer)
    if found.own_name:
        me.add(found.own_name)
    ids = found.ids()
    if not ids:
        found.own_ids = frozenset()
        return True
    known = {number for platform, number in owner.external_ids if platform == PLATFORM}
    known |= me.ids.keys() | answer.mine
    own = known & ids.keys() or _named_ids(found) or _by_answer(found, answer) or _in_several(found)
    own = own or _by_elimination(found, me, blogs)
    silent = answer.silent or all(blogs.knows(identifier) for identifier in ids)
    if not own and not silent:
        return False
    found.own_ids = frozenset(own)
    for identifier in found.own_ids:
        if blog(identifier) is None or identifier.startswith("t:"):
            me.add(found.own_name, identifier)
    return True


def _own_name(found: Conversations, me: Me, answer: Answer) -> str | None:
    """Return the owner's blog in a file: one known to be theirs, else the one in most conversations."""
    names = found.names()
    said = {name.casefold() for name in answer.names}
    for known in (said, set(me.names), set(me.former) | set(me.before)):
        seen = [name for name in names if name in known]
        if seen:
            return _written(found, max(seen, key=lambda name: names[name]))
    best = names.most_common(2)
    if not best or best[0][1] < 2 or best[0][1] * 2 <= len(found.talks):
        return None
    return None if len(best) == 2 and best[1][1] == best[0][1] else _written(found, best[0][0])


def _named_ids(found: Conversations) -> set[str]:
    """Return the owner's name as it stands at the messages of early exports, in place of an id."""
    mine = (found.own_name or "").casefold()
    return {identifier for identifier in found.ids() if mine and identifier.casefold() == mine}


def _by_answer(found: Conversations, answer: Answer) -> set[str]:
    """Return what remains of conversations in which the user has said who the other one is."""
    others = [set(talk.ids) - answer.theirs for talk in found.talks if answer.theirs & talk.ids.keys()]
    if others and all(not rest for rest in others):
        answer.silent = True
    return {rest.pop() for rest in others if len(rest) == 1}


def _by_elimination(found: Conversations, me: Me, blogs: Blogs) -> set[str]:
    """Return what remains of conversations whose other side is known from another file."""
    own: set[str] = set()
    for talk in found.talks:
        partners = {identifier for identifier in talk.ids if blogs.knows(identifier)}
        rest = set(talk.ids) - partners
        if partners and len(rest) == 1 and not partners & me.ids.keys():
            own |= rest
    return own if len(own) == 1 else set()


def _in_several(found: Conversations) -> set[str]:
    """Return the id in more conversations than any other, and in two at least."""
    best = found.ids().most_common(2)
    if best[0][1] < 2 or (len(best) == 2 and best[1][1] == best[0][1]):
        return set()
    return {best[0][0]}


def _written(found: Conversations, folded: str) -> str:
    """Return a name as it is written."""
    every = (name for talk in found.talks for name in talk.names if name)
    return next((name for name in every if name.casefold() == folded), folded)


def _question(found: Conversations) -> QuestionError:
    hint = "choose one, or say it with --as: your blog's name, and the id of what you wrote as ID=me"
    talk = max(found.talks, key=lambda one: len(one.ids))
    if len(found.talks) == 1 or found.own_name is None:
        message = "the messages do not say which side of the conversation you are"
        return QuestionError(message, hint, "as", _sides(found, talk))
    choices = [
        (f"{identifier}={_MINE}", f"you wrote {_quoted(*said)}")
        for one in found.talks
        for identifier, said in one.ids.items()
    ]
    nobody = (f"{_NOBODY}={_MINE}", "you wrote none of these messages")
    message = f"the conversations of {found.own_name} do not say which of the messages are yours"
    return QuestionError(message, hint, "as", (*dict.fromkeys(choices[:_SHOWN]), nobody))


def _sides(found: Conversations, talk: Talk) -> tuple[tuple[str, str], ...]:
    """Return every way in which a conversation can be meant."""
    identifier, said = next(iter(talk.ids.items()))
    names = [found.own_name] if found.own_name else [name for name in talk.names if name]
    return tuple(
        (f"{name} {identifier}={side}", f"you are {name}, and {verb} {_quoted(*said)}")
        for name in names
        for side, verb in ((_MINE, "wrote"), (_THEIRS, "received"))
    )


def _quoted(at: int, text: str) -> str:
    day = f" on {(_EPOCH + timedelta(microseconds=at)).date().isoformat()}" if at else ""
    return f"“{text}”{day}"
