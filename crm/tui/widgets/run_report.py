"""What an import run brought, and what it could not read, in lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo

from crm.domain.records import Problem
from crm.importers.kit.protocol import Confidence, Importer
from crm.services.views import Recognised, RunView
from crm.tui import ui, words

MOST_PROBLEMS = 200
MOST_UNREAD = 100
MEND = "f saves these to a file, to be mended and imported again."
NOTHING = "nothing"
_LABEL = 10


def run_lines(run: RunView, now: datetime, zone: tzinfo, width: int) -> Iterator[ui.Shown]:
    """Yield the report of a run."""
    state = "" if run.is_in else "dry run, nothing was written"
    if run.undone:
        state = "taken back"
    elif run.restored:
        state = "everything is back as it was when this was exported"
    yield ui.label(ui.fit(run.title, width), ui.STRONG)
    if state:
        yield ui.label(ui.fit(state, width), ui.ACCENT)
    yield from (ui.label(piece, ui.FAINT) for piece in ui.wrapped(run.path, width, 3))
    if run.run is not None:
        yield ui.label(ui.fit(f"import {run.run}, {words.day(run.at, 'second', now, zone)}", width), ui.FAINT)
    if run.since and run.until:
        first, last = (words.day(at, "second", now, zone) for at in (run.since, run.until))
        yield ui.label(ui.fit(f"from {first} to {last}", width), ui.FAINT)
    yield ui.line()
    yield from _pair("new", brought(run), width)
    if run.contacts_changed:
        yield from _pair("changed", words.count(run.contacts_changed, "contact"), width)
    yield from _pair("same", already(run), width)
    if run.failed:
        yield from _pair("failed", words.count(len(run.failed), "record"), width)
    if run.left:
        left = ", ".join(f"{what} ({number:,})" for what, number in run.left)
        yield from _pair("left out", left, width)
    kept = [problem for problem in run.problems if problem.raw is None]
    yield from _problems("FAILED, NOT IMPORTED", run.failed, width)
    if run.failed and run.run is not None and not run.undone:
        yield from (ui.label(piece, ui.ACCENT) for piece in ui.wrapped(MEND, width, 3))
    yield from _problems("COULD NOT READ" if not run.failed else "READ IN PART", kept, width)
    yield from _unread(run, width)


def brought(run: RunView) -> str:
    """Say what is new."""
    return _counts([
        (run.contacts_new, "contact"),
        (run.identities_new, "identity"),
        (run.interactions_new, "act"),
        (run.posts_new, "post"),
    ])  # fmt: skip


def brief(run: RunView) -> str:
    """Say what is new and changed, and what failed, in few words."""
    said = [brought(replace(run, identities_new=0) if run.contacts_new else run)]
    if run.contacts_changed:
        changed = f"{run.contacts_changed:,} changed"
        said = [changed] if said == [NOTHING] else [*said, changed]
    if run.failed:
        said.append(f"{len(run.failed):,} failed")
    return ", ".join(said)


def already(run: RunView) -> str:
    """Say what was known before and is as it was."""
    return _counts([
        (run.contacts_known - run.contacts_changed, "contact"),
        (run.interactions_known, "act"),
        (run.posts_known, "post"),
    ])  # fmt: skip


def _counts(counts: list[tuple[int, str]]) -> str:
    plural = {"identity": "identities"}
    said = [words.count(number, one, plural.get(one)) for number, one in counts if number]
    return ", ".join(said) or NOTHING


def _pair(name: str, text: str, width: int) -> Iterator[ui.Shown]:
    pieces = ui.wrapped(text, max(width - _LABEL, 8), 6)
    for index, piece in enumerate(pieces):
        yield ui.line((ui.fit(name if index == 0 else "", _LABEL), ui.FAINT), piece)


def _problems(title: str, problems: Sequence[Problem], width: int) -> Iterator[ui.Shown]:
    if not problems:
        return
    yield ui.line()
    yield ui.label(f"{title}   {len(problems):,}", ui.HEAD)
    for problem in problems[:MOST_PROBLEMS]:
        yield from (ui.label(piece) for piece in ui.wrapped(problem.reason, width, 3))
        yield from (ui.label(f"  {piece}", ui.FAINT) for piece in ui.wrapped(problem.where, width - 2, 2))
    if len(problems) > MOST_PROBLEMS:
        yield ui.label(f"and {len(problems) - MOST_PROBLEMS:,} more", ui.FAINT)


def _unread(run: RunView, width: int) -> Iterator[ui.Shown]:
    if not run.unread:
        return
    yield ui.line()
    yield ui.label(f"FILES NOBODY READ   {len(run.unread):,}", ui.HEAD)
    yield from (ui.label(ui.fit(name, width), ui.FAINT) for name in run.unread[:MOST_UNREAD])
    if len(run.unread) > MOST_UNREAD:
        yield ui.label(f"and {len(run.unread) - MOST_UNREAD:,} more", ui.FAINT)


_SURE = {
    Confidence.CONFIRMED: "read from real exports",
    Confidence.PROBABLE: "read as documented; real exports may differ in detail",
    Confidence.UNCONFIRMED: "read by descriptions of others; please tell when yours differs",
}


def importer_lines(importer: Importer, width: int) -> Iterator[ui.Shown]:
    """Yield how to get a platform's export and what to expect of it."""
    yield ui.label(ui.fit(importer.title, width), ui.STRONG)
    for title, text in (
        ("HOW TO GET IT", f"{importer.how_to_get} {importer.page}".strip()),
        ("WHAT IS READ", importer.reads),
        ("WHOSE ACTS", importer.directions.value),
        ("WHAT IT CANNOT SHOW", importer.cannot_show),
    ):
        yield ui.line()
        yield ui.label(title, ui.HEAD)
        yield from (ui.label(piece) for piece in ui.wrapped(text, width, 30))
    yield ui.line()
    yield from (ui.label(piece, ui.FAINT) for piece in ui.wrapped(_SURE[importer.confidence], width, 3))


def recognised_lines(one: Recognised, width: int) -> Iterator[ui.Shown]:
    """Yield what a path turned out to be."""
    if one.importer is None:
        yield ui.label("Cannot be imported", ui.TROUBLE)
        yield from (ui.label(piece) for piece in ui.wrapped(one.error or "Unknown.", width, 8))
        yield ui.line()
        yield from (ui.label(piece, ui.FAINT) for piece in ui.wrapped(one.hint or "", width, 8))
        return
    yield ui.label(ui.fit(one.title, width), ui.STRONG)
    yield ui.line()
    for path in one.paths[:20]:
        yield from (ui.label(piece, ui.FAINT) for piece in ui.wrapped(path, width, 3))
    if len(one.paths) > 20:
        yield ui.label(f"and {len(one.paths) - 20:,} more", ui.FAINT)
