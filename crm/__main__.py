"""The program: prepares the process, then runs the command line, which can open the terminal UI."""

from __future__ import annotations

import gc
import io
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crm.db.store import Store


def _open_ui(store: Store) -> int:
    from crm.tui.app import run

    if os.environ.get("TEXTUAL_DRIVER"):
        from crm.serving.orphan import end_with_parent

        end_with_parent()
    return run(store)


def _prepare_streams() -> None:
    """Make the three streams usable: present, and never failing because of a letter they cannot show."""
    # a closed descriptor would be given to the next file that is opened, perhaps the database
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    sys.stdin = sys.stdin or open(os.devnull, encoding="utf-8")  # noqa: SIM115, PTH123
    sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def main() -> int:
    """Run `crm` with the arguments of the process and return the exit code."""
    try:
        os.umask(0o077)
        _prepare_streams()
        if "--prompt" in sys.argv:
            from crm.cli.prompt import quick

            if (code := quick(sys.argv[1:])) is not None:
                return code
        # what is loaded stays: looking through it for garbage 500 times costs 0.15 s of a list of 10,000
        gc.set_threshold(50_000, 10, 10)
        from crm.cli.diagnostics import stop_on_signals
        from crm.cli.program import run

        stop_on_signals()
        return run(open_ui=_open_ui)
    except KeyboardInterrupt:  # before the command line was there to catch it
        return 130
    finally:
        # the end of the process looks through everything for garbage again, for 0.1 s
        gc.freeze()


if __name__ == "__main__":
    sys.exit(main())
