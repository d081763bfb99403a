"""Exported chats of WhatsApp: notations, order of dates, who is who, and ids that outlive renaming."""

from __future__ import annotations

import unicodedata
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.domain.errors import QuestionError
from crm.domain.records import (
    Direction,
    IdentityRef,
    InteractionRecord,
    Kind,
    Left,
    Owner,
    Precision,
    Problem,
    Record,
    SelfRecord,
)
from crm.importers.kit.export import Export
from crm.importers.whatsapp import Importer, phrases, words
from crm.importers.whatsapp.dates import Order, day_of
from crm.importers.whatsapp.lines import Reading, header_of, whole

ZOE = "WhatsApp Chat with Zoë.txt"
MARK = "\u200e"


def chat(folder: Path, *lines: str, name: str = ZOE) -> Path:
    folder.mkdir(exist_ok=True, parents=True)
    path = folder / name
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    return path


def read(path: Path, owner: Owner | None = None) -> list[Record]:
    with Export(path) as export:
        assert Importer().identify(export)
        return list(Importer().extract(export, owner or Owner()))


def acts(records: list[Record]) -> list[InteractionRecord]:
    return [record for record in records if isinstance(record, InteractionRecord)]


def left(records: list[Record]) -> dict[str, int]:
    return {record.what: record.number for record in records if isinstance(record, Left)}


def when(act: InteractionRecord) -> str:
    assert act.at is not None
    return datetime.fromtimestamp(act.at / 1_000_000, UTC).isoformat()[:19]


def test_the_samples_of_another_parser_hold_the_same_chat_in_five_notations(shared: Path) -> None:
    found = []
    for path in sorted((shared / "samples" / "whatsapp").glob("*.txt")):
        records = read(path, Owner(stated="John Doe"))
        assert not [record for record in records if isinstance(record, Problem)]
        found.append([act._replace(thread=None) for act in acts(records)])
    assert len(found) == 5
    assert all(each == found[0] for each in found)
    assert len(found[0]) == 10
    assert [act.direction for act in found[0][:7]] == ["out", "out", "in", "in", "in", "in", "out"]
    assert when(found[0][2]) == "2019-01-30T20:49:00"


@pytest.mark.parametrize(
    "line",
    [
        "30/12/2023, 14:30 - Zoë: hallo",
        "12/30/23, 2:30 PM - Zoë: hallo",
        "12/30/23, 2:30\u202fPM - Zoë: hallo",
        "30/12/2023, 2:30 p. m. - Zoë: hallo",
        "30/12/2023, 2:30\u00a0p.\u00a0m. - Zoë: hallo",
        "30.12.23, 14:30 - Zoë: hallo",
        "30.12.2023 14:30 - Zoë: hallo",
        "30-12-2023 14:30 - Zoë: hallo",
        "30/12/2023 14.30 - Zoë: hallo",
        "2023-12-30, 14:30 - Zoë: hallo",
        "2023/12/30 下午2:30 - Zoë: hallo",
        "2023. 12. 30. 오후 2:30 - Zoë: hallo",
        "23. 12. 30. 오후 2:30 - Zoë: hallo",
        "30. 12. 2023 14:30 - Zoë: hallo",
        "30.12.2023 г., 14:30 - Zoë: hallo",
        "30/12/2566 14:30 - Zoë: hallo",
        "30/12/23, 2:30 μ.μ. - Zoë: hallo",
        "30.12.23, 2:30 nachm. - Zoë: hallo",
        "\u200f٣٠\u200f/١٢\u200f/٢٠٢٣، ٢:٣٠ م - Zoë: hallo",
        "۱۴۰۲/۱۰/۹،\u200f ۲:۳۰ ب.ظ. - Zoë: hallo",
        "[30/12/2023, 14:30:00] Zoë: hallo",
        "[30.12.23, 14:30:00] Zoë: hallo",
        "[12/30/23, 2:30:00\u202fPM] Zoë: hallo",
        f"{MARK}[30/12/2023, 14:30:00] Zoë: hallo",
        "[2023-12-30, 2:30:00 PM] Zoë: hallo",
        "[30/12/2023 14:30] Zoë: hallo",
        "30/12/23, 14 h 30 - Zoë: hallo",
        "30/12/2023 à 14:30 - Zoë: hallo",
        "30.12.23 um 14:30 - Zoë: hallo",
        "12/30/23 at 2:30 PM - Zoë: hallo",
    ],
)
def test_every_notation_is_the_same_moment(line: str, tmp_path: Path) -> None:
    [act] = acts(read(chat(tmp_path, line)))
    assert (when(act), act.text) == ("2023-12-30T14:30:00", "hallo")
    assert act.who == IdentityRef("whatsapp", external_id="name:zoë", name="Zoë")
    assert act.precision is (Precision.SECOND if ":00" in line else Precision.MINUTE)
    assert act.zone_assumed


@pytest.mark.parametrize(
    ("text", "hour"), [("12:30 AM", 0), ("1:30 AM", 1), ("12:30 PM", 12), ("1:30 pm", 13), ("0:30 a. m.", 0)]
)
def test_noon_and_midnight_are_where_they_belong(text: str, hour: int) -> None:
    header = header_of(f"30/12/23, {text} - Zoë: x")
    assert header is not None
    assert header.seconds == hour * 3600 + 30 * 60


@pytest.mark.parametrize(
    "line",
    [
        "Zoë: hallo",
        "12:30 passt - Zoë: bis gleich",
        "30/12/2023",
        "30/12/2023, 14:30 to the station - Bo: see you",
        "30/12/2023, 25:30 - Zoë: x",
        "1.2.3.4 - - Zoë: x",
        "",
    ],
)
def test_other_lines_go_on_with_a_message(line: str) -> None:
    assert header_of(line) is None


def test_a_word_for_half_a_day_that_nobody_knows_leaves_the_day(tmp_path: Path) -> None:
    problem, act = read(chat(tmp_path, "30/12/2023, 2:30 ᐅᓪᓗᒃ - Zoë: x"))
    assert isinstance(act, InteractionRecord)
    assert (when(act), act.precision, act.zone_assumed) == ("2023-12-30T00:00:00", Precision.DAY, False)
    assert isinstance(problem, Problem)


@pytest.mark.parametrize(
    ("lines", "first"),
    [
        (("13/02/24", "01/03/24"), "2024-02-13"),
        (("02/13/24", "03/01/24"), "2024-02-13"),
        (("02/01/24", "01/02/24"), "2024-01-02"),
        (("01/02/24", "02/01/24"), "2024-01-02"),
        (("01.02.24", "02.03.24"), "2024-02-01"),
        (("05/05/24", "06/06/24"), "2024-05-05"),
        (("24/01/31", "24/02/01"), "2024-01-31"),
        (("09/01/2025", "11/01/2025"), "2025-01-09"),
    ],
)
def test_the_order_of_dates_is_told_by_the_whole_file(
    lines: tuple[str, ...], first: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRM_NOW", "2025-03-01T00:00:00Z")
    records = read(chat(tmp_path, *(f"{date}, 14:30 - Zoë: x" for date in lines)))
    assert when(acts(records)[0])[:10] == first


AMBIGUOUS = ("01/02/23, 10:00 - Zoë: a", "02/03/23, 10:00 - Zoë: b")


def test_dates_that_can_be_read_in_two_ways_are_asked_about(tmp_path: Path) -> None:
    path = chat(tmp_path, *AMBIGUOUS)
    with pytest.raises(QuestionError) as raised:
        read(path)
    assert raised.value.option == "dates"
    assert raised.value.choices == (
        ("day-first", "2023-02-01 to 2023-03-02"),
        ("month-first", "2023-01-02 to 2023-02-03"),
    )
    assert all(span in raised.value.message for _, span in raised.value.choices)
    assert when(acts(read(path, Owner(dates="day-first")))[0]) == "2023-02-01T10:00:00"
    assert when(acts(read(path, Owner(dates="month-first")))[0]) == "2023-01-02T10:00:00"


def test_an_answer_about_dates_does_not_overrule_what_the_file_tells(tmp_path: Path) -> None:
    path = chat(tmp_path, "13/02/24, 10:00 - Zoë: a")
    assert when(acts(read(path, Owner(dates="month-first")))[0]) == "2024-02-13T10:00:00"


def test_a_chat_that_does_not_tell_is_read_like_the_others_of_its_phone(tmp_path: Path) -> None:
    chat(tmp_path, *AMBIGUOUS)
    chat(tmp_path, "13/02/23, 10:00 - Bo: a", name="WhatsApp Chat with Bo.txt")
    found = {act.text: when(act) for act in acts(read(tmp_path)) if act.who and act.who.name == "Zoë"}
    assert found == {"a": "2023-02-01T10:00:00", "b": "2023-03-02T10:00:00"}


def test_the_title_of_a_chat_of_two_tells_who_the_user_is(tmp_path: Path) -> None:
    lines = ("13/02/24, 10:00 - Zoë: a", "13/02/24, 10:01 - Mara: b")
    for name in (
        ZOE,
        "WhatsApp-Chat mit Zoë.txt",
        "Chat de WhatsApp con Zoë.txt",
        "Discussion WhatsApp avec Zoë (1).txt",
        "Conversa do WhatsApp com Zoë.txt",
        "WhatsApp Chat - Zoë.txt",
        "与Zoë的WhatsApp聊天.txt",
    ):
        records = read(chat(tmp_path / name, *lines, name=name))
        assert [act.direction for act in acts(records)] == [Direction.IN, Direction.OUT], name
        [me] = [record for record in records if isinstance(record, SelfRecord)]
        assert me.identities == (IdentityRef("whatsapp", external_id="name:mara", name="Mara"),)


def test_the_name_of_an_iphones_zip_is_the_title(tmp_path: Path) -> None:
    path = tmp_path / "WhatsApp Chat - Zoë.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("_chat.txt", "[13.02.24, 10:00:00] Zoë: a\r\n[13.02.24, 10:01:00] Mara: b\r\n")
    assert [act.direction for act in acts(read(path))] == [Direction.IN, Direction.OUT]


def test_a_chat_of_two_without_title_is_asked_about(tmp_path: Path) -> None:
    lines = ("13/02/24, 10:00 - Zoë: a", "13/02/24, 10:01 - Mara: b", "13/02/24, 10:02 - Mara: c")
    path = chat(tmp_path, *lines, name="_chat.txt")
    with pytest.raises(QuestionError) as raised:
        read(path)
    assert raised.value.option == "as"
    assert raised.value.choices == (("Mara", "Mara: 2 messages"), ("Zoë", "Zoë: 1 message"))
    assert [act.direction for act in acts(read(path, Owner(stated="mara")))] == ["in", "out", "out"]
    with pytest.raises(QuestionError, match=r"nobody in _chat\.txt is called 'Ada'"):
        read(path, Owner(stated="Ada"))


@pytest.mark.parametrize(
    ("owner", "label"),
    [
        (Owner(names=frozenset({"mara ozturk"})), "Mara Öztürk"),
        (Owner(external_ids=frozenset({("whatsapp", "name:mara")})), "Mara"),
        (Owner(identities=frozenset({("phone", "+4915112345678")})), "+49 151 12345678"),
        (Owner(identities=frozenset({("whatsapp", "+4915112345678")})), "+49 151 12345678"),
        (Owner(stated="0049 151 12345678"), "+49 151 12345678"),
    ],
)
def test_whoever_is_known_needs_no_answer(owner: Owner, label: str, tmp_path: Path) -> None:
    path = chat(tmp_path, "13/02/24, 10:00 - Zoë: a", f"13/02/24, 10:01 - {label}: b", name="_chat.txt")
    assert [act.direction for act in acts(read(path, owner))] == ["in", "out"]


def test_a_message_that_only_the_user_can_have_deleted_tells_who_they_are(tmp_path: Path) -> None:
    path = chat(
        tmp_path,
        "13/02/24, 10:00 - Zoë: a",
        "13/02/24, 10:01 - Mara: Du hast diese Nachricht gelöscht.",
        name="_chat.txt",
    )
    records = read(path)
    assert [act.direction for act in acts(records)] == ["in"]
    assert left(records) == {"deleted messages": 1}


def test_the_one_person_of_several_chats_is_the_user(tmp_path: Path) -> None:
    for other in ("Zoë", "Bo"):
        lines = (f"13/02/24, 10:00 - {other}: a", f"13/02/24, 10:01 - Mara: {other}")
        chat(tmp_path / other, *lines, name="_chat.txt")
    found = acts(read(tmp_path))
    assert [(act.direction, act.who and act.who.name) for act in found] == [
        ("in", "Bo"), ("out", "Bo"), ("in", "Zoë"), ("out", "Zoë"),
    ]  # fmt: skip


def test_a_number_is_a_telephone_number_and_an_unsaved_name_is_not_a_saved_one(tmp_path: Path) -> None:
    path = chat(
        tmp_path,
        "13/02/24, 10:00 - +49 170 1234567: a",
        "13/02/24, 10:01 - ~\u202fZoë: b",
        "13/02/24, 10:02 - Zoë: c",
        name="_chat.txt",
    )
    assert [act.who for act in acts(read(path, Owner(names=frozenset({"mara"}), stated="Zoë")))][:2] == [
        IdentityRef("phone", "+491701234567"),
        IdentityRef("whatsapp", external_id="name:~zoë", name="Zoë"),
    ]


def test_a_message_of_several_lines_stays_one(tmp_path: Path) -> None:
    path = chat(tmp_path, "13/02/24, 10:00 - Zoë: a", "", "Bo: b", "[13/02/24, 10:00:00] Zoë: pasted")
    [act] = acts(read(path))
    assert act.text == "a\n\nBo: b\n[13/02/24, 10:00:00] Zoë: pasted"


@pytest.mark.parametrize(
    "line",
    [
        "Messages and calls are end-to-end encrypted. Tap to learn more.",
        'Zoë changed the subject from "a: b" to "c: d"',
        "Zoë created group “Kiln: fire”",
        "You were added",
    ],
)
def test_what_whatsapp_itself_says_is_nobodys(line: str, tmp_path: Path) -> None:
    records = read(
        chat(tmp_path, f"13/02/24, 10:00 - {line}", "13/02/24, 10:01 - Zoë: a"), Owner(stated="Mara")
    )
    assert [act.text for act in acts(records)] == ["a"]
    assert sum(left(records).values()) == 1


def test_what_an_iphone_marks_is_not_said_by_anybody(tmp_path: Path) -> None:
    path = chat(
        tmp_path,
        f"[13.02.24, 10:00:00] Zoë: {MARK}Messages and calls are end-to-end encrypted. " + "x" * 100,
        f"[13.02.24, 10:00:01] Zoë: {MARK}Something WhatsApp says in a language nobody knows",
        "[13.02.24, 10:00:02] Zoë: something I say",
    )
    records = read(path)
    assert [act.text for act in acts(records)] == ["something I say"]
    assert list(left(records).values()) == [2]


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("<Media omitted>", "[media]"),
        ("<Medien ausgeschlossen>", "[media]"),
        ("<Archivo omitido>\nSchau mal", "[media]\nSchau mal"),
        ("IMG-20231230-WA0003.jpg (irgendwas)", "[photo]"),
        ("PTT-20231230-WA0003.opus (file attached)", "[voice message]"),
        ("Zine.pdf (Datei angehängt)\nfertig", "[document: Zine.pdf]\nfertig"),
        ("STK-20231230-WA0003.webp (file attached)", "[sticker]"),
        ("Bo Lind.vcf (file attached)", "[contact]"),
        ("Treffen.pdf (am Samstag)", "Treffen.pdf (am Samstag)"),
        ("gut <Diese Nachricht wurde bearbeitet>", "gut"),
        ("a < b", "a < b"),
    ],
)
def test_notes_of_files_and_edits_are_told_from_words(said: str, text: str, tmp_path: Path) -> None:
    assert [act.text for act in acts(read(chat(tmp_path, f"13/02/24, 10:00 - Zoë: {said}")))] == [text]


@pytest.mark.parametrize(
    ("said", "text"),
    [
        (f"{MARK}image omitted", "[photo]"),
        (f"{MARK}Bild weggelassen", "[photo]"),
        (f"{MARK}Videonotiz weggelassen", "[video]"),
        (f"{MARK}<attached: 00000012-PHOTO-2024-02-13.jpg>", "[photo]"),
        (f"{MARK}<adjunto: 00000012-AUDIO-2024-02-13.opus>", "[voice message]"),
        (f"Schau! {MARK}<Anhang: 00000012-VIDEO-2024.mp4>", "[video]\nSchau!"),
        (f"besser so {MARK}<Bearbeitet irgendwie>", "besser so"),
        ("image omitted", "image omitted"),
    ],
)
def test_iphones_mark_what_is_no_text(said: str, text: str, tmp_path: Path) -> None:
    assert [act.text for act in acts(read(chat(tmp_path, f"[13.02.24, 10:00:00] Zoë: {said}")))] == [text]


@pytest.mark.parametrize(
    ("said", "call"),
    [
        ("Voice call, \u200e12 min", "12 min"),
        ("Videoanruf, \u200e1 Std. 5 Min.", "1 Std. 5 Min."),
        ("Missed voice call, \u200eTap to call back", None),
        ("Voice call, \u200eNo answer", None),
        ("Verpasster Sprachanruf", None),
    ],
)
def test_only_a_call_that_took_time_is_a_call(said: str, call: str | None, tmp_path: Path) -> None:
    records = read(chat(tmp_path, "[13.02.24, 09:00:00] Zoë: a", f"[13.02.24, 10:00:00] Zoë: {MARK}{said}"))
    found = [(act.text, act.direction) for act in acts(records) if act.kind is Kind.CALL]
    assert found == ([(call, Direction.MUTUAL)] if call else [])
    assert left(records) == ({} if call else {"calls that nobody answered": 1})


def test_the_same_chat_of_an_android_phone_and_an_iphone_has_the_same_ids(tmp_path: Path) -> None:
    android = chat(
        tmp_path / "a",
        "13.02.24, 10:00 - Nachrichten sind verschlüsselt",
        "13.02.24, 10:00 - Zoë: a",
        "13.02.24, 10:00 - Mara: b",
        "13.02.24, 10:07 - Mara: <Medien ausgeschlossen>",
        "13.02.24, 10:08 - Zoë: Diese Nachricht wurde gelöscht",
        "13.02.24, 10:09 - Zoë: c",
    )
    iphone = chat(
        tmp_path / "b",
        f"[2/13/24, 10:00:01\u202fAM] Zoë M.: {MARK}Messages are encrypted",
        "[2/13/24, 10:00:02\u202fAM] Zoë M.: a",
        "[2/13/24, 10:00:45\u202fAM] Mara: b",
        f"[2/13/24, 10:07:59\u202fAM] Mara: {MARK}image omitted",
        f"[2/13/24, 10:08:11\u202fAM] Zoë M.: {MARK}This message was deleted.",
        f"[2/13/24, 10:08:30\u202fAM] Zoë M.: {MARK}Missed voice call",
        "[2/13/24, 10:09:00\u202fAM] Zoë M.: c",
        name="WhatsApp Chat - Zoë M..txt",
    )
    one, other = acts(read(android)), acts(read(iphone, Owner(stated="Mara")))
    assert [act.external_id for act in one] == [act.external_id for act in other]
    assert len(one) == 4


def test_a_longer_export_repeats_the_ids_of_the_shorter_one(tmp_path: Path) -> None:
    lines = ["13/02/24, 10:00 - Bo: created group", "13/02/24, 10:00 - Zoë: ok", "13/02/24, 10:00 - Zoë: ok"]
    lines += ["13/02/24, 10:01 - Mara: ja", "13/02/24, 10:02 - Bo: gut", "13/02/24, 10:03 - Mara: fein"]
    owner = Owner(stated="Mara")
    shorter = acts(read(chat(tmp_path / "a", *lines[:-2], name="_chat.txt"), owner))
    longer = acts(read(chat(tmp_path / "b", *lines, name="_chat.txt"), owner))
    assert [act.external_id for act in longer[: len(shorter)]] == [act.external_id for act in shorter]
    assert len({act.external_id for act in longer}) == len(longer)


def test_the_same_wish_to_two_people_in_the_same_minute_is_two_acts(tmp_path: Path) -> None:
    for number, other in enumerate(("Zoë", "Bo")):
        lines = (f"13/02/24, 10:0{number} - {other}: a", "31/12/24, 00:00 - Mara: Frohes neues Jahr!")
        chat(tmp_path, *lines, name=f"WhatsApp Chat with {other}.txt")
    out = [act for act in acts(read(tmp_path)) if act.direction is Direction.OUT]
    assert len({act.external_id for act in out}) == 2


def test_a_message_in_a_group_goes_to_those_who_spoke_before_and_did_not_leave(tmp_path: Path) -> None:
    path = chat(
        tmp_path,
        '13/02/24, 09:00 - Bo created group "Ofen"',
        "13/02/24, 10:00 - Mara: hallo",
        "13/02/24, 10:01 - Bo: a",
        "13/02/24, 10:02 - Zoë: b @\u2068Mara\u2069",
        "13/02/24, 10:03 - Mara: c @\u2068Bo\u2069",
        "13/02/24, 10:04 - Bo left",
        "13/02/24, 10:05 - Mara: d",
        name="_chat.txt",
    )
    found = acts(read(path, Owner(stated="Mara")))
    assert [(act.text, act.who and act.who.name, act.kind) for act in found] == [
        ("hallo", None, Kind.GROUP_MESSAGE),
        ("a", "Bo", Kind.GROUP_MESSAGE),
        ("b @Mara", "Zoë", Kind.MENTION),
        ("c @Bo", "Bo", Kind.MENTION),
        ("c @Bo", "Zoë", Kind.GROUP_MESSAGE),
        ("d", "Zoë", Kind.GROUP_MESSAGE),
    ]
    assert {act.thread for act in found} == {"whatsapp:group:ofen"}


def test_times_are_those_of_the_users_wall(tmp_path: Path) -> None:
    path = chat(tmp_path, "13/07/24, 10:00 - Zoë: a")
    [act] = acts(read(path, Owner(zone=ZoneInfo("Europe/Berlin"))))
    assert when(act) == "2024-07-13T08:00:00"
    [elsewhere] = acts(read(path))
    assert act.external_id == elsewhere.external_id


def test_votes_do_not_change_the_id_of_a_poll(tmp_path: Path) -> None:
    def poll(votes: int) -> InteractionRecord:
        lines = (
            "13/02/24, 10:00 - Zoë: POLL:",
            "When?",
            f"OPTION: Sat ({votes} votes)",
            "OPTION: Sun (1 vote)",
        )
        return acts(read(chat(tmp_path / str(votes), *lines)))[0]

    assert poll(1).external_id == poll(2).external_id
    assert "OPTION: Sat (2 votes)" in (poll(2).text or "")


def test_a_date_that_cannot_be_costs_one_line(tmp_path: Path) -> None:
    records = read(
        chat(tmp_path, "13/02/24, 10:00 - Zoë: a", "31/13/24, 10:00 - Zoë: b", "14/02/24, 10:00 - Zoë: c")
    )
    assert [act.text for act in acts(records)] == ["a", "c"]
    [problem] = [record for record in records if isinstance(record, Problem)]
    assert problem.where == f"{ZOE}, line 2"


@pytest.mark.parametrize(
    "text",
    [
        "[2024-02-13, 10:00] Zoë: Signal's\n",
        "2024-02-13 10:00:05 - worker: started\n2024-02-13 10:00:06 - worker: done\n",
        "13/02/24 a note about something\n",
        "From: zoe@example.org\n",
        "",
    ],
)
def test_other_texts_are_not_whatsapps(text: str, tmp_path: Path) -> None:
    (tmp_path / "log.txt").write_text(text or "\n", "utf-8")
    with Export(tmp_path) as export:
        assert not Importer().identify(export)


@given(st.dates(datetime(2010, 1, 1).date(), datetime(2024, 12, 31).date()))  # noqa: DTZ001
def test_a_date_comes_back_from_every_order(day: datetime) -> None:
    expected = day.toordinal() - datetime(1970, 1, 1).toordinal()  # noqa: DTZ001
    assert day_of((day.day, day.month, day.year), Order.DAY_FIRST, 2027) == expected
    assert day_of((day.month, day.day, day.year % 100), Order.MONTH_FIRST, 2027) == expected
    assert day_of((day.year, day.month, day.day), Order.YEAR_FIRST, 2027) == expected
    assert day_of((day.day, day.month, day.year + 543), Order.DAY_FIRST, 2027) == expected


@pytest.mark.parametrize(
    ("persian", "common"),
    [
        ((1400, 1, 1), "2021-03-21"),
        ((1402, 10, 9), "2023-12-30"),
        ((1403, 1, 1), "2024-03-20"),
        ((1403, 12, 30), "2025-03-20"),
        ((1404, 1, 1), "2025-03-21"),
        ((1399, 12, 30), "2021-03-20"),
        ((1395, 1, 1), "2016-03-20"),
        ((1388, 6, 31), "2009-09-22"),
    ],
)
def test_days_of_the_persian_calendar_are_those_of_the_common_one(
    persian: tuple[int, int, int], common: str
) -> None:
    expected = datetime.fromisoformat(common).toordinal() - datetime(1970, 1, 1).toordinal()  # noqa: DTZ001
    assert day_of(persian, Order.YEAR_FIRST, 2027) == expected


SAID = sorted(
    {
        said
        for section in ("deleted by you", "deleted", "edited", "attached")
        for said in words.phrases(section)
    }
    | {
        "",
        "null",
        "<Media omitted>",
        "image omitted",
        "a.pdf (file attached)",
        "Video call",
        "OPTION: a (2 votes)",
    }
)


@given(
    st.lists(
        st.one_of(st.sampled_from(SAID), st.sampled_from("\u200e\u202f\u00a0\n. )<>:"), st.text(max_size=9)),
        max_size=4,
    ),
    st.booleans(),
    st.booleans(),
)
def test_what_a_look_takes_for_words_is_words(pieces: list[str], apart: bool, by_mark: bool) -> None:
    said = unicodedata.normalize("NFD" if apart else "NFC", "".join(pieces))
    for raw in (said, said.upper(), said.capitalize()):
        plain = phrases.plain_words(raw)
        assert plain is None or phrases.what_is(raw, by_mark=by_mark) == phrases.What(plain, plain)
        assert plain is None or not phrases.is_own_deletion(raw)


def test_nearly_everything_people_say_is_taken_for_words_at_a_look() -> None:
    for said in ("Kommst du?", "Ökologisch!", "Это", "ok", "100 %", "你好", "(nein", "x" * 500):
        assert phrases.plain_words(f" {said} ") == said


LINES = [
    f"{head}{rest}"
    for head in (
        "[30.12.23, 14:30:00] ", "[30.12.23, 14:30:60] ", "[30.12.23, 24:30:00] ", "[30.12.23, 14:30] ",
        "30/12/2023, 14:30 - ", "12/30/23, 2:30 PM - ", "12/30/23, 13:30 PM - ", "12/30/23, 2:30\u202fpm - ",
        "[2023-12-30 2:30:15 a.\u00a0m.] ", "\u200e[30.12.23, 14:30:00] ", "30.12.23, 14:30 foo - ",
        "30/12/2023, 14:30 -", "1/12/23, 12:00 AM - ", "00/00/00, 00:00 - ", "",
    )
    for rest in ("Zoë: x", "Zoë: a: b", "a:b: c", "Zoë:", ": x", "notice", "", f"{'x' * 101}: y")
]  # fmt: skip


@given(st.lists(st.sampled_from(LINES), max_size=12), st.booleans())
def test_a_block_of_lines_is_read_as_each_of_its_lines_alone(rows: list[str], ended: bool) -> None:
    text = "\n".join(rows) + ("\n" if ended else "")
    reading = Reading()
    together = [found for found, _ in reading.lines(text)]
    assert together == [header_of(line) for line in text.splitlines(keepends=True)]
    assert [whole(parts) for _, parts in reading.lines(text)] == text.splitlines()
