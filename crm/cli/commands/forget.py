"""`crm forget`: remove everything about a contact, for good."""

from __future__ import annotations

import sys

import click

from crm.cli import jsonviews
from crm.cli.environment import current
from crm.cli.options import Command, contact_argument, json_option
from crm.cli.wording import counted, name_of
from crm.domain.errors import UsageError
from crm.services import contacts, forgetting


@click.command("forget", cls=Command)
@contact_argument
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
def command(contact: str, yes: bool, as_json: bool) -> None:
    """Remove everything about a contact, for good.

    The contact, its identities, its history and every trace of them in the search index go, and later imports
    pass over them. There is no undo. What others wrote about them stays with these others.
    """
    environment = current()
    key = environment.store.read(contacts.find, contact)
    name = environment.store.read(contacts.name_of, key)
    if not yes:
        if not sys.stdin.isatty():
            raise UsageError("this cannot be undone, so it asks first", "add --yes to go ahead")
        environment.err.note(f"this removes everything about {name_of(name)}, for good")
        if not click.confirm("Go ahead?", err=True):
            return
    done = forgetting.forget(environment.store, key)
    if as_json:
        environment.out.json(jsonviews.forgotten(done))
        return
    gone = (
        f"{counted(done.identities, 'identity', 'identities')}, {counted(done.interactions, 'interaction')}"
    )
    environment.out.line(f"{name_of(done.name)} is forgotten: {gone}")
    if done.on_server:
        environment.err.note(
            "the server's log, its standbys and its own backups may hold them until they are renewed; "
            "whoever runs it can say when"
        )
    if done.backups:
        environment.err.warn(
            f"{counted(len(done.backups), 'backup')} still hold them; delete what you do not need:"
        )
        for path in done.backups:
            environment.out.line(f"  {path}")
