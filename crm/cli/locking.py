"""Whether something is encrypted, and for whom: as the command line or the configuration says, or asked.

A passphrase is never an argument, and never in the environment: others on the machine can read both.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from crm import config
from crm.domain.errors import UsageError
from crm.services import encryption
from crm.services.encryption import Lock, Opener


def lock_for(wanted: bool | None, target: Path | None, *, by_configuration: bool) -> Lock | None:
    """Return for whom something is encrypted; None leaves it plain.

    Args:
        wanted: `--encrypt`, `--plain`, or neither.
        target: the file, whose ending may say it as well.
        by_configuration: encrypt it, too, where the configuration says how backups are.

    Raises:
        ConfigError: the configuration cannot be used.
        UsageError: it is to be encrypted, and nothing says for whom.

    """
    named = target is not None and target.suffix == encryption.ENDING
    if wanted is False:
        if named:
            raise UsageError(
                f"{target} ends like an encrypted file", "leave --plain away, or name it otherwise"
            )
        return None
    settings = config.load().backups
    if wanted or named or by_configuration:
        lock = encryption.lock_from(settings)
        if lock is not None:
            return lock
    if not (wanted or named):
        return None
    if not sys.stdin.isatty():
        raise UsageError(
            "nothing says for whom it is encrypted",
            'set encrypt_to = ["age1..."] or passphrase_command under [backups] in the configuration,'
            " or run this in a terminal, which asks for a passphrase",
        )
    passphrase = click.prompt("Passphrase", hide_input=True, confirmation_prompt="Again", err=True)
    return Lock(passphrase=passphrase)


def opener_for(identity: Path | None) -> Opener:
    """Return how an encrypted backup is opened: a key file, the configured passphrase, or a typed one."""

    def passphrase() -> str:
        found = encryption.passphrase_from(config.load().backups)
        if found is not None:
            return found
        if not sys.stdin.isatty():
            raise UsageError(
                "this backup wants a passphrase",
                "run this in a terminal, or set passphrase_command under [backups] in the configuration",
            )
        return str(click.prompt("Passphrase", hide_input=True, err=True))

    return Opener(identity.expanduser() if identity else None, passphrase)
