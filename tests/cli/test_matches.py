"""`crm matches`: what it shows, and saying that two contacts are two."""

from __future__ import annotations

import subprocess
import sys

import pytest
from cli_runner import Crm, process_environment
from test_contract import IDENTITY, MOMENT, NUMBER, YEARLY, fits

SIDE = {
    "id": int,
    "name": str,
    "identities": [IDENTITY],
    "organisation": (str, None),
    "title": (str, None),
    "birthday": (YEARLY, None),
    "interactions": int,
    "last_interaction_at": (MOMENT, None),
    "archived": bool,
}
MATCH = {"keep": SIDE, "other": SIDE, "reasons": [str], "against": [str], "strength": NUMBER}


@pytest.fixture
def two(crm: Crm) -> Crm:
    """Return a command line on a potter who is there twice, and somebody else."""
    crm.run("add", "Ottilie Byronsdottir", "x:kilnandink")
    crm.run("add", "Ottilie", "instagram:kiln.and.ink")
    crm.run("add", "Bo Lind", "bo@example.org")
    crm.run("log", "x:kilnandink", "hello", "--at", "2026-05-30 10:00")
    return crm


def test_a_match_is_shown_with_its_reasons_and_the_command_that_merges(two: Crm) -> None:
    answer = two.run("matches")
    assert answer.lines == [
        "Ottilie Byronsdottir (1)  X kilnandink; 1 interaction, last 1 day ago",
        "Ottilie (2)  Instagram kiln.and.ink; no interactions",
        "  + both use the rare handle kilnandink",
        "  + the names are alike",
        "  crm merge 1 2",
    ]
    two.run(*answer.lines[-1].split()[1:])
    assert two.run("matches").out == ""


def test_json_has_both_sides_reasons_and_strength(two: Crm) -> None:
    found = two.json("matches")
    assert fits(found, [MATCH])
    assert [(each["keep"]["id"], each["other"]["id"]) for each in found] == [(1, 2)]
    assert two.json("matches", "Ottilie Byronsdottir") == found
    assert two.json("matches", "Bo") == []
    assert two.json("matches", "--limit", "0") == []


def test_no_more_are_shown_than_were_asked_for(two: Crm) -> None:
    two.run("add", "Cy", "x:quartzvelvet")
    two.run("add", "Cyrus", "github:quartzvelvet")
    assert two.run("matches", "--limit", "1").out.count("crm merge") == 1
    assert two.run("matches").out.count("crm merge") == 2


def test_never_is_never(two: Crm) -> None:
    answer = two.run("matches", "--never", "1", "2")
    assert answer.out == "Ottilie Byronsdottir (1) and Ottilie (2) are two; they are not suggested again\n"
    assert two.json("matches") == []
    assert two.run("matches", now="2036-06-01T09:00:00Z").out == ""
    two.run("undo")
    assert len(two.json("matches")) == 1


def test_later_is_in_thirty_days(two: Crm) -> None:
    answer = two.run("matches", "--later", "kilnandink", "2")
    assert "are not suggested before 2026-07-01" in answer.out
    assert two.json("matches") == []
    assert len(two.json("matches", now="2026-07-02T09:00:00Z")) == 1


def test_a_refusal_speaks_json(two: Crm) -> None:
    said = two.json("matches", "--later", "1", "2")
    assert said == {
        "refused": [{"id": 1, "name": "Ottilie Byronsdottir"}, {"id": 2, "name": "Ottilie"}],
        "until": "2026-07-01T09:00:00Z",
    }


@pytest.mark.parametrize(
    "args", [("--never", "1"), ("--never", "--later", "1", "2"), ("1", "2"), ("--never", "1", "1")]
)
def test_what_makes_no_sense_is_a_usage_error_and_changes_nothing(args: tuple[str, ...], two: Crm) -> None:
    answer = two.answer("matches", *args)
    assert answer.code == 2
    assert answer.err.startswith("crm: error: ")
    assert len(two.json("matches")) == 1


def test_other_peoples_names_cannot_command_the_terminal(two: Crm) -> None:
    two.run("edit", "2", "--name", "Otti\x1b[2Jlie", "--org", "\x1b]52;c;cHduZWQ=\x07")
    assert "\x1b" not in two.run("matches").out


def test_today_does_not_load_what_matching_needs(two: Crm) -> None:
    code = "import sys; from crm.cli.program import run; run(['today']); print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=process_environment(two.settings),
        capture_output=True,
        text=True,
        check=True,
    )
    assert not {"rapidfuzz", "anyascii", "crm.domain.matching"} & set(done.stdout.split())
