"""One plain sentence for each figure of the mirror. No praise, no blame, no names."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from crm.domain.cadence import Rules
from crm.domain.exchanges import Depth
from crm.domain.mirror import Figures, Period, Responses, Span

TITLES: Mapping[str, str] = MappingProxyType(
    {
        "response_rate": "Answers you gave",
        "response_time": "How soon you answered",
        "answered_by_them": "Answers you got",
        "directed_share": "Said to somebody",
        "promotion_share": "Links to your own sites",
        "words_and_clicks": "Words and clicks",
        "given_and_received": "Given and received",
        "community": "Your community",
        "growth": "First exchanges",
        "exchanges": "Days with an exchange",
    }
)
"""What stands above each figure, in the order to show them."""
_HOUR = 3600
_DAY = 86_400


def sentences(now: Figures, before: Figures, period: Period, rules: Rules) -> Mapping[str, str]:
    """Return what each figure shows, by its name, in the order to show them."""
    return {
        "response_rate": _response_rate(now.responses, before.responses, rules),
        "response_time": _response_time(now.responses, before.responses),
        "answered_by_them": _answered_by_them(now.answered_by_them, before.answered_by_them, rules),
        "directed_share": _directed(now, before),
        "promotion_share": _promotion(now, before),
        "words_and_clicks": _words_and_clicks(now, before),
        "given_and_received": _given_and_received(now, before),
        "community": _community(now),
        "growth": _growth(now, before),
        "exchanges": _exchanges(now, before, period),
    }


def percent(share: float) -> str:
    """Return a share for people: "84 %"; only nothing is 0 %, and only all is 100 %."""
    if 0 < share < 0.01:
        return "under 1 %"
    if 0.99 < share < 1:
        return "over 99 %"
    return f"{share:.0%}".replace("%", " %")


def span(seconds: float) -> str:
    """Return a length of time for people: "40 minutes", "5 hours", "3 days"."""
    if seconds < 60:
        return "a minute"
    if seconds < 1.5 * _HOUR:
        return _counted(round(seconds / 60), "minute")
    if seconds < 1.5 * _DAY:
        return _counted(round(seconds / _HOUR), "hour")
    return _counted(round(seconds / _DAY), "day")


def _response_rate(now: Responses, before: Responses, rules: Rules) -> str:
    if not now.openings:
        return "Nobody spoke to you in this time."
    who = "One person" if now.people == 1 else f"{now.people:,} people"
    often = f"{who} spoke to you, {_times(now.openings)} in all."
    closed = now.openings - now.pending
    if now.rate is None:
        return f"{often} {_still(now.pending, rules, more=False)}"
    answered = f"You answered {_part(now.answered, closed)}, {percent(now.rate)}{_before(before.rate)}"
    return f"{often} {answered}" + (f"; {_still(now.pending, rules)}" if now.pending else ".")


def _response_time(now: Responses, before: Responses) -> str:
    if now.seconds is None:
        return "There is no answer of yours to measure."
    was = f" ({span(before.seconds)} in the time before)" if before.seconds is not None else ""
    return f"Half of your answers came within {span(now.seconds)}{was}."


def _answered_by_them(now: Responses, before: Responses, rules: Rules) -> str:
    if not now.openings:
        return "You spoke to nobody in this time."
    who = "one person" if now.people == 1 else f"{now.people:,} people"
    often = f"You spoke to {who}, {_times(now.openings)} in all."
    if now.rate is None:
        return f"{often} {_still(now.pending, rules, more=False)}"
    answered = f"They answered {_part(now.answered, now.openings - now.pending)}, {percent(now.rate)}"
    half = f", half of them within {span(now.seconds)}" if now.seconds is not None else ""
    rest = f"; {_still(now.pending, rules)}" if now.pending else "."
    return f"{often} {answered}{_before(before.rate)}{half}{rest}"


def _directed(now: Figures, before: Figures) -> str:
    share = now.directed_share
    if share is None:
        return "You said nothing in this time."
    words = now.given[Depth.WORDS]
    if not now.posts and not before.posts:
        said = f"You spoke to somebody {_times(words)}"
        return f"{said}; no post of yours is known in this time or the one before, to set against that."
    said = f"Of what you said, {percent(share)} was said to somebody{_before(before.directed_share)}"
    return f"{said}: {_times(words)} to somebody, {_counted(now.posts, 'post')} to nobody in particular."


def _promotion(now: Figures, before: Figures) -> str:
    if now.promoting is None:
        return "Which sites are your own is not set (own_sites), so links to them are not counted."
    if now.promotion_share is None:
        return "You published no post in this time."
    posts = "your one post" if now.posts == 1 else f"your {now.posts:,} posts"
    share = f"{percent(now.promotion_share)}{_before(before.promotion_share)}"
    link = "links" if now.promoting == 1 else "link"
    return f"{now.promoting:,} of {posts} {link} to your own sites, {share}."


def _words_and_clicks(now: Figures, before: Figures) -> str:
    total = sum(now.given)
    if not total:
        return "You acted towards nobody in this time."
    nods, boosts, words = (now.given[depth] for depth in (Depth.NOD, Depth.BOOST, Depth.WORDS))
    was = sum(before.given)
    share = before.given[Depth.WORDS] / was if was else None
    return (
        f"{percent(words / total)} of what you did was words{_before(share)}: "
        f"{words:,} in words, {_counted(boosts, 'boost')}, {_counted(nods, 'click')}."
    )


def _given_and_received(now: Figures, before: Figures) -> str:
    given, received = sum(now.given), sum(now.received)
    if not (given or received or now.together):
        return "Nothing was given or received in this time."
    both = (
        f"; {_counted(now.together, 'call or meeting', 'calls and meetings')} together"
        if now.together
        else ""
    )
    was = f" ({sum(before.given):,} and {sum(before.received):,} in the time before)"
    return f"You gave {_times(given)} and received {_times(received)}{was}{both}."


def _community(now: Figures) -> str:
    known, spoken, active, longstanding = now.community
    if not known:
        return "Nobody was known yet."
    silent = f"{now.community.silent_audience:,} listened in silence"
    return (
        f"Of {_counted(known, 'contact')} you had spoken with {spoken:,}: with {active:,} in the last year, "
        f"with {longstanding:,} of these over two years or more; {silent}."
    )


def _growth(now: Figures, before: Figures) -> str:
    number, was = (sum(number for _, number in figures.growth) for figures in (now, before))
    if not number:
        return f"There was no first exchange with anybody ({was:,} in the time before)."
    who = "one person" if number == 1 else f"{number:,} people"
    return f"With {who} there was a first exchange ({was:,} in the time before)."


def _exchanges(now: Figures, before: Figures, period: Period) -> str:
    def length(part: Span) -> int:
        first, last = period.days(part)
        return last - first + 1

    if not now.exchanges:
        return "There was no exchange in this time."
    was = f" ({len(before.exchanges):,} in the time before)"
    most = max(number for _, number in now.exchanges)
    people = "one person" if most == 1 else f"{most:,} people"
    days = _counted(length(Span.NOW), "day")
    return (
        f"There was an exchange on {len(now.exchanges):,} of {days}{was}, with {people} on the fullest day."
    )


def _before(share: float | None) -> str:
    return f" ({percent(share)} in the time before)" if share is not None else ""


def _part(some: int, of: int) -> str:
    if of == 1:
        return "it" if some else "none of one"
    return f"{some:,} of {of:,}"


def _still(number: int, rules: Rules, *, more: bool = True) -> str:
    one = number == 1
    what = f"{number:,}{' more' if more else ''} {'is' if one else 'are'} still within"
    return f"{what} {'its' if one else 'their'} {rules.window.days} days."


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number:,} times")


def _counted(number: int, one: str, many: str | None = None) -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"
