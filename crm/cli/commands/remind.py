"""`crm remind`: the digest of the day, for a timer, a mail or a look."""

from __future__ import annotations

import click

from crm.cli import jsonviews
from crm.cli.environment import current
from crm.cli.options import Command, json_option
from crm.services import reminders


@click.command("remind", cls=Command)
@json_option
def command(as_json: bool) -> None:
    """Print the digest of the day.

    Prints nothing when there is nothing to remind of.
    """
    environment = current()
    digest = environment.store.read(reminders.digest)
    if as_json:
        environment.out.json(jsonviews.digest(digest))
    elif not digest.empty:
        environment.out.heading(digest.title)
        environment.out.line()
        environment.out.paragraph(digest.text)
    else:
        environment.err.note("nothing to remind of today")
