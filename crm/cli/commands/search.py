"""`crm search`: words in names, notes and messages."""

from __future__ import annotations

import click

from crm.cli import jsonviews
from crm.cli.commands.contacts import show_contacts
from crm.cli.environment import Environment, current
from crm.cli.options import WORDS, Command, json_option, limit_option
from crm.cli.output import Column
from crm.cli.wording import arrow, name_of
from crm.domain.platforms import title_of
from crm.services import searching
from crm.services.views import Hit

_DEFAULT_LIMIT = 50
_BEFORE = 24
"""Characters shown before what was found, if it stands far back."""
_VISIBLE_ANYWAY = 40
_NOBODY = "(not said)"
"""Some exports do not say towards whom the user acted."""
_COLUMNS = (
    Column("", style="dim"),
    Column("", style="bold", least=10),
    Column(""),
    Column("", least=6, optional=True),
    Column("", least=16),
)


@click.command("search", cls=Command)
@click.argument("words", type=WORDS, nargs=-1, required=True)
@limit_option("of each", _DEFAULT_LIMIT)
@json_option
def command(words: tuple[str, ...], limit: int, as_json: bool) -> None:
    """Find words in names, notes and messages."""
    environment = current()
    found = environment.store.read(searching.search, " ".join(words), limit)
    if as_json:
        environment.out.json(jsonviews.search(found))
        return
    if found.contacts:
        environment.out.heading("Contacts")
        show_contacts(list(found.contacts), environment)
    if found.contacts and found.hits:
        environment.out.line()
    if found.hits:
        environment.out.heading("Words")
        _show_hits(found.hits, words, environment)
    if not found.contacts and not found.hits:
        environment.err.note("nothing found")


def _show_hits(hits: tuple[Hit, ...], words: tuple[str, ...], environment: Environment) -> None:
    times = environment.times
    environment.out.table(
        _COLUMNS,
        [
            (
                times.stamp(hit.interaction.at, hit.interaction.precision),
                name_of(hit.name) if hit.contact is not None else _NOBODY,
                arrow(hit.interaction),
                title_of(hit.interaction.platform),
                _excerpt(hit.interaction.text or "", words),
            )
            for hit in hits
        ],
    )


def _excerpt(text: str, words: tuple[str, ...]) -> str:
    """Return a text so that the first of the words is near its beginning."""
    text = " ".join(text.split())
    folded = text.casefold()
    places = [place for word in words if (place := folded.find(word.casefold())) >= 0]
    place = min(places, default=0)
    if place <= _VISIBLE_ANYWAY:
        return text
    start = text.find(" ", place - _BEFORE, place) + 1 or place - _BEFORE
    return f"… {text[start:]}"
