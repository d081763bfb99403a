"""`crm show`: one contact with identities, state, what to talk about, evidence and timeline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click

from crm.cli import jsonviews
from crm.cli.environment import Environment, current
from crm.cli.options import Command, contact_argument, json_option, limit_option
from crm.cli.output import Column, Styled
from crm.cli.wording import (
    Times,
    arrow,
    cadence,
    counted,
    day_of_year,
    due,
    handle,
    kind,
    name_of,
    turn,
    web_address,
)
from crm.db.store import Work
from crm.domain.platforms import title_of
from crm.domain.starters import StarterKind, label
from crm.services import contacts
from crm.services.starters import starters
from crm.services.views import ContactDetail, InteractionView, Starter

_TIMELINE = 20
"""Acts shown as text unless told otherwise; JSON has them all."""
_STARTERS = 5
"""Things to talk about that are shown as text; JSON has them all."""

_ACTS = (
    Column("", style="dim"),
    Column(""),
    Column("", least=6, optional=True),
    Column("", style="dim", optional=True),
    Column("", least=10),
)
_TALK = (
    Column("", style="dim"),
    Column("", least=20),
    Column("", style="dim", optional=True),
    Column("", style="dim", optional=True),
)
_FACTS = (Column("", style="dim"), Column("", least=20))
_IDENTITIES = (Column("", style="dim"), Column("", least=20), Column("", style="dim", optional=True))


@click.command("show", cls=Command)
@contact_argument
@limit_option(f"acts of the timeline [as text: {_TIMELINE}, as JSON: all]")
@json_option
def command(contact: str, limit: int | None, as_json: bool) -> None:
    """Show one contact with everything known."""
    environment = current()
    if as_json:
        detail, talk = environment.store.read(_find, contact, limit, None)
        found = [jsonviews.starter(each) for each in talk]
        environment.out.json({**jsonviews.contact_detail(detail), "starters": found})
    else:
        shown = _TIMELINE if limit is None else limit
        _show(*environment.store.read(_find, contact, shown, _STARTERS), environment)


def _find(
    work: Work, reference: str, limit: int | None, most: int | None
) -> tuple[ContactDetail, tuple[Starter, ...]]:
    key = contacts.find(work, reference)
    return contacts.show(work, key, limit), starters(work, key, most)


def _show(detail: ContactDetail, talk: Sequence[Starter], environment: Environment) -> None:
    out, times = environment.out, environment.times
    contact = detail.contact
    out.paragraph(f"{name_of(contact.name)}  ({contact.id})", style="bold")
    if contact.identities:
        out.line()
        rows = [(title_of(i.platform), handle(i, contact.name), web_address(i)) for i in contact.identities]
        out.table(_IDENTITIES, rows, indent=2)
    out.line()
    out.table(_FACTS, list(_facts(detail, times)), indent=2)
    if talk:
        out.line()
        out.heading("To talk about")
        out.table(_TALK, [_starter(each, times) for each in talk], indent=2)
    if detail.evidence:
        out.line()
        out.heading("Last exchange")
        _acts(detail.evidence, environment)
    if detail.interactions:
        out.line()
        total = detail.interactions_total
        out.heading("Timeline", counted(total, "act") if total > 1 else "")
        _acts(detail.interactions, environment)
        missing = total - len(detail.interactions)
        if missing > 0:
            out.line(Styled(f"  {missing:,} more: crm show {contact.id} --limit {total}", "dim"))
    if detail.notes.strip():
        out.line()
        out.heading("Notes")
        out.paragraph(detail.notes.strip(), indent=2)


def _facts(detail: ContactDetail, times: Times) -> Iterator[tuple[str, str]]:
    """Give what is known, a line each; what is not known is left out."""
    contact = detail.contact
    work = ", ".join(part for part in (detail.title, contact.organisation) if part)
    named = (
        ("nickname", detail.nickname),
        ("work", work),
        ("birthday", day_of_year(detail.birthday) if detail.birthday else None),
        ("anniversary", day_of_year(detail.anniversary) if detail.anniversary else None),
        ("tags", ", ".join(contact.tags)),
        ("circle", contact.circle),
        ("counts", f"{detail.floor} and deeper" if detail.floor else None),
    )
    yield from ((label, value) for label, value in named if value)
    yield from (
        (f"address, {label}" if label else "address", ", ".join(text.splitlines()))
        for label, text in detail.addresses
    )
    yield from ((how or "related", who) for how, who in detail.related)
    for each in detail.differences:
        yield f"book's {each.field}", f"{each.theirs} (yours: {each.yours or 'empty'})"
    yield "turn", turn(contact)
    if contact.unanswered > 1:
        yield "unanswered", f"you reached out on {counted(contact.unanswered, 'day')} since they last did"
    yield "last exchange", _last_exchange(detail, times)
    yield "cadence", cadence(contact.cadence_days, contact.cadence_from, contact.circle)
    if contact.due_at is not None:
        yield "due", due(contact, times)
    if contact.snoozed_until is not None and contact.snoozed_until > times.now:
        yield "snoozed", f"until {times.stamp(contact.snoozed_until)}"
    if contact.muted:
        yield "muted", "no reminders"
    if contact.archived:
        yield "archived", "yes"


def _last_exchange(detail: ContactDetail, times: Times) -> str:
    contact = detail.contact
    if contact.last_exchange_at is None:
        return "none yet"
    precision = detail.evidence[-1].precision if detail.evidence else "second"
    day = times.day(contact.last_exchange_at, precision)
    days = counted(contact.exchange_days, "exchange day")
    return f"{day}, {times.ago(contact.last_exchange_at)}; {days} so far"


def _starter(each: Starter, times: Times) -> tuple[str, str, str, str]:
    if each.kind == StarterKind.DATE:
        return label(each), each.text, "", ""
    where = title_of(each.platform) if each.platform else ""
    return label(each), f'"{each.text}"', where, times.ago(each.at)


def _acts(acts: Sequence[InteractionView], environment: Environment) -> None:
    times = environment.times
    environment.out.table(
        _ACTS,
        [
            (
                times.stamp(act.at, act.precision),
                arrow(act),
                title_of(act.platform),
                kind(act),
                " ".join((act.text or "").split()),
            )
            for act in acts
        ],
        indent=2,
    )
