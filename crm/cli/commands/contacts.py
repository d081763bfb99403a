"""`crm contacts`: the list of everybody, or of those who match."""

from __future__ import annotations

import click

from crm.cli import jsonviews
from crm.cli.environment import Environment, current
from crm.cli.options import PLATFORM, WORDS, Command, json_option, limit_option
from crm.cli.output import Column
from crm.cli.wording import counted, due, name_of, turn, where
from crm.db.store import Work
from crm.domain.exchanges import Turn
from crm.services import contacts
from crm.services.contacts import ContactQuery
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


@click.command("contacts", cls=Command)
@click.argument("query", type=WORDS, default="")
@click.option("--circle", type=WORDS, help="Only those in this circle.")
@click.option("--tag", type=WORDS, help="Only those with this tag.")
@click.option("--platform", type=PLATFORM, help="Only those with an identity there.")
@click.option("--turn", type=click.Choice([each.value for each in Turn]), help="Only where it is this turn.")
@click.option("--due", is_flag=True, help="Only those who are due.")
@click.option("--archived", is_flag=True, help="Only the archived ones.")
@click.option("--all", "everybody", is_flag=True, help="The archived ones as well.")
@click.option(
    "--sort",
    type=click.Choice(["name", "last", "lateness", "exchanges"]),
    default="name",
    show_default=True,
    help="The order.",
)
@limit_option("contacts")
@json_option
def command(
    query: str,
    circle: str | None,
    tag: str | None,
    platform: str | None,
    turn: str | None,
    due: bool,
    archived: bool,
    everybody: bool,
    sort: str,
    limit: int | None,
    as_json: bool,
) -> None:
    """List contacts, or search among them.

    QUERY is looked for in names, handles and organisations.
    """
    environment = current()
    asked = ContactQuery(
        text=query,
        circle=circle,
        tag=tag,
        platform=platform,
        turn=turn,
        due=due,
        archived=None if everybody else archived,
        sort=sort,
    )
    found = environment.store.read(_list, asked, limit)
    if as_json:
        environment.out.json([jsonviews.contact(each) for each in found])
    else:
        show_contacts(found, environment)
        environment.err.note(counted(len(found), "contact") if found else "no contact matches")


def _list(work: Work, query: ContactQuery, limit: int | None) -> list[ContactView]:
    if limit is None:
        return contacts.list_contacts(work, query)
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
