"""Standard output: clean, aligned, coloured on a terminal only."""

from __future__ import annotations

import io
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.cli.cells import cell_len
from crm.cli.diagnostics import Diagnostics
from crm.cli.output import Column, Output, Styled

NASTY = "A\x1b]52;c;cHduZWQ=\x07\x1b[2JB\x9b31m\u202eC\x7f\r\ud83d"
ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


class Terminal(io.StringIO):
    """Keeps what is written, and says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def columns(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "80")
    return monkeypatch


def unsafe(text: str) -> list[str]:
    """Return the characters of `text` that a terminal could take for a command."""
    return [c for c in text if (ord(c) < 32 and c != "\n") or 0x7F <= ord(c) < 0xA0 or c in "\u202e\ud83d"]


@pytest.mark.parametrize("stream", [io.StringIO, Terminal])
def test_control_characters_never_leave_whatever_is_written(
    stream: type[io.StringIO], columns: pytest.MonkeyPatch
) -> None:
    written = stream()
    out = Output(written)
    out.line(NASTY, Styled(NASTY, "bold"))
    out.heading(NASTY, NASTY)
    out.paragraph(f"{NASTY}\n{NASTY}")
    out.table([Column("NAME", "bold"), Column("", least=5)], [(NASTY, NASTY)])
    assert unsafe(ESCAPES.sub("", written.getvalue())) == []
    assert "␛]52" in written.getvalue()


def test_json_is_plain_ascii_and_gives_the_value_back(columns: pytest.MonkeyPatch) -> None:
    for written in (io.StringIO(), Terminal()):
        Output(written).json({"name": NASTY})
        assert written.getvalue().isascii()
        assert unsafe(written.getvalue()) == []
        assert json.loads(written.getvalue()) == {"name": NASTY}


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53), 2**63) | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
        max_leaves=9,
    )
)
def test_json_in_a_pipe_is_laid_out_as_the_standard_library_does_it(value: object) -> None:
    written = io.StringIO()
    Output(written).json(value)
    assert written.getvalue() == json.dumps(value) + "\n"


def test_json_of_half_a_character_is_written_all_the_same() -> None:
    written = io.StringIO()
    Output(written).json({"path": "a\udcff", "lateness": 1.0000000000000002})
    assert written.getvalue() == '{"path": "a\\udcff", "lateness": 1.0000000000000002}\n'


def test_json_is_one_line_in_a_pipe_and_indented_on_a_terminal(columns: pytest.MonkeyPatch) -> None:
    pipe, terminal = io.StringIO(), Terminal()
    Output(pipe).json([{"id": 1}])
    Output(terminal).json([{"id": 1}])
    assert pipe.getvalue() == '[{"id": 1}]\n'
    assert len(terminal.getvalue().splitlines()) == 5


def test_a_pipe_is_never_coloured(columns: pytest.MonkeyPatch) -> None:
    written = io.StringIO()
    Output(written).line(Styled("Ada", "bold"))
    assert written.getvalue() == "Ada\n"


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_a_terminal_is_coloured_unless_it_is_not_wanted(
    name: str, value: str, columns: pytest.MonkeyPatch
) -> None:
    coloured = Terminal()
    Output(coloured).line(Styled("Ada", "bold"))
    assert coloured.getvalue() == "\x1b[1mAda\x1b[0m\n"
    columns.setenv(name, value)
    plain = Terminal()
    Output(plain).line(Styled("Ada", "bold"))
    assert plain.getvalue() == "Ada\n"


def test_an_empty_no_color_does_not_count(columns: pytest.MonkeyPatch) -> None:
    columns.setenv("NO_COLOR", "")
    coloured = Terminal()
    Output(coloured).line(Styled("Ada", "bold"))
    assert "\x1b" in coloured.getvalue()


def test_columns_stay_aligned_with_wide_characters(columns: pytest.MonkeyPatch) -> None:
    written = io.StringIO()
    rows = [("佐藤 花子", "x"), ("Ada", "x"), ("👩\u200d👩\u200d👧 Fam", "x"), ("e\u0301", "x")]
    Output(written).table([Column("NAME"), Column("WHERE")], rows)
    title, *lines = written.getvalue().splitlines()
    assert {cell_len(line[: line.rindex("x")]) for line in lines} == {
        cell_len(title[: title.rindex("WHERE")])
    }


@pytest.mark.parametrize("width", [20, 30, 40, 80, 200])
def test_a_table_fits_the_terminal_by_cutting_and_leaving_out(
    width: int, columns: pytest.MonkeyPatch
) -> None:
    columns.setenv("COLUMNS", str(width))
    columns.setenv("NO_COLOR", "1")
    written = Terminal()
    wide = [Column("NAME", least=8), Column("WHERE", least=6, optional=True), Column("WHEN", optional=True)]
    Output(written).table(wide, [("佐" * 30, "Mastodon " * 3, "3 months ago"), ("Bo", "X", "1 day ago")])
    lines = written.getvalue().splitlines()
    assert max(map(cell_len, lines)) <= width
    assert lines[0].startswith("NAME")
    assert ("WHEN" in lines[0]) == (width >= 30)


def test_a_table_in_a_pipe_is_not_cut(columns: pytest.MonkeyPatch) -> None:
    written = io.StringIO()
    Output(written).table([Column("NAME", least=8)], [("x" * 150,)])
    assert "x" * 150 in written.getvalue()


def test_a_table_without_rows_is_nothing() -> None:
    written = io.StringIO()
    Output(written).table([Column("NAME")], [])
    assert written.getvalue() == ""


def test_paragraphs_wrap_on_a_terminal_and_keep_their_lines(columns: pytest.MonkeyPatch) -> None:
    columns.setenv("COLUMNS", "30")
    written = Terminal()
    Output(written).paragraph("one two three four five six seven\n\neight", indent=2)
    lines = written.getvalue().splitlines()
    assert lines[-2:] == ["", "  eight"]
    assert max(map(len, lines)) <= 30


def test_errors_are_clean_and_hints_follow_on_their_own_line() -> None:
    written = io.StringIO()
    Diagnostics(written).error(f"no contact matches {NASTY!s}", "one of these?\nAda\nBo")
    assert unsafe(written.getvalue()) == []
    lines = written.getvalue().splitlines()
    assert lines[0].startswith("crm: error: no contact matches")
    assert lines[1:] == ["hint: one of these?", "  Ada", "  Bo"]


def test_notes_and_progress_are_for_terminals_only(columns: pytest.MonkeyPatch) -> None:
    pipe, terminal = io.StringIO(), Terminal()
    for stream in (pipe, terminal):
        diagnostics = Diagnostics(stream)
        diagnostics.progress("reading, 1,000 records")
        diagnostics.note("by the way")
    assert pipe.getvalue() == ""
    assert "reading, 1,000 records" in terminal.getvalue()
    # the progress line is wiped before anything else is written
    assert terminal.getvalue().index("\r\x1b[K", 5) < terminal.getvalue().index("by the way")
