"""What an import did, as text: one readable block per run, and nothing that was not read left unsaid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from crm.cli.environment import Environment
from crm.cli.jsonviews import Json
from crm.cli.output import Column, Styled
from crm.cli.wording import Times, counted

if TYPE_CHECKING:
    from crm.services.views import RunView, Undone

_PROBLEMS_SHOWN = 10
_UNREAD_SHOWN = 5
_SKIPPED_SHOWN = 5
_FACTS = (Column("", style="dim"), Column("", least=20))
_PROBLEMS = (Column("", style="dim", least=16), Column("", least=20))
_RUNS = (
    Column("RUN", right=True),
    Column("WHEN", style="dim"),
    Column("WHAT", style="bold"),
    Column("ACTS", right=True),
    Column("FROM", optional=True),
    Column("UNTIL", optional=True),
    Column("PATH", style="dim", least=12),
)


def show_run(run: RunView, paths: Sequence[str], environment: Environment) -> None:
    """Write what one import run brought from these paths."""
    out = environment.out
    out.line(Styled(run.title, "bold"), Styled(f"  {_place(paths)}", "dim"))
    if run.restored:
        out.line("  everything is back as it was when this was exported")
    elif not run.is_in:
        out.line("  a dry run: nothing was written")
    out.table(_FACTS, list(_facts(run, environment.times)), indent=2)
    if run.problems:
        out.line(f"  {counted(len(run.problems), 'problem')}; everything else was read:")
        out.table(_PROBLEMS, [(each.where, each.reason) for each in run.problems[:_PROBLEMS_SHOWN]], indent=4)
        more = len(run.problems) - _PROBLEMS_SHOWN
        if more > 0:
            out.line(f"    and {more:,} more; --json shows all")
    if run.failed and run.run is not None:
        lost = counted(len(run.failed), "record")
        out.line(
            f"  {lost} could not be read at all: crm import --failed {run.run} FILE gives them out to mend"
        )
    if run.run is not None:
        out.line(Styled(f"  run {run.run}; crm import --undo {run.run} takes it back", "dim"))


def show_run_in_a_line(run: RunView, paths: Sequence[str], environment: Environment) -> None:
    """Write in one line what one of several import runs brought."""
    number = f"run {run.run}" if run.run is not None else "dry run"
    acts = counted(run.interactions_new, "new act")
    people = counted(run.contacts_new, "new contact")
    said = [acts, people, *([counted(run.posts_new, "post")] if run.posts_new else [])]
    if run.since is not None or run.until is not None:
        said.append(_period(run, environment.times))
    if run.problems:
        said.append(counted(len(run.problems), "problem"))
    environment.out.line(
        Styled(f"{number:<8}", "dim"), Styled(run.title, "bold"), f"  {', '.join(said)}",
        Styled(f"  {_place([Path(path).name for path in paths])}", "dim"),
    )  # fmt: skip


def _place(paths: Sequence[str]) -> str:
    return f"{paths[0]} and {counted(len(paths) - 1, 'more file')}" if len(paths) > 1 else paths[0]


def _facts(run: RunView, times: Times) -> Iterator[tuple[str, str]]:
    if run.since is not None or run.until is not None:
        yield "period", _period(run, times)
    changed = f" ({run.contacts_changed:,} changed)" if run.contacts_changed else ""
    yield "contacts", f"{run.contacts_new:,} new, {run.contacts_known:,} known{changed}"
    yield "identities", f"{run.identities_new:,} new"
    yield "interactions", f"{run.interactions_new:,} new, {run.interactions_known:,} known"
    if run.posts_new or run.posts_known:
        yield "your posts", f"{run.posts_new:,} new, {run.posts_known:,} known"
    if run.left:
        yield "left out", ", ".join(f"{what} ({count:,})" for what, count in run.left)
    if run.unread:
        yield "not read", _unread(run.unread)


def _period(run: RunView, times: Times) -> str:
    ends = [times.stamp(end)[:10] if end else "?" for end in (run.since, run.until)]
    return " to ".join(ends)


def _unread(members: Sequence[str]) -> str:
    shown = ", ".join(members[:_UNREAD_SHOWN])
    more = len(members) - _UNREAD_SHOWN
    return f"{counted(len(members), 'file')}: {shown}" + (f" and {more:,} more" if more > 0 else "")


def show_skipped(skipped: Sequence[Json], environment: Environment) -> None:
    """Mention what lay beside the exports and was left alone."""
    for each in skipped[:_SKIPPED_SHOWN]:
        environment.err.warn(f"left alone: {each['error'] or each['path']}")
    more = len(skipped) - _SKIPPED_SHOWN
    if more > 0:
        environment.err.warn(f"left alone: {more:,} more files; --json shows all")


def show_runs(runs: Sequence[RunView], environment: Environment) -> None:
    """Write the import runs as a table."""
    times = environment.times
    environment.out.table(
        _RUNS,
        [
            (
                str(run.run),
                times.stamp(run.at),
                f"{run.title} (undone)" if run.undone else run.title,
                f"{run.interactions_new:,}",
                times.stamp(run.since)[:10] if run.since else "-",
                times.stamp(run.until)[:10] if run.until else "-",
                run.path,
            )
            for run in runs
        ],
    )


def show_undone(undone: Undone, environment: Environment) -> None:
    """Write what undoing a run removed."""
    removed = (
        counted(undone.contacts, "contact"),
        counted(undone.identities, "identity", "identities"),
        counted(undone.interactions, "interaction"),
        counted(undone.posts, "post"),
    )
    environment.out.line(f"run {undone.run} is taken back; removed: {', '.join(removed)}")
    if undone.kept:
        environment.out.line(f"  {undone.kept:,} stay, because another run or you vouch for them")
