"""The forms in which contacts leave the program, one module each: plain values in, bytes out."""

from __future__ import annotations

from typing import NamedTuple


class Form(NamedTuple):
    """One form of export."""

    title: str
    ending: str
    """Of its files, with the dot."""
    holds: str
    """What is in it, in a few words; also how a file is called that the user gave no name."""


FORMS: dict[str, Form] = {
    "vcard": Form("vCard", ".vcf", "contacts"),
    "csv": Form("CSV", ".csv", "contacts"),
    "json": Form("JSON", ".json", "everything"),
    "ics": Form("iCalendar", ".ics", "dates"),
}
"""By the name of the module."""
