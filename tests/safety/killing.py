"""Kills the program (SIGKILL) at random moments of what it does, and looks at what it left behind.

The killed processes are forked from one in which everything was done once: so the moments fall into the work,
not into the loading of modules before it. `python tests/safety/killing.py --kills 200` kills more often than
the tests do, on larger databases, and says what it saw.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, NamedTuple

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2])]

from kill_scenarios import SCENARIOS, Scenario

MARGIN = 1.3
"""Some kills come after the work was done."""


class Seen(NamedTuple):
    """What the kills of one scenario have shown."""

    name: str
    kills: int
    seconds: float
    """That the work takes when nobody kills it."""
    found: dict[str, int]


def kill_again_and_again(
    orders: IO[str], scenario: Scenario, kills: int, place: Path, *, size: float = 1, seed: int = 20261122
) -> Seen:
    """Kill the work of a scenario at random moments, and check what each leaves.

    Args:
        orders: of `forking`.
        scenario: what to kill.
        kills: how often.
        place: an empty folder.
        size: of the database, compared with what is killed by hand.
        seed: of the moments, as shares of the time that the work takes.

    """
    dice = random.Random(f"{seed}:{scenario.name}")
    before = place / "before"
    before.mkdir()
    scenario.prepare(before, size)
    orders.write(f"warm\0{scenario.name}\0{_copied(before, place / 'warm')}\n")
    whole = _copied(before, place / "whole")
    seconds, said = _run(orders, scenario, whole, None)
    scenario.check(whole, before, said)
    found: dict[str, int] = {}
    for number in range(kills):
        folder = _copied(before, place / str(number))
        moment = (number + dice.random()) / kills * seconds * MARGIN
        _, said = _run(orders, scenario, folder, moment)
        word = scenario.check(folder, before, said)
        found[word] = found.get(word, 0) + 1
        shutil.rmtree(folder)
    return Seen(scenario.name, kills, seconds, found)


def _copied(source: Path, to: Path) -> Path:
    shutil.copytree(source, to)
    return to


@contextmanager
def forking() -> Iterator[IO[str]]:
    """Give the orders of a process that forks one for each folder it is told."""
    parent = subprocess.Popen(
        [sys.executable, __file__, "--fork"],
        stdin=subprocess.PIPE,
        env={**os.environ, "CRM_TZ": "UTC"},
        text=True,
    )
    assert parent.stdin is not None
    try:
        yield parent.stdin
    finally:
        with suppress(BrokenPipeError):
            parent.stdin.close()
        assert parent.wait() == 0


def _run(
    orders: IO[str], scenario: Scenario, folder: Path, kill_after: float | None
) -> tuple[float, list[str]]:
    """Let the work be done in a process, perhaps kill it; return how long it ran and what it has finished."""
    pipe = folder.with_name(f"{folder.name}.pipe")
    os.mkfifo(pipe)
    orders.write(f"fork\0{scenario.name}\0{folder}\n")
    orders.flush()
    with pipe.open() as heard:
        process = int(heard.readline())
        assert heard.readline() == "ready\n"
        begun = time.perf_counter()
        if kill_after is not None:
            time.sleep(kill_after)
            os.kill(process, signal.SIGKILL)  # it is there: nobody waits for it before the next order
        said = heard.read().splitlines()
    took = time.perf_counter() - begun
    assert kill_after is not None or said[-1:] == ["done"], "it did not end well"
    return took, [word for word in said if word != "done"]


def _follow_orders() -> None:
    """Work in the folders that come, here or in a fork, until none comes any more."""
    works = {one.name: one.work for one in SCENARIOS}
    for order in sys.stdin:
        where, name, path = order.removesuffix("\n").split("\0")
        folder = Path(path)
        if where == "warm":
            works[name](folder, lambda _: None)
            continue
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        if os.fork() == 0:
            with folder.with_name(f"{folder.name}.pipe").open("w", buffering=1) as heard:
                heard.write(f"{os.getpid()}\n")
                works[name](folder, lambda word: print(word, file=heard))
                heard.write("done\n")
            os._exit(0)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--only", help="the name of one scenario")
    parser.add_argument("--fork", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.fork:
        _follow_orders()
        return 0
    scenarios = [one for one in SCENARIOS if chosen.only in (None, one.name)]
    shares = sum(one.share for one in scenarios)
    total = 0
    for scenario in scenarios:
        kills = round(chosen.kills * scenario.share / shares)
        with tempfile.TemporaryDirectory() as place, forking() as orders:
            seen = kill_again_and_again(orders, scenario, kills, Path(place), seed=chosen.seed)
        total += seen.kills
        found = ", ".join(f"{number} x {word}" for word, number in sorted(seen.found.items()))
        print(f"{seen.name:20} {seen.kills:4} kills within {seen.seconds:5.2f} s: {found}", flush=True)
    print(f"{total} kills, nothing lost, nothing half done")
    return 0


if __name__ == "__main__":
    sys.exit(main())
