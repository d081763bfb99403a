"""A field that begins with what is stored or configured: shown safe, and as it was while nobody changes it.

No field of Textual takes control characters out of what it shows. What is shown here is clean; what it means
is the original as long as it says the same, so that saving a form untouched never changes what was stored.
"""

from __future__ import annotations

from typing import Any

from textual.widgets import Input

from crm.tui import ui

_LONGEST = 20_000
"""Characters; what is longer is cut where it is shown."""


class KeptInput(Input):
    """Shows a text clean."""

    def __init__(self, kept: str = "", **options: Any) -> None:
        """Show a text.

        Args:
            kept: as it is stored.
            options: what an `Input` takes.

        """
        self._kept = kept
        self._shown = ui.cleaned(kept, limit=_LONGEST)
        super().__init__(self._shown, **options)

    def keep(self, text: str) -> None:
        """Show another stored text."""
        self._kept = text
        self._shown = self.value = ui.cleaned(text, limit=_LONGEST)

    @property
    def untouched(self) -> bool:
        """Whether it says what it began with."""
        return self.value == self._shown

    @property
    def meant(self) -> str:
        """What the field says; the original where it shows that."""
        return self._kept if self.untouched else self.value
