"""`crm demo`: the screen, or any other command, on a made-up community in a database of its own."""

from __future__ import annotations

import click

from crm.cli.environment import Environment, current
from crm.cli.options import Command
from crm.cli.program import insist_on_terminal, open_screen, program
from crm.services.demo import open_demo


@click.command(
    "demo", cls=Command, context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False}
)
@click.argument("other", nargs=-1, type=click.UNPROCESSED, metavar="[COMMAND [ARGS]...]")
def command(other: tuple[str, ...]) -> int:
    """Look around in a made-up community; nothing of yours is touched.

    With a COMMAND, that command runs there instead of the screen: crm demo today
    """
    environment = current()
    if not other:
        insist_on_terminal()  # before the community is made, which takes a second
    store = open_demo()
    try:
        inner = Environment(environment.open_ui, store)
        if not other:
            return open_screen(inner)
        return program.main(list(other), standalone_mode=False, obj=inner)
    finally:
        store.close()
