"""What an export does not say and only the user knows: asked where somebody sits before the terminal."""

from __future__ import annotations

import sys

import click

from crm.cli.environment import Environment
from crm.domain.errors import QuestionError
from crm.domain.text import clean

_MOST_SHOWN = 20


def can_ask(environment: Environment) -> bool:
    """Say whether a question can be asked: not in a script, not into a pipe."""
    return sys.stdin.isatty() and environment.err.terminal


def ask(environment: Environment, question: QuestionError) -> str | None:
    """Ask, and return the answer as `--as` or `--dates` would give it; None when the user gives none."""
    environment.err.note(question.message)
    shown = question.choices[:_MOST_SHOWN]
    for number, (answer, meaning) in enumerate(shown, start=1):
        said = f"{answer}: {meaning}" if meaning and meaning != answer else answer
        environment.err.note(f"  {number}  {said}")
    words = "number, or name, handle or address" if question.option == "as" else "number"
    try:
        said = click.prompt(
            f"Your answer ({words}; empty leaves it out)", default="", show_default=False, err=True
        )
    except (click.Abort, EOFError):
        return None
    said = said.strip()
    if said.isdecimal() and 1 <= int(said) <= len(shown):
        return shown[int(said) - 1][0]
    if question.option == "as" or said in (answer for answer, _ in question.choices):
        return said or None
    return None


def hint_for(question: QuestionError) -> str | None:
    """Return how the question is answered on the command line."""
    if not question.choices:
        return question.hint
    answers = ", ".join(clean(answer) for answer, _ in question.choices[:_MOST_SHOWN])
    return f"say it with --{question.option}: {answers}"
