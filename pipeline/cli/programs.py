"""staffing programs: programs nobody declared, and what else the graph of initiatives shows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from pipeline import outlets
from pipeline.cli.options import format_option, options_from, portfolio_options, rules_option
from pipeline.cli.records import records

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.programs import Programs

_RECOMMENDED = {
    "program_manager": "needs a Technical Program Manager",
    "watch": "watch it",
    "leave": "leave as it is",
}


@click.command(epilog="Example: staffing programs portfolio.csv --format json")
@portfolio_options
@rules_option
@format_option
def programs(portfolio: Path, config: Path | None, layout: str, **flags: Any) -> None:  # noqa: ANN401
    """Find clusters in PORTFOLIO that together need one lead; write nothing.

    Initiatives are tied by dependencies, parents, names, goals, vendors, sponsors, domains and
    business units. Shown besides: dependencies or parents in a circle, dependencies on unknown ids,
    programs without a lead, and members that tie two clusters.
    """
    from pipeline import run  # noqa: PLC0415 -- slow to import

    options, _ = options_from(portfolio, config, flags)
    found = run.find_programs(options)
    if layout == "json":
        click.echo(json.dumps(_data(found), indent=1))
        return
    for line in _told(found):
        click.echo(outlets.printable(line))


def _data(found: Programs) -> dict[str, Any]:
    return {
        "clusters": records(found.clusters),
        "members": records(found.members),
        "findings": records(found.findings),
        "left_off": dict(found.left_off),
    }


def _told(found: Programs) -> Iterator[str]:
    members = dict(list(found.members.groupby("cluster_id", sort=False)))
    for cluster in records(found.clusters):
        yield f"{cluster['name']}  [{cluster['cluster_id']}]"
        yield f"  {_RECOMMENDED[cluster['recommendation']]} ({cluster['rule_id'] or 'no rule'})"
        yield f"  {cluster['rationale']}"
        if cluster["declared_programs"]:
            yield "  (a declared program and all that belongs to it count as one part)"
        yield f"  tied by: {cluster['ties']}"
        if cluster["budget"] is not None:
            yield f"  budget: {cluster['budget']:,.0f} {cluster['currency']}"
        for member in records(members[cluster["cluster_id"]]):
            ties = f" -- {member['ties']}" if member["ties"] else ""
            yield f"    {member['initiative_id']}  {member['name']}{ties}"
        yield ""
    for finding in records(found.findings):
        yield f"{finding['initiative_id']}  {finding['name']}: {finding['text']}"
    for kind, count in found.left_off.items():
        yield f"{count:,} more of {kind.replace('_', ' ')}"
    count = len(found.clusters)
    needs = int((found.clusters["recommendation"] == "program_manager").sum())
    yield f"Clusters: {count}; to be led by a Technical Program Manager: {needs}"
