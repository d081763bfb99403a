"""The line that says that reminders do not arrive. Not there while they do, or when it was sent away."""

from __future__ import annotations

from collections.abc import Sequence

from textual.widgets import Static

from crm.tui import ui


class WorryLine(Static):
    """Says the first thing that keeps reminders from arriving, and where to mend it."""

    DEFAULT_CSS = """
    WorryLine { display: none; height: auto; max-height: 3; padding: 0 2; margin: 0 0 1 0; }
    WorryLine.-worried { display: block; }
    .-low WorryLine { max-height: 1; margin: 0; }
    """

    def __init__(self) -> None:
        super().__init__("", markup=False)
        self.sent_away = False
        """Whether the user has read it; it comes back with the next start of the program."""

    @property
    def worried(self) -> bool:
        """Whether it shows anything."""
        return self.has_class("-worried")

    def show(self, messages: Sequence[str]) -> None:
        """Say the first of the things that are wrong, if there are any."""
        worries = () if self.sent_away else messages
        self.set_class(bool(worries), "-worried")
        if worries:
            more = f" (and {len(worries) - 1} more)" if len(worries) > 1 else ""
            self.update(
                ui.line(
                    (f"{worries[0]}{more}   ", ui.TROUBLE),
                    (",", ui.ACCENT),
                    (" settings   ", ui.FAINT),
                    ("h", ui.ACCENT),
                    (" hide", ui.FAINT),
                )
            )

    def send_away(self) -> None:
        """Say nothing more in this session."""
        self.sent_away = True
        self.show(())
