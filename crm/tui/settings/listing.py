"""Columns and saved filters of People: from the configuration file, and back into it.

The demo reads and writes nobody's file: what is chosen there holds until it is left.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from crm import config
from crm.config import Changes
from crm.domain.errors import ConflictError
from crm.domain.listing import BUILT_IN, USUAL_COLUMNS, ContactQuery, called, filter_name


class ListSettings:
    """How the user wants lists of contacts to look."""

    def __init__(self, demo: bool) -> None:
        self._demo = demo
        self.columns: tuple[str, ...] = USUAL_COLUMNS
        self.own: Mapping[str, ContactQuery] = {}
        """The user's filters, by name."""

    @property
    def filters(self) -> dict[str, ContactQuery]:
        """All filters, those that everybody has first."""
        return {**BUILT_IN, **self.own}

    async def load(self) -> None:
        """Read the file again.

        Raises:
            ConfigError: it makes no sense; what was known before stays.

        """
        if not self._demo:
            read = await asyncio.to_thread(config.load)
            self.columns, self.own = read.columns, read.filters

    async def keep(self, typed: str, query: ContactQuery) -> str:
        """Keep a filter under a name; one that is called so is replaced. Return the name.

        Raises:
            UsageError: the name cannot be used.
            ConfigError: the file cannot be changed.

        """
        name = filter_name(typed)
        name = called(name, self.own) or name
        await self._save(config.for_filter(name, query), {**self.own, name: query})
        return name

    async def rename(self, old: str, typed: str) -> str:
        """Give a filter another name; return it.

        Raises:
            UsageError: the name cannot be used.
            ConflictError: another filter is called so.
            ConfigError: the file cannot be changed.

        """
        name = filter_name(typed)
        if name == old:
            return name
        there = called(name, self.own)
        if there not in (None, old):
            raise ConflictError(
                f'there is a filter "{there}" already', "choose another name, or delete that one"
            )
        query = self.own[old]
        after = {name if key == old else key: value for key, value in self.own.items()}
        await self._save({**config.without_filter(old), **config.for_filter(name, query)}, after)
        return name

    async def delete(self, name: str) -> None:
        """Delete a filter.

        Raises:
            ConfigError: the file cannot be changed.

        """
        await self._save(
            config.without_filter(name), {key: query for key, query in self.own.items() if key != name}
        )

    async def choose_columns(self, columns: Sequence[str]) -> None:
        """Remember which columns to show.

        Raises:
            ConfigError: the file cannot be changed; they are shown until the program ends.

        """
        self.columns = tuple(columns)
        await self._save(config.for_columns(columns), self.own)

    async def _save(self, changes: Changes, own: Mapping[str, ContactQuery]) -> None:
        if not self._demo:
            own = (await asyncio.to_thread(config.save, changes)).filters
        self.own = own
