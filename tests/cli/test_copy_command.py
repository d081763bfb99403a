"""`crm copy --to` from the command line."""

from __future__ import annotations

import pytest


def test_a_database_is_copied_and_shown_to_be_equal(crm, tmp_path):
    crm.run("add", "Ada Byron", "x:ada")
    to = tmp_path / "copy" / "crm.db"
    said = crm.run("copy", "--to", f"sqlite:///{to}")
    assert said.lines[0].split() == ["TABLE", "ROWS", "DIGEST"]
    assert said.lines[-1].endswith("both databases are equal")
    assert to.exists()
    again = crm.answer("copy", "--to", f"sqlite:///{to}")
    assert (again.code, "not empty" in again.err) == (4, True)


def test_what_it_prints_as_json(crm, tmp_path):
    crm.run("add", "Ada Byron", "x:ada")
    made = crm.json("copy", "--to", f"sqlite:///{tmp_path / 'copy.db'}")
    assert set(made) == {"from", "to", "rows", "tables", "state_differs", "equal"}
    assert made["equal"] is True
    assert made["state_differs"] == 0
    assert made["tables"]["contact"]["rows"] == 1
    assert len(made["tables"]["contact"]["digest"]) == 32
    assert made["rows"] == sum(table["rows"] for table in made["tables"].values())


def test_a_place_is_needed(crm):
    assert crm.answer("copy").code == 2


def test_a_server_that_is_not_there_is_said_without_its_password(crm):
    answer = crm.answer("copy", "--to", "postgresql://ada:s3cret@127.0.0.1:1/crm")
    assert answer.code == 6
    assert "s3cret" not in answer.out + answer.err
    assert answer.err.count("can see the password") == 1


@pytest.mark.parametrize("place", ["before", "after", "environment"])
def test_a_password_among_the_arguments_is_warned_of_once_with_the_ways_out(crm, place):
    url = "postgresql://ada:s3cret@127.0.0.1:1/crm"
    before, after = (["--db", url] if place == where else [] for where in ("before", "after"))
    env = {"CRM_DATABASE_URL": url} if place == "environment" else {}
    said = crm.answer(*before, "contacts", *after, env=env).err
    assert "s3cret" not in said
    assert [said.count(word) for word in ("(ps)", "CRM_DATABASE_URL", "~/.pgpass", "PGPASSFILE")] == [
        int(place != "environment")
    ] * 4


@pytest.mark.parametrize("url", ["postgresql://ada@127.0.0.1:1/crm", "postgresql://127.0.0.1:1/crm"])
def test_without_a_password_there_is_nothing_to_warn_of(crm, url):
    assert "(ps)" not in crm.answer("--db", url, "contacts").err
