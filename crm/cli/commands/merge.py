"""`crm merge`: two contacts are one."""

from __future__ import annotations

import click

from crm.cli import jsonviews
from crm.cli.environment import current
from crm.cli.options import WORDS, Command, contact_argument, json_option
from crm.cli.output import Column
from crm.cli.wording import counted, name_of
from crm.db.store import Work
from crm.services import contacts, merging
from crm.services.views import MergeView

_DIFFERING = (
    Column("", style="dim"),
    Column("kept", least=12),
    Column("the other said", style="dim", least=12),
)


@click.command("merge", cls=Command)
@contact_argument
@click.argument("other", type=WORDS)
@json_option
def command(contact: str, other: str, as_json: bool) -> None:
    """Make two contacts one; their history comes together.

    CONTACT stays and takes over what it lacks: notes and tags are joined, of single fields CONTACT's are
    kept. Nothing is lost: crm split takes it back at any time, also after later imports and edits.
    """
    environment = current()
    done = environment.store.write(_merge, contact, other)
    if as_json:
        environment.out.json(jsonviews.merge(done))
        return
    moved = (
        f"{counted(done.identities, 'identity', 'identities')}, {counted(done.interactions, 'interaction')}"
    )
    environment.out.line(f"{name_of(done.part_name)} is now part of {name_of(done.name)}: {moved}")
    if done.differing:
        environment.out.table(
            _DIFFERING, [(field, kept, said) for field, kept, said in done.differing], indent=2
        )
    environment.err.note(f"crm split {done.contact} takes it back at any time")


def _merge(work: Work, contact: str, other: str) -> MergeView:
    return merging.merge(work, contacts.find(work, contact), contacts.find(work, other))
