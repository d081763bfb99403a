"""`crm add`: a new contact."""

from __future__ import annotations

import click

from crm.cli import jsonviews
from crm.cli.environment import current
from crm.cli.options import WORDS, Command, json_option
from crm.cli.wording import handle, name_of
from crm.db.store import Work
from crm.domain.platforms import title_of
from crm.services import contacts, editing
from crm.services.views import ContactView


@click.command("add", cls=Command)
@click.argument("name", type=WORDS)
@click.argument("handles", type=WORDS, nargs=-1, metavar="[HANDLE]...")
@json_option
def command(name: str, handles: tuple[str, ...], as_json: bool) -> None:
    """Add a contact.

    HANDLE is platform:handle (x:ada), an e-mail address, a phone number or a profile URL.
    """
    environment = current()
    view = environment.store.write(_add, name, handles)
    if as_json:
        environment.out.json(jsonviews.contact(view))
        return
    environment.out.line(f"added {name_of(view.name)} as {view.id}")
    for each in view.identities:
        environment.out.line(f"  {title_of(each.platform)}: {handle(each)}")


def _add(work: Work, name: str, handles: tuple[str, ...]) -> ContactView:
    return contacts.rows(work, [editing.add(work, name, handles)])[0]
