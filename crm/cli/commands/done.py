"""`crm done`: what they said last needs no reply."""

from __future__ import annotations

import click

from crm.cli import jsonviews
from crm.cli.environment import current
from crm.cli.options import Command, contact_argument, json_option
from crm.cli.wording import name_of
from crm.db.store import Work
from crm.services import contacts, editing
from crm.services.views import ContactView


@click.command("done", cls=Command)
@contact_argument
@json_option
def command(contact: str, as_json: bool) -> None:
    """Say that no reply is needed.

    It holds for what they said last; when they write again, it is your turn again.
    """
    environment = current()
    view = environment.store.write(_done, contact)
    if as_json:
        environment.out.json(jsonviews.contact(view))
    else:
        environment.out.line(f"no reply needed to {name_of(view.name)}")


def _done(work: Work, reference: str) -> ContactView:
    contact = contacts.find(work, reference)
    editing.done(work, contact)
    return contacts.rows(work, [contact])[0]
