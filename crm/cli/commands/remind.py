"""`crm remind`: the digest of the day, for a timer, a mail or a look."""

from __future__ import annotations

import click

from crm.cli import jsonviews
from crm.cli.environment import current
from crm.cli.options import Command, json_option
from crm.domain.errors import UsageError
from crm.services import reminders


@click.command("remind", cls=Command)
@click.option("--deliver", is_flag=True, help="Send it with every notifier that is due; for a timer.")
@click.option(
    "--test",
    "tried",
    metavar="[NAME]",
    is_flag=False,
    flag_value="",
    help="Send a test notice with the notifier NAME, or with all.",
)
@json_option
def command(deliver: bool, tried: str | None, as_json: bool) -> int | None:
    """Print the digest of the day.

    Prints nothing when there is nothing to remind of.
    """
    environment = current()
    if deliver and tried is not None:
        raise UsageError("--deliver and --test are two things", "use one of them")
    if deliver or tried is not None:
        from crm.cli import reminding

        if deliver:
            return reminding.deliver(environment, as_json)
        return reminding.test(environment, tried or None, as_json)
    digest = environment.store.read(reminders.digest)
    if as_json:
        environment.out.json(jsonviews.digest(digest))
    elif not digest.empty:
        environment.out.heading(digest.title)
        environment.out.line()
        environment.out.paragraph(digest.text)
    else:
        environment.err.note("nothing to remind of today")
    return None
