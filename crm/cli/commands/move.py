"""`crm move`: give one account or address to another contact."""

from __future__ import annotations

import click

from crm.cli import jsonviews
from crm.cli.environment import current
from crm.cli.options import WORDS, Command, json_option
from crm.cli.wording import name_of
from crm.db.store import Work
from crm.domain.errors import NotFoundError
from crm.domain.text import clean
from crm.services import contacts, identities, merging
from crm.services.views import ContactView


@click.command("move", cls=Command)
@click.argument("handle", type=WORDS)
@click.argument("contact", type=WORDS, required=False)
@json_option
def command(handle: str, contact: str | None, as_json: bool) -> None:
    """Give one account or address to another contact.

    HANDLE is platform:handle, an address or a profile URL; everything that came through it goes along.
    Without CONTACT it becomes a contact of its own.
    """
    environment = current()
    view = environment.store.write(_move, handle, contact)
    if as_json:
        environment.out.json(jsonviews.contact(view))
    else:
        environment.out.line(f"{clean(handle)} belongs to {name_of(view.name)} ({view.id}) now")


def _move(work: Work, handle: str, contact: str | None) -> ContactView:
    to = None if contact is None else contacts.find(work, contact)
    row = identities.lookup(work, identities.reference(handle))
    if row is None:
        raise NotFoundError(f"nobody has the identity {clean(handle)}", "crm show CONTACT lists a contact's")
    return contacts.rows(work, [merging.move(work, row.id, to)])[0]
