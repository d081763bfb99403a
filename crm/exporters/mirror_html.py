"""The mirror as one page: everything in one file, nothing loaded, nothing run, light and dark.

A policy in the page itself forbids what an escaping that failed could bring in: scripts, pictures, requests.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from crm.exporters.charts import Chart, drawn, table


@dataclass(frozen=True, slots=True)
class Section:
    """One figure: what it shows in a sentence, as a chart, and as a table."""

    title: str
    sentence: str
    chart: Chart | None = None
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    """The table; the first cell names the row."""
    wide: bool = False
    """Takes the whole width of a large screen."""


@dataclass(frozen=True, slots=True)
class Place:
    """A platform, in sentences."""

    title: str
    sentences: tuple[tuple[str, str], ...]
    """The title of each figure, and its sentence."""


@dataclass(frozen=True, slots=True)
class Page:
    """All of it."""

    title: str
    aside: str
    sections: tuple[Section, ...]
    head: tuple[str, ...] = ()
    """Of the table of platforms, and its rows."""
    platforms: tuple[tuple[str, ...], ...] = ()
    places: tuple[Place, ...] = ()


def page(content: Page) -> bytes:
    """Return the page, UTF-8."""
    sections = "\n".join(_section(section) for section in content.sections)
    platforms = ""
    if content.platforms:
        places = "".join(_place(place) for place in content.places)
        shown = _scrolled("By platform", table(content.head, content.platforms))
        platforms = f'<section class="wide"><h2>By platform</h2>{shown}{places}</section>'
    text = f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8"/>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta name="color-scheme" content="light dark"/>
<meta name="referrer" content="no-referrer"/>
<title>{escape(content.title)}</title>
<style>{_STYLE}</style>
</head>
<body>
<header><h1>{escape(content.title)}</h1><p>{escape(content.aside)}</p></header>
<main>
{sections}
{platforms}
</main>
</body>
</html>
"""
    return text.encode("utf-8", "replace")


def _section(section: Section) -> str:
    chart = drawn(section.chart) if section.chart is not None else ""
    numbers = ""
    if section.rows:
        shown = table(section.head, section.rows)
        numbers = f"<details><summary>As a table</summary>{_scrolled(section.title, shown)}</details>"
    wide = ' class="wide"' if section.wide else ""
    sentence = f"<p>{_unbroken(section.sentence)}</p>"
    return f"<section{wide}><h2>{escape(section.title)}</h2>{sentence}{chart}{numbers}</section>"


def _unbroken(sentence: str) -> str:
    """Return a sentence in which no line ends between a number and its percent sign."""
    return escape(sentence).replace(" %", "&#160;%")


def _scrolled(name: str, content: str) -> str:
    """Return what may be wider than a phone, so that the keyboard can move it too."""
    return f'<div class="scroll" role="region" tabindex="0" aria-label="{escape(name)}">{content}</div>'


def _place(place: Place) -> str:
    said = "".join(f"<dt>{escape(title)}</dt><dd>{_unbroken(text)}</dd>" for title, text in place.sentences)
    return f"<details><summary>{escape(place.title)} in sentences</summary><dl>{said}</dl></details>"


# A calendar wider than a phone begins at its end: the newest weeks are the ones to see (`direction:rtl`).
# Blue and orange of Okabe and Ito, which every kind of colour blindness tells apart; the calendar is one hue
# from light to dark (from dark to light on black).
_STYLE = """
:root{--page:#fbfaf8;--ink:#22262b;--soft:#626a73;--line:#e2dfd9;--track:#eceae5;--now:#0a6aa8;
--before:#a3abb3;--paler:#c9cdd1;--other:#d98200;--l1:#c3dcec;--l2:#86b8d9;--l3:#3f8dbf;--l4:#0a5486}
@media (prefers-color-scheme:dark){:root{--page:#15181b;--ink:#e4e6e8;--soft:#9aa2aa;--line:#2c3136;
--track:#23282d;--now:#56a8de;--before:#5d666f;--paler:#424a52;--other:#e8a33d;--l1:#1d3a50;--l2:#2a5f86;--l3:#4590c4;--l4:#8cc8f2}}
*{box-sizing:border-box}
body{margin:0 auto;padding:2.5rem 1.25rem 4rem;max-width:68rem;background:var(--page);color:var(--ink);
font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;font-variant-numeric:tabular-nums}
header{margin-bottom:2.75rem}
h1{margin:0;font-size:1.75rem;font-weight:600;letter-spacing:-.01em;line-height:1.25}
header p{margin:.35rem 0 0;color:var(--soft)}
main{display:grid;grid-template-columns:minmax(0,1fr);gap:2.75rem 4rem}
@media (min-width:56rem){main{grid-template-columns:repeat(2,minmax(0,1fr))}.wide{grid-column:1/-1}}
h2{margin:0 0 .35rem;font-size:.95rem;font-weight:600;color:var(--now)}
section>p{margin:0 0 1rem;max-width:38rem}
.bars{display:grid;grid-template-columns:max-content minmax(3rem,1fr) max-content;gap:.45rem .9rem;
align-items:center;font-size:.9rem}
.bar{display:block;width:100%;height:.7rem;border-radius:.2rem}
.bar.thin{height:.3rem;margin-top:-.25rem}.bar.thin+.value{color:var(--soft);margin-top:-.25rem}
.label{color:var(--soft)}
.value{text-align:right}
.track{fill:var(--track)}.now{fill:var(--now)}.before{fill:var(--before)}.other{fill:var(--other)}.paler{fill:var(--paler)}
.columns svg{display:block;width:100%;height:7.5rem}
.columns line{stroke:var(--line);stroke-width:1;vector-effect:non-scaling-stroke}
.most,.ends,.legend{font-size:.8rem;color:var(--soft)}
.ends{display:flex;justify-content:space-between;margin-top:.3rem}
.calendar,.scroll{overflow-x:auto}
.calendar{direction:rtl}
.calendar svg{display:block;direction:ltr;margin:0 auto .75rem 0}
.calendar text{font-size:10px;fill:var(--soft)}
.legend{margin:.6rem 0 0!important}
.legend .track,.legend .l0{stroke:var(--before)}
.legend span{display:inline-block;margin-right:.9rem}
.legend svg{margin-right:.35rem;vertical-align:-1px}
.l0{fill:var(--track)}.l1{fill:var(--l1)}.l2{fill:var(--l2)}.l3{fill:var(--l3)}.l4{fill:var(--l4)}
details{margin-top:.8rem;font-size:.9rem}
summary{color:var(--soft);cursor:pointer;width:max-content;max-width:100%;overflow-wrap:anywhere}
summary:focus-visible{outline:2px solid var(--now);outline-offset:2px}
table{border-collapse:collapse;margin-top:.5rem;font-size:.9rem;width:100%}
th,td{padding:.35rem .9rem .35rem 0;border-bottom:1px solid var(--line);text-align:right;font-weight:400;
white-space:nowrap}
td:last-child,thead th:last-child{padding-right:0}
th:first-child{text-align:left}
tbody th:first-child{white-space:normal;overflow-wrap:anywhere;min-width:6rem}
thead th{color:var(--soft)}
dt{margin-top:.7rem;color:var(--soft)}dd{margin:0}
@media print{body{padding:0}section{break-inside:avoid}}
"""
