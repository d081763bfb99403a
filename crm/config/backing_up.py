"""The settings about backups: whether crm makes them by itself, and for whom they are locked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crm.domain.errors import ConfigError

_KEYS = ("automatic", "encrypt_to")
_PASSPHRASE = "passphrase"  # noqa: S105 - the name of a setting
_WAYS = tuple(f"{_PASSPHRASE}_{way}" for way in ("keyring", "command", "file"))


@dataclass(frozen=True, slots=True)
class BackupSettings:
    """What the user configured about backups."""

    automatic: bool = True
    """Whether crm makes backups by itself; before an upgrade of the schema it always does."""
    encrypt_to: tuple[str, ...] = ()
    """Public keys: `age1...`, or SSH keys. Every backup but that before an upgrade is encrypted to them."""
    passphrase: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """Where a passphrase comes from, as `services.secrets` reads it; empty: from nowhere."""


def backups_from(values: Any, file: Path) -> BackupSettings:
    """Read the table `[backups]`.

    Raises:
        ConfigError: it makes no sense.

    """
    if not isinstance(values, dict):
        raise ConfigError(
            f"{file}: backups must be a table", "such as: [backups] and below it automatic = true"
        )
    unknown = sorted(set(values) - {*_KEYS, *_WAYS})
    if unknown == [_PASSPHRASE]:
        raise ConfigError(
            f"{file}: [backups] holds a passphrase in clear", f"use one of {', '.join(_WAYS)} in its place"
        )
    if unknown:
        raise ConfigError(
            f"{file}: [backups] sets {unknown[0]!r}, which means nothing",
            f"known settings: {', '.join((*_KEYS, *_WAYS))}",
        )
    automatic = values.get("automatic", True)
    if not isinstance(automatic, bool):
        raise ConfigError(f"{file}: [backups] automatic must be true or false", "such as: automatic = true")
    to = values.get("encrypt_to", [])
    if not isinstance(to, list) or not all(isinstance(one, str) and one.strip() for one in to):
        raise ConfigError(
            f"{file}: [backups] encrypt_to must be a list of public keys", 'such as: encrypt_to = ["age1..."]'
        )
    passphrase = {name: values[name] for name in _WAYS if values.get(name) not in (None, False)}
    if len(passphrase) + bool(to) > 1:
        raise ConfigError(
            f"{file}: [backups] says in more than one way how backups are encrypted",
            f"keep one of encrypt_to, {', '.join(_WAYS)}",
        )
    return BackupSettings(automatic, tuple(one.strip() for one in to), passphrase)
