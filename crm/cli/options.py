"""What the commands share: the way options are declared, and how words of the command line are read."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import click

from crm.cli.environment import current
from crm.domain.database_names import has_password, is_server
from crm.domain.platforms import PLATFORMS, slug_of
from crm.domain.text import storable

_F = TypeVar("_F", bound=Callable[..., Any])

if TYPE_CHECKING:
    _TextType: TypeAlias = click.ParamType[str]
else:
    _TextType = click.ParamType  # generic since click 8.4 only


class _Words(_TextType):
    """Text as typed, without what no database can keep (bytes that are not UTF-8)."""

    name = "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:  # noqa: ARG002
        return storable(value.encode("utf-8", "surrogateescape").decode("utf-8", "replace"))


class _PlatformName(_TextType):
    """A platform by its slug, title or a usual other name."""

    name = "platform"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        slug = slug_of(value)
        if slug is None:
            from difflib import get_close_matches

            near = get_close_matches(value.casefold(), PLATFORMS, n=3)
            self.fail(f"{value!r} is no platform; {_did_you_mean(near)}", param, ctx)
        return slug


def _did_you_mean(near: list[str]) -> str:
    if near:
        return f"did you mean {' or '.join(near)}?"
    return "usual ones are email, phone, in-person, x, linkedin, facebook, instagram, mastodon, bluesky"


WORDS = _Words()
PLATFORM = _PlatformName()


class Command(click.Command):
    """A command that also takes `--db`, so that it may stand before or after the command's name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params.append(
            click.Option(
                ["--db"],
                metavar="PATH_OR_URL",
                expose_value=False,
                callback=_choose_database,
                help="The database to work on.",
            )
        )


def _choose_database(ctx: click.Context, param: click.Parameter, value: str | None) -> None:  # noqa: ARG001
    if value and not ctx.resilient_parsing:
        current().database = value
        warn_of_password(value)


def warn_of_password(given: str) -> None:
    """Say that a password in an argument can be seen, and where else it can be."""
    if is_server(given) and has_password(given):
        current().err.warn(
            "other programs on this computer can see the password among the arguments (ps): "
            "leave it out and keep it in ~/.pgpass or the file PGPASSFILE names, "
            "or give the URL in CRM_DATABASE_URL"
        )


def json_option(function: _F) -> _F:
    """Add `--json` to a command, as the parameter `as_json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(function)


def limit_option(what: str, default: int | None = None) -> Callable[[_F], _F]:
    """Add `--limit N` to a command."""
    return click.option(
        "--limit", type=click.IntRange(min=0), default=default, metavar="N", help=f"At most N {what}."
    )


def contact_argument(function: _F) -> _F:
    """Add the argument CONTACT to a command, as the parameter `contact`."""
    return click.argument("contact", type=WORDS)(function)
