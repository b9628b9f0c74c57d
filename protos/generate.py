"""Generate server/underwriter/v1 from the protos; or check that it is up to date, or write an image for `buf lint`."""

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
    parser.add_argument(
        "--check", action="store_true", help="change nothing; fail if the generated code is out of date"
    )
    parser.add_argument("--image", type=Path, help="only write all descriptors, with their comments, to this file")
    arguments = parser.parse_args()
    if arguments.image:
        run_protoc("--include_imports", "--include_source_info", f"--descriptor_set_out={arguments.image}", *sources())
        return 0
    if not arguments.check:
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
    services = [name for name in sources() if name.endswith("_service.proto")]
    run_protoc(f"--python_out={target}", f"--pyi_out={target}", *sources())
    run_protoc(f"--grpc_python_out={target}", *services)


def sources() -> list[str]:
    """Return our proto files, by the names under which they import each other."""
    return sorted(str(path.relative_to(PROTOS)) for path in PROTOS.glob("underwriter/v1/*.proto"))


def run_protoc(*arguments: str) -> None:
    """Run the protobuf compiler over our protos and those that they import."""
    includes = [PROTOS, importlib.resources.files(grpc_tools) / "_proto", Path(google.type.__path__[0]).parents[1]]
    if protoc.main(["protoc", *(f"-I{path}" for path in includes), *arguments]) != 0:
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
