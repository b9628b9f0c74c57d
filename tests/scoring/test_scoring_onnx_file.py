from pathlib import Path

import onnx
import pytest

from underwriter.scoring.onnx_file import read_opsets

GRAPH = Path(__file__).parents[2] / "models" / "personal_default" / "1" / "model.onnx"


def test_opsets_are_those_that_the_onnx_library_reads() -> None:
    expected = {entry.domain: entry.version for entry in onnx.load(GRAPH).opset_import}
    assert read_opsets(GRAPH.read_bytes()) == expected


def test_a_file_cut_off_anywhere_lacks_an_opset_or_is_told_to_be_cut_off() -> None:
    content = GRAPH.read_bytes()
    for length in range(len(content)):
        assert read_or_reason(content[:length]) in ({}, {"": 21}, "cut off")


def read_or_reason(content: bytes) -> dict[str, int] | str:
    try:
        return read_opsets(content)
    except ValueError as error:
        return "cut off" if str(error).startswith("it ends after") else str(error)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\x0b", "unknown kind 3"),
        (b"\x08" + b"\xff" * 11, "more than 64 bits"),
        (b"\x09\x01", "ends after 2 bytes"),
        (b"not an onnx file", "ends after|unknown kind"),
    ],
)
def test_bytes_that_are_no_message_are_refused_with_the_reason(content: bytes, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_opsets(content)


def test_fields_of_every_kind_are_passed_over() -> None:
    assert read_opsets(b"\x08\x0a" + b"\x11" + b"\0" * 8 + b"\x1d" + b"\0" * 4 + b"\x42\x02\x10\x15") == {"": 21}
