"""`crm contacts`: the list of everybody, or of those who match."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import click
from click.core import ParameterSource

from crm.cli import jsonviews
from crm.cli.environment import Environment, current
from crm.cli.options import PLATFORM, WORDS, Command, json_option, limit_option
from crm.cli.output import Column
from crm.cli.wording import counted, due, name_of, turn, where
from crm.db.store import Work
from crm.domain.exchanges import Turn
from crm.domain.listing import NO_CIRCLE, SORTS, ContactQuery, filter_called
from crm.services import contacts
from crm.services.views import ContactView

COLUMNS = (
    Column("ID", style="dim", right=True),
    Column("NAME", style="bold", least=12),
    Column("WHERE", least=6, optional=True),
    Column("CIRCLE", optional=True),
    Column("LAST EXCHANGE"),
    Column("TURN", optional=True),
    Column("DUE", optional=True),
)

_NOBODY = "there is nobody here yet; crm import PATH reads an export, crm add NAME adds somebody"


@click.command("contacts", cls=Command)
@click.argument("query", type=WORDS, default="")
@click.option("--saved", type=WORDS, metavar="NAME", help="A saved filter; other options change it.")
@click.option("--circle", type=WORDS, help='Only those in this circle; "none" for those in none.')
@click.option("--tag", type=WORDS, help="Only those with this tag.")
@click.option("--platform", type=PLATFORM, help="Only those with an identity there.")
@click.option("--turn", type=click.Choice([each.value for each in Turn]), help="Only where it is this turn.")
@click.option("--due", is_flag=True, help="Only those who are due.")
@click.option("--spoken/--never-spoken", default=None, help="Only those with an exchange, or without any.")
@click.option("--archived", is_flag=True, help="Only the archived ones.")
@click.option("--all", "everybody", is_flag=True, help="The archived ones as well.")
@click.option(
    "--sort",
    type=click.Choice(SORTS),
    default="name",
    show_default=True,
    help="By name, latest exchange, lateness, or most exchange days.",
)
@click.option("--reverse", is_flag=True, help="The other way round.")
@limit_option("contacts")
@json_option
@click.pass_context
def command(
    context: click.Context, /, saved: str | None, limit: int | None, as_json: bool, **options: Any
) -> None:
    """List contacts, or search among them.

    QUERY is looked for in names, handles and organisations. Filters are saved in the terminal UI (in People
    press F) or by hand in the configuration; "your turn", "due", "never spoken" and "no circle"
    are always there.
    """
    environment = current()
    given = {
        name: value
        for name, value in options.items()
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE
    }
    found = environment.store.read(_list, _query(saved, given), limit, whole=as_json)
    if as_json:
        environment.out.json([jsonviews.contact(each) for each in found])
    else:
        show_contacts(found, environment)
        nobody = "no contact matches" if given or saved else _NOBODY
        environment.err.note(counted(len(found), "contact") if found else nobody)


def _query(saved: str | None, given: dict[str, Any]) -> ContactQuery:
    """Return what to list: a saved filter, if one is named, and over it what was given besides."""
    query = ContactQuery()
    if saved is not None:
        from crm import config

        query = filter_called(saved, config.load().filters)
        if "sort" in given:  # another order begins the usual way round
            query = replace(query, reverse=False)
    if "query" in given:
        given["text"] = given.pop("query")
    if given.get("circle", "").casefold() == "none":
        given["circle"] = NO_CIRCLE
    if given.pop("everybody", False):
        given["archived"] = None
    return replace(query, **given)


def _list(work: Work, query: ContactQuery, limit: int | None, *, whole: bool) -> list[ContactView]:
    if limit is None:
        return contacts.list_contacts(work, query, whole=whole)
    return contacts.rows(work, contacts.list_ids(work, query)[:limit])


def show_contacts(found: list[ContactView], environment: Environment) -> None:
    """Write contacts as a table."""
    times = environment.times
    environment.out.table(
        COLUMNS,
        (
            (
                str(each.id),
                name_of(each.name),
                where(each),
                each.circle or "-",
                times.ago(each.last_exchange_at),
                turn(each),
                due(each, times),
            )
            for each in found
        ),
    )
