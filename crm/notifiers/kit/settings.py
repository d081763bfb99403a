"""A notifier's settings, checked against what it can be told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from crm.domain.errors import ConfigError
from crm.notifiers.protocol import Setting

TIMEOUT = Setting("timeout", "seconds to wait for an answer, at most 60", "15", of=int)
CA_FILE = Setting("ca_file", "certificates to trust instead of the system's (PEM)", "~/ca.pem")
DEFAULT_TIMEOUT = 15
_LONGEST_TIMEOUT = 60
_MEANT = {
    str: ("text in quotes", '"{}"'),
    int: ("a whole number", "{}"),
    bool: ("true or false", "{}"),
    list: ("a list of texts", '["{}"]'),
    dict: ("a table of texts", "{{ {} }}"),
}


def checked(known: Sequence[Setting], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was given, as the types that the settings want; what was not given is left out.

    Raises:
        ConfigError: one is unknown, missing, or of the wrong type; no error shows a secret's value.

    """
    by_name = {setting.name: setting for setting in known}
    unknown = sorted(set(given) - set(by_name))
    if unknown:
        raise ConfigError(
            f"sets {unknown[0]!r}, which means nothing", f"known settings: {', '.join(by_name)}"
        )
    values = {name: _value(by_name[name], value) for name, value in given.items()}
    for setting in known:
        if setting.required and values.get(setting.name) in (None, "", []):
            raise ConfigError(f"needs {setting.name}: {setting.about}", _hint(setting))
    return values


def seconds(values: Mapping[str, Any]) -> int:
    """Return the timeout that the settings say.

    Raises:
        ConfigError: it is too long, or none.

    """
    found = values.get("timeout", DEFAULT_TIMEOUT)
    if not 1 <= found <= _LONGEST_TIMEOUT:
        raise ConfigError(f"timeout must be from 1 to {_LONGEST_TIMEOUT} seconds", "such as: timeout = 15")
    return int(found)


def one_line(values: Mapping[str, Any], name: str) -> str | None:
    """Return a text that becomes part of a header: no line breaks or other control characters.

    Raises:
        ConfigError: there are some.

    """
    value: str | None = values.get(name)
    if value is not None and not value.isprintable():
        raise ConfigError(f"{name} has control characters in it", "write it in one line")
    return value


def _value(setting: Setting, value: Any) -> Any:
    if setting.of is list and isinstance(value, str):
        value = [value]
    right = isinstance(value, setting.of) and (setting.of is bool or not isinstance(value, bool))
    if right and setting.of in (list, dict):
        texts = value.values() if isinstance(value, dict) else value
        right = all(isinstance(text, str) for text in texts)
    if not right:
        raise ConfigError(f"{setting.name} must be {_MEANT[setting.of][0]}", _hint(setting))
    if setting.choices and value not in setting.choices:
        raise ConfigError(f"{setting.name} must be one of {', '.join(setting.choices)}", _hint(setting))
    return value


def _hint(setting: Setting) -> str | None:
    if setting.secret:
        return f"{setting.name}_keyring = true, {setting.name}_command or {setting.name}_file"
    if not setting.example:
        return None
    return f"such as: {setting.name} = {_MEANT[setting.of][1].format(setting.example)}"
