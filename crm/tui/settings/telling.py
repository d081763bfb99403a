"""A notifier's settings as they are typed, and what was typed as the configuration says it.

A secret goes into the keyring beside the configuration, which only says that it is there. What is typed
is checked by `channels.check`, in its words.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from typing import Any, NamedTuple

from crm.config import NotifierConfig
from crm.domain.errors import ConfigError
from crm.notifiers.protocol import Setting
from crm.services import secrets
from crm.tui.settings.items import number
from crm.tui.widgets.secret_field import CLEAR, COMMAND, FILE, KEYRING, NONE, SecretAnswer


class Wanted(NamedTuple):
    """A notifier as it is to be."""

    told: NotifierConfig
    keyring: Mapping[str, str]
    """New secrets for the keyring, by setting."""


def typed_of(value: Any) -> str:
    """Return a value as it is typed."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return "; ".join(f"{key} = {one}" for key, one in value.items())
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    return str(value)


def read_typed(setting: Setting, text: str) -> Any:
    """Return what was typed as the configuration says it; None for nothing."""
    text = text.strip()
    if not text:
        return None
    if setting.of is bool:
        return {"yes": True, "no": False}.get(text, text)
    if setting.of is int:
        return number(text)
    if setting.of is list:
        return [part for part in re.split(r"\s*,\s*", text) if part]
    if setting.of is dict:
        return _table(setting, text)
    return text


def _table(setting: Setting, text: str) -> dict[str, str]:
    table = {}
    for part in filter(None, re.split(r"\s*;\s*", text)):
        key, sign, value = part.partition("=")
        if not sign or not key.strip():
            raise ConfigError(f"{setting.name} must be pairs", "such as: X-Room = home; X-House = ours")
        table[key.strip()] = value.strip().strip('"')
    return table


# Secrets


def way_of(setting: Setting, settings: Mapping[str, Any]) -> str | None:
    """Return where a secret is kept, or None where there is none."""
    for way in (KEYRING, COMMAND, FILE):
        if settings.get(f"{setting.name}_{way}") not in (None, False):
            return way
    return CLEAR if setting.name in settings else None


def ways_for(setting: Setting, present: str | None, keyring: bool) -> list[str]:
    """Return where a secret can be kept, best first.

    Args:
        setting: the secret.
        present: where it is kept now.
        keyring: whether there is one here.

    """
    ways = [KEYRING] if keyring or present == KEYRING else []
    ways += [CLEAR, COMMAND, FILE] if setting.in_clear else [COMMAND, FILE, CLEAR]
    return [*ways, NONE] if present is not None and not setting.required else ways


def shown_of(setting: Setting, settings: Mapping[str, Any]) -> str:
    """Return the command or file that gives a secret, which is none itself."""
    way = way_of(setting, settings)
    if way not in (COMMAND, FILE):
        return ""
    value = settings[f"{setting.name}_{way}"]
    return shlex.join(str(word) for word in value) if isinstance(value, list) else str(value)


def kept_words(setting: Setting, settings: Mapping[str, Any]) -> str:
    """Say where a secret is kept."""
    way = way_of(setting, settings)
    if way in (COMMAND, FILE):
        return f"from {shown_of(setting, settings)}"
    return {KEYRING: "in the keyring", CLEAR: "in the settings file", None: "none"}[way]


def with_secret(
    setting: Setting, answer: SecretAnswer, before: Mapping[str, Any]
) -> tuple[dict[str, Any], str | None]:
    """Return the settings that say where a secret is, and the secret itself where the keyring is to keep it.

    Args:
        setting: the secret.
        answer: what its field says.
        before: the notifier's settings until now.

    Raises:
        ConfigError: a secret that is kept elsewhere from now on must be typed.

    """
    way, typed = answer
    present = way_of(setting, before)
    if way == NONE:
        return {}, None
    if not typed:
        if present is None and not setting.required:
            return {}, None
        if way == present and way in (KEYRING, CLEAR):
            keys = (setting.name, "insecure") if way == CLEAR else (f"{setting.name}_{way}",)
            return {key: before[key] for key in keys if key in before}, None
        raise ConfigError(f"{setting.name} is missing", f"it is: {setting.about}")
    if way == KEYRING:
        return {f"{setting.name}_keyring": True}, typed
    if way == CLEAR:
        return {setting.name: typed, **({} if setting.in_clear else {"insecure": True})}, None
    return {f"{setting.name}_{way}": _command(setting, typed) if way == COMMAND else typed}, None


def _command(setting: Setting, typed: str) -> list[str]:
    try:
        return shlex.split(typed)
    except ValueError:
        raise ConfigError(
            f"{setting.name}: a quotation mark is missing in the command", "such as: pass show mail"
        ) from None


def in_keyring(told: NotifierConfig) -> list[str]:
    """Return the secrets of a notifier that the keyring keeps."""
    ending = f"_{KEYRING}"
    assert KEYRING in secrets.WAYS
    return [
        key.removesuffix(ending)
        for key, value in told.settings.items()
        if key.endswith(ending) and value is True
    ]
