"""Killed at any moment of what it does, the program leaves all of it or nothing, and what it said it kept."""

from __future__ import annotations

import os

import killing
import pytest

pytestmark = [
    pytest.mark.skipif(os.name != "posix", reason="there is no SIGKILL"),
    pytest.mark.sqlite(reason="a server has its own ways to survive"),
]
KILLS = int(os.environ.get("CRM_KILLS", "3"))
"""Of each scenario, times its share; `python tests/safety/killing.py --kills 200` by hand."""
SIZE = 0.1


@pytest.fixture(scope="module")
def orders():
    with killing.forking() as given:
        yield given


# R074, R093
@pytest.mark.parametrize("scenario", killing.SCENARIOS, ids=lambda scenario: scenario.name)
def test_a_kill_at_any_moment_leaves_all_or_nothing_and_what_was_acknowledged(scenario, orders, tmp_path):
    kills = round(KILLS * scenario.share)
    seen = killing.kill_again_and_again(orders, scenario, kills, tmp_path, size=SIZE)
    assert sum(seen.found.values()) == seen.kills
