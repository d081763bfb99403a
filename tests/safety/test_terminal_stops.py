"""The screen laid aside and taken up again: the shell has its terminal meanwhile, then all is painted."""

from __future__ import annotations

import re
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("signals and terminals of POSIX", allow_module_level=True)

from tui_terminal import Terminal
from tui_world import build

pytestmark = pytest.mark.sqlite(reason="the terminal is not the database's")

SHELL = "import os, sys\nos.execvp('sh', ['sh', '-c', sys.argv[1], *sys.argv[2:]])\n"
DEAF = (
    "import os, signal, sys\nsignal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
    "os.execv(sys.argv[1], [sys.argv[1], *sys.argv[2:]])\n"
)
"""What `nohup` does."""
JOB = 'set -m; "$0" "$@"; echo laid-as"ide"; read line; echo "line:$line"; fg; echo "over with $?"'
"""What a shell does: the program is a job of its own, stops, and is brought back."""
RESTORED = (b"\x1b[?1049l", b"\x1b[?25h", b"\x1b[?1000l", b"\x1b[?1003l", b"\x1b[?2004l")
TAKEN = (b"\x1b[?1049h", b"\x1b[?25l", b"\x1b[?1000h", b"\x1b[?2004h")
Start = Callable[..., Terminal]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Return what starts the program on a small world, alone or from a shell."""
    build(tmp_path / "crm.db")
    environment = {
        "CRM_NOW": "2026-06-01T09:00:00Z",
        "CRM_TZ": "Europe/Berlin",
        "HOME": str(tmp_path),
        "TEXTUAL_ANIMATIONS": "none",
        **{f"XDG_{kind}_HOME": str(tmp_path / kind) for kind in ("DATA", "CONFIG", "STATE")},
    }
    started = []

    def begin(*before: str) -> Terminal:
        arguments = [*before, "-m", "crm", "--db", str(tmp_path / "crm.db")]
        started.append(Terminal(arguments, environment))
        return started[-1]

    yield begin
    for one in started:
        one.end()


def names(output: bytes) -> set[str]:
    return set(re.findall("Ada Byron|Bo Lind|Cy Ono", output.decode("utf-8", "replace")))


def test_ctrl_z_gives_the_shell_its_terminal_and_fg_paints_everything_in_the_new_size(start: Start) -> None:
    one = start("-c", SHELL, JOB, sys.executable)
    one.wait_for("Bo Lind")
    one.wait_for("keys")
    shown = names(one.output)
    one.send("\x1a")
    mark = len(one.output)
    one.wait_for("laid-aside")
    for sequence in RESTORED:
        assert sequence in one.output, sequence
    one.resize(110, 35)
    mark = len(one.output)
    one.send("to the shell\r")
    one.wait_for("line:to the shell", mark)
    one.wait_for("keys", mark)
    one.wait_for("Bo Lind", mark)
    assert names(one.output[mark:]) == shown
    for sequence in TAKEN:
        assert sequence in one.output[mark:], sequence
    one.wait_for("\x1b[35;", mark)  # the last line of the other size
    one.send("q")
    one.wait_for("over with 0", mark)
    assert one.exit_code() == 0


def test_going_on_without_having_stopped_leaves_keys_and_terminal_in_order(start: Start) -> None:
    one = start()
    before = one.modes()
    one.wait_for("keys")
    assert one.modes() != before
    for stop in (signal.SIGTSTP, signal.SIGSTOP, None):
        if stop is not None:
            one.signal(stop)
            one.wait_until_stopped()
        assert (one.modes() == before) is (stop is signal.SIGTSTP)
        mark = len(one.output)
        one.signal(signal.SIGCONT)
        one.wait_for("\x1b[?1049h", mark)
        taken = len(one.output[: one.output.rindex(b"\x1b[?1049h")])
        one.wait_for("Bo Lind", taken)
        one.wait_for("keys", taken)
    mark = len(one.output)
    one.send("2")  # as many keys as there are readers would be lost
    one.wait_for("filter: name", mark)
    one.send("\x1a")  # in a window of its own, nobody could wake it
    one.wait_for("There is no shell", mark)
    one.signal(signal.SIGTERM)
    one.signal(signal.SIGCONT)  # as systemd does
    assert one.exit_code() == 128 + signal.SIGTERM
    assert one.modes() == before
    for sequence in RESTORED:
        assert sequence in one.output[mark:], sequence


def test_an_interrupt_from_outside_ends_the_program_without_a_traceback(start: Start) -> None:
    one = start()
    before = one.modes()
    one.wait_for("keys")
    mark = len(one.output)
    one.signal(signal.SIGINT)
    assert one.exit_code() == 128 + signal.SIGINT
    assert b"Traceback" not in one.output
    assert one.modes() == before
    for sequence in RESTORED:
        assert sequence in one.output[mark:], sequence


def test_a_terminal_that_is_gone_ends_the_program_also_where_nobody_may_hang_it_up(start: Start) -> None:
    one = start("-c", DEAF, sys.executable)
    one.wait_for("Bo Lind")
    one.close_window()
    assert one.exit_code() == 128 + signal.SIGHUP
