"""`crm remind`: the digest of the day, for a timer, a mail or a look; and everything that makes it arrive.

Each way is a module of its own, loaded when it is asked for: the prompt line must not wait for the others.
"""

from __future__ import annotations

import click

from crm.cli import jsonviews
from crm.cli.diagnostics import ExitCode
from crm.cli.environment import Environment, current
from crm.cli.options import Command, json_option
from crm.domain.errors import UsageError

_USUAL_DAYS = 30
_MOST_DAYS = 3660


@click.command("remind", cls=Command)
@click.option("--deliver", is_flag=True, help="Send it with every notifier that is due; for a timer.")
@click.option(
    "--test",
    "tried",
    metavar="[NAME]",
    is_flag=False,
    flag_value="",
    help="Send a test notice with the notifier NAME, or with all.",
)
@click.option("--install", is_flag=True, help="Set up what runs --deliver every hour; shows it first.")
@click.option("--uninstall", is_flag=True, help="Take that away again.")
@click.option("--status", is_flag=True, help="Show whether reminders arrive.")
@click.option("--prompt", is_flag=True, help="Print a short line for a shell prompt, at once.")
@click.option(
    "--dry-run", is_flag=True, help="Print the reminders of the coming days; or what --install would do."
)
@click.option(
    "--days",
    type=click.IntRange(1, _MOST_DAYS),
    metavar="N",
    help=f"With --dry-run: of how many days, today included. [{_USUAL_DAYS}]",
)
@click.option("--yes", "sure", is_flag=True, help="With --install and --uninstall: do not ask.")
@click.option("--exit-code", is_flag=True, help="Exit with 10 when there is something to do.")
@json_option
def command(
    deliver: bool,
    tried: str | None,
    install: bool,
    uninstall: bool,
    status: bool,
    prompt: bool,
    dry_run: bool,
    days: int | None,
    sure: bool,
    exit_code: bool,
    as_json: bool,
) -> int | None:
    """Print the digest of the day.

    Prints nothing when there is nothing to remind of.
    """
    environment = current()
    ways = {
        "--deliver": deliver,
        "--test": tried is not None,
        "--install": install,
        "--uninstall": uninstall,
        "--status": status,
        "--prompt": prompt,
    }
    way = _one_of(ways)
    _insist_on_company(way, dry_run=dry_run, days=days, sure=sure, exit_code=exit_code, as_json=as_json)
    if way in ("--deliver", "--test"):
        from crm.cli import reminding

        if deliver:
            return reminding.deliver(environment, as_json)
        return reminding.test(environment, tried or None, as_json)
    if way == "--prompt":
        return _prompt(environment, exit_code)
    if way is not None:
        return _timer(environment, way, dry_run, sure, as_json)
    if dry_run:
        from crm.cli import reminding_ahead

        reminding_ahead.show(environment, days or _USUAL_DAYS, as_json)
        return None
    return _digest(environment, exit_code, as_json)


def _one_of(ways: dict[str, bool]) -> str | None:
    """Return the way that was asked for.

    Raises:
        UsageError: there are several.

    """
    asked = [way for way, given in ways.items() if given]
    if len(asked) > 1:
        raise UsageError(f"{asked[0]} and {asked[1]} are two things", "use one of them")
    return asked[0] if asked else None


def _insist_on_company(
    way: str | None, *, dry_run: bool, days: int | None, sure: bool, exit_code: bool, as_json: bool
) -> None:
    """Refuse options that would be ignored where they stand.

    Raises:
        UsageError: there is one.

    """
    timer = way in ("--install", "--uninstall")
    wrong = [
        name
        for name, given, allowed in (
            ("--dry-run", dry_run, way is None or timer),
            ("--days", days is not None, way is None and dry_run),
            ("--yes", sure, timer and not dry_run),
            ("--exit-code", exit_code, way == "--prompt" or (way is None and not dry_run)),
            ("--json", as_json, not timer and way != "--prompt"),
        )
        if given and not allowed
    ]
    if wrong:
        beside = way or ("--dry-run" if dry_run and wrong[0] != "--dry-run" else "the digest")
        raise UsageError(f"{wrong[0]} says nothing beside {beside}", "crm remind --help shows what it is for")


def _prompt(environment: Environment, exit_code: bool) -> int:
    from crm import clock
    from crm.cli import prompt

    return prompt.show(environment.database, clock.now().timestamp(), exit_code)


def _timer(environment: Environment, way: str, dry_run: bool, sure: bool, as_json: bool) -> int | None:
    from crm.cli import reminding_timer

    if way == "--status":
        return reminding_timer.status(environment, as_json)
    if way == "--install":
        reminding_timer.install(environment, dry_run, sure)
    else:
        reminding_timer.uninstall(environment, dry_run, sure)
    return None


def _digest(environment: Environment, exit_code: bool, as_json: bool) -> int:
    from crm.services import reminders

    digest = environment.store.read(reminders.digest)
    environment.looked = True
    if as_json:
        environment.out.json(jsonviews.digest(digest))
    elif not digest.empty:
        environment.out.heading(digest.title)
        environment.out.line()
        environment.out.paragraph(digest.text)
    else:
        environment.err.note("nothing to remind of today")
    return ExitCode.DUE if exit_code and not digest.empty else ExitCode.DONE
