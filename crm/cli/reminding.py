"""What `crm remind` does besides printing: delivering the digest, trying the notifiers out, taking answers.

A timer calls `deliver` every hour, and what it prints becomes a mail or a line in a log: it says nothing but
what went wrong, unless somebody looks.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from crm import config
from crm.cli.diagnostics import ExitCode
from crm.cli.environment import Environment
from crm.domain.database_names import has_password, is_server
from crm.domain.errors import ConfigError, CrmError, UsageError
from crm.services import channels, editing, notifying
from crm.services.notices import SNOOZE_DAYS
from crm.services.notifying import Outcome

_STATES = {
    "sent": "sent",
    "already": "has been sent today",
    "waiting": "failed before, and is tried again later",
    "busy": "is being sent by another run",
}
_TERMINALS = (
    ("xdg-terminal-exec",),
    ("x-terminal-emulator", "-e"),
    ("gnome-terminal", "--"),
    ("kgx", "--"),
    ("konsole", "-e"),
    ("xfce4-terminal", "-x"),
    ("alacritty", "-e"),
    ("kitty",),
    ("foot",),
    ("xterm", "-e"),
)
"""Programs that run another one in a window, and how they are asked to."""


def deliver(environment: Environment, as_json: bool) -> ExitCode:
    """Deliver what is due with every configured notifier; say only what failed, unless somebody looks.

    Raises:
        UsageError: this is the demo.
        ConfigError: no notifier is configured, or the configuration makes no sense.

    """
    _insist_on_own_database(environment)
    settings = config.load()
    sending = channels.Sending(environment.store, settings)
    outcomes = notifying.deliver(environment.store, sending.channels, settings.schedule)
    if not sending.channels:
        raise _nobody(settings)
    code = _report(environment, outcomes, as_json, only_failures=not environment.err.terminal)
    for answer in sending.answers():
        _act(environment, answer)
    return code


def test(environment: Environment, name: str | None, as_json: bool) -> ExitCode:
    """Send a test notice through one notifier, or through all that are enabled, and report each.

    Raises:
        UsageError: this is the demo.
        NotFoundError: there is no such notifier.
        ConfigError: none is configured, or the configuration makes no sense.

    """
    _insist_on_own_database(environment)
    settings = config.load()
    names = [name] if name else [told.name for told in settings.notifiers if told.enabled]
    if not names:
        raise _nobody(settings)
    outcomes = [channels.test(environment.store, settings, one) for one in names]
    if not as_json:
        for outcome in outcomes:
            if outcome.state != "failed":
                environment.out.line(f"{outcome.notifier}: sent")
    return _report(environment, outcomes, as_json, only_failures=True)


def _insist_on_own_database(environment: Environment) -> None:
    if environment.borrowed:
        raise UsageError("the demo sends nothing", "crm remind, without options, prints its digest")


def _nobody(settings: config.Config) -> ConfigError:
    where = settings.file or "the configuration file"
    if settings.notifiers:
        return ConfigError("every notifier is disabled", f"set enabled = true for one in {where}")
    return ConfigError(
        "no notifier is configured", f'write [notifiers.desktop] and below it kind = "desktop" into {where}'
    )


def _report(
    environment: Environment, outcomes: Sequence[Outcome], as_json: bool, *, only_failures: bool
) -> ExitCode:
    if as_json:
        environment.out.json({"outcomes": [_json(outcome) for outcome in outcomes]})
    failed = False
    for outcome in outcomes:
        if outcome.state == "failed":
            failed = True
            environment.err.error(f"{outcome.notifier}: {outcome.error}", outcome.hint)
        elif not only_failures:
            environment.err.note(f"{outcome.notifier}: {_STATES[outcome.state]}")
    return ExitCode.NOTIFIER if failed else ExitCode.DONE


def _json(outcome: Outcome) -> dict[str, Any]:
    from crm.cli.jsonviews import moment

    return {
        "notifier": outcome.notifier,
        "state": outcome.state,
        "error": outcome.error,
        "hint": outcome.hint,
        "next_try": moment(outcome.next_try),
    }


def _act(environment: Environment, answer: channels.Answer) -> None:
    """Do what was chosen in a notice; a contact that is gone since is no error worth a mail from cron."""
    try:
        if answer.action == "open":
            _open(environment)
        elif answer.contact is not None and answer.action == "snooze":
            until = environment.store.now() + timedelta(days=SNOOZE_DAYS)
            environment.store.write(editing.snooze, answer.contact, until)
        elif answer.contact is not None and answer.action == "done":
            environment.store.write(editing.done, answer.contact)
    except CrmError as error:
        environment.err.warn(f"{answer.notifier}: {error.message}")


def _open(environment: Environment) -> None:
    """Open the screen in a terminal window of its own; Today shows first whom the notice was about."""
    terminal = _terminal()
    if terminal is None:
        raise UsageError("there is no terminal program to open crm in", "set TERMINAL to one")
    named = environment.database or ""
    hidden = is_server(named) and has_password(named)  # arguments can be seen by others
    database = ["--db", named] if named and not hidden else []
    subprocess.Popen(  # noqa: S603 - the user's terminal
        [*terminal, sys.executable, "-m", "crm", *database],
        env={**os.environ, "CRM_DATABASE_URL": named} if hidden else None,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _terminal() -> tuple[str, ...] | None:
    own = os.environ.get("TERMINAL")
    candidates = ((own, "-e"), *_TERMINALS) if own else _TERMINALS
    return next((command for command in candidates if shutil.which(command[0])), None)
