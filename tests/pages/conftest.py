"""The shelf as it is shipped."""

from pathlib import Path

import pytest

from underwriter.decisioning import ActivePolicy, load_desk

PROJECT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def shelf() -> list[ActivePolicy]:
    return list(load_desk(PROJECT / "rules", PROJECT / "models").policies.values())
