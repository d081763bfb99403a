"""The `crm` command itself: its global options, and the commands, loaded when they are asked for."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

import crm
from crm.cli.commands import COMMANDS, module_of
from crm.cli.diagnostics import drop_output, guarded
from crm.cli.environment import Environment, OpenUi
from crm.cli.options import warn_of_password
from crm.cli.output import PLAIN
from crm.domain.errors import UsageError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

_EPILOG = """\b
CONTACT is a name (any part that only one has), platform:handle, an address,
a profile URL or an id.

\b
Environment:
  CRM_DATABASE_URL  the database, where --db does not say
  CRM_CONFIG        the configuration file
  CRM_TZ            the time zone, such as Europe/Berlin
  CRM_NOW           the time to go by, such as 2026-06-01T09:00:00Z
  NO_COLOR          any value: no colours

\b
Exit codes: 0 done, 1 a bug, 2 usage or configuration, 3 nothing or several
match, 4 conflict, 5 export, 6 database, 7 notifier, 10 something to do, where
--exit-code asks."""


class Program(click.Group):
    """A group whose commands are modules, imported one at a time, and whose errors are ours."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the names in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import the command's module and return the command."""
        if cmd_name not in COMMANDS:
            return None
        command = import_module(f"crm.cli.commands.{module_of(cmd_name)}").command
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that was named.

        Raises:
            UsageError: there is none; the hint names the nearest.

        """
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(name, COMMANDS, n=1)
            hint = f'did you mean "{near[0]}"?' if near else "crm --help lists the commands"
            raise UsageError(f'there is no command "{name}"', hint)
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete the name of a command without importing any."""
        from click.shell_completion import CompletionItem

        names = [
            CompletionItem(name, help=COMMANDS[name]) for name in COMMANDS if name.startswith(incomplete)
        ]
        return [*names, *click.Command.shell_complete(self, ctx, incomplete)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the table of commands."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a reader that leaves early has what it wanted (click would exit with 1)."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            drop_output()
            return None

    def main(  # type: ignore[override]
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,  # noqa: ARG002 - `python -m crm` is `crm` as well
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> int:
        """Run a command line and return its exit code; exit with it when `standalone_mode`."""
        environment = extra.pop("obj", None) or Environment()
        run = super().main

        def work() -> object:
            return run(args, "crm", complete_var, standalone_mode=False, obj=environment, **extra)

        code = guarded(work, environment.err)
        environment.close()
        if standalone_mode:
            sys.exit(code)
        return code


@click.command(
    cls=Program,
    invoke_without_command=True,
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
)
@click.option(
    "--db", "database", metavar="PATH_OR_URL", envvar="CRM_DATABASE_URL", help="The database to work on."
)
@click.option("--read-only", is_flag=True, help="Look only; write nothing.")
@click.option("--new", "anew", is_flag=True, help="Make the database anew where it is missing.")
@click.version_option(crm.__version__, message="crm %(version)s")
@click.pass_context
def program(ctx: click.Context, database: str | None, read_only: bool, anew: bool) -> int | None:
    """Keep in touch: whose turn it is, and with whom the talk has stopped.

    Without a command, crm opens its screen.
    """
    environment = ctx.obj
    assert isinstance(environment, Environment)
    if database:
        environment.database = database
        if ctx.get_parameter_source("database") is click.core.ParameterSource.COMMANDLINE:
            warn_of_password(database)
    environment.read_only, environment.anew = read_only, anew
    environment.command = ctx.invoked_subcommand
    if ctx.invoked_subcommand is None:
        return open_screen(environment)
    return None


def open_screen(environment: Environment) -> int:
    """Open the terminal UI on the environment's store.

    Raises:
        UsageError: there is no terminal to show it on.

    """
    insist_on_terminal()
    assert environment.open_ui is not None
    environment.looked = True
    return environment.open_ui(environment.store)


def insist_on_terminal() -> None:
    """Make sure that there is a terminal to show the screen on.

    Raises:
        UsageError: there is none.

    """
    if os.environ.get("TEXTUAL_DRIVER"):  # something else shows it: a browser
        return
    dumb = os.environ.get("TERM", "" if os.name == "posix" else "windows") in PLAIN
    if dumb or not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(
            "the screen needs a terminal",
            "crm today prints what it would show first; crm --help lists the commands",
        )


def run(args: Sequence[str] | None = None, open_ui: OpenUi | None = None) -> int:
    """Run a command line (that of the process, unless given) and return the exit code."""
    return program.main(args, standalone_mode=False, obj=Environment(open_ui))
