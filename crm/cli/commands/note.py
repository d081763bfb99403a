"""`crm note`: add to the notes about a contact; from the arguments, a pipe or an editor."""

from __future__ import annotations

import sys

import click

from crm.cli import jsonviews
from crm.cli.environment import Environment, current
from crm.cli.options import WORDS, Command, contact_argument, json_option
from crm.cli.wording import name_of
from crm.db.store import Work
from crm.domain.errors import UsageError
from crm.domain.text import storable
from crm.services import contacts, editing
from crm.services.editing import Edits
from crm.services.views import ContactDetail


@click.command("note", cls=Command)
@contact_argument
@click.argument("text", type=WORDS, required=False)
@click.option("--edit", "whole", is_flag=True, help="Open all the notes in your editor.")
@json_option
def command(contact: str, text: str | None, whole: bool, as_json: bool) -> None:
    """Add to the notes about a contact.

    Without TEXT, it is read from standard input, or your editor ($EDITOR) opens.
    """
    environment = current()
    if whole:
        if text is not None:
            raise UsageError("--edit takes no text", "leave one of the two out")
        detail = _edit_whole(environment, contact)
    else:
        environment.store.read(contacts.find, contact)  # a wrong name is said before anybody writes a page
        detail = environment.store.write(_append, contact, _text(text))
    if as_json:
        environment.out.json(jsonviews.contact_fields(detail))
    else:
        environment.out.line(f"noted about {name_of(detail.contact.name)}")


def _text(given: str | None) -> str:
    """Return what is to be added.

    Raises:
        UsageError: it is nothing.

    """
    if given is None or given == "-":
        given = _in_editor("") if given is None and sys.stdin.isatty() else _from_pipe()
    if not given.strip():
        raise UsageError("there is nothing to note", 'write it: crm note CONTACT "met at the zine fair"')
    return given.strip()


def _from_pipe() -> str:
    raw = sys.stdin.buffer.read() if hasattr(sys.stdin, "buffer") else sys.stdin.read().encode()
    return storable(raw.decode("utf-8", "replace"))


def _in_editor(text: str) -> str:
    """Let the user write in their editor.

    Raises:
        UsageError: it cannot be started.

    """
    try:
        written = click.edit(text, extension=".md", require_save=True)
    except click.ClickException as error:
        raise UsageError(error.message, "set EDITOR, or write the text after the name") from error
    return storable(written if written is not None else text)


def _edit_whole(environment: Environment, reference: str) -> ContactDetail:
    if not sys.stdin.isatty():
        raise UsageError("an editor needs a terminal", "give the text instead: crm note CONTACT TEXT")
    contact = environment.store.read(contacts.find, reference)
    before = environment.store.read(contacts.show, contact, 0)
    after = _in_editor(before.notes).strip()
    if after == before.notes.strip():
        return before
    return environment.store.write(_replace, contact, after)


def _append(work: Work, reference: str, text: str) -> ContactDetail:
    contact = contacts.find(work, reference)
    editing.note(work, contact, text)
    return contacts.show(work, contact, 0)


def _replace(work: Work, contact: int, text: str) -> ContactDetail:
    editing.edit(work, [contact], Edits(notes=text))
    return contacts.show(work, contact, 0)
