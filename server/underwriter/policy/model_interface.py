"""What a policy needs to know of a model: which inputs its features are made of, and what rules can read of it."""

from dataclasses import dataclass
from decimal import Decimal

from underwriter.feel.source import Source
from underwriter.feel.types import NUMBER, ContextType

# What rules read of a model: the probability of default, the points, and how many features were missing.
MODEL_OUTPUTS = ContextType(fields={"probability": NUMBER, "score": NUMBER, "missing": NUMBER})


@dataclass(frozen=True, slots=True)
class ModelInterface:
    """A model as policies see it: name, version, features as FEEL over the application, in order, and reasons.

    Its score lies between `least_score` and `most_score`; None is no bound that is known.
    """

    name: str
    version: str
    features: tuple[tuple[str, Source], ...]
    reason_codes: tuple[str, ...] = ()
    least_score: Decimal | None = None
    most_score: Decimal | None = None
