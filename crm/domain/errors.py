"""The one family of expected errors: each has a message in the user's terms and a hint what to do next.

Exit codes are the command line's business (`cli.diagnostics`), dialogs the terminal UI's.
"""

from __future__ import annotations


class CrmError(Exception):
    """Something expected went wrong; `str(error)` is meant for people."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        """What the user can do about it, or None."""


class UsageError(CrmError):
    """What was asked for makes no sense: an unknown field, an unreadable date."""


class ConfigError(CrmError):
    """The configuration file or an environment variable says something that cannot be used."""


class NotFoundError(CrmError):
    """Nothing matches what the user named."""


class AmbiguousError(CrmError):
    """Several things match what the user named."""


class ConflictError(CrmError):
    """What was asked for contradicts what is there."""


class ExportError(CrmError):
    """A file or folder cannot be imported as a whole (unknown, damaged, encrypted, the wrong variant), or an
    export cannot be written."""


class QuestionError(ExportError):
    """An export can be read once the user has answered one question, which the export itself does not."""

    def __init__(
        self,
        message: str,
        hint: str | None = None,
        option: str = "as",
        choices: tuple[tuple[str, str], ...] = (),
    ) -> None:
        super().__init__(message, hint)
        self.option = option
        """What of an import answers it: `as` (who the user is) or `dates` (the order of day and month)."""
        self.choices = choices
        """(answer, what it means) for people to choose from; anything may be typed where there are none."""


class DatabaseError(CrmError):
    """The database cannot be opened, read or written."""


class NotifierError(CrmError):
    """A notice could not be delivered."""
