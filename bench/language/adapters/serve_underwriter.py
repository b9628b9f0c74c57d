"""Underwriter itself: the model's .dmn file, compiled once."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

from serving import EngineError, Loaded, case_inputs, in_decimals, serve

from underwriter.dmn.models.model import Model, load_model
from underwriter.feel import Environment
from underwriter.feel.temporal import moment_of

FILE = "bench.dmn"
NOON = moment_of(datetime(2026, 1, 31, 12, tzinfo=UTC))


def load(workload: Mapping[str, Any]) -> Loaded:
    """Compile the model. All its decisions are evaluated."""
    model = load_model(FILE, {FILE: workload["model"]}, Environment())
    if not isinstance(model, Model):
        raise EngineError(str(model))
    evaluate = partial(model.evaluate, moment=NOON)
    return Loaded([in_decimals(inputs) for inputs in case_inputs(workload)], evaluate, lambda found: found.values)


if __name__ == "__main__":
    serve(load)
