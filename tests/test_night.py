"""Nights without anybody watching, by the real command."""

from __future__ import annotations

import json
import os
import shutil
import subprocess

import pytest

pytestmark = pytest.mark.thorough

NEXT_DAY = "2026-07-01"


def _settings(staffing, text):
    (staffing.folder / "staffing.toml").write_text(text)


def _shrunk(portfolio):
    portfolio.write_text("\n".join(portfolio.read_text().splitlines()[:2]) + "\n")


def test_a_strange_night_is_published_and_told(staffing, portfolio):
    assert staffing.here("classify", portfolio).stderr == ""
    _shrunk(portfolio)
    run = staffing.here("classify", portfolio, "--as-of", NEXT_DAY)
    assert run.returncode == 0
    assert run.stderr == (
        "Look before you rely on it: 1 rows where there were 3 on 2026-06-30 (67% fewer)\n"
    )


def test_a_strange_night_is_refused_where_that_is_asked_for(staffing, portfolio, picture):
    _settings(staffing, '[thresholds]\naction = "refuse"\n')
    assert staffing.here("classify", portfolio).returncode == 0
    before = picture(staffing.folder / "out")
    _shrunk(portfolio)
    run = staffing.here("classify", portfolio, "--as-of", NEXT_DAY)
    assert (run.returncode, run.stdout) == (4, "")
    assert "[I098] this night looks wrong: 1 rows where there were 3" in run.stderr
    assert picture(staffing.folder / "out") == before
    assert staffing.here("classify", portfolio, "--accept-strange").returncode == 0


def test_that_many_rows_are_quarantined_is_part_of_the_summary(staffing, quarantining):
    run = staffing.here("classify", quarantining)
    assert (run.returncode, run.stderr) == (3, "")
    assert "Look before you rely on it: 1 of 3 rows (33%) are quarantined" in run.stdout


def test_another_portfolio_is_compared_with_nothing(staffing, portfolio):
    _settings(staffing, '[thresholds]\naction = "refuse"\n')
    assert staffing.here("classify", portfolio).returncode == 0
    _shrunk(portfolio)
    portfolio = portfolio.rename(portfolio.with_name("other.csv"))
    assert staffing.here("classify", portfolio).returncode == 0


def test_exports_named_after_their_day_are_compared(staffing, portfolio):
    _settings(staffing, '[thresholds]\naction = "refuse"\n')
    portfolio = portfolio.rename(portfolio.with_name("portfolio_2026-12-01.csv"))
    assert staffing.here("classify", portfolio).returncode == 0
    _shrunk(portfolio)
    portfolio = portfolio.rename(portfolio.with_name("portfolio_2026-12-02.csv"))
    run = staffing.here("classify", portfolio, "--as-of", NEXT_DAY)
    assert run.returncode == 4
    assert "1 rows where there were 3" in run.stderr


def test_a_threshold_can_be_set(staffing, portfolio):
    _settings(staffing, '[thresholds]\naction = "refuse"\nrows_fell = 0.9\n')
    assert staffing.here("classify", portfolio).returncode == 0
    _shrunk(portfolio)
    assert staffing.here("classify", portfolio).returncode == 0


def test_old_runs_are_taken_away(staffing, portfolio, whole):
    for day in range(1, 5):
        run = staffing.here("classify", portfolio, "--as-of", f"2026-07-0{day}", "--keep", "2")
    assert "Old runs taken away: 1" in run.stdout
    assert [name[:10] for name in whole(staffing.folder / "out")] == ["2026-07-03", "2026-07-04"]


def test_brief_is_one_line(staffing, portfolio):
    run = staffing.here("classify", portfolio, "--brief")
    assert run.stdout.count("\n") == 1
    assert "3 rows read" in run.stdout


def test_verbose_shows_the_log(staffing, portfolio):
    run = staffing.here("classify", portfolio, "--verbose", "--quiet")
    events = [json.loads(line)["event"] for line in run.stderr.splitlines()]
    assert (events[0], events[-1]) == ("step", "done")
    assert "scanners" not in run.stderr


@pytest.mark.parametrize(
    "text",
    ['[health]\nurl = "ftp://token@host"\n', '[notify]\nurls = {"token" = 1}\n'],
    ids=["address of another kind", "no list"],
)
def test_a_faulty_secret_is_not_shown(staffing, portfolio, text):
    _settings(staffing, text)
    run = staffing.here("classify", portfolio)
    assert run.returncode == 5
    assert "[C004]" in run.stderr
    assert "token" not in run.stderr


def test_that_nobody_listens_fails_no_night(staffing, portfolio):
    _settings(staffing, '[health]\nurl = "http://127.0.0.1:9/token"\nseconds = 0.5\n')
    run = staffing.here("classify", portfolio)
    assert run.returncode == 0
    assert "could not be called" in run.stderr
    assert "token" not in run.stderr


needs_faketime = pytest.mark.skipif(shutil.which("faketime") is None, reason="no faketime here")


@needs_faketime
@pytest.mark.parametrize(
    "clock",
    [
        pytest.param("@2026-03-29 01:59:58 x5000", id="spring forward, and a clock that races"),
        pytest.param("@2026-10-25 02:59:58 x5000", id="fall back"),
        pytest.param("@1999-12-31 23:59:59 x-50", id="a clock that runs backwards"),
    ],
)
def test_no_jump_of_the_clock_loses_a_firing(staffing, portfolio, clock):
    """durable_rules drops what is left of an evaluation that took ten seconds by the clock."""
    written = []
    for words in ([], ["faketime", "-f", clock]):
        command = [
            *words,
            *staffing.command("classify", portfolio, "--output", f"out-{len(words)}"),
        ]
        environment = {**os.environ, "TZ": "Europe/Berlin"}
        run = subprocess.run(
            command, cwd=staffing.folder, env=environment, capture_output=True, check=False
        )
        assert run.returncode == 0, run.stderr
        latest = staffing.folder / f"out-{len(words)}" / "latest"
        written.append((latest / "initiatives.csv").read_bytes())
    assert written[0] == written[1]
