"""A power cut at any moment loses no edit that was acknowledged, and leaves a whole database."""

from __future__ import annotations

import powercuts
import pytest

pytestmark = [
    pytest.mark.skipif(not powercuts.available(), reason="strace cannot record processes here"),
    pytest.mark.sqlite(reason="a server looks after its own files"),
]
CUTS = 60
"""`python tests/safety/powercuts.py --cuts 2000` by hand."""


# R075
def test_a_power_cut_loses_no_acknowledged_edit_and_damages_nothing(tmp_path):
    told = powercuts.cut_again_and_again(powercuts.record(tmp_path), CUTS, tmp_path)
    assert told == (CUTS, 0, 0)


def test_the_cuts_would_show_it_if_edits_were_not_synchronised(tmp_path):
    told = powercuts.cut_again_and_again(powercuts.record(tmp_path, "NORMAL"), CUTS, tmp_path)
    assert told.lost > CUTS // 10
