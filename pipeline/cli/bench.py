"""staffing bench: the decision step beside what else could do it."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline import outlets


@click.command(epilog="Example: staffing bench --rows 1000,100000 --rules 40 --output bench")
@click.option(
    "--rows",
    default="1000,10000,100000,1000000",
    show_default=True,
    metavar="N,N",
    help="Sizes to measure; an engine that is too slow for one gets fewer rows.",
)
@click.option(
    "--rules", default="10,40,160,640", show_default=True, metavar="N,N", help="Numbers of rules."
)
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("bench"),
    show_default=True,
    help="Folder for the table and the drawing.",
)
def bench(rows: str, rules: str, output: Path) -> None:
    """Measure the decision step, facts to verdict, beside other engines and code by hand.

    All decide the same invented rows by the same invented rules, and have to agree in every row.
    The engines come with `pip install staffing-classifier[bench]`; those that are missing are left
    out.
    """
    sizes, counts = _numbers(rows), _numbers(rules)
    from pipeline.bench import run, table  # noqa: PLC0415 -- slow to import

    found = list(run.measure(sizes, counts, click.echo))
    output.mkdir(parents=True, exist_ok=True)
    (output / "bench.md").write_text(table.markdown(found), encoding="utf-8")
    for count in counts:
        drawn = table.drawing(found, count)
        (output / f"bench-{count}-rules.svg").write_text(drawn, encoding="utf-8")
    missing = len(run.ENGINES) - len(run.installed())
    left_out = f"; {missing} engines are not installed" if missing else ""
    outlets.tell(
        f"All agree in every row. See {click.format_filename(output / 'bench.md')}{left_out}"
    )


def _numbers(text: str) -> list[int]:
    try:
        numbers = sorted({int(part) for part in text.split(",")})
    except ValueError:
        numbers = []
    if not numbers or numbers[0] < 1:
        raise click.UsageError(f"{text!r}: write whole numbers above zero, parted by commas")
    return numbers
