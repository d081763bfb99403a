"""Cells of a CSV file that no spreadsheet takes for a formula, and back to exactly what they were.

Excel, LibreOffice and others run a cell that begins with `=` and its like, quoted or not, and a formula can
send the rest of the sheet away (https://owasp.org/www-community/attacks/CSV_Injection). One apostrophe in
front makes it text. The decision to know: what looks like a number (`+49 170 1234567`, `-12.5`) is left
alone, since a telephone number with an apostrophe is no use to any other program.

Whoever writes such a file quotes every field: a semicolon inside a cell ends it where the semicolon is the
separator.
"""

from __future__ import annotations

import re

_APOSTROPHE = "'"
_FORMULA = frozenset("=+-@|%\t\r\n＝＋－＠｜％﹢﹣﹦﹪﹫−")
"""How a formula, a macro of Lotus 1-2-3 or a DDE call may begin; the wide forms are folded by Excel."""
_INVISIBLE = " \xa0\u200b\u200c\u200d\u2060\ufeff\xad\u3000\v\f\0"
_NUMBER = re.compile(r"[+-]?[0-9(][0-9 ()./-]*")
"""Digits only: even where a spreadsheet calculates it, nothing can be called."""


def guarded(value: str) -> str:
    """Return a cell that is text to every spreadsheet; `unguarded` gives the value back."""
    return _APOSTROPHE + value if _is_dangerous(value) else value


def unguarded(cell: str) -> str:
    """Return the value that `guarded` was given; cells that it would not have written stay as they are."""
    return cell[1:] if cell[:1] == _APOSTROPHE and _is_dangerous(cell) else cell


def _is_dangerous(text: str) -> bool:
    """Say whether a text is a formula, apart from apostrophes: then one more sets it apart from its twin."""
    bare = text.lstrip(_APOSTROPHE)
    if not bare or bare[0].isalnum():
        return False
    seen = bare.lstrip(_INVISIBLE)
    return seen[:1] in _FORMULA and seen != "" and _NUMBER.fullmatch(bare) is None
