"""What every command is handed: the two streams, and the store, which is opened when it is first needed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

import click

from crm.cli.commands import MAKERS, READERS
from crm.cli.diagnostics import Diagnostics
from crm.cli.output import Output
from crm.domain.errors import CrmError, DatabaseError

if TYPE_CHECKING:
    from crm.cli.wording import Times
    from crm.db.store import Store
    from crm.domain.cadence import Rules

OpenUi = Callable[["Store"], int]
"""Shows the terminal UI until it is left; gives the exit code. Handed in, because the command line and the
terminal UI do not know each other."""


class Environment:
    """One run of the program."""

    def __init__(self, open_ui: OpenUi | None = None, store: Store | None = None) -> None:
        self.database: str | None = None
        """A path or URL, as the user gave it; None: the configured or the default place."""
        self.command: str | None = None
        """What is asked for; None: the screen. It decides what happens where there is no database yet."""
        self.anew = False
        """Whether the user said that a missing database is to be made, whatever was there."""
        self.read_only = False
        """Whether the user wants nothing written."""
        self.open_ui = open_ui
        self.out = Output(sys.stdout)
        self.err = Diagnostics(sys.stderr)
        self.looked = False
        """Whether the user has seen the state of today, so that a prompt should say the same."""
        self._store = store
        self._borrowed = store is not None
        self._passing = False

    @property
    def borrowed(self) -> bool:
        """Whether the database was handed in, as the demo's is."""
        return self._borrowed

    @property
    def store(self) -> Store:
        """The open database.

        Raises:
            ConfigError: the configuration cannot be used.
            DatabaseError: the database cannot.

        """
        if self._store is None:
            from crm import config
            from crm.db import opening
            from crm.db.store import Store

            settings = config.load()
            self._doubt(settings.rules)
            target = self.database or settings.database
            try:
                made = opening.is_yet_to_be_made(target, anew=self.anew)
                if made and not self._makes():
                    self._store = self._nothing(target, settings.rules)
                    return self._store
                self._store = Store.open(
                    target, rules=settings.rules, read_only=self.read_only, waiting=self._wait
                )
            except OSError as error:
                raise DatabaseError(
                    f"cannot open the database: {error.strerror or type(error).__name__}: {error.filename}",
                    "check that the folder exists and is yours, or choose another with --db",
                ) from error
            self._store.backup_settings = settings.backups
            self._tell(self._store, made)
        return self._store

    def _makes(self) -> bool:
        return self.anew or (self.command in MAKERS and not self.read_only)

    def _nothing(self, target: str | None, rules: Rules) -> Store:
        """Return an empty database that goes away again: who looks before the first import sees nobody.

        Raises:
            DatabaseError: what is asked for needs one that stays.

        """
        from crm import paths
        from crm.db.store import PassingStore

        said = f"there is no database at {target or paths.database_file()}"
        hint = "crm import and crm add make one; or name another with --db"
        if self.command not in READERS:
            raise DatabaseError(said, hint)
        self.err.warn(f"{said} yet: {hint}")
        self._passing = True
        return PassingStore.open_empty(rules)

    def _tell(self, store: Store, made: bool) -> None:
        """Say what is worth knowing about the database that was opened, and remember that it exists."""
        from crm.db import opening

        if made:
            self.err.note(f"made a new database at {store.path}")
        if store.access is not None:
            self.err.warn(f"the database is open for reading only: {store.access.why}")
        elif store.path is not None:
            opening.remember(store.path)

    def _wait(self) -> None:
        self.err.warn("waiting for another program that writes to the database ...")

    def _doubt(self, rules: Rules) -> None:
        """Say when the system's time zone is one that nobody knows."""
        from crm import clock

        if unknown := clock.unknown_zone(rules.zone):
            self.err.warn(f"TZ names no time zone: {unknown!r}; times are those of UTC")

    @property
    def times(self) -> Times:
        """The moment and the time zone that the database's answers are about."""
        from crm.cli.wording import Times

        return Times(self.store.now(), self.store.rules.zone)

    def close(self) -> None:
        """Close what was opened here; what was changed is what a prompt shows from now on."""
        if self._store is not None and not self._borrowed:
            if (self.looked or self._store.wrote) and not self._passing:
                _tell_prompt(self._store)
            if self._store.wrote:
                _back_up(self._store, self.err)
            self._store.close()
        self._store = None


def _tell_prompt(store: Store) -> None:
    from crm.services import prompting

    # a prompt that says nothing for a while is not worth an error after the work was done
    with suppress(CrmError, OSError):
        prompting.refresh(store)


def _back_up(store: Store, err: Diagnostics) -> None:
    """Make the backup of the day, after the work; 0.4 s for 300 MB."""
    from crm.services import backups

    try:
        backups.daily(store)
    except (CrmError, OSError) as error:
        err.warn(f"the backup of today was not made: {error}")


def current() -> Environment:
    """Return the environment of the command that is running."""
    environment = click.get_current_context().obj
    assert isinstance(environment, Environment)
    return environment
