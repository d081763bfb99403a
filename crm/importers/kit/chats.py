"""What a message in a chat of more than two is, for every platform with chats.

The decision to know: a message in a small group is said to everybody in it; in a large one (a channel of
hundreds) only what names or answers somebody is said *to* anybody. Nobody's contact list should be the
membership of a channel.
"""

from __future__ import annotations

from collections.abc import Mapping

from crm.domain.records import Direction, IdentityRef, InteractionRecord, Kind

LARGEST_GROUP = 50
"""Others in a group; in a larger one, only messages that name or answer somebody are acts between people."""

# Named here because a message to a group makes many records, and `_replace` takes three times as long.
_IN, _OUT, _TO_GROUP = Direction.IN, Direction.OUT, Kind.GROUP_MESSAGE

NOT_TO_YOU = "messages in large groups that neither name nor answer you"
"""What to call what `received` leaves out, in a `Left`."""


def sent(
    act: InteractionRecord,
    others: Mapping[str, IdentityRef],
    addressed: Mapping[str, Kind] | None = None,
) -> list[InteractionRecord]:
    """Return a message of the user's in a group as one act towards each of the others.

    Args:
        act: the message; `who`, `direction` and `kind` do not matter.
        others: everybody else in the group at that time, by their most stable key on the platform (it becomes
            part of the external id).
        addressed: those of them whom it names (`Kind.MENTION`) or answers (`Kind.REPLY`), by the same keys.

    """
    addressed = addressed or {}
    if len(others) > LARGEST_GROUP:
        others = {key: who for key, who in others.items() if key in addressed}
    if not others:
        return [act._replace(who=None, direction=_OUT, kind=_TO_GROUP)]
    platform, key_of_act, _, at, _, _, text, thread, url, precision, assumed = act
    return [
        InteractionRecord(
            platform, f"{key_of_act}:{key}", who, at, _OUT, addressed.get(key, _TO_GROUP), text, thread, url,
            precision, assumed,
        )
        for key, who in others.items()
    ]  # fmt: skip


def received(
    act: InteractionRecord, sender: IdentityRef, others: int, addressed: Kind | None = None
) -> InteractionRecord | None:
    """Return a message of somebody else's in a group as an act towards the user; None if it is not to them.

    Args:
        act: the message; `who`, `direction` and `kind` do not matter.
        sender: who wrote it.
        others: how many people besides the user are in the group.
        addressed: `Kind.MENTION` when it names the user, `Kind.REPLY` when it answers them.

    """
    if addressed is None and others > LARGEST_GROUP:
        return None
    platform, key, _, at, _, _, text, thread, url, precision, assumed = act
    return InteractionRecord(
        platform, key, sender, at, _IN, addressed or _TO_GROUP, text, thread, url, precision, assumed
    )
