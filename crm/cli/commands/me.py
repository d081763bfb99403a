"""`crm me`: which identities are yours. They never become contacts."""

from __future__ import annotations

import click

from crm.cli import jsonviews
from crm.cli.environment import current
from crm.cli.options import WORDS, Command, json_option
from crm.cli.output import Column
from crm.cli.wording import handle, web_address
from crm.db.store import Work
from crm.domain.platforms import title_of
from crm.services import identities
from crm.services.views import IdentityView

_COLUMNS = (Column("PLATFORM"), Column("HANDLE", style="bold", least=12), Column("URL", optional=True))


@click.command("me", cls=Command)
@click.argument("handles", type=WORDS, nargs=-1, metavar="[HANDLE]...")
@click.option("--remove", type=WORDS, multiple=True, metavar="HANDLE", help="Not yours after all.")
@json_option
def command(handles: tuple[str, ...], remove: tuple[str, ...], as_json: bool) -> None:
    """Show or set which identities are yours.

    HANDLE is platform:handle (x:ada), an e-mail address, a phone number or a profile URL.
    """
    environment = current()
    if handles or remove:
        mine = environment.store.write(_change, handles, remove)
    else:
        mine = environment.store.read(identities.me)
    if as_json:
        environment.out.json([jsonviews.identity(each) for each in mine])
        return
    environment.out.table(
        _COLUMNS, [(title_of(each.platform), handle(each), web_address(each)) for each in mine]
    )
    if not mine:
        environment.err.note("no identity is known to be yours; crm me you@example.org adds one")


def _change(work: Work, add: tuple[str, ...], remove: tuple[str, ...]) -> tuple[IdentityView, ...]:
    for each in remove:
        identities.remove_me(work, each)
    for each in add:
        identities.add_me(work, each)
    return identities.me(work)
