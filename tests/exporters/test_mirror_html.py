"""The page of the mirror: well-formed, loads nothing, runs nothing, and nothing in it is anybody's markup."""

from __future__ import annotations

import re
from datetime import date, timedelta
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.exporters.charts import Bar, Bars, Calendar, Columns, Stack, Stacks, drawn
from crm.exporters.mirror_html import Page, Place, Section, page

HOSTILE = "</title></style><script>alert(1)</script><img src=x onerror=alert(2)>\"'&amp; %"
DAY = date(2026, 1, 1)
CHARTS = (
    Bars((Bar("now", 0.5, "50 %"), Bar("before", 2.0, "200 %", "before"), Bar("x", -1, "-", "other"))),
    Columns((("2025-12", 0), ("2026-01", 3))),
    Columns((("2025-12", 0), ("2026-01", 3)), (6, 0)),
    Stacks(
        (Stack("now", (1, 1, 2), "50 %"), Stack("before", (0, 0, 0), "-", before=True)), ("a 1", "b 1", "c 2")
    ),
    Stacks((Stack("now", (3, 1), "75 %"),), ("a 3", "b 1")),
    Columns((("2026-01", 0),)),
    Calendar(DAY, DAY, {}),
    Calendar(DAY, DAY + timedelta(days=900), {DAY: 1, DAY + timedelta(days=400): 9}),
)


def made(text: str) -> str:
    section = [Section(text, text, chart, (text, text), ((text, text),)) for chart in CHARTS]
    named = Section(text, text, Bars((Bar(text, 0.1, text),)), (text,), ((text,),))
    parts = Section(text, text, Stacks((Stack(text, (1, 2), text),), (text, text)), (text,), ((text,),))
    labelled = Section(text, text, Columns(((text, 1), (text, 2))))
    places = (Place(text, ((text, text),)),)
    content = Page(text, text, (*section, named, parts, labelled), (text,), ((text,),), places)
    return page(content).decode("utf-8")


def tree(html: str) -> ET.Element:
    return ET.fromstring(html.removeprefix("<!DOCTYPE html>\n"))


def test_what_others_wrote_is_text_and_stays_whole() -> None:
    root = tree(made(HOSTILE))
    assert root.findall(".//script") == root.findall(".//img") == []
    assert [title.text for title in root.findall("head/title")] == [HOSTILE]
    assert "".join(root.find(".//section/p").itertext()) == HOSTILE.replace(" %", "\u00a0%")
    assert {name for each in root.iter() for name in each.attrib if name.startswith("on")} == set()


@given(st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn")), max_size=40))
def test_any_text_leaves_the_page_well_formed(text: str) -> None:
    root = tree(made(text))
    assert len(root.findall(".//section")) == len(CHARTS) + 4


def test_the_page_loads_nothing_and_forbids_loading_anything() -> None:
    html = made("plain")
    assert not re.search(r"https?:|//[a-z]|url\(|@import|<script|<link|<img|<iframe|\bsrc=|\bhref=", html)
    policy = tree(html).find("head/meta[@http-equiv='Content-Security-Policy']")
    assert policy is not None
    assert policy.attrib["content"] == "default-src 'none'; style-src 'unsafe-inline'"
    assert "prefers-color-scheme:dark" in html


def test_every_chart_is_hidden_from_screen_readers_which_get_a_table() -> None:
    root = tree(made("plain"))
    hidden = {svg for each in root.iter() if each.get("aria-hidden") == "true" for svg in each.iter("svg")}
    assert set(root.iter("svg")) == hidden
    for section in root.findall(".//section")[: len(CHARTS)]:
        assert section.find("details/div/table/thead/tr/th[@scope='col']") is not None
        assert section.find("details/div/table/tbody/tr/th[@scope='row']") is not None


def test_a_bar_never_leaves_its_track() -> None:
    svg = drawn(CHARTS[0])
    assert re.findall(r'class="(?:now|before|other)" width="([\d.]+)"', svg) == ["50.0", "100", "0"]


@pytest.mark.parametrize("days", [1, 7, 365, 366, 372, 3653])
def test_a_calendar_has_every_day_once(days: int) -> None:
    until = DAY + timedelta(days=days - 1)
    html = drawn(Calendar(DAY, until, {DAY: 2}))
    found = re.findall(r"<title>(\d{4}-\d\d-\d\d): ([\d,]+)</title>", html)
    assert len(found) == len(dict(found)) == days
    assert dict(found)[DAY.isoformat()] == "2"
    assert html.count('class="calendar"') == (1 if days <= 365 else len({d[:4] for d, _ in found}))


def test_the_parts_of_a_whole_follow_each_other_and_the_last_is_what_is_left() -> None:
    html = drawn(Stacks((Stack("now", (1, 1, 2), "50 %"),), ("answered 1", "open 1", "not answered 2")))
    found = re.findall(r'class="(now|other|track)" (?:x="([\d.]+)" )?width="([\d.]+)" height="10"', html)
    assert found == [("track", "", "100"), ("now", "0.0", "25.0"), ("other", "25.0", "25.0")]
    assert [html.index(text) for text in ("answered 1", "open 1", "not answered 2")] == sorted(
        html.index(text) for text in ("answered 1", "open 1", "not answered 2")
    )


def test_what_was_before_stands_paler_at_the_left_of_each_column() -> None:
    html = drawn(Columns((("2025-12", 1), ("2026-01", 2)), (4, 0)))
    found = re.findall(r'class="(now|before)" x="([\d.]+)" y="[\d.]+" width="[\d.]+" height="([\d.]+)"', html)
    assert found == [
        ("before", "1.5", "100.0"),
        ("now", "4.0", "25.0"),
        ("before", "11.5", "0.0"),
        ("now", "14.0", "50.0"),
    ]
    assert "<title>before: 4</title>" in html
    assert "in the time before" in html
    assert "in the time before" not in drawn(Columns((("2025-12", 1),)))


def test_the_shades_of_a_calendar_follow_their_bounds_and_say_their_numbers() -> None:
    days = {DAY: 2, DAY + timedelta(days=1): 3, DAY + timedelta(days=2): 90}
    html = drawn(Calendar(DAY, DAY + timedelta(days=3), days, (1, 3, 5, 7)))
    assert re.findall(r'class="l(\d)" x="\d+" y="\d+"', html) == ["1", "2", "4", "0"]
    assert re.findall(r"</svg>([^<]+)</span>", html) == ["nobody", "1-2", "3-4", "5-6", "7+"]
