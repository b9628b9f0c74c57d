"""Which policy decides again on a record."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from underwriter.decisioning import ActivePolicy, KeptPolicies, PolicyUnusable, RulesRefused, load_desk
from underwriter.ledger import Sealed

PolicyChoice = Callable[[Sealed], ActivePolicy]
"""Returns the policy that decides again. Raises PolicyUnusable and UnknownProduct."""


@dataclass(frozen=True, slots=True)
class DecidingBy:
    """What decides again: the policy of each record, one of version `policy_version`, or those of a rules folder.

    `rules` is a folder of rule files, with that of the models they run. Plain values, so that any process can be told.
    """

    policy_version: str = ""
    rules: Path | None = None
    models: Path = Path("models")

    def choice(self, kept: KeptPolicies) -> PolicyChoice:
        """Return the choice of a policy by record; a rules folder and a named version are made ready now.

        Raises PolicyUnusable and RulesRefused, and OSError if the folder can't be read.
        """
        if self.rules is not None:
            desk = load_desk(self.rules, self.models)
            return lambda sealed: desk.policy_for(sealed.product)
        if self.policy_version:
            policy = kept.get(self.policy_version)
            return lambda _: policy
        return _RecordedPolicies(kept)

    def products(self) -> tuple[str, ...]:
        """Return the products of the rules folder; none without one. Raises what `choice` raises for a folder."""
        return () if self.rules is None else tuple(load_desk(self.rules, self.models).policies)


class _RecordedPolicies:
    """Chooses the policy that decided. One that can't be made ready is tried once, however many records name it."""

    def __init__(self, kept: KeptPolicies) -> None:
        self._kept = kept
        self._refusals: dict[str, str] = {}

    def __call__(self, sealed: Sealed) -> ActivePolicy:
        version = sealed.policy_version
        if (refusal := self._refusals.get(version)) is not None:
            raise PolicyUnusable(refusal)
        try:
            return self._kept.get(version)
        except PolicyUnusable as error:
            self._refusals[version] = str(error)
            raise
        except RulesRefused as refused:
            self._refusals[version] = why = f"the rules are refused: {refused.diagnostics[0].message}"
            raise PolicyUnusable(why) from refused
