"""What can be wrong with a YAML text.

YamlError
├── UnreadableCharacter    a character that YAML knows not
└── NestedTooDeep          more levels than anybody reads
"""


class YamlError(Exception):
    """A text that is not valid YAML. `offset` is the place in it of what is wrong, None if it has none."""

    def __init__(self, problem: str, offset: int | None) -> None:
        super().__init__(problem)
        self.problem = problem
        self.offset = offset


class UnreadableCharacter(YamlError):
    """A text with a character that may not stand in YAML."""


class NestedTooDeep(YamlError):
    """A text with too many levels."""

    def __init__(self, offset: int) -> None:
        super().__init__("it is nested too deep", offset)
