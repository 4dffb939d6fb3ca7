"""Makes the helpers of these tests importable, since test folders are no packages."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def forks(tmp_path_factory):
    from fuzzing.client import Forks

    with Forks(tmp_path_factory.mktemp("forks")) as server:
        yield server
