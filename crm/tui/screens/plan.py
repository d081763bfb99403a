"""What setting up the timer, or taking it away, will do: every file and every command, before it happens."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from crm.timers.protocol import Plan, Step
from crm.tui import ui
from crm.tui.screens.confirm import Confirm


class ShowPlan(Confirm):
    """Answers whether to do it; `y` is the only yes."""

    HINT = "y  do it    n  no    up, down  scroll"

    def __init__(self, question: str, about: str, plan: Plan) -> None:
        super().__init__(question, about)
        self._plan = plan

    def body(self) -> ComposeResult:
        """What it is for, and everything it does."""
        yield Static(ui.paragraphs(self._consequence), classes="gap-below")
        with VerticalScroll(classes="first in-dialog"):
            yield Static(ui.stack(plan_lines(self._plan)))


def plan_lines(plan: Plan) -> Iterator[ui.Shown]:
    """Yield what a plan does, in its order."""
    yield from _commands("RUN FIRST", plan.before)
    if plan.remove:
        yield ui.label("REMOVE", ui.HEAD)
        yield from (ui.label(str(path)) for path in plan.remove)
        yield ui.line()
    for file in plan.write:
        yield ui.line(("WRITE  ", ui.HEAD), (str(file.path), ui.STRONG))
        yield from (ui.label(f"  {line}") for line in file.text.splitlines())
        yield ui.line()
    yield from _commands("THEN RUN" if plan.write or plan.remove else "RUN", plan.after)
    if plan.note:
        yield ui.label(plan.note, ui.FAINT)


def _commands(title: str, steps: Sequence[Step]) -> Iterator[ui.Shown]:
    if not steps:
        return
    yield ui.label(title, ui.HEAD)
    for step in steps:
        yield ui.label(shlex.join(step.command))
        yield from (ui.label(f"  {line}") for line in (step.stdin or "").splitlines())
    yield ui.line()
