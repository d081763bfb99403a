"""Spoils every fixture export and watches what an import of it does.

By hand: `python tests/safety/fuzzing.py --inputs 100000` (all importers in turn, `--importer NAME` for one),
and `--only NUMBER --keep FOLDER` to bring back one input of a seed. An input is (importer, seed, number) and
nothing else. What must hold for every input: recognising and reading give records, problems or a `CrmError`,
never another exception; no input takes longer than `LONGEST` or more memory than `MOST_MEMORY`; and every
record can be stored. Where a reader of ours stumbles, the service would still turn it into one error
(`importing._contained`), but all of an export would be lost for one bad value, so that is a failure too.
"""

from __future__ import annotations

import argparse
import faulthandler
import gzip
import os
import random
import resource
import shutil
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "importers"))  # for running it as a script

from export_cases import Case, find_cases
from mutations import spoil
from oracle import wrong_with

from crm.db.store import Store
from crm.domain.errors import CrmError
from crm.domain.records import Owner, Record
from crm.importers import IMPORTERS, load
from crm.importers.kit.export import Export
from crm.services import importing

LONGEST = 10
"""Seconds of processor time for one input: a thousand times what one takes."""
MOST_MEMORY = 500 << 20
"""Bytes by which the peak of the process may grow over one input."""
WRITTEN = 40
"""One input of so many is also written to a database, and taken back."""
_CHANGED = 1_709_290_800
_TICK = 1 << 10 if sys.platform != "darwin" else 1


class Hang(BaseException):
    """An input takes too long; no `Exception`, so that nothing in between catches it."""


class Outcome(NamedTuple):
    """What came of one input."""

    importer: str
    number: int
    failure: str | None
    """What went wrong that must not, with the place; None where all is well."""
    records: int
    refused: bool
    took: float


@cache
def cases_of(importer: str) -> tuple[Case, ...]:
    return tuple(case for case in find_cases() if case.importer == importer)


@cache
def fixture_files() -> tuple[Path, ...]:
    return tuple(file for case in find_cases() for file in case.files if file.stat().st_size)


def make(importer: str, seed: int, number: int, folder: Path) -> tuple[Path, Owner]:
    """Write one spoiled export to a folder; return it, and the owner that it is read for."""
    dice = random.Random(f"{seed}:{importer}:{number}")
    case = dice.choice(cases_of(importer))
    path = case.offer(case.forms[0], folder)
    files = [path] if path.is_file() else sorted(file for file in path.rglob("*") if file.is_file())
    for file in dice.sample(files, min(len(files), dice.choice((1, 1, 2, 4)))):
        way = dice.randrange(40)
        if way == 0 and len(files) > 1:
            file.unlink()
        elif way == 1 and len(files) > 1:
            other = dice.choice(files)
            if other.exists():
                file.write_bytes(other.read_bytes())
        elif way == 2:
            file.write_bytes(b"")
        else:
            file.write_bytes(spoil(file.name, file.read_bytes(), fixture_files(), dice, folder))
    owner = case.owner() if dice.randrange(4) else Owner(dates="day-first", stated="Ada Byron")
    if path.is_dir() and any(path.rglob("*")) and dice.randrange(6) == 0:
        path = _packed(path, dice)
    return path, owner


def _packed(folder: Path, dice: random.Random) -> Path:
    """Make an archive of a folder, and spoil its bytes as well."""
    kind = dice.choice(("zip", "tar"))
    for file in (folder, *folder.rglob("*")):
        os.utime(file, (_CHANGED, _CHANGED))  # or no archive would be the same again
    path = Path(shutil.make_archive(str(folder.with_name(f"{folder.name}-packed")), kind, folder))
    if kind == "tar" and dice.randrange(2):
        path.write_bytes(gzip.compress(path.read_bytes(), 6, mtime=0))
    data = bytearray(path.read_bytes())
    for _ in range(dice.choice((0, 1, 3, 8))):
        tail = dice.randrange(2) and kind == "zip"  # where the directory of a ZIP is
        at = dice.randrange(max(0, len(data) - 400), len(data)) if tail else dice.randrange(len(data))
        data[at] = dice.randrange(256)
    if dice.randrange(5) == 0:
        del data[dice.randrange(len(data)) :]
    path.write_bytes(data)
    return path


def try_one(importer: str, seed: int, number: int, folder: Path, store: Store | None = None) -> Outcome:
    """Make one input, read it, and say what came of it."""
    path, owner = make(importer, seed, number, folder)
    before, begun = _peak(), time.process_time()
    refused, count, failure = False, 0, None
    signal.signal(signal.SIGVTALRM, _hang)
    signal.setitimer(signal.ITIMER_VIRTUAL, LONGEST)
    faulthandler.dump_traceback_later(LONGEST * 12, exit=True)
    try:
        for record in _read(importer, path, owner, store):
            if isinstance(record, CrmError):
                refused = True
                failure = failure or (None if record.message.strip() else "an error that says nothing")
            else:
                count += 1
                failure = failure or wrong_with(record)
    except Hang:
        failure = f"takes longer than {LONGEST} s: {_where()}"
    except Exception as error:  # noqa: BLE001 - finding these is what this is for
        failure = f"{type(error).__name__}: {str(error)[:120]!r} at {_where()}"
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        faulthandler.cancel_dump_traceback_later()
    if failure is None and _peak() - before > MOST_MEMORY:
        failure = f"takes {(_peak() - before) >> 20} MiB of memory"
    return Outcome(importer, number, failure, count, refused, time.process_time() - begun)


def _read(name: str, path: Path, owner: Owner, store: Store | None) -> Iterator[Record | CrmError]:
    found = importing.recognise([path])
    for importer in dict.fromkeys([name, *(one.importer for one in found)]):
        if importer not in IMPORTERS:
            continue
        try:
            with Export(path) as export:
                yield from load(importer).extract(export, owner)
        except CrmError as error:
            yield error
    for one in found if store is not None else ():
        if one.importer in IMPORTERS:
            try:
                importing.run_import(store, one, stated=owner.stated, dates="day-first", dry_run=True)
            except CrmError as error:
                if "stumbled" in error.message or "more memory" in error.message:
                    raise AssertionError(error.message) from error.__cause__


def _hang(_signal: int, _frame: object) -> None:
    raise Hang


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _TICK


def _where() -> str:
    """Return the last place of ours in the current exception, and the last of all."""
    frames = traceback.extract_tb(sys.exc_info()[2])
    ours = [frame for frame in frames if "/crm/" in frame.filename]
    shown = [*ours[-2:], *([] if not frames or frames[-1] in ours[-2:] else frames[-1:])]
    return " < ".join(
        f"{Path(f.filename).parent.name}/{Path(f.filename).name}:{f.lineno}" for f in reversed(shown)
    )


def run(
    importer: str, seed: int, *, inputs: int | None = None, seconds: float | None = None, start: int = 0
) -> Iterator[Outcome]:
    """Try inputs of one importer, until there were enough or the time is over."""
    end = time.monotonic() + seconds if seconds is not None else None
    number = start
    with (
        TemporaryDirectory(prefix="crm-fuzz-", dir=_memory()) as base,
        closing(Store.open(Path(base) / "crm.db")) as store,
    ):
        while (inputs is None or number < start + inputs) and (end is None or time.monotonic() < end):
            folder = Path(base) / "input"
            folder.mkdir()
            yield try_one(importer, seed, number, folder, None if number % WRITTEN else store)
            shutil.rmtree(folder)
            number += 1


def _memory() -> str | None:
    """Return a folder in memory, where there is one: a hundred thousand inputs are written."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


def main() -> int:
    """Run from the command line; the exit status says whether anything went wrong."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--inputs", type=int, default=1000, help="of all importers together")
    parser.add_argument("--importer", choices=IMPORTERS, action="append")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", type=int, default=0, help="number of the first input")
    parser.add_argument("--only", type=int, help="number of the one input to try")
    parser.add_argument("--keep", type=Path, help="folder to write that input to")
    given = parser.parse_args()
    names = given.importer or list(IMPORTERS)
    if given.keep is not None and given.only is not None:
        print(make(names[0], given.seed, given.only, given.keep)[0])
        return 0
    start, inputs = (given.start, -(-given.inputs // len(names))) if given.only is None else (given.only, 1)
    print(f"seed {given.seed}, {inputs} inputs for each of {len(names)} importers", flush=True)
    failed = total = 0
    for name in names:
        outcomes = list(run(name, given.seed, inputs=inputs, start=start))
        failed += _report(name, outcomes)
        total += len(outcomes)
    print(f"{total} inputs, {failed} failed; peak memory {_peak() >> 20} MiB")
    return int(failed > 0)


def _report(name: str, outcomes: list[Outcome]) -> int:
    bad = [outcome for outcome in outcomes if outcome.failure]
    slowest = max(outcomes, key=lambda outcome: outcome.took)
    print(
        f"{name:16}{len(outcomes):8} inputs{len(bad):6} failed{sum(o.refused for o in outcomes):8} refused"
        f"{sum(o.records for o in outcomes):10} records   slowest {slowest.took:.2f} s (#{slowest.number})",
        flush=True,
    )
    kinds = Counter(str(outcome.failure) for outcome in bad)
    for failure, count in kinds.most_common():
        first = next(outcome.number for outcome in bad if outcome.failure == failure)
        print(f"    {count} x {failure} (#{first})", flush=True)
    return len(bad)


if __name__ == "__main__":
    sys.exit(main())
