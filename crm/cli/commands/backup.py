"""`crm backup`: a copy of the whole database in one file, and the list of those there are."""

from __future__ import annotations

from pathlib import Path

import click

from crm.cli.environment import Environment, current
from crm.cli.jsonviews import moment
from crm.cli.locking import lock_for
from crm.cli.options import Command, json_option
from crm.cli.output import Column
from crm.services import backups
from crm.services.backups import CheckedBackup

_COLUMNS = (
    Column("WHEN", style="dim"),
    Column("WHY"),
    Column("CONTACTS", right=True),
    Column("INTERACTIONS", right=True),
    Column("BYTES", right=True),
    Column("STATE"),
    Column("FILE"),
)


@click.command("backup", cls=Command)
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--list", "listed", is_flag=True, help="Only list the backups there are, and check each.")
@click.option("--encrypt/--plain", "wanted", default=None, help="Encrypt it with age, or do not.")
@json_option
def command(file: Path | None, listed: bool, wanted: bool | None, as_json: bool) -> None:
    """Copy the database to a safe file.

    Without FILE, it goes to the folder of backups; its name is printed. crm restore puts one back.
    With --encrypt it is encrypted to the keys in the configuration, or with a passphrase.
    """
    environment = current()
    if listed:
        _list(environment, as_json)
        return
    lock = lock_for(wanted, file, by_configuration=True)
    path = backups.backup(environment.store, file, lock=lock)
    if as_json:
        environment.out.json({"path": str(path), "size": path.stat().st_size, "encrypted": lock is not None})
    else:
        environment.out.line(str(path))


def _list(environment: Environment, as_json: bool) -> None:
    found = [backups.checked(each) for each in backups.list_backups(environment.store)]
    if as_json:
        environment.out.json([_as_json(each) for each in found])
        return
    environment.out.table(_COLUMNS, [_row(environment, each) for each in found])
    if not found:
        environment.err.note("there are no backups yet; crm backup makes one")


def _as_json(one: CheckedBackup) -> dict[str, object]:
    return {
        "path": str(one.backup.path),
        "at": moment(one.backup.at),
        "size": one.backup.size,
        "why": one.backup.why,
        "contacts": one.contacts,
        "interactions": one.interactions,
        "whole": one.whole,
        "damage": one.damage,
        "encrypted": one.backup.encrypted,
    }


def _row(environment: Environment, one: CheckedBackup) -> tuple[str, ...]:
    state = {True: "whole", False: f"damaged: {one.damage}", None: "encrypted"}[one.whole]
    counts = ["" if number is None else f"{number:,}" for number in (one.contacts, one.interactions)]
    when = environment.times.stamp(one.backup.at)
    return when, one.backup.why, *counts, f"{one.backup.size:,}", state, str(one.backup.path)
