"""Runs mutants within this process, as far as the rows are typed, and says what is wrong."""

import datetime as dt
import random
import traceback

from fuzzing import mutants, verify

DAY = dt.date(2026, 11, 25)
# Rows of canonical columns that tell whether an initiative came through as it was.
TYPED = (
    "name",
    "description",
    "business_unit",
    "project_count",
    "team_count",
    "start_date",
    "end_date",
    "stakeholder_level",
    "scope_definition",
)


class Checker:
    """Checks mutants of one seed; ``rules`` is the rulebook to decide by."""

    def __init__(self, seed, folder, rules):
        from pipeline.rulebook import loader

        self.seed = seed
        self.folder = folder
        self.rules = rules
        self.ruleset = loader.load(rules, as_of=DAY)
        self.sound = {}

    def mutant(self, number):
        """The mutant of a number, and the path it was written to."""
        made = mutants.mutant(self.seed, number)
        path = self.folder / made.name
        path.write_bytes(made.data)
        return made, path

    def faults(self, number, *, decides=True):
        """What is wrong with the mutant of a number; an empty list if nothing is.

        Without ``decides`` it is read and typed only, which takes a tenth of the time.
        """
        from pipeline.errors import InputError

        made, path = self.mutant(number)
        try:
            if not decides:
                return _differences(made, self._sound(made)[0], self._typed(self._parsed(path)))
            return self._faults_of_run(made, self._checked(path))
        except InputError as error:
            whole = made.whole and made.untouched
            return [f"refused although sound: {error}"] if whole else []
        except BaseException:  # noqa: BLE001 -- a panic of a reader is no Exception
            return [traceback.format_exc()]

    def _faults_of_run(self, made, checked):
        validated = checked.validated
        rows = [*validated.accepted.index, *validated.quarantined.index]
        if sorted(rows) != sorted(checked.raw.cells.index):
            return ["rows do not add up"]
        typed, decided = self._sound(made)
        return [
            *_differences(made, typed, self._typed(validated.accepted)),
            *_differences(made, decided, self._decided(checked)),
        ]

    def _parsed(self, path):
        from pipeline import ingest, parse

        raw = ingest.read(path)
        rows = parse.parse(raw).rows
        assert list(rows.index) == list(raw.cells.index)
        return rows

    def _checked(self, path):
        from pipeline import run
        from pipeline.runlog import RunLog

        options = run.Options(portfolio=path, output=self.folder, rules=self.rules, as_of=DAY)
        return run.check(options, RunLog())

    def _decided(self, checked):
        from pipeline import run
        from pipeline.runlog import RunLog

        classified = run.decide(checked.validated, self.ruleset, as_of=DAY, log=RunLog())
        ids = classified.initiatives.rows["initiative_id"].to_list()
        return dict(zip(ids, classified.verdicts.rule.tolist(), strict=True))

    def _sound(self, made):
        """Typed rows and verdicts of the portfolio before anything was done to it."""
        if made.portfolio not in self.sound:
            rows = mutants.portfolio(random.Random(made.portfolio))  # noqa: S311
            path = self.folder / "sound.csv"
            path.write_text(mutants.as_csv(rows), encoding="utf-8")
            checked = self._checked(path)
            known = self._typed(checked.validated.accepted), self._decided(checked)
            self.sound[made.portfolio] = known
        return self.sound[made.portfolio]

    def _typed(self, rows):
        cells = zip(*(rows[name].astype(object).tolist() for name in TYPED), strict=True)
        return dict(zip(rows["initiative_id"], map(repr, cells), strict=True))


def _differences(made, expected, found):
    changed = [name for name in sorted(made.untouched) if found.get(name) != expected[name]]
    return [f"{name}: {expected[name]} became {found.get(name)}" for name in changed]


def faults_by_command(forks, checker, number, rules):
    """The same of the real command, from start to published report."""
    made, path = checker.mutant(number)
    output = checker.folder / f"out{number}"
    outcome = forks.run("classify", path, "--output", output, "--as-of", str(DAY), "--rules", rules)
    faults = verify.faults_of(outcome, output)
    if made.whole and made.untouched and outcome.status not in verify.PUBLISHED:
        faults.append(f"refused although sound: {outcome.stderr}")
    return faults
