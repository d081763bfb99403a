"""`crm snooze`: leave a contact out of Today for a while."""

from __future__ import annotations

import click

from crm.cli import jsonviews
from crm.cli.environment import current
from crm.cli.options import WORDS, Command, contact_argument, json_option
from crm.cli.wording import name_of
from crm.db.store import Work
from crm.domain.dates import parse_snooze
from crm.services import contacts, editing
from crm.services.views import ContactView

_END = "off"


@click.command("snooze", cls=Command)
@contact_argument
@click.argument("when", type=WORDS)
@json_option
def command(contact: str, when: str, as_json: bool) -> None:
    """Leave a contact out of Today for a while.

    WHEN is "3 days", 1w, tomorrow, monday or 2026-07-01; `off` ends it.
    """
    environment = current()
    view = environment.store.write(_snooze, contact, when)
    if as_json:
        environment.out.json(jsonviews.contact(view))
    elif view.snoozed_until is None:
        environment.out.line(f"{name_of(view.name)} is no longer snoozed")
    else:
        environment.out.line(
            f"{name_of(view.name)} is snoozed until {environment.times.stamp(view.snoozed_until)}"
        )


def _snooze(work: Work, reference: str, when: str) -> ContactView:
    contact = contacts.find(work, reference)
    if when.strip().casefold() == _END:
        editing.unsnooze(work, contact)
    else:
        editing.snooze(work, contact, parse_snooze(when, work.now, work.rules.zone))
    return contacts.rows(work, [contact])[0]
