"""What may be said about a bug: where it happened, never with which data.

Local variables and messages of exceptions hold names and addresses ("KeyError: 'ada@example.org'"), and
such a report is meant to be pasted into a public issue. So it has types and places only.
"""

from __future__ import annotations

import platform
import traceback
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_LIBRARIES = ("crm", "textual", "sqlalchemy")
_PACKAGE = Path(__file__).resolve().parent


def report(error: BaseException) -> str:
    """Return a report of an unexpected error without any of its data."""
    lines = [_versions(), ""]
    for failure in _chain(error):
        lines.append(f"{type(failure).__module__}.{type(failure).__qualname__}")
        lines += [
            f"  {_place(frame.filename)}:{frame.lineno} in {frame.name}"
            for frame in traceback.extract_tb(failure.__traceback__)
        ]
    return "\n".join(lines)


def _chain(error: BaseException) -> list[BaseException]:
    """Return the error and what caused it, the first cause first."""
    chain: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in chain:
        chain.append(current)
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return chain[::-1]


def _place(filename: str) -> str:
    """Return the file within its package: a full path holds the user's name."""
    path = Path(filename)
    if path.is_relative_to(_PACKAGE):
        return path.relative_to(_PACKAGE.parent).as_posix()
    return "/".join(path.parts[-2:])


def _versions() -> str:
    known = []
    for name in _LIBRARIES:
        try:
            known.append(f"{name} {version(name)}")
        except PackageNotFoundError:  # run from a checkout that was never installed
            known.append(f"{name} (not installed)")
    return ", ".join([*known, f"Python {platform.python_version()}", platform.system()])
