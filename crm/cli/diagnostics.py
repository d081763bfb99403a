"""All of standard error, and what the program's exit code means.

The codes are the command line's contract, not the errors': services raise, this module translates.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from enum import IntEnum
from types import FrameType
from typing import TextIO

import click

from crm.cli.cells import cut
from crm.cli.output import PLAIN, terminal_columns, wants_colour
from crm.domain import errors
from crm.domain.text import clean

_PROGRESS_EVERY = 0.1


class ExitCode(IntEnum):
    """What the exit code says."""

    DONE = 0
    BUG = 1
    USAGE = 2
    NO_MATCH = 3
    CONFLICT = 4
    EXPORT = 5
    DATABASE = 6
    NOTIFIER = 7
    DUE = 10
    """Only where it is asked for: `crm remind --exit-code`."""


_CODES: dict[type[errors.CrmError], ExitCode] = {
    errors.UsageError: ExitCode.USAGE,
    errors.ConfigError: ExitCode.USAGE,
    errors.NotFoundError: ExitCode.NO_MATCH,
    errors.AmbiguousError: ExitCode.NO_MATCH,
    errors.ConflictError: ExitCode.CONFLICT,
    errors.ExportError: ExitCode.EXPORT,
    errors.DatabaseError: ExitCode.DATABASE,
    errors.NotifierError: ExitCode.NOTIFIER,
}


class Stopped(BaseException):
    """A signal asked the program to end; like KeyboardInterrupt, nothing but the edge may catch it."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.code = 128 + number


def stop_on_signals() -> None:
    """Let SIGTERM and SIGHUP unwind the program, so that transactions roll back and files close."""
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        # `nohup` has the signal ignored: it stays so
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _stop)


def _stop(number: int, _frame: FrameType | None) -> None:
    raise Stopped(number)


def code_of(error: errors.CrmError) -> ExitCode:
    """Return the exit code of an expected error."""
    return next((code for kind, code in _CODES.items() if isinstance(error, kind)), ExitCode.BUG)


class Diagnostics:
    """Writes narration: errors, notes, and how far the work has come."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.terminal = stream.isatty()
        self._colour = wants_colour(stream)
        self._progress_shown = False
        self._progress_at = 0.0

    def error(self, message: str, hint: str | None = None) -> None:
        """Say what went wrong, and what can be done about it."""
        self._labelled("crm: error: ", message, "31")
        if hint:
            self._labelled("hint: ", hint, "36")

    def warn(self, text: str) -> None:
        """Say something that must not be missed, though nothing went wrong."""
        self._labelled("crm: ", text, "33")

    def trace(self, error: Exception) -> None:
        """Show where an unexpected error came from, for whoever mends it: types and places, nobody's data."""
        from crm import crash

        self.end_progress()
        text = f"Traceback without messages and values, which may be somebody's:\n{crash.report(error)}"
        self._write(clean(text, multiline=True, limit=100_000) + "\n")

    def note(self, text: str) -> None:
        """Say something by the way; only where somebody is looking."""
        if self.terminal:
            self._labelled("", text, "2")

    def progress(self, text: str) -> None:
        """Show how far the work has come, on one line that is written over; only on a terminal."""
        now = time.monotonic()
        if not self._colour_or_terminal() or now - self._progress_at < _PROGRESS_EVERY:
            return
        self._progress_at = now
        self._progress_shown = True
        # a line that wraps could not be wiped
        self._write(f"\r\x1b[K{cut(clean(text), terminal_columns() - 1)}")

    def end_progress(self) -> None:
        """Wipe the progress line."""
        if self._progress_shown:
            self._write("\r\x1b[K")
            self._progress_shown = False

    def _colour_or_terminal(self) -> bool:
        return self.terminal and os.environ.get("TERM") not in PLAIN

    def _labelled(self, label: str, text: str, sgr: str) -> None:
        self.end_progress()
        first, *more = clean(text, multiline=True, limit=4000).split("\n")
        if label and self._colour:
            label = f"\x1b[{sgr}m{label}\x1b[0m"
        self._write("".join(f"{line}\n" for line in (label + first, *(f"  {line}" for line in more))))

    def _write(self, text: str) -> None:
        """Write at once; where that is not possible nobody listens, and the work is done nevertheless."""
        try:
            self._stream.write(text)
            self._stream.flush()
        except OSError:  # the reader of a pipe has left, or the disk is full behind a redirection
            _drop(self._stream)


def guarded(work: Callable[[], object], diagnostics: Diagnostics) -> int:
    """Do the work; say what went wrong, if anything did, and return the exit code."""
    try:
        result = work()
        sys.stdout.flush()
    except errors.CrmError as error:
        diagnostics.error(error.message, error.hint)
        return code_of(error)
    except click.ClickException as error:
        diagnostics.error(*_in_our_words(error))
        return ExitCode.USAGE
    except (click.Abort, KeyboardInterrupt):
        diagnostics.end_progress()
        return 128 + signal.SIGINT
    except Stopped as stopped:
        diagnostics.end_progress()
        return stopped.code
    except BrokenPipeError:
        drop_output()
        return ExitCode.DONE
    except Exception as error:  # noqa: BLE001 - the edge: whatever it is, no contact's data in a traceback
        _report_bug(error, diagnostics)
        return ExitCode.BUG
    return result if isinstance(result, int) else ExitCode.DONE


def drop_output() -> None:
    """Write nothing more to standard output."""
    _drop(sys.stdout)


def _drop(stream: TextIO) -> None:
    # what is still in the buffer would fail again, loudly, when the interpreter closes it
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _in_our_words(error: click.ClickException) -> tuple[str, str | None]:
    """Return the message and the hint for a command line that cannot be understood."""
    message = error.message or error.format_message()
    if isinstance(error, click.BadParameter):
        message = error.format_message()
    context = getattr(error, "ctx", None)
    hint = f"{context.command_path} --help shows what it takes" if context else None
    possibilities = getattr(error, "possibilities", None)
    if possibilities:
        hint = f"did you mean {' or '.join(sorted(possibilities))}?"
    message = message.rstrip(".")
    return message[:1].lower() + message[1:], hint


def _report_bug(error: Exception, diagnostics: Diagnostics) -> None:
    if os.environ.get("CRM_DEBUG"):
        diagnostics.trace(error)
        return
    if isinstance(error, OSError) and error.errno is not None:
        # the machine's doing: a full disk behind a redirection, a folder that may not be read
        where = f": {os.fsdecode(error.filename)}" if isinstance(error.filename, str | bytes) else ""
        diagnostics.error(f"cannot go on: {os.strerror(error.errno).lower()}{where}")
        if not where:
            drop_output()
        return
    diagnostics.error(
        f"something went wrong inside crm: {type(error).__name__} {_place(error)}",
        "this is a bug; with CRM_DEBUG=1 set, crm shows where it comes from. Nothing half-done was saved",
    )


def _place(error: Exception) -> str:
    """Return where in our code it happened: a file and a line, no data of anybody."""
    import traceback
    from pathlib import Path

    package = Path(__file__).resolve().parents[1]
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        file = Path(frame.filename)
        if file.is_relative_to(package):
            return f"in crm/{file.relative_to(package).as_posix()}:{frame.lineno}"
    return "outside its own code"
