"""`crm copy`: the whole database to another place, a file or a server, and the proof that both are equal."""

from __future__ import annotations

import click

from crm.cli.environment import current
from crm.cli.options import Command, json_option, warn_of_password
from crm.cli.output import Column
from crm.services import moving

_COLUMNS = (Column("TABLE"), Column("ROWS", right=True), Column("DIGEST", style="dim"))


@click.command("copy", cls=Command)
@click.option("--to", "target", metavar="PATH_OR_URL", required=True, help="An empty or a new database.")
@json_option
def command(target: str, as_json: bool) -> None:
    """Copy everything to another database, and check it.

    Between files and PostgreSQL servers, in any direction. The database in use stays as it is; to use the
    copy from now on, name it with --db or CRM_DATABASE_URL.
    """
    environment = current()
    warn_of_password(target)

    def tell(doing: str, table: str, rows: int) -> None:
        environment.err.progress(f"{doing} {table}: {rows:,} rows" if rows else f"{doing} {table}")

    made = moving.copy(environment.store, target, tell)
    environment.err.end_progress()
    if as_json:
        environment.out.json(
            {
                "from": made.source,
                "to": made.target,
                "rows": made.rows,
                "tables": {table.name: {"rows": table.rows, "digest": table.digest} for table in made.tables},
                "state_differs": made.state_differs,
                "equal": True,
            }
        )
    else:
        filled = [table for table in made.tables if table.rows]
        environment.out.table(_COLUMNS, [(each.name, f"{each.rows:,}", each.digest) for each in filled])
        environment.out.line(f"{made.rows:,} rows copied to {made.target}; both databases are equal")
    if made.state_differs:
        environment.err.warn(
            f"the state of {made.state_differs:,} contacts is out of date in both: crm doctor --repair"
        )
