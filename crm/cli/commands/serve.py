"""`crm serve`: the screen in a browser on this computer."""

from __future__ import annotations

import sys
from contextlib import ExitStack

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
@click.option("--open", "to_open", is_flag=True, help="Open the browser, too.")
def command(port: int | None, to_open: bool) -> int:
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
    with ExitStack() as opening:

        def ready(address: str) -> None:
            _say(environment, address)
            if to_open:
                _open(environment, address, opening)

        return serve(started, port or 0, ready)


def _try_database(environment: Environment) -> None:
    """Say here and now what is wrong with the database, not in every tab; bring an old one up to date."""
    assert environment.store
    environment.close()


def _say(environment: Environment, address: str) -> None:
    environment.out.line(address)
    sys.stdout.flush()  # whoever reads it in a pipe waits for it
    environment.err.note("It lets one browser in, once. Ctrl-C ends it.")


def _open(environment: Environment, address: str, opening: ExitStack) -> None:
    from crm.opener import opener
    from crm.serving.opening import opened

    program = opener()
    if program is None:
        environment.err.warn("there is no browser here to open it with; open the address yourself")
        return
    try:
        opening.enter_context(opened(address, program))
    except OSError as error:
        environment.err.warn(f"cannot open the browser: {error.strerror}; open the address yourself")
