"""Passwords and tokens of notifiers: from the system's keyring, a command or a private file.

The decision to know: a secret stands in the configuration in clear only where the user writes `insecure =
true` beside it, and nothing here, not even an error, ever says one. In the settings of a notifier, the secret
`password` comes from the first of these that is there:

    password_keyring = true                  what `store` put into the keyring
    password_command = ["pass", "mail/me"]   the first line a program prints; no shell
    password_file = "~/.config/crm/mail"     the first line of a file that only the user can read
    password = "..." and insecure = true
"""

from __future__ import annotations

import os
import shlex
import stat
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from crm import paths
from crm.domain.errors import ConfigError, CrmError, NotifierError
from crm.domain.text import clean
from crm.notifiers.kit.bus import find_session_bus
from crm.services.deadlines import within

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

Result = TypeVar("Result")
SERVICE = "crm"
"""The name under which the keyring shows our secrets."""
TIMEOUT = 15.0
"""Seconds that a keyring or a command may take."""
WAYS = ("keyring", "command", "file")
_LONGEST = 64 * 1024
_RECOMMENDED = 1
"""The keyring library's own measure: backends below keep secrets in clear, or not at all."""


def resolve(
    notifier: str,
    setting: str,
    values: Mapping[str, Any],
    *,
    in_clear: bool = False,
    timeout: float = TIMEOUT,
) -> str | None:
    """Return a secret, or None where none is configured.

    Args:
        notifier: the notifier's name in the configuration.
        setting: the secret's name, such as `password`.
        values: the notifier's settings, as they stand in the configuration.
        in_clear: it may stand in the configuration without more ado.
        timeout: seconds that a keyring or a command may take.

    Raises:
        ConfigError: what is configured makes no sense.
        NotifierError: the keyring, the command or the file does not give it.

    """
    ways = [way for way in WAYS if values.get(f"{setting}_{way}") not in (None, False)]
    if len(ways) + (setting in values) > 1:
        raise ConfigError(f"{setting} is said in more than one way", f"keep one of {_ways(setting)}")
    if setting in values:
        return _from_clear(setting, values, in_clear)
    if not ways:
        return None
    value = values[f"{setting}_{ways[0]}"]
    if ways[0] == "keyring":
        return _from_keyring(notifier, setting, value, timeout)
    found = _from_command(setting, value, timeout) if ways[0] == "command" else _from_file(setting, value)
    return _usable(found, setting, f"{setting}_{ways[0]}")


def store(notifier: str, setting: str, value: str, *, timeout: float = TIMEOUT) -> None:
    """Put a secret into the system's keyring; `SETTING_keyring = true` then finds it.

    Raises:
        NotifierError: there is no keyring that keeps secrets well, it is locked, or it does not answer.

    """
    _usable(value, setting, "what was given")
    _asked(
        lambda: _backends()[0].set_password(SERVICE, _entry(notifier, setting), value),
        "take",
        timeout=timeout,
    )


def forget(notifier: str, setting: str, *, timeout: float = TIMEOUT) -> None:
    """Take a secret out of the system's keyring; no error where there is none.

    Raises:
        NotifierError: there is no keyring, it is locked, or it does not answer.

    """
    entry = _entry(notifier, setting)

    def remove() -> None:
        for backend in _backends():
            if backend.get_password(SERVICE, entry) is not None:
                backend.delete_password(SERVICE, entry)

    _asked(remove, "give up", timeout=timeout)


def stored(notifier: str, setting: str, *, timeout: float = TIMEOUT) -> bool:
    """Say whether the keyring has a secret.

    Raises:
        NotifierError: there is no keyring, it is locked, or it does not answer.

    """
    return _asked(lambda: _looked_up(notifier, setting), "give", timeout=timeout) is not None


def keyring_problem(*, timeout: float = TIMEOUT) -> str | None:
    """Return why secrets cannot be kept in a keyring here, or None if they can."""
    try:
        _asked(lambda: len(_backends()), "answer", timeout=timeout)
    except CrmError as error:
        return error.message
    return None


def _from_clear(setting: str, values: Mapping[str, Any], in_clear: bool) -> str:
    value = values[setting]
    if not isinstance(value, str):
        raise ConfigError(f"{setting} must be text in quotes")
    if not in_clear and values.get("insecure") is not True:
        raise ConfigError(
            f"{setting} stands in the configuration in clear",
            f"use {_ways(setting)}; or, if you insist, add: insecure = true",
        )
    return _usable(value, setting, setting)


def _from_keyring(notifier: str, setting: str, value: Any, timeout: float) -> str:
    if value is not True:
        raise ConfigError(f"{setting}_keyring must be true or false")
    found = _asked(lambda: _looked_up(notifier, setting), "give", timeout=timeout)
    if not found:
        raise NotifierError(
            f"the keyring has no {setting} of {notifier}",
            f"put it there: keyring set {SERVICE} {_entry(notifier, setting)}",
        )
    return found


def _looked_up(notifier: str, setting: str) -> str | None:
    found = (backend.get_password(SERVICE, _entry(notifier, setting)) for backend in _backends())
    return next((secret for secret in found if secret is not None), None)


def _entry(notifier: str, setting: str) -> str:
    return f"{notifier}/{setting}"


def _backends() -> list[KeyringBackend]:
    """Return the keyrings that keep secrets well, best first.

    Raises:
        NotifierError: there is none.

    """
    find_session_bus()
    import keyring

    chosen = keyring.get_keyring()
    several = list(getattr(chosen, "backends", None) or [chosen])
    good = [backend for backend in several if _keeps_well(backend)]
    if not good:
        names = ", ".join(sorted({type(backend).__name__ for backend in several}))
        raise NotifierError(
            f"there is no keyring here that keeps secrets well (only: {clean(names, limit=100)})",
            "start the desktop's keyring (GNOME Keyring, KWallet), or use _command or _file",
        )
    return good


def _keeps_well(backend: KeyringBackend) -> bool:
    try:
        priority = float(type(backend).priority)
    except (RuntimeError, TypeError, ValueError):
        return False
    return priority >= _RECOMMENDED and "plaintext" not in type(backend).__name__.casefold()


def _asked(ask: Callable[[], Result], what: str, *, timeout: float) -> Result:
    """Ask the keyring, which may be locked, wait for somebody, or fail in its own ways."""
    late = NotifierError(
        f"the keyring did not {what} anything within {timeout:g} seconds",
        "it may be locked, and asking for its password: unlock it, or use _command or _file",
    )
    try:
        return within(timeout, ask, late)
    except CrmError:
        raise
    except Exception as error:  # noqa: BLE001 - backends raise what they like; their words may hold secrets
        kind = type(error).__name__
    if kind == "KeyringLocked":
        raise NotifierError("the keyring is locked", "unlock it, or use _command or _file")
    raise NotifierError(f"the keyring did not {what} anything: {kind}", "see whether your keyring runs")


def _from_command(setting: str, value: Any, timeout: float) -> str:
    command = shlex.split(value) if isinstance(value, str) else value
    if not isinstance(command, list) or not command or not all(isinstance(word, str) for word in command):
        raise ConfigError(
            f"{setting}_command must be a command in quotes, or a list of words",
            f'such as: {setting}_command = ["pass", "show", "mail"]',
        )
    program = clean(Path(command[0]).name, limit=60)
    hint = f"try it in a terminal; it must print the {setting} in its first line"
    try:
        done = subprocess.run(  # noqa: S603 - the user's own command, without a shell
            [os.path.expanduser(command[0]), *command[1:]],  # noqa: PTH111 - a name, not a path
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=timeout,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise NotifierError(
            f"{setting}_command: {program} took longer than {timeout:g} seconds",
            "it may be asking for something; give it what it needs before (an agent, an unlocked store)",
        ) from None
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "it cannot be called like that"
        raise NotifierError(f"{setting}_command: cannot run {program}: {why}", hint) from None
    if done.returncode != 0:
        raise NotifierError(f"{setting}_command: {program} ended with code {done.returncode}", hint)
    return _first_line(done.stdout, f"{setting}_command")


def _from_file(setting: str, value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ConfigError(f"{setting}_file must be a path in quotes")
    file = paths.expanded(value)
    try:
        mode = file.stat().st_mode
        if not stat.S_ISREG(mode):
            raise NotifierError(f"{setting}_file: {file} is no plain file", "name a file")
        if os.name == "posix" and mode & 0o077:
            raise NotifierError(
                f"{setting}_file: others can read {file}", f"chmod 600 {shlex.quote(str(file))}"
            )
        with file.open("rb") as stream:
            data = stream.read(_LONGEST)
    except OSError as error:
        raise NotifierError(
            f"{setting}_file: cannot read {file}: {error.strerror}", "check the path"
        ) from None
    return _first_line(data, f"{setting}_file")


def _first_line(data: bytes, where: str) -> str:
    try:
        text = data[:_LONGEST].split(b"\n", 1)[0].decode("utf-8").rstrip("\r")
    except UnicodeDecodeError:
        raise NotifierError(f"{where} gives no text (UTF-8)") from None
    return text


def _usable(value: str, setting: str, where: str) -> str:
    if not value or any(ord(character) < 32 or ord(character) == 127 for character in value):
        raise NotifierError(
            f"{where}: the {setting} is empty, or has control characters in it",
            "one line of text is expected",
        )
    return value


def _ways(setting: str) -> str:
    return f"{setting}_keyring = true, {setting}_command or {setting}_file"
