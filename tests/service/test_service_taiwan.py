"""The replay of real customers, on a part of them."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data"


@pytest.mark.skipif(not (DATA / "taiwan_credit_card.csv.gz").exists(), reason=f"the data are not in {DATA}")
def test_customers_are_decided_and_fetched_again(
    tmp_path: Path, shipped_settings: dict[str, Any], serving: Any
) -> None:
    with serving(tmp_path, shipped_settings) as server:
        command = [sys.executable, str(ROOT / "bench" / "taiwan.py"), "--data", str(DATA), "--server", server.address]
        done = subprocess.run([*command, "--limit", "200"], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    assert "200 decided" in done.stdout
    assert "200 fetched again unchanged, 0 missing or changed" in done.stdout
    assert re.search(r"│ A +│", done.stdout)
