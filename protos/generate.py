"""Generate server/underwriter/v1 from the protos, or check that it is up to date (`--check`)."""

import argparse
import filecmp
import importlib.resources
import sys
import tempfile
from pathlib import Path

import google.type
import grpc_tools
from grpc_tools import protoc

PROTOS = Path(__file__).parent
TARGET = PROTOS.parent / "server"
HEADER = '"""Generated from protos/underwriter/v1 by `make proto`; never edited by hand."""\n'


def main() -> int:
    """Generate into the source tree, or into a scratch folder to compare with it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; fail if the generated code is out of date")
    if not parser.parse_args().check:
        generate(TARGET)
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        generate(Path(scratch))
        stale = differences(Path(scratch), TARGET)
    for name in stale:
        sys.stderr.write(f"server/{name} is not what the protos say: run `make proto`\n")
    return 1 if stale else 0


def generate(target: Path) -> None:
    """Write the messages, their type stubs and the service stubs below `target`."""
    package = target / "underwriter" / "v1"
    package.mkdir(parents=True, exist_ok=True)
    for old in package.glob("*_pb2*"):
        old.unlink()
    (package / "__init__.py").write_text(HEADER)
    includes = [PROTOS, importlib.resources.files(grpc_tools) / "_proto", Path(google.type.__path__[0]).parents[1]]
    sources = sorted(str(path.relative_to(PROTOS)) for path in PROTOS.glob("underwriter/v1/*.proto"))
    services = [name for name in sources if name.endswith("_service.proto")]
    common = ["protoc", *(f"-I{path}" for path in includes)]
    for arguments in (
        [f"--python_out={target}", f"--pyi_out={target}", *sources],
        [f"--grpc_python_out={target}", *services],
    ):
        if protoc.main([*common, *arguments]) != 0:
            raise SystemExit("protoc failed")


def differences(fresh: Path, present: Path) -> list[str]:
    """Return the generated files that differ between two trees or stand in only one of them."""
    names = {
        str(path.relative_to(tree))
        for tree in (fresh, present)
        for path in (tree / "underwriter" / "v1").glob("*.py*")
        if path.is_file()
    }
    _, mismatch, missing = filecmp.cmpfiles(fresh, present, sorted(names), shallow=False)
    return sorted({*mismatch, *missing})


if __name__ == "__main__":
    sys.exit(main())
