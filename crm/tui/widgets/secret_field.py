"""A field for a password: what was typed is masked, and beside it stands where it is kept.

A secret that is there already is never shown; left empty, it stays as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical

from crm.tui.widgets.choice import Choice, Option
from crm.tui.widgets.kept_input import KeptInput

KEYRING, COMMAND, FILE, CLEAR, NONE = "keyring", "command", "file", "clear", "none"
_WORDS = {
    KEYRING: "keyring",
    COMMAND: "by a command",
    FILE: "private file",
    CLEAR: "settings file",
    NONE: "none",
}
_TYPE = {
    KEYRING: "type it; it goes into the keyring",
    COMMAND: "what prints it: pass show mail",
    FILE: "a file that only you can read",
    CLEAR: "type it; it stands there readable",
    NONE: "it is taken away",
}
_KEPT = "as it is; type another to replace it"


class SecretAnswer(NamedTuple):
    """What a secret field says."""

    way: str
    typed: str
    """Empty: as it was."""


class SecretField(Vertical):
    """A field, and below it the places where a secret can be kept."""

    def __init__(
        self,
        ways: Sequence[str],
        present: str | None,
        shown: str = "",
        *,
        classes: str | None = None,
    ) -> None:
        """Ask for a secret.

        Args:
            ways: where it can be kept here, best first.
            present: where it is kept now; None for nowhere.
            shown: the command or the file, which are no secrets.
            classes: of the field.

        """
        super().__init__()
        self._ways = ways
        self._present = present
        self._shown = shown
        self._field_classes = classes

    def compose(self) -> ComposeResult:
        """Field and places."""
        options = [Option(way, _WORDS[way]) for way in self._ways]
        way = self._present or self._ways[0]
        masked = way in (KEYRING, CLEAR)
        yield KeptInput(
            self._shown, placeholder=self._says(way), password=masked, classes=self._field_classes
        )
        yield Choice(options, way)

    def _says(self, way: str) -> str:
        return _KEPT if way == self._present and way in (KEYRING, CLEAR) else _TYPE[way]

    @on(Choice.Changed)
    def other_way(self, event: Choice.Changed) -> None:
        """Say what to type; what was typed for another place is forgotten where it would be seen."""
        field = self.query_one(KeptInput)
        masked = event.value in (KEYRING, CLEAR)
        if field.password != masked:
            field.value = ""
        field.password = masked
        field.placeholder = self._says(event.value)
        if event.value == self._present and not masked:
            field.keep(self._shown)

    @property
    def answer(self) -> SecretAnswer:
        """What the field says."""
        return SecretAnswer(self.query_one(Choice).value, self.query_one(KeptInput).meant.strip())
