"""`crm undo`: take back the last thing the user changed."""

from __future__ import annotations

import click

from crm.cli import jsonviews
from crm.cli.environment import current
from crm.cli.options import Command, json_option, limit_option
from crm.cli.output import Column
from crm.services import undoing

_DEFAULT_LIMIT = 50
_COLUMNS = (Column("WHEN", style="dim"), Column("WHAT", least=20))


@click.command("undo", cls=Command)
@click.option("--list", "listed", is_flag=True, help="Only list what can be taken back, the latest first.")
@limit_option("of the list", _DEFAULT_LIMIT)
@json_option
def command(listed: bool, limit: int, as_json: bool) -> None:
    """Take back the last thing you changed.

    An import is one change; crm import --undo RUN takes an earlier one back.
    """
    environment = current()
    if listed:
        changes = environment.store.read(undoing.changes, limit)
        if as_json:
            environment.out.json([jsonviews.change(each) for each in changes])
            return
        times = environment.times
        environment.out.table(_COLUMNS, [(times.stamp(each.at), each.what) for each in changes])
        if not changes:
            environment.err.note("nothing can be taken back")
        return
    change = environment.store.write(undoing.undo)
    if as_json:
        environment.out.json(jsonviews.change(change))
    else:
        environment.out.line(f"taken back: {change.what}")
