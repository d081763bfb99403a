"""`crm matches`: which contacts may be one, why, and saying that they are not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import click

from crm.cli import jsonviews
from crm.cli.environment import Environment, current
from crm.cli.options import WORDS, Command, json_option, limit_option
from crm.cli.output import Styled
from crm.cli.wording import counted, handle, name_of
from crm.db.store import Work
from crm.domain.errors import UsageError
from crm.domain.platforms import title_of
from crm.services import contacts, matching, merging
from crm.services.views import MatchSide, MatchView

_USUALLY = 20
_LATER = timedelta(days=30)
_MOST_HANDLES = 4


@click.command("matches", cls=Command)
@click.argument("who", metavar="[CONTACT]", nargs=-1, type=WORDS)
@click.option("--never", is_flag=True, help="Two contacts follow: they are two, never suggest them again.")
@click.option("--later", is_flag=True, help="Two contacts follow: ask again in 30 days.")
@limit_option(f"suggestions ({_USUALLY})")
@json_option
def command(who: tuple[str, ...], never: bool, later: bool, limit: int | None, as_json: bool) -> None:
    """Suggest which contacts may be one, with reasons.

    Nothing is merged by itself: crm merge does it, and crm split takes it back. With CONTACT, only its
    matches are shown. The surest come first.
    """
    environment = current()
    if never and later:
        raise UsageError("--never and --later exclude each other")
    if never or later:
        _refuse(environment, who, _LATER if later else None, as_json)
        return
    if len(who) > 1:
        raise UsageError("name one contact", "crm matches --never A B says that two are not one")
    found = environment.store.read(_matches, who[0] if who else None)
    most = limit if limit is not None else len(found) if as_json else _USUALLY
    if as_json:
        environment.out.json([jsonviews.match(each) for each in found[:most]])
        return
    for place, match in enumerate(found[:most]):
        if place:
            environment.out.line()
        _show(environment, match)
    if not found:
        environment.err.note("no two contacts look like one")
    elif len(found) > most:
        environment.err.note(
            f"{counted(len(found) - most, 'more suggestion')}; --limit {len(found)} shows all"
        )


def _matches(work: Work, who: str | None) -> Sequence[MatchView]:
    return matching.matches(work, contact_id=None if who is None else contacts.find(work, who))


def _refuse(environment: Environment, who: tuple[str, ...], wait: timedelta | None, as_json: bool) -> None:
    if len(who) != 2:
        raise UsageError("name the two contacts", "such as: crm matches --never 12 40")
    until = None if wait is None else environment.store.now() + wait
    one, other = environment.store.write(_say, who[0], who[1], until)
    if as_json:
        environment.out.json(jsonviews.refusal(one, other, until))
        return
    names = f"{name_of(one[1])} ({one[0]}) and {name_of(other[1])} ({other[0]})"
    if until is None:
        environment.out.line(f"{names} are two; they are not suggested again")
    else:
        environment.out.line(f"{names} are not suggested before {environment.times.stamp(until)[:10]}")


def _say(work: Work, one: str, other: str, until: datetime | None) -> tuple[tuple[int, str], tuple[int, str]]:
    first, second = contacts.find(work, one), contacts.find(work, other)
    merging.refuse(work, first, second, until)
    return (first, contacts.name_of(work, first)), (second, contacts.name_of(work, second))


def _show(environment: Environment, match: MatchView) -> None:
    for side in (match.keep, match.other):
        environment.out.line(Styled(name_of(side.name), "bold"), f" ({side.id})  ", _about(environment, side))
    for reason in match.reasons:
        environment.out.line(Styled("  + ", "green"), reason)
    for reason in match.against:
        environment.out.line(Styled("  - ", "yellow"), reason)
    environment.out.line(Styled(f"  crm merge {match.keep.id} {match.other.id}", "dim"))


def _about(environment: Environment, side: MatchSide) -> str:
    known = [f"{title_of(each.platform)} {handle(each, side.name)}" for each in side.identities]
    parts = known[:_MOST_HANDLES]
    if len(known) > _MOST_HANDLES:
        parts.append(f"{len(known) - _MOST_HANDLES} more")
    if side.organisation:
        parts.append(side.organisation)
    said = counted(side.interactions, "interaction")
    if side.last_interaction_at is not None:
        said += f", last {environment.times.ago(side.last_interaction_at)}"
    parts.append(said if side.interactions else "no interactions")
    if side.archived:
        parts.append("archived")
    return "; ".join(parts)
