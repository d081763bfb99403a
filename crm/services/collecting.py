"""How often Python looks for garbage while millions of short-lived values are made.

Hardly any of them is part of a cycle, and looking for some costs an import a sixth of its time. It is not
switched off: a million cycles, one for each bad record, would fill the memory.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_VALUES = 500_000
"""New values between two looks: some 50 MB of records."""


@contextmanager
def rarely_collecting() -> Iterator[None]:
    """Look for garbage rarely."""
    usual = gc.get_threshold()
    gc.set_threshold(_VALUES, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)
