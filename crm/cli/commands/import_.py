"""`crm import`: recognise what was named and read it. Each export is in or not, whatever befalls others."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import click

from crm.cli import asking, columns, jsonviews, reports
from crm.cli.diagnostics import ExitCode
from crm.cli.environment import Environment, current
from crm.cli.options import WORDS, Command, json_option
from crm.cli.wording import counted
from crm.domain.errors import ExportError, QuestionError, UsageError
from crm.domain.text import clean
from crm.services import identities, importing, tables
from crm.services.views import Progress, Recognised, RunView


@click.command("import", cls=Command)
@click.argument("paths", type=click.Path(path_type=Path, readable=False), nargs=-1, metavar="PATH...")
@click.option("--dry-run", is_flag=True, help="Say what would happen; write nothing.")
@click.option(
    "--as", "stated", type=WORDS, metavar="NAME_OR_HANDLE", help="Who you are, where the export does not say."
)
@click.option(
    "--columns",
    "said",
    type=WORDS,
    multiple=True,
    metavar="COLUMN=FIELD,...",
    help="What columns of a plain table hold: name, email, phone, x ... or ignore.",
)
@click.option(
    "--dates",
    type=click.Choice(["day-first", "month-first"]),
    help="How dates such as 3/4/2025 are meant, where the export does not tell.",
)
@click.option("--undo", type=int, metavar="RUN", help="Take an import run back.")
@click.option(
    "--failed",
    type=int,
    metavar="RUN",
    help="Write what a run could not read to PATH, to be mended and imported again.",
)
@click.option("--runs", "listed", is_flag=True, help="List the import runs.")
@click.option("--run", "shown", type=int, metavar="RUN", help="Show the report of an import run again.")
@json_option
def command(
    paths: tuple[Path, ...],
    dry_run: bool,
    stated: str | None,
    said: tuple[str, ...],
    dates: str | None,
    undo: int | None,
    failed: int | None,
    listed: bool,
    shown: int | None,
    as_json: bool,
) -> int | None:
    """Read the exports that platforms give you.

    PATH is a file, a folder or an archive as you downloaded it; a folder of downloads is fine.
    """
    environment = current()
    if failed is not None:
        _give_out_failed(environment, failed, paths)
        return None
    if sum((bool(paths), undo is not None, listed, shown is not None)) != 1:
        raise UsageError("name the exports to read", "crm import PATH..., or --runs, or --run or --undo RUN")
    if listed:
        _list_runs(environment, as_json)
        return None
    if shown is not None:
        _show_run(environment, shown, as_json)
        return None
    if undo is not None:
        _undo(environment, undo, as_json)
        return None
    return _import(environment, paths, _Wishes(dry_run, stated, columns.parsed(said), dates), as_json)


def _give_out_failed(environment: Environment, run: int, paths: tuple[Path, ...]) -> None:
    if len(paths) != 1:
        raise UsageError("name one file to write", "crm import --failed RUN FILE")
    number = importing.save_failed(environment.store, run, paths[0])
    environment.err.note(f"{counted(number, 'record')} written to {paths[0]}; mend and import it again")


@dataclass(frozen=True)
class _Wishes:
    """How the user wants it imported."""

    dry_run: bool
    stated: str | None
    columns: dict[str, str]
    """What columns of plain tables hold."""
    dates: str | None
    """The order of day and month."""
    brief: bool = False
    """One line for each of many exports."""


@dataclass
class _Outcome:
    """What became of everything that was named."""

    runs: list[RunView] = field(default_factory=list)
    errors: list[jsonviews.Json] = field(default_factory=list)
    skipped: list[jsonviews.Json] = field(default_factory=list)
    """What lies beside exports in a folder of downloads and is none."""
    columns: list[jsonviews.Json] = field(default_factory=list)
    """How plain tables would be read, in a dry run."""


def _import(environment: Environment, paths: tuple[Path, ...], wishes: _Wishes, as_json: bool) -> int:
    """Import what is recognised, one after the other, and report all of it, also when one goes wrong."""
    outcome = _Outcome()
    try:
        recognised = importing.recognise(paths)
        if wishes.columns:
            recognised = _with_tables(recognised)
        known = [what for what in recognised if what.importer is not None]
        wishes = replace(wishes, brief=len(known) > 1)
        failed = _run_all(environment, outcome, known, wishes, as_json) if known else []
        for what, error in failed:
            _ask_or_fail(environment, outcome, what, error, wishes, as_json)
        _report_unknown(environment, outcome, paths, recognised)
    finally:
        if as_json:
            environment.out.json(
                {
                    "runs": [jsonviews.run(each) for each in outcome.runs],
                    "errors": outcome.errors,
                    "skipped": outcome.skipped,
                    **({"columns": outcome.columns} if outcome.columns else {}),
                }
            )
    if wishes.brief and not wishes.dry_run:
        environment.err.note("crm import --run RUN shows what a run read, left out and could not read")
    if outcome.runs and not wishes.dry_run and not outcome.errors:
        environment.err.note("crm today shows who is waiting for you")
    return ExitCode.EXPORT if outcome.errors else ExitCode.DONE


def _with_tables(recognised: list[Recognised]) -> list[Recognised]:
    """Take what nobody knows for the plain tables whose columns the user has explained."""
    found = [tables.as_table(what) for what in recognised]
    if not any(tables.is_table(what) for what in found) and any(what.importer for what in found):
        raise UsageError("--columns is for plain tables, and none was named", "leave it away")
    return found


def _run_all(
    environment: Environment, outcome: _Outcome, known: list[Recognised], wishes: _Wishes, as_json: bool
) -> list[tuple[Recognised, ExportError]]:
    """Import each; return those that cannot be.

    Some exports do not say who their owner is, but another one of the same folder may: what failed is
    tried again when more of the user's identities are known than before.
    """
    failed: list[tuple[Recognised, ExportError]] = []
    mine = environment.store.read(identities.me)
    for what in known:
        try:
            run = _run_as_said(environment, what, wishes)
        except ExportError as error:
            failed.append((what, error))
            continue
        outcome.runs.append(run)
        if not as_json:
            if wishes.brief:
                reports.show_run_in_a_line(run, what.paths, environment)
            else:
                reports.show_run(run, what.paths, environment)
        if wishes.dry_run and tables.is_table(what):
            _show_columns(environment, outcome, what, wishes, as_json)
    if failed and environment.store.read(identities.me) != mine:
        again = [what for what, _ in failed]
        return _run_all(environment, outcome, again, wishes, as_json)
    return failed


def _ask_or_fail(
    environment: Environment,
    outcome: _Outcome,
    what: Recognised,
    error: ExportError,
    wishes: _Wishes,
    as_json: bool,
) -> None:
    """Report what could not be imported; if it only wants an answer, ask for it and try again."""
    while isinstance(error, QuestionError) and not as_json and asking.can_ask(environment):
        answer = asking.ask(environment, error)
        if answer is None:
            break
        said_who = error.option == "as"
        wishes = replace(wishes, stated=answer) if said_who else replace(wishes, dates=answer)
        failed = _run_all(environment, outcome, [what], wishes, as_json)
        if not failed:
            return
        [(what, error)] = failed
    hint = asking.hint_for(error) if isinstance(error, QuestionError) else error.hint
    _fail(environment, outcome, what, error.message, hint)


def _run_as_said(environment: Environment, what: Recognised, wishes: _Wishes) -> RunView:
    """Import one export; of many, one in which `--as` names nobody may know by itself who you are."""
    try:
        return _run(environment, what, wishes)
    except ExportError as error:
        if not (wishes.brief and wishes.stated):
            raise
        try:
            return _run(environment, what, replace(wishes, stated=None))
        except QuestionError:
            raise
        except ExportError:
            raise error from None


def _show_columns(
    environment: Environment, outcome: _Outcome, what: Recognised, wishes: _Wishes, as_json: bool
) -> None:
    proposal = tables.propose(what, wishes.columns)
    outcome.columns.append(columns.as_json(what.paths[0], proposal))
    if not as_json:
        columns.show(proposal, environment)


def _report_unknown(
    environment: Environment, outcome: _Outcome, paths: tuple[Path, ...], recognised: list[Recognised]
) -> None:
    """Say what was not recognised: an error where it was named, a mention where it lies beside exports."""
    for what in recognised:
        if what.importer is None and not {Path(path) for path in what.paths} <= set(paths):
            outcome.skipped.append(_failure(what, what.error or "", what.hint))
        elif what.importer is None:
            hint = tables.hint_for(what) or what.hint
            _fail(environment, outcome, what, what.error or "this is no export that crm knows", hint)
    reports.show_skipped(outcome.skipped, environment)


def _failure(what: Recognised, message: str, hint: str | None) -> jsonviews.Json:
    return {"path": what.paths[0] if what.paths else "", "error": message, "hint": hint}


def _fail(
    environment: Environment, outcome: _Outcome, what: Recognised, message: str, hint: str | None
) -> None:
    failure = _failure(what, message, hint)
    outcome.errors.append(failure)
    named = any(Path(path).name in message for path in what.paths)
    environment.err.error(message if named else f"{failure['path']}: {message}", hint)


def _run(environment: Environment, what: Recognised, wishes: _Wishes) -> RunView:
    def show(progress: Progress) -> None:
        where = f"  {clean(progress.where)}" if progress.where else ""
        environment.err.progress(f"{what.title}: {progress.stage}, {progress.records:,} records{where}")

    try:
        return importing.run_import(
            environment.store,
            what,
            stated=wishes.stated,
            dry_run=wishes.dry_run,
            columns=wishes.columns if tables.is_table(what) else None,
            dates=wishes.dates,
            progress=show if environment.err.terminal else None,
        )
    finally:
        environment.err.end_progress()


def _list_runs(environment: Environment, as_json: bool) -> None:
    runs = environment.store.read(importing.runs)
    if as_json:
        environment.out.json({"runs": [jsonviews.run(each) for each in runs]})
        return
    reports.show_runs(runs, environment)
    if not runs:
        environment.err.note("nothing was imported yet")


def _show_run(environment: Environment, number: int, as_json: bool) -> None:
    run = environment.store.read(importing.run_view, number)
    if as_json:
        environment.out.json(jsonviews.run(run))
    else:
        reports.show_run(run, (run.path,), environment)


def _undo(environment: Environment, run: int, as_json: bool) -> None:
    undone = importing.take_back(environment.store, run)
    if as_json:
        environment.out.json(jsonviews.undone(undone))
    else:
        reports.show_undone(undone, environment)
