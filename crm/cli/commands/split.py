"""`crm split`: take a merge back."""

from __future__ import annotations

import click

from crm.cli import jsonviews
from crm.cli.environment import current
from crm.cli.options import WORDS, Command, contact_argument, json_option
from crm.cli.output import Column
from crm.cli.wording import Times, counted, handle, name_of
from crm.db.store import Work
from crm.domain.errors import AmbiguousError, NotFoundError
from crm.domain.text import folded
from crm.services import contacts, merging
from crm.services.views import ContactView, PartView

_COLUMNS = (
    Column("PART", right=True),
    Column("NAME", style="bold", least=12),
    Column("MERGED", style="dim"),
    Column("INTERACTIONS", right=True),
    Column("IDENTITIES", least=12, optional=True),
)


@click.command("split", cls=Command)
@contact_argument
@click.argument("part", type=WORDS, required=False)
@click.option("--list", "listed", is_flag=True, help="Only list what can be split off.")
@json_option
def command(contact: str, part: str | None, listed: bool, as_json: bool) -> None:
    """Take a merge back, at any time.

    PART is the name or number of what was merged into CONTACT; it is needed where there are several. It
    becomes a contact again, with its identities and everything that came through them, also since.
    """
    environment = current()
    if listed:
        parts = environment.store.read(_parts, contact)
        if as_json:
            environment.out.json([jsonviews.part(each) for each in parts])
            return
        environment.out.table(_COLUMNS, [_line(each, environment.times) for each in parts])
        if not parts:
            environment.err.note("nothing was merged into this contact")
        return
    view, kept = environment.store.write(_split, contact, part)
    if as_json:
        environment.out.json(jsonviews.contact(view))
    else:
        environment.out.line(
            f"{name_of(view.name)} is a contact again ({view.id}), no longer part of {name_of(kept)}"
        )


def _parts(work: Work, contact: str) -> list[PartView]:
    return merging.parts(work, contacts.find(work, contact))


def _split(work: Work, contact: str, part: str | None) -> tuple[ContactView, str]:
    whole = contacts.find(work, contact)
    name = contacts.name_of(work, whole)
    chosen = _choose(merging.parts(work, whole), part, name)
    return contacts.rows(work, [merging.split(work, chosen.id)])[0], name


def _choose(parts: list[PartView], wanted: str | None, name: str) -> PartView:
    if not parts:
        raise NotFoundError(f"nothing was merged into {name_of(name)}", "crm move gives one identity away")
    fitting = parts
    if wanted is not None:
        number = int(wanted) if wanted.isdecimal() and len(wanted) < 18 else None
        fitting = [each for each in parts if each.id == number or folded(wanted) in folded(each.name)]
    if not fitting:
        raise NotFoundError(
            f"no part of {name_of(name)} is called that", "crm split CONTACT --list shows them"
        )
    if len(fitting) > 1:
        named = ", ".join(f"{name_of(each.name)} ({each.id})" for each in fitting[:5])
        raise AmbiguousError(
            f"{counted(len(fitting), 'contact')} were merged into {name_of(name)}: {named}",
            "name one of them",
        )
    return fitting[0]


def _line(part: PartView, times: Times) -> tuple[str, ...]:
    shown = ", ".join(handle(each) for each in part.identities)
    return str(part.id), part.name, times.stamp(part.at)[:10], f"{part.interactions:,}", shown
