"""`crm doctor`: look at the database and everything kept about contacts, and say what is wrong."""

from __future__ import annotations

from pathlib import Path

import click

from crm import config
from crm.cli import jsonviews
from crm.cli.diagnostics import ExitCode
from crm.cli.environment import Environment, current
from crm.cli.options import Command, json_option
from crm.cli.output import Styled
from crm.services import doctor


@click.command("doctor", cls=Command)
@click.option("--repair", is_flag=True, help="First compute again what is computed, and remove leftovers.")
@click.option(
    "--salvage",
    "salvage_to",
    type=click.Path(path_type=Path),
    metavar="NEW_FILE",
    help="Copy what can be read of a damaged database into a new one.",
)
@json_option
def command(repair: bool, salvage_to: Path | None, as_json: bool) -> int:
    """Check the database and the state of everything in it.

    It reads everything, which is 20 seconds of work for a million interactions. The exit code is 6
    when something is wrong, 7 when only reminders do not arrive.
    """
    environment = current()
    if salvage_to is not None:
        return _salvage(environment, salvage_to, as_json)
    if repair:
        environment.store.write(doctor.repair_state)
        doctor.remove_leftovers(environment.store)
    findings = doctor.examine(environment.store, config.load())
    if as_json:
        environment.out.json([jsonviews.finding(each) for each in findings])
    else:
        for each in findings:
            mark = Styled("ok   ", "green") if each.ok else Styled("wrong", "red")
            environment.out.line(mark, "  ", Styled(each.name, "bold"), f": {each.detail}")
            if each.hint and not each.ok:
                environment.out.paragraph(f"hint: {each.hint}", indent=7)
    wrong = {each.name for each in findings if not each.ok}
    if not wrong:
        return ExitCode.DONE
    return ExitCode.NOTIFIER if wrong <= {"reminding", "notifiers"} else ExitCode.DATABASE


def _salvage(environment: Environment, to: Path, as_json: bool) -> int:
    from crm.services import backup_restore, salvaging

    settings = config.load()
    file = backup_restore.database_of(environment.database or settings.database)
    told = salvaging.salvaged(file, to, settings.rules)
    if as_json:
        rows = [{"table": each.table, "read": each.read, "lost": each.lost} for each in told]
        environment.out.json({"path": str(to), "tables": rows})
        return ExitCode.DONE
    for each in told:
        lost = "nobody knows how many" if each.lost is None else f"{each.lost:,}"
        if each.read or each.lost != 0:
            environment.out.line(f"{each.table}: {each.read:,} rows read, {lost} lost")
    environment.out.line(f"{to} holds what could be read; {file} is as it was")
    environment.out.line(f"look at it with: crm --db '{to}'")
    return ExitCode.DONE
