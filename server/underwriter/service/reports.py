"""What a worker tells its supervisor, once, when it has started or failed to."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ready:
    """The worker answers calls on these products."""

    products: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """The worker can't start with the rules, models, database or port that it was given; `text` says why, to people."""

    text: str
