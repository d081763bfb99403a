"""Writes the made-up community into a fresh database: runs of imports, and what only the user can say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from datetime import timedelta

from sqlalchemy import bindparam, select, update

from crm.db.moments import stored
from crm.db.store import Work
from crm.db.tables import contact, identity, interaction
from crm.domain.handles import normalise
from crm.domain.records import Record
from crm.services.demo.chronicle import FACEBOOK_ENDS
from crm.services.demo.community import Community
from crm.services.demo.people import Contact
from crm.services.journal import settle
from crm.services.spooling import Spool
from crm.services.writing import Writer, close_run, open_run

_IMPORTER_OF = {"email": "mail"}
"""Importers that are not called like their platform."""
_QUIET_FOR = timedelta(days=12)
_DAY = 86_400_000_000


def fill(work: Work, community: Community) -> None:
    """Write everything."""
    touched = _run(work, "vcard", "contacts.vcf", community.address_book)
    for platform, records in community.exports.items():
        moment = work.now - timedelta(microseconds=FACEBOOK_ENDS) if platform == "facebook" else work.now
        then = replace(work, now=moment)
        touched |= _run(then, _IMPORTER_OF.get(platform, platform), f"{platform}-export.zip", records)
    touched |= _run(work, "demo", "", community.logged, logged=True)
    people = _keys(work, community.contacts)
    _decide(work, community.contacts, people)
    connection = work.connection
    nobody_waits = update(interaction).where(interaction.c.external_id.in_(community.closed))
    connection.execute(nobody_waits.values(closed=True))
    settle(work, touched)


def _run(work: Work, importer: str, path: str, records: Iterable[Record], logged: bool = False) -> set[int]:
    """Write one import run; what the user logged by hand belongs to none.

    Returns:
        The contacts whose relationships are to be computed: once for all runs, which halves the time.

    """
    with Spool() as spool:
        spool.fill(records, lambda _: None, lambda: False)
        run = None if logged else open_run(work, importer, path, spool)
        writer = Writer(work, run, newest=True)
        writer.own(spool)
        for batch in spool.batches():
            writer.write(batch)
        touched = writer.complete()
        if run is not None:
            close_run(work, run, asdict(writer.counts), {}, writer.problems, ())
    return touched


def _keys(work: Work, contacts: Iterable[Contact]) -> dict[int, int]:
    """Return the id that each contact was given, by its number."""
    query = select(identity.c.platform, identity.c.handle, identity.c.contact_id)
    owners = {(row[0], row[1]): row[2] for row in work.connection.execute(query)}
    found = {}
    for person in contacts:
        ref = next(iter(person.accounts.values()))
        found[person.number] = owners[ref.platform, normalise(ref.platform, ref.handle or "")]
    return found


def _decide(work: Work, contacts: Iterable[Contact], keys: Mapping[int, int]) -> None:
    """Write what only the user can say: circles, cadences, who may rest."""
    now = stored(work.now)
    rows = []
    for person in contacts:
        figure = person.figure
        if figure.circle is None and figure.own_days is None and not figure.state:
            continue
        decided = figure.circle is not None or figure.own_days is not None
        rows.append(
            {
                "key": keys[person.number],
                "circle": figure.circle,
                "own": figure.own_days,
                # decided when they met, so that no clock begins today
                "set_at": now - int(figure.years * 365 * _DAY) if decided else None,
                "archived": figure.state == "archived",
                "muted": figure.state == "muted",
                "snoozed": stored(work.now + _QUIET_FOR) if figure.state == "snoozed" else None,
            }
        )
    statement = update(contact).where(contact.c.id == bindparam("key"))
    work.connection.execute(
        statement.values(
            circle=bindparam("circle"),
            cadence_days=bindparam("own"),
            cadence_set_at=bindparam("set_at"),
            archived=bindparam("archived"),
            muted=bindparam("muted"),
            snoozed_until=bindparam("snoozed"),
            by_user=True,
        ),
        rows,
    )
