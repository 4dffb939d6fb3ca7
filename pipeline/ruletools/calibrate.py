"""From the decisions of the project office to proposed weights; nothing is changed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from pipeline.errors import InputError, Location
from pipeline.facts import store as facts
from pipeline.rulebook import loader
from pipeline.ruletools.agreement import Agreement, agreement
from pipeline.ruletools.weigh import Effect, Proposal, effect, proposals, too_few
from pipeline.ruletools.weight_patch import patch

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

_MANIFEST: Final = "manifest.json"


class LatestRunMissing(InputError):  # noqa: N818 -- named for what is wrong
    """There is no run to try the weights on."""

    code = "R080"


class RulesOtherThanRun(InputError):  # noqa: N818 -- named for what is wrong
    """The latest run was made by other rules than those to calibrate."""

    code = "R081"


@dataclass(frozen=True, kw_only=True, slots=True)
class Calibration:
    """What the decisions say of the rules.

    ``too_few`` says why no weight is proposed, "" where there are decisions enough; ``effect`` is
    ``None`` and ``patch`` empty where none is proposed.
    """

    agreement: Agreement
    too_few: str
    proposed: tuple[Proposal, ...]
    effect: Effect | None
    patch: str


def calibrate(decisions: pd.DataFrame, rules: Path, run: Path, *, today: date) -> Calibration:
    """Measure rules against decisions, and propose weights.

    Args:
        decisions: As ``agreement.judged`` takes them.
        rules: The rules folder.
        run: Folder of the run to try proposed weights on.
        today: The day that changed rules bear.

    Raises:
        RulebookError: A rule is invalid.
        InputError: There is no such run, or it was made by other rules.
    """
    ruleset = loader.load(rules, as_of=today)
    measured = agreement(decisions, ruleset.evidence)
    proposed = proposals(measured)
    tried, text = None, ""
    if proposed:
        manifest = _manifest(run)
        ruleset = loader.load(rules, as_of=date.fromisoformat(manifest["as_of"]))
        if ruleset.sha256 != manifest["ruleset"]["sha256"]:
            raise RulesOtherThanRun(
                f"run {manifest['run_id']} was made by other rules than {rules}",
                hint="Classify the portfolio again, or name the rules of that run with --rules",
                at=Location(path=run),
            )
        stored = facts.read(run / facts.NAME)
        judged = measured.judged
        tried = effect(ruleset, stored, judged, proposed, run_id=str(manifest["run_id"]))
        text = patch(ruleset.files, proposed, folder=rules.resolve().name, today=today)
    return Calibration(
        agreement=measured,
        too_few=too_few(measured),
        proposed=proposed,
        effect=tried,
        patch=text,
    )


def _manifest(run: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads((run / _MANIFEST).read_text(encoding="utf-8"))
        date.fromisoformat(manifest["as_of"])
        _ = manifest["run_id"], manifest["ruleset"]["sha256"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LatestRunMissing(
            "there is no run to try the proposed weights on",
            hint="Classify a portfolio first, or name the folder of the runs with --output",
            at=Location(path=run),
        ) from error
    return manifest
