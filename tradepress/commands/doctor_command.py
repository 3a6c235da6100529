"""Runs `tradepress doctor`: what is wrong with this machine, a line each, and what mends it."""

from dataclasses import replace
from pathlib import Path
from typing import IO

import click

from tradepress.archive.text_forms import one_line
from tradepress.commands.options import archive_option, configured
from tradepress.interrupt import held


@click.command()
@click.option("--report", type=click.File("w", "utf-8"), help="Write what to attach to a bug.")
@archive_option
def doctor(report: IO[str] | None, archive: Path) -> int:
    """Look this machine over: each thing that Tradepress needs, in a line, with what mends it.

    Exit code 1 if there is a problem. A --report has no path, name, address or password.
    """
    with held():
        from tradepress.jobs.look_over_machine import fault_report, look_over_machine
        from tradepress.schedule.machine import look_at_schedule

    configuration = replace(configured(), archive=archive.absolute())
    told = [*look_over_machine(configuration, look_at_schedule)]
    for one in told:
        private, mend = one.private and f" ({one.private})", one.mend and f"; {one.mend}"
        click.echo(f"{one.state:<8}  {one.subject:<13}  {one_line(one.what + private + mend)}")
    if report is not None:
        report.write(fault_report(told, configuration))
    return int(any(one.state == "problem" for one in told))
