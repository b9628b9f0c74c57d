"""What is known of policies and models, for questions to be answered by."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from underwriter.feel.builtins.entry import Builtin
from underwriter.feel.types import Type


@dataclass(frozen=True, slots=True)
class Known:
    """The functions that formulas may call, by name; the titles of models, by name; the types of policies' names.

    `types` are by the policy's path. Of each policy they are those of the last time that it was in order: editors go
    by it while it is not.
    """

    functions: Mapping[str, Builtin]
    models_folder: Path
    models: Mapping[str, str]
    types: Mapping[str, Mapping[str, Type]]
