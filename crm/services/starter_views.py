"""What is shown of one conversation starter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Starter:
    """One thing to talk about, with where it comes from."""

    kind: str
    """A `StarterKind`."""
    text: str
    """A quotation: a cut of the act's words with single blanks; of a date the program's own words."""
    at: datetime | None
    """When it was said, UTC; None of a birthday or an anniversary."""
    precision: str
    platform: str | None
    direction: str | None
    """Who said it; None of a date."""
    interaction: int | None
    """The act it is cut from, or the first exchange; None of a birthday or an anniversary."""
    url: str | None = None
    thread: str | None = None
    owed: bool = False
    """It waits for an answer now."""
    answered: bool = False
    """You have answered since; such questions are given only where there is nothing else."""
    years: int | None = None
    """How many years ago, or how many years it will be."""
    what: str | None = None
    """Of a date: `birthday`, `anniversary` or `first_exchange`."""
    on: date | None = None
    """Of a date: the day it is kept."""
