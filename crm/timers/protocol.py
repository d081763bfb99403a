"""What a timer is: one way of a system to start a program every hour, described before anything is done.

A timer never writes and changes nothing: it returns a `Plan` of files and commands, which is shown to the
user and then carried out by `services.timing`. Every hour, because the program itself decides what is due: a
digest a day, and another try where a notifier failed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import ClassVar, NamedTuple, Protocol

NAME = "crm-remind"
LONGEST = 120
"""Seconds after which a run that hangs is ended."""


class Job(NamedTuple):
    """What is to be run every hour."""

    command: tuple[str, ...]
    """Absolute program and its arguments."""
    variables: tuple[tuple[str, str], ...] = ()
    """Environment variables it needs."""
    minute: int = 0
    """Of every hour."""


class File(NamedTuple):
    """A file to write whole."""

    path: Path
    data: bytes
    mode: int
    """Who may read it, as the system wants it."""

    @property
    def text(self) -> str:
        """What stands in it, for showing."""
        encoding = "utf-16" if self.data[:2] == b"\xff\xfe" else "utf-8"
        return self.data.decode(encoding).replace("\r\n", "\n")


class Step(NamedTuple):
    """A command to run."""

    command: tuple[str, ...]
    stdin: str | None = None
    may_fail: bool = False
    """Tidying up that may find nothing to tidy."""


class Plan(NamedTuple):
    """What installing or taking away does, in this order."""

    before: tuple[Step, ...] = ()
    write: tuple[File, ...] = ()
    remove: tuple[Path, ...] = ()
    after: tuple[Step, ...] = ()
    note: str = ""
    """What the user should know."""


class State(NamedTuple):
    """How a timer stands."""

    installed: bool
    active: bool
    """Whether the system says that it will run."""
    detail: str


class Done(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


class Machine(NamedTuple):
    """The system that a timer is for; tests make their own."""

    system: str
    """As `sys.platform` says it."""
    home: Path
    state: Path
    """Our folder for what is no data: `paths.state_dir`."""
    variables: Mapping[str, str]
    user: int
    """The user's number; 0 where there are none."""
    run: Callable[[Sequence[str], str | None], Done]
    """Runs a command with a text on its input; a program that does not exist ends with code 127."""
    has: Callable[[str], bool]
    """Says whether a program can be found."""


class Timer(Protocol):
    """One module in `crm/timers/` has one class `Timer` that looks like this."""

    kind: ClassVar[str]
    """Equal to the module's name: `systemd`."""
    title: ClassVar[str]
    """For people: `systemd user timer`."""

    @staticmethod
    def available(machine: Machine) -> bool:
        """Say whether the system has it, and it can be reached from here."""

    @staticmethod
    def install(machine: Machine, job: Job) -> Plan:
        """Return what sets it up, also where it is set up already.

        Raises:
            ConfigError: what is there cannot be read, or the command cannot be written down.

        """

    @staticmethod
    def uninstall(machine: Machine) -> Plan:
        """Return what takes away everything that `install` brings, and nothing else.

        Raises:
            ConfigError: what is there cannot be read.

        """

    @staticmethod
    def state(machine: Machine) -> State:
        """Say how it stands; asks the system, which takes some milliseconds."""
