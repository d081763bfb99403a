"""`crm backup`: a copy of the whole database in one file."""

from __future__ import annotations

from pathlib import Path

import click

from crm.cli.environment import current
from crm.cli.jsonviews import moment
from crm.cli.options import Command, json_option
from crm.cli.output import Column
from crm.services import backups

_COLUMNS = (Column("WHEN", style="dim"), Column("BYTES", right=True), Column("FILE"))


@click.command("backup", cls=Command)
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--list", "listed", is_flag=True, help="Only list the backups there are.")
@json_option
def command(file: Path | None, listed: bool, as_json: bool) -> None:
    """Copy the database to a safe file.

    Without FILE, it goes to the folder of backups; its name is printed.
    """
    environment = current()
    if listed:
        found = backups.list_backups(environment.store)
        if as_json:
            environment.out.json(
                [{"path": str(each.path), "at": moment(each.at), "size": each.size} for each in found]
            )
            return
        times = environment.times
        environment.out.table(
            _COLUMNS, [(times.stamp(each.at), f"{each.size:,}", str(each.path)) for each in found]
        )
        return
    path = backups.backup(environment.store, file)
    if as_json:
        environment.out.json({"path": str(path), "size": path.stat().st_size})
    else:
        environment.out.line(str(path))
