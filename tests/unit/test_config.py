from __future__ import annotations

import datetime as dt
import os
import threading
from pathlib import Path

import pytest
from pydantic import ValidationError

from pipeline.cli.classify import classify
from pipeline.cli.options import options_from
from pipeline.config import ConfigFaults, Settings, load
from schemas.settings import Table


@pytest.fixture(autouse=True)
def _place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.upper().startswith("STAFFING_"):
            monkeypatch.delenv(name)


def write(text: str, name: str = "staffing.toml", encoding: str = "utf-8") -> Path:
    path = Path(name)
    path.write_text(text, encoding=encoding)
    return path


def faults(config: Path | None = None, **flags: object) -> str:
    with pytest.raises(ConfigFaults) as caught:
        load(config, flags)
    assert caught.value.exit_status == 5
    return str(caught.value)


def test_defaults():
    settings = load(None, {})
    assert settings.model_dump() == Settings().model_dump()
    assert settings.output == Path("out")
    assert not settings.quiet


def test_file_then_variables_then_flags(monkeypatch):
    write('output = "file"\nsheet = "file"\nprofile = "file"\nas_of = 2026-01-01\nquiet = true\n')
    monkeypatch.setenv("STAFFING_SHEET", "variable")
    monkeypatch.setenv("STAFFING_PROFILE", "variable")
    monkeypatch.setenv("STAFFING_AS_OF", "2026-02-02")
    settings = load(None, {"profile": "flag"})
    assert (settings.output, settings.sheet, settings.profile) == (Path("file"), "variable", "flag")
    assert settings.as_of == dt.date(2026, 2, 2)
    assert settings.quiet


def test_the_same_of_a_whole_command(staffing, portfolio, monkeypatch):
    write('output = "from-file"\nas_of = "2026-01-01"\nquiet = true\n')
    monkeypatch.setenv("STAFFING_OUTPUT", "from-variable")
    run = staffing.here("classify", portfolio, "--as-of", "2026-03-03")
    assert (run.returncode, run.stdout) == (0, "")
    assert not Path("from-file").exists()
    assert str(Path("from-variable/latest").readlink()).startswith("2026-03-03-")


def test_named_file_stands_for_the_one_in_the_working_folder():
    write('output = "here"\n')
    other = write('sheet = "there"\n', "other.toml")
    settings = load(other, {})
    assert (settings.output, settings.sheet) == (Path("out"), "there")


def test_empty_variable_counts_as_none(monkeypatch):
    monkeypatch.setenv("STAFFING_SHEET", "")
    assert load(None, {}).sheet is None


def test_variables_in_lower_case(monkeypatch):
    monkeypatch.setenv("staffing_sheet", "Plan")
    assert load(None, {}).sheet == "Plan"


def test_byte_order_mark():
    write('sheet = "Plan"\n', encoding="utf-8-sig")
    assert load(None, {}).sheet == "Plan"


def test_file_may_be_a_pipe():
    os.mkfifo("pipe")
    writer = threading.Thread(target=write, args=('sheet = "Plan"\n', "pipe"))
    writer.start()
    assert load(Path("pipe"), {}).sheet == "Plan"
    writer.join()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('outptu = "x"', "staffing.toml: [C003] unknown key 'outptu'. Did you mean output"),
        ('"as-of" = "2026-01-01"', "Did you mean as_of"),
        ('[staffing]\noutput = "x"', "unknown key 'staffing'. Known are output, rules"),
        ("output = 3", "staffing.toml: [C004] output"),
        ('output = ""', "name a file or folder"),
        ('rules = "a\\u0000b"', "name a file or folder"),
        ('quiet = "perhaps"', "staffing.toml: [C004] quiet"),
        ("sheet = 1", "staffing.toml: [C004] sheet"),
        ("as_of = 0", "write it as 2026-11-24"),
        ("as_of = 2026-11-24T00:00:00", "write it as 2026-11-24"),
        ('as_of = "24.11.2026"', "Correct '24.11.2026'"),
        ("[capacity]\nproject_managers = 3", "staffing.toml: [C003] unknown key"),
        ("[capacity]\nproject_managers = 3", "'capacity.project_managers'. Did you mean capacity."),
        ("[capacity]\nxyz = 3", "Known are capacity.project_manager, capacity.program_manager"),
        ("[capacities]\nproject_manager = 3", "'capacities'. Did you mean capacity"),
        ("[capacity.quarters]\nx = 3", "staffing.toml: [C004] capacity.quarters"),
        ('[capacity]\nproject_manager = "few"', "staffing.toml: [C004] capacity.project_manager"),
        ("[capacity]\nproject_manager = 0", "[C004] capacity.project_manager: input should be gr"),
        ("[capacity]\nproject_manager = true", "[C004] capacity.project_manager: write a number"),
        ("[capacity]\nproject_manager = inf", "[C004] capacity.project_manager"),
        ("[capacity]\nquarters = 1.5", "[C004] capacity.quarters"),
        ("[capacity]\ncomplexity = [1, 2]", "[C004] capacity.complexity"),
        ("[capacity]\ncomplexity = [1, 2, 3, 0]", "[C004] capacity.complexity"),
        ("capacity = 4", "[C004] capacity: this is a table, whose keys are set one by one: proj"),
        ("[[capacity]]\nquarters = 4", "[C004] capacity: this is a table"),
        ("output", "[C002] not TOML"),
        ('output = "a"\noutput = "b"', "[C002] not TOML"),
        ("a = " + "[" * 5000, "[C002] not TOML"),
    ],
)
def test_faulty_file(text, told):
    write(text)
    assert told in faults()


def test_file_that_is_not_utf_8():
    Path("staffing.toml").write_bytes(b'sheet = "\xff"\n')
    assert "[C002] not TOML" in faults()


@pytest.mark.parametrize("make", [None, Path.mkdir, lambda path: path.symlink_to("nowhere")])
def test_named_file_that_cannot_be_read(make):
    path = Path("named.toml")
    if make:
        make(path)
    assert faults(path).startswith("named.toml: [C001]")


def test_dangling_link_is_not_taken_for_no_configuration():
    Path("staffing.toml").symlink_to("nowhere")
    assert "[C001]" in faults()


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("STAFFING_OUTPTU", "x", "unknown variable STAFFING_OUTPTU. Did you mean STAFFING_OUTPUT"),
        ("staffing_outptu", "x", "unknown variable staffing_outptu. Did you mean STAFFING_OUTPUT"),
        ("STAFFING_XYZ", "x", "Known are STAFFING_OUTPUT, "),
        (
            "STAFFING_CAPACITY__PROJECT_MANAGERS",
            "3",
            "_MANAGERS. Did you mean STAFFING_CAPACITY__PROJECT_MANAGER",
        ),
        ("STAFFING_CAPACITI__QUARTERS", "3", "Did you mean STAFFING_CAPACITY"),
        ("STAFFING_SHEET__NAME", "x", "unknown variable STAFFING_SHEET__NAME"),
        ("STAFFING_CAPACITY__PROJECT_MANAGER__X", "3", "[C004] STAFFING_CAPACITY__PROJECT_MANAGER"),
        ("STAFFING_CAPACITY__PROJECT_MANAGER", "few", "[C004] STAFFING_CAPACITY__PROJECT_MANAGER"),
        ("staffing_capacity__project_manager", "few", "[C004] staffing_capacity__project_manager"),
        ("STAFFING_CAPACITY__COMPLEXITY", "1,2", "[C004] STAFFING_CAPACITY__COMPLEXITY"),
        ("STAFFING_CAPACITY", "4", "[C004] STAFFING_CAPACITY: this is a table"),
        ("STAFFING_CAPACITY", '{"quarters": 4}', "[C004] STAFFING_CAPACITY: this is a table"),
        ("STAFFING_QUIET", "maybe", "[C004] STAFFING_QUIET"),
        ("STAFFING_AS_OF", "0", "[C004] STAFFING_AS_OF"),
        ("STAFFING_AS_OF", "2026-02-30", "Correct '2026-02-30'"),
    ],
)
def test_faulty_variable(monkeypatch, name, value, told):
    monkeypatch.setenv(name, value)
    assert told in faults()


def test_a_table_of_the_file_and_variables_within_it(monkeypatch):
    write("[capacity]\nproject_manager = 3\nprogram_manager = 1.5\n")
    monkeypatch.setenv("STAFFING_CAPACITY__PROGRAM_MANAGER", "2.5")
    monkeypatch.setenv("staffing_capacity__complexity", "1, 1,2,3")
    capacity = load(None, {}).capacity
    assert (capacity.project_manager, capacity.program_manager) == (3, 2.5)
    assert capacity.complexity == (1, 1, 2, 3)
    assert capacity.quarters == Settings().capacity.quarters


def test_empty_variable_of_a_table_counts_as_none(monkeypatch):
    monkeypatch.setenv("STAFFING_CAPACITY__QUARTERS", "")
    assert load(None, {}).capacity == Settings().capacity


def test_a_setting_cannot_be_changed_once_it_is_read():
    with pytest.raises(ValidationError, match="frozen"):
        load(None, {}).capacity.quarters = 1


def test_tables_are_no_flags():
    tables = {
        name
        for name, field in Settings.model_fields.items()
        if isinstance(field.annotation, type) and issubclass(field.annotation, Table)
    }
    flags = {parameter.name for parameter in classify.params}
    assert "capacity" in tables
    assert not flags & tables
    assert set(Settings.model_fields) - tables <= flags


def test_faulty_flag_is_named_as_such():
    write('output = "fine"\n')
    assert "[C004] --output" in faults(output="")


def test_every_fault_at_once(monkeypatch):
    write('outptu = "x"\nquiet = 7\n')
    monkeypatch.setenv("STAFFING_SHEETS", "x")
    assert len(faults(as_of="x").splitlines()) == 4


def test_every_fault_of_tables_at_once(monkeypatch):
    write("[capacity]\nquarters = 0\nproject_manger = 1\nprogram_manager = 'x'\n[nowhere]\n")
    monkeypatch.setenv("STAFFING_CAPACITY__UTILISATION", "7")
    monkeypatch.setenv("STAFFING_CAPACITY__XYZ", "7")
    told = faults().splitlines()
    assert len(told) == 6
    assert len(set(told)) == 6


def test_clock_is_read_only_where_no_day_is_given(tmp_path):
    options, _ = options_from(tmp_path, None, {"as_of": dt.date(2026, 6, 30)})
    assert options.as_of == dt.date(2026, 6, 30)
    options, _ = options_from(tmp_path, None, {})
    assert abs(options.as_of - dt.datetime.now(tz=dt.UTC).date()) <= dt.timedelta(days=1)
