"""`crm doctor`: look at the database and everything kept about contacts, and say what is wrong."""

from __future__ import annotations

import click

from crm import config
from crm.cli import jsonviews
from crm.cli.diagnostics import ExitCode
from crm.cli.environment import current
from crm.cli.options import Command, json_option
from crm.cli.output import Styled
from crm.services import doctor


@click.command("doctor", cls=Command)
@click.option("--repair", is_flag=True, help="First compute again what is computed, and remove leftovers.")
@json_option
def command(repair: bool, as_json: bool) -> int:
    """Check the database and the state of everything in it.

    Reads everything: a minute for a million interactions. The exit code is 6 when something is wrong, 7 when only reminders do not arrive.
    """
    environment = current()
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
