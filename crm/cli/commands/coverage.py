"""`crm coverage`: which period the imports cover, and what to ask for again."""

from __future__ import annotations

import textwrap

import click

from crm.cli import jsonviews
from crm.cli.environment import Environment, current
from crm.cli.options import Command, json_option
from crm.cli.output import Column, Styled
from crm.cli.wording import counted
from crm.domain.platforms import title_of
from crm.importers import IMPORTERS, load
from crm.services import coverage
from crm.services.views import CoverageView

_COLUMNS = (
    Column("PLATFORM", style="bold"),
    Column("FROM", style="dim"),
    Column("UNTIL"),
    Column("IMPORTS", right=True),
    Column("YOU TALK THERE WITH", right=True, optional=True),
)
_WIDTH = 96


@click.command("coverage", cls=Command)
@json_option
def command(as_json: bool) -> None:
    """Show which period your imports cover, and what to ask for again.

    A reminder can only be as new as the exports it rests on. Where you still talk with people but the last
    export is old, it says how to get the next one.
    """
    environment = current()
    found = environment.store.read(coverage.overview)
    if as_json:
        environment.out.json([jsonviews.coverage(each) for each in found])
        return
    environment.out.table(_COLUMNS, [_line(each, environment) for each in found])
    if not found:
        environment.err.note("nothing was imported yet; crm import PATH reads an export")
    again = [each for each in found if each.ask_again and each.importer in IMPORTERS]
    if again:
        environment.out.line()
        environment.out.line("Worth asking for again:")
    for each in again:
        importer = load(each.importer or "")
        environment.out.line("  ", Styled(title_of(each.platform), "bold"))
        for line in [*textwrap.wrap(importer.how_to_get, _WIDTH), *filter(None, [importer.page])]:
            environment.out.line(f"    {line}")


def _line(view: CoverageView, environment: Environment) -> tuple[str, ...]:
    times = environment.times
    ends = [times.stamp(end)[:10] if end else "?" for end in (view.since, view.until)]
    talk = counted(view.contacts, "contact") if view.contacts else "-"
    return title_of(view.platform), *ends, str(view.imports), talk
