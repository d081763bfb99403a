"""`crm edit`: change the fields of a contact. An empty value takes a field away."""

from __future__ import annotations

from typing import Any

import click

from crm.cli import jsonviews
from crm.cli.environment import current
from crm.cli.options import WORDS, Command, contact_argument, json_option
from crm.cli.wording import name_of
from crm.db.store import Work
from crm.domain.dates import parse_birthday, parse_cadence
from crm.domain.errors import UsageError
from crm.domain.records import PartialDate
from crm.services import contacts, editing
from crm.services.editing import Edits
from crm.services.views import ContactDetail

_NOTHING = frozenset({"", "none", "default"})


@click.command("edit", cls=Command)
@contact_argument
@click.option("--name", type=WORDS, help="The name.")
@click.option("--nickname", type=WORDS, help="The nickname.")
@click.option("--org", "organisation", type=WORDS, help="The organisation.")
@click.option("--title", type=WORDS, help="The title or role.")
@click.option("--birthday", type=WORDS, metavar="DAY", help="1980-05-05, 5 May, or none.")
@click.option("--anniversary", type=WORDS, metavar="DAY", help="The same for an anniversary.")
@click.option("--circle", type=WORDS, help="inner, close, wide, far (or your own), or none.")
@click.option("--cadence", type=WORDS, metavar="SPAN", help='"every 3 weeks", 21 (days), never, or default.')
@click.option(
    "--floor",
    type=click.Choice(["nod", "boost", "words", "default"]),
    help="From which depth an act counts with this contact.",
)
@click.option("--tag", "add_tags", type=WORDS, multiple=True, help="Add a tag (repeatable).")
@click.option("--untag", "remove_tags", type=WORDS, multiple=True, help="Take a tag away (repeatable).")
@click.option("--handle", "add_handles", type=WORDS, multiple=True, help="Add an identity (repeatable).")
@click.option(
    "--remove-handle", "remove_handles", type=WORDS, multiple=True, help="Take an identity away (repeatable)."
)
@click.option("--archive/--unarchive", "archived", default=None, help="Put away; bring back.")
@click.option("--mute/--unmute", "muted", default=None, help="No reminders; reminders again.")
@json_option
def command(contact: str, as_json: bool, **options: Any) -> None:
    """Change a contact: fields, tags, circle, cadence, handles.

    An empty value takes a field away: --nickname "".
    """
    given = {key: value for key, value in options.items() if value is not None and value != ()}
    if not given:
        raise UsageError("nothing to change", "crm edit --help lists what can be changed")
    environment = current()
    detail = environment.store.write(_edit, contact, _edits(given))
    if as_json:
        environment.out.json(jsonviews.contact_fields(detail))
    else:
        environment.out.line(f"changed {name_of(detail.contact.name)}")


def _edits(given: dict[str, Any]) -> Edits:
    """Read the values as typed.

    Raises:
        UsageError: one of them makes no sense.

    """
    values = dict(given)
    for field in ("birthday", "anniversary"):
        if field in values:
            values[field] = _day(values[field])
    if "cadence" in values:
        values["cadence_days"] = parse_cadence(values.pop("cadence"))
    for field in ("circle", "floor"):
        if field in values:
            word = values[field].strip().casefold()
            values[field] = None if word in _NOTHING else word
    return Edits(**values)


def _day(text: str) -> PartialDate | None:
    return None if text.strip().casefold() in _NOTHING else parse_birthday(text)


def _edit(work: Work, reference: str, edits: Edits) -> ContactDetail:
    contact = contacts.find(work, reference)
    editing.edit(work, [contact], edits)
    return contacts.show(work, contact, 0)
