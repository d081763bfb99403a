"""Hostile text from the file it comes in to whoever shows it: one name at a time, end to end."""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from cli_runner import Crm
from hostile import message, telegram
from measured import Community
from postgres_server import PostgresServer
from rich.cells import cell_len
from sqlalchemy import update
from tui_world import open_store, press, screen_text, settle

from crm.cli.cells import cell_len as printed_len
from crm.db import tables
from crm.db.store import Store
from crm.domain.text import clean
from crm.services import contacts, editing, interactions
from crm.tui import ui
from crm.tui.app import CrmApp
from crm.vcard.values import escape

COMMAND = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
HALF = "Zo\ud83d"
MENDED = "Zo\ufffd"


def halved(folder: Path) -> Path:
    """Write an export of Telegram with half an emoji in a name and in a message, as an escape."""
    path = folder / "result.json"
    text = telegram([message(1, text="half HALF here"), message(2)]).replace("Zoë", "ZoHALF")
    path.write_text(text.replace("HALF", "\\ud83d"))
    return path


def holds_the_mended_name(crm: Crm, folder: Path) -> None:
    [one] = [one for one in crm.json("contacts") if one["name"].startswith("Zo")]
    assert one["name"] == MENDED
    texts = [act["text"] for act in crm.json("show", MENDED)["interactions"]]
    assert "half \ufffd here" in texts
    for args in (["contacts"], ["show", MENDED], ["search", "half"]):
        assert "\ufffd" in crm.run(*args).out.encode().decode()
    crm.run("edit", MENDED, "--birthday", "--03-05")
    for form in ("vcard", "csv", "ics", "json"):
        out = folder / f"out.{form}"
        crm.run("export", form, "--to", out)
        assert MENDED in out.read_bytes().decode("utf-8")


# R019
def test_lone_surrogates_are_stored_as_u_fffd_and_every_output_is_valid_utf_8(
    tmp_path: Path, community: Community
) -> None:
    assert community.quick("import", halved(tmp_path)).code == 0
    holds_the_mended_name(Crm(community.settings), tmp_path)


# R019
def test_lone_surrogates_are_stored_as_u_fffd_in_postgresql_too(
    tmp_path: Path, community: Community, postgres: PostgresServer
) -> None:
    url = postgres.ready()
    crm = Crm({**community.settings, "CRM_DATABASE_URL": url})
    crm.run("import", halved(tmp_path))
    holds_the_mended_name(crm, tmp_path)
    postgres.give_back(url)


# R021
@pytest.mark.parametrize(
    "name", ["", "   ", "\u3164", "\u200b\u200d\ufeff", "\u001b\u0000", "\u2800\u00ad", "\U000e0041"]
)
def test_an_empty_or_invisible_name_has_a_placeholder_with_another_identifier(
    name: str, tmp_path: Path, community: Community
) -> None:
    path = tmp_path / "result.json"
    path.write_text(telegram([message(1), message(2)]).replace("Zoë", json.dumps(name)[1:-1]))
    assert community.quick("import", path).code == 0
    crm = Crm(community.settings)
    [one] = [one for one in crm.json("contacts") if one["name"] != "Ada Byron"]
    [line] = [line for line in crm.run("contacts").lines if "222" in line]
    assert "222" in crm.run("show", f"telegram:{one['identities'][0]['external_id']}").lines[0]
    assert line.strip()


NAMES = (
    *(
        "=1+1",
        "+1+1",
        "-1",
        "@SUM(A1)",
        "=cmd|' /C calc'!A0",
        "'=x",
        "''=x",
        "%x",
        "|x",
        "＝1",
        '"=1"',
        ";=1",
        ",=1",
    ),
    *(
        "--help",
        "-",
        "@file",
        ".",
        "..",
        "/",
        "~",
        "%s {0} $HOME",
        "{{7*7}}",
        "%00",
        "\\",
        "\\n",
        "null",
        "-0",
        "1e5",
    ),
    *(
        "<script>alert(1)</script>",
        '" onmouseover="x',
        "javascript:alert(1)",
        "</style><script>x",
        "</script>",
    ),
    *(
        "[/]",
        "[red]x",
        ":smile:",
        "BEGIN:VCARD",
        "END:VCALENDAR",
        "=?utf-8?q?=0A?=",
        "Bob\nBcc: evil@example.org",
    ),
    *(
        "A\ufff9B\ufffaC\ufffb",
        "\uffff\ufdd0x",
        "\ue000private",
        "\U000e0001\U000e0041tag",
        "s\xadoft",
        "\u2067rtl",
    ),
    *(
        "a\x7fb",
        "\x9b31mC",
        "\x90q~\x9c",
        "\x9d0;x\x9c",
        "\x1b^private\x1b\\y",
        "\x1b_G\x1b\\z",
        "\x1bXs\x1b\\w",
    ),
    "e" + "\u0301" * 10_000,
)


# R001 and R060, their neighbours: formulas, options, markup, headers, sequences in eight bits, heaps
def test_names_that_mean_something_elsewhere_come_back_out_of_every_file_as_they_went_in(
    tmp_path: Path, community: Community, database_of: Callable[[Path], str]
) -> None:
    book = tmp_path / "book.vcf"
    cards = [
        f"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:{escape(name)}\r\nORG:{escape(name)}\r\nBDAY:1990-06-02\r\n"
        f"EMAIL:p{number}@example.org\r\nEND:VCARD\r\n"
        for number, name in enumerate(NAMES)
    ]
    book.write_bytes("".join(cards).encode())
    crm = Crm(community.settings)
    crm.run("import", book)
    kept = names_of(crm)
    assert {name for name in NAMES if "\n" not in name and len(name) < 500} <= kept
    for args in (
        ["contacts"],
        ["today"],
        ["remind"],
        *(["show", f"p{n}@example.org"] for n in range(len(NAMES) - 8, len(NAMES))),
    ):
        assert not COMMAND.search(crm.run(*args).out)
    for form in ("csv", "vcard"):
        out = tmp_path / f"out.{form}"
        crm.run("export", form, "--to", out)
        again = Crm({**community.settings, "CRM_DATABASE_URL": database_of(tmp_path / f"{form}.db")})
        again.run("import", out)
        assert names_of(again) == kept
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        csv.field_size_limit(1 << 20)
        cells = [cell for row in csv.reader(file) for cell in row]
    assert not [cell for cell in cells if cell[:1] in set("=@%|＝\t\r") and cell]
    crm.run("mirror", "--html", tmp_path / "mirror.html")
    assert "<script" not in (tmp_path / "mirror.html").read_text("utf-8")


def names_of(crm: Crm) -> set[str]:
    return {one["name"] for one in crm.json("contacts")}


# R022
@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are a Unix matter")
def test_json_on_a_terminal_is_pure_ascii_and_gives_the_stored_value_back(community: Community) -> None:
    from tui_terminal import Terminal

    name = "A\x7f\x9b31m\u202eB\x85C\u2028D"
    with closing(Store.open(community.database)) as store:
        store.write(editing.add, "Bob", ["x:bob"])
        with store._engine.begin() as connection:
            connection.execute(update(tables.contact).where(tables.contact.c.name == "Bob").values(name=name))
    terminal = Terminal(["-m", "crm", "contacts", "--json"], community.settings)
    try:
        assert terminal.exit_code() == 0
        assert terminal.output.isascii()
        assert not set(terminal.output) & {*range(10), *range(14, 32), 127}
        assert name in [one["name"] for one in json.loads(terminal.output)]
    finally:
        terminal.end()


# R011
async def test_a_click_action_in_a_name_runs_in_no_list_detail_or_notification(tmp_path: Path) -> None:
    with closing(open_store(tmp_path / "clicks.db")) as store:
        for number, name in enumerate(("[@click=app.quit]x[/]", "[@click=app.delete(5)]Bob[/]")):
            key = store.write(editing.add, name, [f"x:click{number}"])
            store.write(interactions.log, key, name, direction="in", platform="x")
        app = CrmApp(store)
        async with app.run_test(size=(100, 30), notifications=True) as pilot:
            await settle(pilot)
            for keys in ([], ["2"], ["2", "enter"]):
                await press(pilot, *keys)
                app.notify("[@click=app.quit]x[/]", markup=False)
                for y, line in enumerate(screen_text(app).splitlines()[:30]):
                    if (x := line.find("[@click")) >= 0:
                        await pilot.click(offset=(x + 16, y))
                await settle(pilot)
                assert app.is_running
            assert app.return_value is None
        assert len(store.read(contacts.list_ids, contacts.ContactQuery())) == 2


JOINED = {
    "family": "👨\u200d👩\u200d👧",
    "flag": "🇩🇪",
    "England": "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "heart": "❤\ufe0f",
}


# R015
@pytest.mark.parametrize("kind", JOINED)
def test_joined_emoji_flags_and_vs16_are_one_sign_of_two_cells_and_columns_stay_aligned(kind: str) -> None:
    sign = JOINED[kind]
    assert clean(sign) == sign
    assert cell_len(sign) == printed_len(sign) == 2
    for name in (sign, f"Zoe {sign}", f"{sign}{sign} Ray"):
        assert cell_len(ui.fit(name, 20)) == 20


# R024
async def test_equal_addresses_and_ids_that_look_like_data_break_no_list(tmp_path: Path) -> None:
    with closing(open_store(tmp_path / "same.db")) as store:
        for number in range(2):
            for name in ("alice@x.org", "p1", "row 0", "Same Name"):
                key = store.write(editing.add, name, [f"x:{name.replace(' ', '')[:4]}{number}"])
                store.write(interactions.log, key, "hello", direction="in", platform="x")
        with store._engine.begin() as connection:
            connection.exec_driver_sql("UPDATE identity SET handle_written = 'alice@x.org'")
        app = CrmApp(store)
        async with app.run_test(size=(100, 40)) as pilot:
            await settle(pilot)
            for keys in (["1"], ["2", "down", "enter", "escape"], ["3"], ["2", "space", "down", "space"]):
                await press(pilot, *keys)
                assert app.is_running
            assert screen_text(app).count("alice@x.org") >= 2
