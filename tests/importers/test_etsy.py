"""Etsy: one purchase for each order, whose it is, and what is never kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crm.domain.errors import QuestionError
from crm.domain.records import InteractionRecord, Left, Owner, Problem, Record
from crm.importers.contacts_csv import Importer as PlainTables
from crm.importers.etsy import Importer
from crm.importers.kit.export import Export

DAY = 86_400_000_000
ORDERS = "Sale Date,Order ID,Buyer User ID,Full Name,Street 1,Buyer,Status"
ITEMS = "Sale Date,Item Name,Buyer,Quantity,Transaction ID,Ship Name,Ship Address1,Order ID,Variations"


def read(path: Path, owner: Owner | None = None) -> list[Record]:
    with Export(path) as export:
        return list(Importer().extract(export, owner or Owner()))


def acts(records: list[Record]) -> list[InteractionRecord]:
    return [record for record in records if isinstance(record, InteractionRecord)]


def table(tmp_path: Path, name: str, header: str, *rows: str) -> Path:
    path = tmp_path / name
    path.write_text("\n".join((header, *rows)) + "\n", "utf-8")
    return path


@pytest.mark.parametrize(
    ("buyer_id", "full", "buyer", "expected"),
    [
        ("ada1", "Ada Byron", "Ada Byron (ada1)", ("ada1", None, "Ada Byron")),
        ("", "Ada Byron", "Ada Byron (ada1)", ("ada1", None, "Ada Byron")),
        ("ada1", "Ada Byron", "ada1", ("ada1", None, "Ada Byron")),
        ("123456", "Ada Byron", "Ada Byron (ada1)", ("ada1", "123456", "Ada Byron")),
        ("", "Ada Byron", "Ada Byron", (None, "name:ada byron", "Ada Byron")),
        ("", "", "Ada Byron", (None, "name:ada byron", "Ada Byron")),
    ],
)
def test_a_buyer_is_known_by_the_user_name_and_a_guest_by_name(
    tmp_path: Path, buyer_id: str, full: str, buyer: str, expected: tuple[str | None, ...]
) -> None:
    path = table(tmp_path, "o.csv", ORDERS, f"01/02/24,7,{buyer_id},{full},Street,{buyer},")
    [act] = acts(read(path))
    assert act.who
    assert (act.who.handle, act.who.external_id, act.who.name) == expected


def test_an_order_of_several_rows_and_files_is_one_purchase_with_all_it_holds(tmp_path: Path) -> None:
    table(tmp_path, "EtsySoldOrders2024.csv", ORDERS, "01/02/24,7,ada1,Ada,Street,Ada (ada1),")
    table(tmp_path, "EtsySoldOrders2024-1.csv", ORDERS, "01/02/24,7,ada1,Ada,Street,Ada (ada1),")
    rows = ("01/02/24,Mug,ada1,2,1,Ada,Street,7,", "01/02/24,Bowl,ada1,1,2,Ada,Street,7,")
    table(tmp_path, "EtsySoldOrderItems2024.csv", ITEMS, *rows)
    [act] = acts(read(tmp_path))
    assert (act.external_id, act.text) == ("order:7", "2 × Mug; Bowl")
    alone = acts(read(tmp_path / "EtsySoldOrderItems2024.csv"))
    assert [one.external_id for one in alone] == ["order:7"]


@pytest.mark.parametrize(
    ("dates", "owner", "days", "assumed"),
    [
        (("01/02/24", "01/13/24"), None, [19724, 19735], False),
        # a spreadsheet abroad has saved it again
        (("13/01/2024", "02/01/2024"), None, [19735, 19724], True),
        (("02/01/2024", "03/01/2024"), Owner(dates="day-first"), [19724, 19725], True),
        (("2024-01-02", "02.01.2024"), None, [19724, 19724], None),
    ],
)
def test_the_month_is_first_unless_it_cannot_be(
    tmp_path: Path, dates: tuple[str, str], owner: Owner | None, days: list[int], assumed: bool | None
) -> None:
    rows = [f"{date},{number},ada1,Ada,Street,ada1," for number, date in enumerate(dates)]
    found = acts(read(table(tmp_path, "o.csv", ORDERS, *rows), owner))
    assert [act.at for act in found] == [day * DAY for day in days]
    assert assumed is None or {act.zone_assumed for act in found} == {assumed}


def test_an_address_is_kept_nowhere_not_even_of_a_broken_row(tmp_path: Path) -> None:
    rows = ("01/02/24,7,ada1,Ada,12 Secret Lane,ada1,", 'x"01/02/24,8,12 Secret Lane,"b"c,d,e,f,g,h')
    records = read(table(tmp_path, "o.csv", ORDERS, *rows))
    assert any(isinstance(record, Problem) for record in records)
    assert "Secret" not in repr(records)


def test_cancelled_orders_and_sales_to_nobody_are_left_out_and_counted(tmp_path: Path) -> None:
    rows = ("01/02/24,7,ada1,Ada,Street,ada1,Canceled", "01/02/24,8,,,,,")
    records = read(table(tmp_path, "o.csv", ORDERS, *rows))
    assert records == [Left("cancelled orders", 1), Left("sales to nobody who is named", 1)]


def test_a_review_is_the_buyers_where_its_order_is_there(tmp_path: Path) -> None:
    review = {
        "reviewer": "A.",
        "date_reviewed": "01/05/2024",
        "star_rating": 5,
        "message": None,
        "order_id": 7,
    }
    (tmp_path / "reviews.json").write_text(json.dumps([review]), "utf-8")
    [alone] = acts(read(tmp_path / "reviews.json"))
    assert alone.who
    assert alone.who.external_id == "name:a."
    table(tmp_path, "o.csv", ORDERS, "01/02/24,7,ada1,Ada,Street,ada1,")
    _, joined = acts(read(tmp_path))
    assert joined.who
    assert joined.who.handle == "ada1"
    assert joined.external_id == alone.external_id


def test_orders_are_no_table_of_people(tmp_path: Path) -> None:
    path = table(tmp_path, "o.csv", ORDERS, "01/02/24,7,ada1,Ada,Street,ada1,")
    with Export(path) as export:
        assert Importer().identify(export)
        assert not PlainTables().identify(export)


def test_messages_of_others_that_speak_of_etsy_are_left_to_others(tmp_path: Path) -> None:
    (tmp_path / "messages.json").write_text('[{"text": "https://www.etsy.com/listing/1"}]', "utf-8")
    with Export(tmp_path / "messages.json") as export:
        assert not Importer().identify(export)


def test_of_two_who_write_the_user_says_which_they_are(tmp_path: Path) -> None:
    folder = tmp_path / "etsy-data"
    folder.mkdir()
    message = {"from": "Ada", "to": "Bo", "message": "hi", "date": "2024-01-02"}
    (folder / "messages.json").write_text(json.dumps([message]), "utf-8")
    with pytest.raises(QuestionError) as caught:
        read(folder)
    assert sorted(answer for answer, _ in caught.value.choices) == ["Ada", "Bo"]
    [act] = acts(read(folder, Owner(stated="Bo")))
    assert act.direction == "in"
