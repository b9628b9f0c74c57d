"""An ONNX graph ready to run, one row or many at a time."""

import struct
import threading
from collections.abc import Sequence
from typing import Any

import numpy as np
import onnxruntime

from underwriter.scoring.manifest import GraphFile

Matrix = np.ndarray[Any, np.dtype[np.float64]]


class GraphFault(Exception):
    """The graph can't be run as the manifest says; `reasons` tells why, one text a fault."""

    def __init__(self, *reasons: str) -> None:
        self.reasons = reasons
        super().__init__("; ".join(reasons))


class Graph:
    """A session of the ONNX runtime on one thread, with buffers of its own for a single row.

    Sessions don't survive a fork: open the graph in the process that runs it. Threads may share it.
    Raises GraphFault when the runtime refuses the content, or its tensors are not those of the manifest.
    """

    def __init__(self, content: bytes, stated: GraphFile, width: int) -> None:
        self._session = _session(content)
        self.width = width
        self._stated = stated
        wrong = [*_wrong_inputs(self._session, stated, width), *_wrong_outputs(self._session, stated, width)]
        if wrong:
            raise GraphFault(*wrong)
        self._lock = threading.Lock()
        self._row_format = struct.Struct(f"{width}d")
        self._features = np.zeros((1, width))
        self._probability = np.zeros(1)
        self._contributions = np.zeros((1, width))
        self._places = self._features.data, self._contributions.data
        self._binding = self._bind()

    def run_row(self, features: Sequence[float]) -> tuple[float, tuple[float, ...]]:
        """Probability and contributions of one row; NaN stands for a missing value."""
        read_from, written_to = self._places
        with self._lock:
            self._row_format.pack_into(read_from, 0, *features)
            self._session.run_with_iobinding(self._binding)
            return self._probability.item(), self._row_format.unpack_from(written_to)

    def run_rows(self, features: Matrix) -> tuple[Matrix, Matrix]:
        """Probabilities [N] and contributions [N, features] of rows [N, features]."""
        names = [self._stated.probability, self._stated.contributions]
        probabilities, contributions = self._session.run(names, {self._stated.input: features})
        return probabilities, contributions

    def _bind(self) -> onnxruntime.IOBinding:
        """Ties the row's buffers to the session once: a run then costs about half of one that is given arrays."""
        binding = self._session.io_binding()
        binding.bind_input(self._stated.input, *_place(self._features))
        binding.bind_output(self._stated.probability, *_place(self._probability))
        binding.bind_output(self._stated.contributions, *_place(self._contributions))
        return binding


def _session(content: bytes) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.log_severity_level = 4
    options.enable_cpu_mem_arena = False  # one row needs no arena and no plan for reusing memory, which cost more than
    options.enable_mem_pattern = False  # they bring, above all when the processor's caches are cold
    try:
        return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # the runtime's errors have no base of their own
        raise GraphFault(f"the ONNX runtime refuses it: {str(error).strip()}") from error


def _place(buffer: Matrix) -> tuple[str, int, type[np.float64], tuple[int, ...], int]:
    return "cpu", 0, np.float64, buffer.shape, buffer.ctypes.data


def _wrong_inputs(session: onnxruntime.InferenceSession, stated: GraphFile, width: int) -> list[str]:
    return _wrong_tensors("input", session.get_inputs(), {stated.input: 2}, width)


def _wrong_outputs(session: onnxruntime.InferenceSession, stated: GraphFile, width: int) -> list[str]:
    return _wrong_tensors("output", session.get_outputs(), {stated.probability: 1, stated.contributions: 2}, width)


def _wrong_tensors(kind: str, found: Sequence[Any], ranks: dict[str, int], width: int) -> list[str]:
    by_name = {tensor.name: tensor for tensor in found}
    wrong = [f"its {kind} `{name}` is unknown to the manifest" for name in by_name if name not in ranks]
    for name, rank in ranks.items():
        expected = ["N", width][:rank]
        if name not in by_name:
            wrong.append(f"it has no {kind} `{name}`")
        elif by_name[name].type != "tensor(double)" or not _is_shape(by_name[name].shape, rank, width):
            tensor = by_name[name]
            wrong.append(f"its {kind} `{name}` is {tensor.type} {tensor.shape}, not tensor(double) {expected}")
    return wrong


def _is_shape(shape: Sequence[object], rank: int, width: int) -> bool:
    """Whether the first dimension is open and the second, if there is to be one, is `width`."""
    return len(shape) == rank and not isinstance(shape[0], int) and list(shape[1:]) == [width][: rank - 1]
