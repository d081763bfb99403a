"""`crm export`: contacts as vCards, a table or a calendar, or everything, into a file or a pipe.

What a word means shows by its ending: `friends.vcf` is a file, `ada` a contact, `-` is standard output.
Without a file the export goes to standard output where that is a file or pipe; a terminal gets a new file.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from crm.cli.environment import Environment, current
from crm.cli.locking import lock_for
from crm.cli.options import PLATFORM, WORDS, Command, json_option
from crm.cli.wording import counted
from crm.db.store import Work
from crm.domain.errors import NotFoundError, UsageError
from crm.exporters import FORMS
from crm.services import contacts, encryption, exporting, sealing
from crm.services.contacts import ContactQuery
from crm.services.encryption import Lock
from crm.services.exporting import Exported, Only, Options
from crm.services.views import Progress

_PIPE = Path("-")
_CONCERNS = {
    "version": "vcard",
    "each": "vcard",
    "no_fold": "vcard",
    "excel": "csv",
    "only": "ics",
}
"""Options that say something to one form only."""
_FILTERS = ("query", "circle", "tag", "platform", "no_archived")
_SHOWN = ("contact", "contacts", "event", "events", "interaction")


@click.command("export", cls=Command)
@click.argument("words", nargs=-1, required=True, metavar="vcard|csv|json|ics [CONTACT]... [FILE]")
@click.option("--to", type=click.Path(path_type=Path), metavar="FILE", help="The file, whatever its ending.")
@click.option("--each", type=click.Path(path_type=Path), metavar="FOLDER", help="vCards: a file per contact.")
@click.option("--version", type=click.Choice(["3.0", "4.0"]), help="vCards: 3.0 (usual), or 4.0.")
@click.option("--no-fold", is_flag=True, help="vCards: no line breaks, for Androids that cannot join them.")
@click.option("--excel", is_flag=True, help="CSV: marked as UTF-8, so that Excel reads names right.")
@click.option("--only", type=click.Choice(["dates", "due"]), help="Calendar: birthdays or due contacts only.")
@click.option("--contacts", "query", type=WORDS, metavar="QUERY", help="Only those who match.")
@click.option("--circle", type=WORDS, help="Only those in this circle.")
@click.option("--tag", type=WORDS, help="Only those with this tag.")
@click.option("--platform", type=PLATFORM, help="Only those with an identity there.")
@click.option("--no-archived", is_flag=True, help="Without the archived ones.")
@click.option("--encrypt", is_flag=True, help="Encrypt it with age; the file is called FILE.age.")
@json_option
def command(words: tuple[str, ...], as_json: bool, **options: Any) -> None:
    """Write contacts to a file: vCard, CSV, calendar, or everything.

    FILE ends in .vcf, .csv, .json or .ics; - is standard output. An older file is replaced when the
    new one is complete. "json" is everything there is: crm import reads it into an empty database.
    """
    form, named, file = _read(words)
    given = {name: value for name, value in options.items() if value}
    _insist_on_sense(form, named, given, file)
    environment = current()
    only = _only(environment, named, given)
    target = given.get("to") or file or given.get("each") or _usual_place(environment, form)
    lock = _lock(given, target)
    if lock is not None and target != _PIPE and target.suffix != encryption.ENDING:
        target = target.with_name(target.name + encryption.ENDING)
    if target == _PIPE and as_json:
        raise UsageError("standard output cannot hold both the export and --json", "name a file")
    exported = _run(environment, form, target, only, given, lock)
    environment.err.note(_words(exported))
    if target == _PIPE:
        return
    if as_json:
        environment.out.json(
            {"form": form, "path": str(target), "size": exported.size, "counts": exported.counts}
        )
    else:
        environment.out.line(str(target))


def _read(words: tuple[str, ...]) -> tuple[str, list[str], Path | None]:
    """Tell the form, the contacts and the file from each other.

    Raises:
        UsageError: there is no such form, or more than one file.

    """
    form, rest = words[0].casefold(), words[1:]
    if form not in FORMS:
        by_ending = [name for name, each in FORMS.items() if form.endswith(each.ending)]
        if not by_ending:
            raise UsageError(f'"{words[0]}" is no form of export', f"one of {', '.join(FORMS)}")
        form, rest = by_ending[0], words
    files = [word for word in rest if _is_file(word, form)]
    if len(files) > 1:
        raise UsageError(f"two files are named: {files[0]} and {files[1]}", "name one")
    return form, [word for word in rest if word not in files], Path(files[0]) if files else None


def _is_file(word: str, form: str) -> bool:
    return word == "-" or word.casefold().removesuffix(encryption.ENDING).endswith(FORMS[form].ending)


def _insist_on_sense(form: str, named: list[str], given: dict[str, Any], file: Path | None) -> None:
    for option, concerned in _CONCERNS.items():
        if option in given and form != concerned:
            name = "--" + option.replace("_", "-")
            raise UsageError(f"{name} means nothing for {form}", f"it is for {concerned}")
    if form == "json" and (named or any(name in given for name in _FILTERS)):
        raise UsageError("json is everything there is", "for some contacts use vcard or csv")
    if named and any(name in given for name in _FILTERS):
        raise UsageError("name contacts, or say which by options, not both")
    if sum((file is not None, "to" in given, "each" in given)) > 1:
        raise UsageError("name one file, or one folder with --each")


def _only(environment: Environment, named: list[str], given: dict[str, Any]) -> Only:
    if named:
        return environment.store.read(_find, named)
    if not any(name in given for name in _FILTERS):
        return None
    return ContactQuery(
        text=given.get("query", ""),
        circle=given.get("circle"),
        tag=given.get("tag"),
        platform=given.get("platform"),
        archived=False if "no_archived" in given else None,
    )


def _find(work: Work, named: list[str]) -> list[int]:
    found = []
    for word in named:
        try:
            found.append(contacts.find(work, WORDS.convert(word, None, None)))
        except NotFoundError as error:
            looks_like_file = os.sep in word or "." in word
            hint = f"if it is the file: --to {word}" if looks_like_file else error.hint
            raise NotFoundError(error.message, hint) from error
    return list(dict.fromkeys(found))


def _usual_place(environment: Environment, form: str) -> Path:
    """Return where an export goes that nobody said a place for."""
    if not environment.out.terminal:
        return _PIPE
    kind = FORMS[form]
    stem = f"crm-{kind.holds}-{environment.times.today.isoformat()}"
    name, number = f"{stem}{kind.ending}", 2
    while Path(name).exists():
        name, number = f"{stem}-{number}{kind.ending}", number + 1
    return Path(name)


def _lock(given: dict[str, Any], target: Path) -> Lock | None:
    """Return for whom the export is encrypted.

    Raises:
        UsageError: many files are to be, or nothing says for whom.

    """
    if "encrypt" in given and "each" in given:
        raise UsageError("a folder of cards is not encrypted", "encrypt one file with all of them")
    return lock_for(True if "encrypt" in given else None, target, by_configuration=False)


def _run(
    environment: Environment,
    form: str,
    target: Path,
    only: Only,
    given: dict[str, Any],
    lock: Lock | None,
) -> Exported:
    def show(progress: Progress) -> None:
        environment.err.progress(f"{FORMS[form].title}: {progress.stage}, {progress.records:,}")

    common: dict[str, Any] = {
        "only": only,
        "options": Options(
            version=given.get("version", "3.0"),
            fold="no_fold" not in given,
            excel="excel" in given,
            dates=given.get("only") != "due",
            due=given.get("only") != "dates",
        ),
        "progress": show if environment.err.terminal else None,
    }
    try:
        if lock is not None:
            into = None if target == _PIPE else target
            return sealing.export(environment.store, form, into, lock, environment.out.pour, **common)
        if target == _PIPE:
            return exporting.to_reader(environment.store, form, environment.out.pour, **common)
        if "each" in given:
            return exporting.to_folder(environment.store, target, **common)
        return exporting.to_file(environment.store, form, target, **common)
    finally:
        environment.err.end_progress()


def _words(exported: Exported) -> str:
    counts = {name: number for name, number in exported.counts.items() if name in _SHOWN}
    said = [counted(number, name.removesuffix("s")) for name, number in counts.items()]
    return f"{', '.join(said) or 'nothing'} exported"
