"""Substack: which tables are its own, what is never read, and who follows."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from crm.domain.records import InteractionRecord, Left, Owner, PostRecord, Record
from crm.importers.contacts_csv import Importer as PlainTables
from crm.importers.kit.export import Export
from crm.importers.substack import Importer

LIST = "email,active_subscription,expiry,plan,email_disabled,created_at"
HEADERS = (
    LIST,
    f"{LIST},first_payment_at",
    "email,active_subscription,expiry,email_disabled,prefer_digests,created_at",
    "email,expiry,email_disabled,prefer_digests,stripe_connected_customer_id,type",
    "email,active_subscription,expiry,plan,email_disabled,digest_enabled,created_at",
    "Email,Name,Stripe plan,Cancel date,Start date,Paid upgrade date,Activity,Type",
)


def read(path: Path) -> list[Record]:
    with Export(path) as export:
        return list(Importer().extract(export, Owner()))


def follows(records: list[Record]) -> list[InteractionRecord]:
    return [record for record in records if isinstance(record, InteractionRecord)]


@pytest.mark.parametrize("header", HEADERS)
def test_lists_of_every_year_are_known_by_their_header_and_are_nobody_elses(
    tmp_path: Path, header: str
) -> None:
    cells = {"email": "cy@example.org", "name": "Cy", "created_at": "2024-01-01", "start date": "2024-01-01"}
    path = tmp_path / "list.csv"
    path.write_text(f"{header}\n{','.join(cells.get(c.lower(), '') for c in header.split(','))}\n", "utf-8")
    with Export(path) as export:
        assert Importer().identify(export)
        assert not PlainTables().identify(export)
    [follow] = follows(read(path))
    assert follow.who
    assert follow.who.handle == "cy@example.org"


def test_who_opened_or_was_sent_an_e_mail_is_never_read(tmp_path: Path) -> None:
    (tmp_path / "posts").mkdir()
    (tmp_path / "posts.csv").write_text("post_id,post_date,is_published,title\n1.a,2024-01-01,true,A\n")
    watched = tmp_path / "posts" / "1.opens.csv"
    watched.write_text(f"{LIST}\nwatched@example.org,false,,,false,2024-01-01\n")
    (tmp_path / "posts" / "1.delivers.csv").write_bytes(watched.read_bytes())
    with Export(tmp_path) as export:
        records = list(Importer().extract(export, Owner()))
        assert export.unread() == ["posts/1.delivers.csv", "posts/1.opens.csv"]
    assert not follows(records)
    with Export(watched) as export:
        assert not Importer().identify(export)


def test_somebody_in_two_lists_follows_once_since_the_date_that_is_known(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(f"{HEADERS[3]}\nBo@example.org,,false,,cus,paid\n")
    (tmp_path / "b.csv").write_text(f"{HEADERS[2]}\nbo@example.org,true,,false,false,2020-01-01\n")
    [follow] = follows(read(tmp_path))
    assert follow.at is not None


def test_a_post_keeps_its_key_when_its_address_changes(tmp_path: Path) -> None:
    keys = set()
    for slug in ("old-name", "new-name"):
        path = tmp_path / f"{slug}.csv"
        path.write_text(f"post_id,post_date,is_published,title\n7.{slug},2024-01-01,true,A\n")
        keys |= {record.external_id for record in read(path) if isinstance(record, PostRecord)}
    assert keys == {"post:7"}


def test_the_samples_of_ghosts_migration_tools_are_read(shared: Path) -> None:
    folder = shared / "samples" / "substack"
    found = {}
    for path in sorted(folder.glob("*.csv")):
        with Export(path) as export:
            assert Importer().identify(export), path.name
        counts = Counter(type(record) for record in read(path))
        name = path.stem.rpartition("fixtures_")[2]
        found[name] = (counts[PostRecord], counts[InteractionRecord], counts[Left])
    assert found == {"posts": (4, 0, 1), "signup_emails": (0, 21, 0), "subscriber_emails": (0, 17, 0)}
