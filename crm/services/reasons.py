"""Why a line is on Today: one plain sentence each, the same words today and for any day to come.

A reminder names the last exchange, how often you want one, and who said so: you, the circle, or the rhythm
that the two of you have had.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime

from crm.domain.cadence import CadenceFrom
from crm.domain.dates import ago, in_days, kept_on
from crm.domain.platforms import where_words
from crm.domain.records import Kind, PartialDate
from crm.services.views import InteractionView

_VERBS = {
    Kind.EMAIL.value: "wrote",
    Kind.REPLY.value: "replied",
    Kind.COMMENT.value: "commented",
    Kind.MENTION.value: "mentioned you",
    Kind.QUOTE.value: "quoted you",
    Kind.REVIEW.value: "wrote a review",
    Kind.LETTER.value: "wrote a letter",
    Kind.RESHARE.value: "reshared you",
    Kind.REACTION.value: "reacted",
    Kind.FOLLOW.value: "followed you",
    Kind.PURCHASE.value: "bought from you",
}
_SUPPORT = {
    Kind.RESHARE.value: "reshared {} of yours",
    Kind.REACTION.value: "reacted to {} of yours",
    Kind.PURCHASE.value: "bought {}",
    Kind.GROUP_MESSAGE.value: "wrote {} in a group",
}


def waiting(act: InteractionView, since: datetime, now: datetime) -> str:
    """Say what waits for an answer: "wrote on X 2 days ago and has no answer yet"."""
    where = "" if act.kind == Kind.LETTER else f" {where_words(act.platform)}"
    return f"{_VERBS.get(act.kind, 'wrote')}{where} {_ago(since, now)} and has no answer yet"


def drifting(
    days: int | None, source: str, circle: str | None, last_exchange: datetime | None, now: datetime
) -> str:
    """Say since when there was no exchange, how often one is wanted, and who said so.

    Args:
        days: the cadence.
        source: where it comes from, a `CadenceFrom`.
        circle: the contact's.
        last_exchange: UTC; None when there was none.
        now: the moment it is said at.

    """
    wanted = {
        CadenceFrom.OWN.value: f"you wished for every {days} days",
        CadenceFrom.CIRCLE.value: f"{circle} circle: every {days} days",
        CadenceFrom.RHYTHM.value: f"usually within {days} days",
    }[source]
    if last_exchange is None:
        return f"no exchange yet; {wanted}"
    return f"last exchange {_ago(last_exchange, now)}; {wanted}"


def date_comes(what: str, partial: PartialDate, on: date, today: date) -> str:
    """Say which date comes: "birthday tomorrow, 40 years"; a leap day that is kept earlier says so."""
    said = f"{what} {in_days(on, today)}"
    if partial.year and on.year > partial.year:
        said += f", {on.year - partial.year} years"
    if (partial.month, partial.day) == (2, 29) and kept_on(partial, on.year).day == 28:
        said += " (29 February, kept on the 28th this year)"
    return said


def support(acts: Sequence[InteractionView]) -> str:
    """Say what somebody did for you: "reshared 2 of yours on X in the last 30 days"."""
    counts = Counter(act.kind for act in acts)
    done = ", ".join(_SUPPORT[kind].format(n if n > 1 else "one") for kind, n in counts.items())
    where = ", ".join(dict.fromkeys(where_words(act.platform) for act in acts))
    return f"{done} {where} in the last 30 days"


def _ago(then: datetime, now: datetime) -> str:
    span = ago(then, now)
    return span if span == "just now" else f"{span} ago"
