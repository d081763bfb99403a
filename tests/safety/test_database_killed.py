"""Killed at any moment of what it does, the program leaves all of it or nothing, and what it said it kept."""

from __future__ import annotations

import os

import killing
import pytest

pytestmark = [
    pytest.mark.skipif(os.name != "posix", reason="there is no SIGKILL"),
    pytest.mark.sqlite(reason="a server has its own ways to survive"),
]
KILLS = 4
"""Of each scenario, times its share; `python tests/safety/killing.py --kills 200` by hand."""


# R074, R093
@pytest.mark.parametrize("scenario", killing.SCENARIOS, ids=lambda scenario: scenario.name)
def test_a_kill_at_any_moment_leaves_all_or_nothing_and_what_was_acknowledged(scenario, tmp_path):
    seen = killing.kill_again_and_again(scenario, int(KILLS * scenario.share), tmp_path)
    assert sum(seen.found.values()) == seen.kills
