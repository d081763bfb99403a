"""`crm serve`: the screen in a browser on this computer."""

from __future__ import annotations

import sys

import click

from crm.cli.environment import Environment, current
from crm.cli.options import Command
from crm.domain.errors import ConfigError

_PARTS = ("aiohttp", "textual_serve")


@click.command("serve", cls=Command)
@click.option(
    "--port",
    type=click.IntRange(1024, 65535),
    metavar="N",
    help="Where to listen; else a free port is found.",
)
def command(port: int | None) -> int:
    """Show the screen in a browser on this computer.

    Prints an address that lets one browser in, once, and nobody on another computer. Every tab is a screen of
    its own on the same database. Ctrl-C ends it.
    """
    environment = current()
    try:
        from crm.serving.program import launch
        from crm.serving.server import serve
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _PARTS:
            raise
        raise ConfigError(
            f"to be shown in a browser, crm needs {error.name}, which is not installed",
            "pip install 'crm[serve]'",
        ) from error
    started = launch(("demo",) if environment.borrowed else (), environment.database)
    _try_database(environment)
    return serve(started, port or 0, lambda address: _say(environment, address))


def _try_database(environment: Environment) -> None:
    """Say here and now what is wrong with the database, not in every tab; bring an old one up to date."""
    assert environment.store
    environment.close()


def _say(environment: Environment, address: str) -> None:
    environment.out.line(address)
    sys.stdout.flush()  # whoever reads it in a pipe waits for it
    environment.err.note("It lets one browser in, once. Ctrl-C ends it.")
