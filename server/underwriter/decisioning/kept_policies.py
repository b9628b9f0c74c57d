"""Policies made ready again from what a record keeps of them and of their models, long after their files changed.

PolicyUnusable
├── ModelChanged      a model that the policy ran is kept nowhere in that version
├── ContentDamaged    what is kept under a version is not what its hash says
└── PolicyUnknown     nothing is kept under the version
"""

import hashlib
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path
from threading import Lock

from underwriter import scoring
from underwriter.decisioning.active_policy import ActivePolicy
from underwriter.decisioning.desk import models_of_bundle, policy_from_bundle
from underwriter.decisioning.models import model_diagnostics
from underwriter.policy import RulesRefused

LoadContent = Callable[[str], bytes | None]
"""Returns what is kept under a version, None if nothing is."""

POLICIES_READY = 8
MODELS_READY = 16


class PolicyUnusable(Exception):
    """A policy of the record can't be made ready again."""


class ModelChanged(PolicyUnusable):
    """A policy of the record needs a model in a version that is kept nowhere."""

    def __init__(self, name: str, version: str) -> None:
        super().__init__(f"model {name} is kept nowhere in version {version}")


class ContentDamaged(PolicyUnusable):
    """What is kept under a version has another hash than the one that names it."""

    def __init__(self, version: str) -> None:
        super().__init__(f"what is kept as version {version} has another hash: it was altered")


class PolicyUnknown(PolicyUnusable):
    """No policy is kept under a version."""

    def __init__(self, version: str) -> None:
        super().__init__(f"no policy is kept in version {version}")


class KeptPolicies:
    """Finds policies by their versions: those at hand, and those that a record keeps. Safe in any thread.

    The last few that were asked for stay ready. Making one ready takes a good part of a second.
    """

    def __init__(self, load: LoadContent, at_hand: Iterable[ActivePolicy] = ()) -> None:
        self._load = load
        self.set_at_hand(at_hand)
        self._kept_policy = lru_cache(POLICIES_READY)(self._made_ready)
        self._kept_model = lru_cache(MODELS_READY)(self._model_made_ready)
        self._making_ready = Lock()
        self._made_last: ActivePolicy | None = None

    def note_made(self, policy: ActivePolicy) -> None:
        """Have a policy at hand that was just made and is kept, until another is: who made it will soon ask for it."""
        self._made_last = policy

    def set_at_hand(self, policies: Iterable[ActivePolicy]) -> None:
        """Have other policies at hand from now on."""
        self._at_hand = {policy.version: policy for policy in policies}
        models = [model for policy in self._at_hand.values() for model in policy.models.values()]
        self._models_at_hand = {model.version: model for model in models}

    def at_hand(self, version: str) -> ActivePolicy | None:
        """Return the policy of that version if it is one of those at hand, which takes no time."""
        last = self._made_last
        return last if last is not None and last.version == version else self._at_hand.get(version)

    def get(self, version: str) -> ActivePolicy:
        """Return the policy of that version.

        Raises PolicyUnknown, ModelChanged, ContentDamaged, RulesRefused if this version of the server accepts its
        rules or models no more, and what loading raises.
        """
        if (active := self.at_hand(version)) is not None:
            return active
        with self._making_ready:
            return self._kept_policy(version)

    def _made_ready(self, version: str) -> ActivePolicy:
        bundle = self._load(version)
        if bundle is None:
            raise PolicyUnknown(version)
        if hashlib.sha256(bundle).hexdigest() != version:
            raise ContentDamaged(version)
        models = {name: self._kept_model(name, of_model) for name, of_model in models_of_bundle(bundle).items()}
        return policy_from_bundle(bundle, models)

    def _model_made_ready(self, name: str, version: str) -> scoring.Model:
        if (model := self._models_at_hand.get(version)) is not None:
            return model
        content = self._load(version)
        if content is None:
            raise ModelChanged(name, version)
        try:
            return scoring.model_from_files(_files_of(content, version), Path(name))
        except scoring.ModelError as error:
            raise RulesRefused(model_diagnostics(error)) from error


def _files_of(content: bytes, version: str) -> scoring.ModelFiles:
    try:
        files = scoring.ModelFiles.from_bytes(content)
    except ValueError:
        raise ContentDamaged(version) from None
    if files.version != version:
        raise ContentDamaged(version)
    return files
