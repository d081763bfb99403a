"""`crm restore`: put a backup back in the place of the database, which is kept aside."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from crm import clock, config
from crm.cli.environment import Environment, current
from crm.cli.jsonviews import moment
from crm.cli.locking import opener_for
from crm.cli.options import Command, json_option
from crm.cli.wording import Times, counted
from crm.domain.errors import UsageError
from crm.services import backup_restore, backups
from crm.services.backup_restore import Difference, RestorePlan


@click.command("restore", cls=Command)
@click.argument("backup", required=False, default=backups.LATEST)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option(
    "--identity",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Secret keys that open an encrypted one.",
)
@json_option
def command(backup: str, yes: bool, identity: Path | None, as_json: bool) -> None:
    """Go back to a backup; what is there now is kept aside.

    BACKUP is a file, a name from crm backup --list, or "latest", which is usual. It is checked first, and
    says what would change. Nothing is deleted: restoring what was kept aside takes it back.
    """
    environment = current()
    if environment.borrowed:
        raise UsageError("the demo is made anew each time; there is nothing to restore")
    settings = config.load()
    database = backup_restore.database_of(environment.database or settings.database)
    file = backups.find(database, backup)
    times = Times(clock.now(), settings.rules.zone)
    with backup_restore.prepared(database, file, opener_for(identity)) as ready:
        if not yes:
            _insist(environment, ready.plan, times)
        aside = backup_restore.put_back(ready, times.now)
    environment.looked = True  # a prompt shows from now on what was restored
    _ = environment.store  # opens it, so that nobody else is the first to find out
    if as_json:
        environment.out.json(_as_json(ready.plan, aside))
        return
    held = f"{counted(ready.plan.contacts, 'contact')}, {counted(ready.plan.interactions, 'interaction')}"
    environment.out.line(f"restored {file}: {held}")
    if aside is not None:
        environment.out.line(f"what was there is kept in {aside}")
        environment.err.note(f"crm restore {aside.name} takes it back")


def _insist(environment: Environment, plan: RestorePlan, times: Times) -> None:
    """Say what would change, and go on only when the user wants it.

    Raises:
        UsageError: nobody can be asked.
        Abort: the user does not.

    """
    for line in _words(plan, times):
        environment.err.note(line)
    if not sys.stdin.isatty():
        raise UsageError("this replaces what is in the database, so it asks first", "add --yes to go ahead")
    click.confirm("Go back to it?", abort=True, err=True)


def _words(plan: RestorePlan, times: Times) -> list[str]:
    when = f", made {times.stamp(plan.made_at)} ({times.ago(plan.made_at)})" if plan.made_at else ""
    held = f"{counted(plan.contacts, 'contact')}, {counted(plan.interactions, 'interaction')}"
    lines = [f"{plan.backup}{when}: {held}"]
    if plan.upgrades:
        lines.append(
            "it was made by an older crm, and is brought up to date; the backup itself stays as it is"
        )
    contacts, interactions = plan.contacts_change, plan.interactions_change
    if plan.problem:
        lines.append(f"{plan.database}: {plan.problem}")
    elif contacts is None or interactions is None:
        lines.append(f"{plan.database} was made by an older crm; what would change is not known")
    else:
        lines.append(f"{plan.database}: {_now(contacts, interactions)}")
        lines.append(f"going back takes away {_part(contacts.gone, interactions.gone)} added since")
        if contacts.back or interactions.back:
            lines.append(f"and brings back {_part(contacts.back, interactions.back)}")
    if plan.forgotten_again:
        lines.append(
            f"{counted(plan.forgotten_again, 'mark')} of people whom you have forgotten since are not in it:"
            " they come back; forget them again"
        )
    return lines


def _now(contacts: Difference, interactions: Difference) -> str:
    return f"{counted(contacts.now, 'contact')}, {counted(interactions.now, 'interaction')} now"


def _part(contacts: int, interactions: int) -> str:
    return f"{counted(contacts, 'contact')} and {counted(interactions, 'interaction')}"


def _as_json(plan: RestorePlan, aside: Path | None) -> dict[str, object]:
    return {
        "database": str(plan.database),
        "backup": str(plan.backup),
        "made_at": moment(plan.made_at),
        "contacts": plan.contacts,
        "interactions": plan.interactions,
        "upgraded": plan.upgrades,
        "problem": plan.problem,
        "contacts_gone": plan.contacts_change.gone if plan.contacts_change else None,
        "contacts_back": plan.contacts_change.back if plan.contacts_change else None,
        "interactions_gone": plan.interactions_change.gone if plan.interactions_change else None,
        "interactions_back": plan.interactions_change.back if plan.interactions_change else None,
        "forgotten_again": plan.forgotten_again,
        "kept_aside": str(aside) if aside else None,
    }
