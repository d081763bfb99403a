"""`crm remind --install`, `--uninstall`, `--status`: the timer, shown before anything is written.

Nothing is changed without a yes: of somebody before the terminal, or `--yes`.
"""

from __future__ import annotations

import shlex
from datetime import datetime
from typing import Any

import click

from crm import clock, config
from crm.cli import jsonviews
from crm.cli.asking import can_ask
from crm.cli.diagnostics import ExitCode
from crm.cli.environment import Environment
from crm.cli.output import Column, Styled
from crm.cli.wording import Times
from crm.domain.errors import UsageError
from crm.services import health, timing
from crm.services.health import HealthView, NotifierHealth
from crm.timers.protocol import Machine, Plan

_NOTIFIERS = (Column("notifier", style="bold"), Column("kind"), Column("delivered"), Column("now", least=20))


def install(environment: Environment, dry_run: bool, sure: bool) -> None:
    """Set up what runs `crm remind --deliver` every hour.

    Raises:
        UsageError: nobody said yes, or this crm will be gone soon.
        ConfigError: the system has no timer, or refuses.

    """
    machine = timing.this_machine()
    settings = config.load()
    usual = health.usual_database(settings)
    named = environment.database
    if named and health.name_of_database(named) == usual:
        named = None
    what = timing.job(machine, named, settings.schedule.at.minute)
    timer = timing.choose(machine)
    plan = timing.install_plan(machine, timer, what)
    database = health.name_of_database(named) if named else usual
    noted = timing.installed(machine)
    if noted and (noted.kind, noted.database) == (timer.kind, database) and _stands(machine, plan):
        environment.out.line(f"The {timer.title} is set up already; nothing to do.")
        return
    environment.out.line(f"This sets up a {timer.title} that runs every hour:")
    _show(environment, plan)
    if dry_run:
        return
    _ask(environment, "Set it up?", sure)
    timing.install(machine, timer, plan, database, clock.now())
    environment.out.line("Done. crm remind --status shows how it goes, crm remind --uninstall takes it away.")
    if not settings.notifiers:
        environment.err.warn(
            "no notifier is configured yet, so nothing is sent: add one in the settings (crm, then the key ,)"
        )


def uninstall(environment: Environment, dry_run: bool, sure: bool) -> None:
    """Take away what `install` brought, and nothing else.

    Raises:
        UsageError: nobody said yes.
        ConfigError: the system refuses.

    """
    machine = timing.this_machine()
    plan = timing.uninstall_plan(machine)
    if plan == Plan():
        if not dry_run:
            timing.uninstall(machine, plan)
        environment.out.line("No timer of crm is set up; nothing to do.")
        return
    environment.out.line("This takes the timer away:")
    _show(environment, plan)
    if dry_run:
        return
    _ask(environment, "Take it away?", sure)
    timing.uninstall(machine, plan)
    environment.out.line("Done. Nothing reminds by itself any more.")


def status(environment: Environment, as_json: bool) -> int:
    """Show when reminding last ran, what runs it, and how each notifier fares.

    Returns:
        The exit code: 7 when there is something to worry about.

    Raises:
        ConfigError: the configuration makes no sense.
        DatabaseError: the database cannot be read.

    """
    view = health.look(environment.store, config.load())
    machine = timing.this_machine()
    asked = timing.state(machine)
    active = asked is not None and asked[1].active
    detail = asked[1].detail if asked else None
    if as_json:
        environment.out.json(_json(view, active, detail))
    else:
        _tell(environment, view, asked is not None, active, detail)
    broken = view.timer is not None and not active
    return ExitCode.NOTIFIER if view.worries or broken else ExitCode.DONE


def _stands(machine: Machine, plan: Plan) -> bool:
    """Say whether everything is as the plan wants it: the files, or cron's table, and the system agrees."""
    state = timing.state(machine)
    if state is None or not state[1].active:
        return False
    if plan.write:
        return timing.is_done(plan)
    table = machine.run(("crontab", "-l"), None)
    return any(step.stdin == table.out for step in plan.after)


def _show(environment: Environment, plan: Plan) -> None:
    """Write every file and every command, in the order in which they come."""
    out = environment.out
    for step in plan.before:
        _command(environment, step.command, step.stdin)
    for path in plan.remove:
        out.line()
        out.line("  remove ", Styled(str(path), "bold"))
    for file in plan.write:
        out.line()
        out.line("  write ", Styled(str(file.path), "bold"))
        for line in file.text.splitlines():
            out.line("    ", Styled(line, "dim"))
    for step in plan.after:
        _command(environment, step.command, step.stdin)
    if plan.note:
        out.line()
        out.paragraph(plan.note, indent=2)
    out.line()


def _command(environment: Environment, command: tuple[str, ...], stdin: str | None) -> None:
    environment.out.line()
    environment.out.line("  run ", Styled(shlex.join(command), "bold"), " with this table:" if stdin else "")
    for line in (stdin or "").splitlines():
        environment.out.line("    ", Styled(line, "dim"))


def _ask(environment: Environment, question: str, sure: bool) -> None:
    if sure:
        return
    if not can_ask(environment):
        raise UsageError("nothing was changed: nobody said yes", "add --yes, after a look at what it shows")
    if not click.confirm(question, default=True, err=True):
        raise UsageError("nothing was changed")


def _tell(environment: Environment, view: HealthView, there: bool, active: bool, detail: str | None) -> None:
    out, times = environment.out, environment.times
    if view.timer is not None:
        out.line(
            "timer       ", f"{view.timer.title}, set up {times.ago(view.timer.at)}; {detail or 'it is gone'}"
        )
        if not view.here:
            out.line("            ", f"it looks at another database: {view.timer.database}")
    elif there:
        out.line("timer       ", f"{detail}, though it was not set up from here")
    else:
        out.line("timer       none: crm remind --install sets one up")
    out.line("last run    ", _moment(view.ran_at, times))
    if view.next_at is not None:
        out.line(
            "next digest ",
            "now, if there is anything to say" if view.next_at <= times.now else times.stamp(view.next_at),
        )
    if view.notifiers:
        out.line()
        out.table(_NOTIFIERS, [_row(one, times) for one in view.notifiers])
    else:
        out.line("notifiers   none is configured")
    for worry in view.worries:
        environment.err.warn(f"{worry.message}\n{worry.hint}")
    if view.timer is not None and not active:
        environment.err.warn(
            f"the system does not run the {view.timer.title}\ncrm remind --install sets it up again"
        )


def _row(one: NotifierHealth, times: Times) -> tuple[str, str, str, str]:
    return one.name, one.kind, times.ago(one.delivered_at) if one.delivered_at else "never", _now(one, times)


def _now(one: NotifierHealth, times: Times) -> str:
    if not one.enabled:
        return "switched off"
    last = one.last
    if last is None or last.state != "failed":
        return "fine" if last else "nothing was to be sent yet"
    again = f"; tried again {times.stamp(last.next_try)}" if last.next_try else ""
    return f"failed, {last.tries} tries: {last.error}{again}"


def _moment(at: datetime | None, times: Times) -> str:
    return f"{times.ago(at)}, {times.stamp(at)}" if at else "never"


def _json(view: HealthView, active: bool, detail: str | None) -> dict[str, Any]:
    timer = view.timer
    return {
        "timer": {
            "kind": timer.kind,
            "title": timer.title,
            "database": timer.database,
            "installed_at": jsonviews.moment(timer.at),
            "active": active,
            "detail": detail,
        }
        if timer
        else None,
        "this_database": view.here,
        "last_run_at": jsonviews.moment(view.ran_at),
        "next_digest_at": jsonviews.moment(view.next_at),
        "notifiers": [_notifier_json(one) for one in view.notifiers],
        "worries": [{"about": one.about, "message": one.message, "hint": one.hint} for one in view.worries],
    }


def _notifier_json(one: NotifierHealth) -> dict[str, Any]:
    last = one.last
    return {
        "name": one.name,
        "kind": one.kind,
        "enabled": one.enabled,
        "delivered_at": jsonviews.moment(one.delivered_at),
        "day": last.day.isoformat() if last else None,
        "state": last.state if last else None,
        "tries": last.tries if last else 0,
        "error": last.error if last else None,
        "next_try_at": jsonviews.moment(last.next_try) if last else None,
        "failing_since": one.failing_since.isoformat() if one.failing_since else None,
    }
