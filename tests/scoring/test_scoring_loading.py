from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from underwriter.scoring import load_model


def identity_graph(
    width: int, outputs: dict[str, list[str | int]], element: int = TensorProto.DOUBLE, ml: int = 5
) -> bytes:
    """A valid graph with the input `features` and the outputs named, which has nothing to do with the model."""
    inputs = [helper.make_tensor_value_info("features", element, ["N", width])]
    nodes = [helper.make_node("Identity", ["features"], [name]) for name in outputs]
    values = [helper.make_tensor_value_info(name, element, shape) for name, shape in outputs.items()]
    opsets = [helper.make_opsetid("", 21), helper.make_opsetid("ai.onnx.ml", ml)]
    model = helper.make_model(helper.make_graph(nodes, "g", inputs, values), opset_imports=opsets, ir_version=10)
    return bytes(model.SerializeToString())


def test_a_missing_manifest_is_named(breakable) -> None:
    breakable.manifest.unlink()
    assert f"{breakable.manifest}: can't be read: No such file" in breakable.told()


def test_a_missing_graph_is_named(breakable) -> None:
    breakable.graph.unlink()
    assert f"{breakable.graph}: can't be read: No such file" in breakable.told()


def test_a_graph_that_is_a_folder_is_refused(breakable) -> None:
    breakable.graph.unlink()
    breakable.graph.mkdir()
    assert f"{breakable.graph}: can't be read: Is a directory" in breakable.told()


@pytest.mark.parametrize("kept", [0, 1, 100, -1])
def test_a_truncated_graph_is_refused_by_hash_and_by_content(breakable, kept: int) -> None:
    breakable.graph.write_bytes(breakable.graph.read_bytes()[:kept])
    message = breakable.told()
    assert f"{breakable.graph}: its SHA-256 is" in message
    assert "cut off" in message or "it is written for version None" in message


def test_one_flipped_bit_is_refused(breakable) -> None:
    content = bytearray(breakable.graph.read_bytes())
    content[len(content) // 2] ^= 1
    breakable.graph.write_bytes(content)
    assert f"{breakable.graph}: its SHA-256 is" in breakable.told()


def test_a_truncated_graph_with_the_right_hash_is_refused(breakable) -> None:
    breakable.pin(breakable.graph.read_bytes()[:2000])
    assert f"{breakable.graph}: it is cut off or no ONNX file: it ends after 2000 bytes" in breakable.told()


def test_bytes_that_only_look_like_a_graph_are_refused_by_the_runtime(breakable) -> None:
    breakable.pin(b"\x42\x02\x10\x15" + b"\x42\x0e\x0a\x0aai.onnx.ml\x10\x05")
    assert f"{breakable.graph}: the ONNX runtime refuses it:" in breakable.told()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("onnx_opset: 21", "onnx_opset: 20", "version 21 of the operators of ai.onnx, not 20"),
        ("ml_opset: 5", "ml_opset: 3", "version 5 of the operators of ai.onnx.ml, not 3"),
    ],
)
def test_another_opset_is_refused(breakable, old: str, new: str, message: str) -> None:
    breakable.edit(old, new)
    assert f"{breakable.graph}: it is written for {message}" in breakable.told()


def test_an_opset_that_the_runtime_does_not_know_is_refused(breakable) -> None:
    model = onnx.load(breakable.graph)
    model.opset_import[0].version = 999
    breakable.pin(model.SerializeToString())
    breakable.edit("onnx_opset: 21", "onnx_opset: 999")
    assert f"{breakable.graph}: the ONNX runtime refuses it:" in breakable.told()


SHAPES = {
    "too few features": (3, {"probability": ["N", 3], "contributions": ["N", 3]}, TensorProto.DOUBLE),
    "float instead of double": (11, {"probability": ["N", 11], "contributions": ["N", 11]}, TensorProto.FLOAT),
    "no contributions": (11, {"probability": ["N", 11]}, TensorProto.DOUBLE),
    "one output too many": (
        11,
        {"probability": ["N", 11], "contributions": ["N", 11], "more": ["N", 11]},
        TensorProto.DOUBLE,
    ),
}


@pytest.mark.parametrize(("width", "outputs", "element"), SHAPES.values(), ids=SHAPES)
def test_wrong_inputs_and_outputs_are_all_told(breakable, width: int, outputs: dict, element: int) -> None:
    breakable.pin(identity_graph(width, outputs, element))
    message = breakable.told()
    assert f"{breakable.graph}: its output `probability` is tensor(" in message
    assert ("its input `features` is" in message) == (width != 11 or element != TensorProto.DOUBLE)
    assert ("it has no output `contributions`" in message) == ("contributions" not in outputs)
    assert ("its output `more` is unknown to the manifest" in message) == ("more" in outputs)


def reweighted(content: bytes, change: float) -> bytes:
    """The graph with another weight in its first leaf and in the leaf of its first feature's missing value."""
    model = onnx.load_from_string(content)
    attribute = next(each for each in model.graph.node[0].attribute if each.name == "leaf_weights")
    weights = numpy_helper.to_array(attribute.t) + change
    attribute.t.CopyFrom(numpy_helper.from_array(weights))
    return bytes(model.SerializeToString())


def test_a_graph_that_scores_otherwise_is_refused_by_golden_rows_and_missing_values(breakable) -> None:
    breakable.pin(reweighted(breakable.graph.read_bytes(), 0.001))
    message = breakable.told()
    assert all(f"golden row {number} gives probability" in message for number in range(1, 8))
    assert "`days_late_now` adds" in message
    assert f"{breakable.manifest}:17:" in message


def test_a_difference_within_the_tolerance_is_let_pass(breakable) -> None:
    breakable.pin(reweighted(breakable.graph.read_bytes(), 1e-8))
    load_model(breakable.folder)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("points: 604", "points: 605", "golden row 7 gives 604 points instead of 605"),
        ("target_bad_rate: 0.03", "target_bad_rate: 0.04", "golden row 1 gives probability"),
        ("anchor_points: 700", "anchor_points: 720", "golden row 2 gives 767 points instead of 747"),
    ],
)
def test_a_manifest_that_contradicts_its_golden_rows_is_refused(breakable, old: str, new: str, message: str) -> None:
    breakable.edit(old, new)
    assert message in breakable.told()


def test_a_model_in_a_folder_of_another_name_is_refused_and_its_other_faults_told(breakable) -> None:
    breakable.graph.write_bytes(b"")
    breakable.folder = breakable.folder.rename(breakable.folder.with_name("2"))
    message = breakable.told()
    assert "the model is named personal_default/1 and lies in the folder personal_default/2" in message
    assert "its SHA-256 is" in message


def test_the_version_changes_with_manifest_and_graph(breakable) -> None:
    first = load_model(breakable.folder).version
    assert first == load_model(breakable.folder).version
    assert len(first) == 64
    breakable.edit("title: Default", "title: Failing")
    second = load_model(breakable.folder).version
    breakable.pin(reweighted(breakable.graph.read_bytes(), 1e-12))
    assert len({first, second, load_model(breakable.folder).version}) == 3


def test_a_relative_folder_loads(breakable, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(breakable.folder)
    assert load_model(Path()).score([None] * 11).points == 604


def test_loading_warns_of_nothing_and_writes_nothing(breakable, capfd: pytest.CaptureFixture[str]) -> None:
    breakable.pin(np.arange(10, dtype=np.uint8).tobytes())
    breakable.told()
    assert capfd.readouterr() == ("", "")
