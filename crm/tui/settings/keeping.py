"""Reading and saving the configuration file for the Settings screen, and remembering what was there before.

Everything here that touches the file is called in threads.
"""

from __future__ import annotations

import asyncio
import threading
import tomllib
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, NamedTuple, TypeAlias, TypeVar

from crm import clock, config, paths
from crm.config import Changes, Config
from crm.config.saving import readable
from crm.db.store import Store
from crm.domain.cadence import Rules

Path: TypeAlias = tuple[str, ...]
"""Where in the file something stands."""
Result = TypeVar("Result")


class Present(NamedTuple):
    """What the file says just now."""

    config: Config
    values: Mapping[str, Any]


class Before(NamedTuple):
    """What a setting was before it was changed."""

    value: Any
    """As the file said it; None for nothing."""
    said: str


class Saved(NamedTuple):
    """What a change did."""

    before: Present
    now: Config


def read_settings() -> Present:
    """Return what the file says.

    Raises:
        ConfigError: it cannot be read, or makes no sense.

    """
    loaded = config.load()
    return Present(loaded, tomllib.loads(readable(paths.config_file()) or ""))


def save_settings(store: Store, changes: Changes) -> Saved:
    """Save changes, and go by them.

    Raises:
        ConfigError: they make no sense; the file is as it was.
        DatabaseError: they are saved, and could not be followed.

    """
    before = read_settings()
    saved = config.save(changes)
    if saved.rules != store.rules:
        store.follow(saved.rules)
    return Saved(before, saved)


def default_config() -> Config:
    """Return what counts where nothing is set."""
    return Config(Rules(zone=clock.zone()))


def at_path(values: Mapping[str, Any], path: Path) -> Any:
    """Return what the file says at a path, or None where it says nothing."""
    here: Any = values
    for name in path:
        if not isinstance(here, Mapping) or name not in here:
            return None
        here = here[name]
    return here


def back_to(values: Mapping[str, Any], path: Path, before: Any) -> Changes:
    """Return the changes that make the file say at a path what it said before.

    Args:
        values: what the file says now.
        path: of a setting or of a table.
        before: a value, a table, or None for nothing.

    """
    if not isinstance(before, Mapping):
        return {path: before}
    now = at_path(values, path)
    now = now if isinstance(now, Mapping) else {}
    changes: dict[Path, Any] = {(*path, key): value for key, value in before.items()}
    if [key for key in now if key in before] != list(before):  # something is missing, and has its place
        return {path: None, **changes}
    return {**{(*path, key): None for key in now if key not in before}, **changes}


async def aside(call: Callable[[], Result]) -> Result:
    """Do what may hang (a server, a keyring) in a thread that nobody waits for when the program ends.

    Raises:
        Exception: what the call raises.

    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[Result] = loop.create_future()

    def settle(result: Result | None, error: Exception | None) -> None:
        if not answer.done() and error is not None:
            answer.set_exception(error)
        elif not answer.done():
            answer.set_result(result)  # type: ignore[arg-type]

    def run() -> None:
        result, error = None, None
        try:
            result = call()
        except Exception as caught:  # noqa: BLE001 - raised again in the one who waits
            error = caught
        with suppress(RuntimeError):  # the program ended meanwhile
            loop.call_soon_threadsafe(settle, result, error)

    threading.Thread(target=run, daemon=True, name="crm-aside").start()
    return await answer
