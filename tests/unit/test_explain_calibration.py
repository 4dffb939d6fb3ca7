from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.ruletools.calibration import BANDS, calibration

PROJECT, PROGRAM = "project_manager", "program_manager"


def measured(rows, **how):
    verdicts, confidences, labels = zip(*rows, strict=True) if rows else ((), (), ())
    return calibration(
        np.array(verdicts, str), np.array(confidences, float), np.array(labels, str), **how
    )


def test_each_band_has_its_share_of_right_verdicts():
    found = measured(
        [
            (PROJECT, 0.95, PROJECT),
            (PROJECT, 0.92, PROJECT),
            (PROGRAM, 0.98, PROJECT),
            (PROGRAM, 0.65, PROGRAM),
        ]
    )
    shown = {band.least: (band.right.count, band.right.of) for band in found if band.right.of}
    assert shown == {0.9: (2, 3), 0.6: (1, 1)}
    assert found[-1].mean == pytest.approx(0.95)
    assert found[0].mean is None
    assert found[0].right.share is None


def test_the_edge_of_a_band_belongs_to_it_and_one_to_the_last():
    found = measured([(PROJECT, 0.9, PROJECT), (PROJECT, 1.0, PROJECT), (PROJECT, 0.7, PROGRAM)])
    assert [band.right.of for band in found] == [0, 0, 0, 1, 0, 2]


def test_undecided_and_unlabelled_are_left_out():
    found = measured([("undecided", 0.0, PROJECT), (PROJECT, 0.9, ""), (PROJECT, 0.9, "ambiguous")])
    assert [band.right.of for band in found] == [0] * len(BANDS)


def test_the_interval_is_wilson_s():
    band = measured([(PROJECT, 0.95, PROJECT)] * 8 + [(PROJECT, 0.95, PROGRAM)] * 2)[-1]
    # Worked out by hand from the formula of 1927 with z = 1.96.
    assert (band.right.low, band.right.high) == pytest.approx((0.4902, 0.9433), abs=5e-4)


ROWS = st.lists(
    st.tuples(
        st.sampled_from([PROJECT, PROGRAM, "undecided"]),
        st.integers(0, 100).map(lambda cents: cents / 100),
        st.sampled_from([PROJECT, PROGRAM, ""]),
    )
)


@given(rows=ROWS)
def test_every_labelled_verdict_stands_in_one_band(rows):
    found = measured(rows)
    counted = [row for row in rows if row[0] != "undecided" and row[2]]
    assert sum(band.right.of for band in found) == len(counted)
    assert sum(band.right.count for band in found) == sum(row[0] == row[2] for row in counted)
    for band in found:
        assert band.mean is None or band.least <= round(band.mean, 6) <= band.most
