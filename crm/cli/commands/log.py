"""`crm log`: note that you were in touch, here or anywhere."""

from __future__ import annotations

from datetime import datetime

import click

from crm.cli import jsonviews
from crm.cli.environment import current
from crm.cli.options import PLATFORM, WORDS, Command, contact_argument, json_option
from crm.cli.wording import kind as kind_of
from crm.cli.wording import name_of
from crm.db.store import Work
from crm.domain.dates import parse_when
from crm.domain.errors import UsageError
from crm.domain.exchanges import Depth, depth_of
from crm.domain.platforms import title_of
from crm.domain.records import Direction, Kind, Precision
from crm.services import contacts, interactions
from crm.services.views import InteractionView

_VERBS = {
    Direction.OUT: "you reached out to {name}",
    Direction.IN: "{name} reached out to you",
    Direction.MUTUAL: "you and {name} were in touch",
}


@click.command("log", cls=Command)
@contact_argument
@click.argument("text", type=WORDS, required=False)
@click.option("--out", "direction", flag_value="out", help="You acted towards them (the default).")
@click.option("--in", "direction", flag_value="in", help="They acted towards you.")
@click.option("--mutual", "direction", flag_value="mutual", help="Both at once: a call, a meeting.")
@click.option("--kind", type=click.Choice([each.value for each in Kind]), help="What it was.")
@click.option("--platform", type=PLATFORM, help="Where it was; else where you usually talk.")
@click.option("--at", type=WORDS, metavar="WHEN", help='When: "yesterday 18:00", "3 days ago", 2026-05-05.')
@json_option
def command(
    contact: str,
    text: str | None,
    direction: str | None,
    kind: str | None,
    platform: str | None,
    at: str | None,
    as_json: bool,
) -> None:
    """Note that you were in touch.

    TEXT is what was said; it needs quotes when it has blanks in it.
    """
    environment = current()
    side = _direction(direction, kind)
    name, act = environment.store.write(_log, contact, text, side, kind, platform, at)
    if as_json:
        environment.out.json(jsonviews.interaction(act))
        return
    what = _VERBS[Direction(act.direction)].format(name=name_of(name))
    when = environment.times.stamp(act.at, act.precision)
    environment.out.line(f"logged: {what} ({kind_of(act)}, {title_of(act.platform)}, {when})")


def _direction(direction: str | None, kind: str | None) -> str:
    """Return who acted: calls and meetings are always both.

    Raises:
        UsageError: a call or a meeting was said to have one side only.

    """
    if kind is None or depth_of(kind) is not Depth.LIVE:
        return direction or Direction.OUT
    if direction in ("in", "out"):
        raise UsageError(f"a {kind} has both of you in it", f"leave --{direction} out")
    return Direction.MUTUAL


def _log(
    work: Work,
    reference: str,
    text: str | None,
    direction: str,
    kind: str | None,
    platform: str | None,
    at: str | None,
) -> tuple[str, InteractionView]:
    contact = contacts.find(work, reference)
    when: datetime | None = None
    precision = Precision.SECOND
    if at is not None:
        when, precision = parse_when(at, work.now, work.rules.zone)
    act = interactions.log(
        work, contact, text, direction=direction, kind=kind, platform=platform, at=when, precision=precision
    )
    return contacts.rows(work, [contact])[0].name, act
