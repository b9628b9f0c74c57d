"""`underwriter language-server`, as far as it is a command: what it speaks is tested in tests/editor."""

import sys

import pytest

from .commands import Call


@pytest.mark.parametrize("package", ["pygls", "lsprotocol"])
def test_without_its_packages_it_says_what_to_install(
    package: str, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == package or "editor.features" in name]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, package, None)  # as if it were not installed
    ended = call("language-server")
    assert ended.code == 2
    assert "pip install 'underwriter[authoring]'" in ended.errors
