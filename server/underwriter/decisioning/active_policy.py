"""A policy made ready to decide on applications: with its binder, its models, and what every decision of it repeats."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from underwriter import scoring
from underwriter.decisioning.models import call_of
from underwriter.decisioning.requests.binding import Binder, Values, compile_binder
from underwriter.feel.temporal import moment_of
from underwriter.feel.types import ContextType, ListType, Type
from underwriter.policy import OfferTerms, Policy
from underwriter.policy.policy import CallModel
from underwriter.v1.application_pb2 import Application
from underwriter.v1.decision_pb2 import Decision, VersionedName
from underwriter.v1.decision_service_pb2 import DecideRequest

NOW, TODAY = "now", "today"


@dataclass(frozen=True, eq=False)
class ActivePolicy:
    """A policy with everything that deciding needs.

    `stated_terms` are the places in `OfferTerms` of the terms and caps that it states. `template` holds the fields that
    all its decisions share.
    """

    policy: Policy
    models: Mapping[str, scoring.Model]
    calls: tuple[CallModel, ...]
    binder: Binder
    moments: tuple[str, ...]
    stated_terms: tuple[int, ...]
    template: Decision

    @cached_property
    def name(self) -> str:
        """The resource name."""
        return f"policies/{self.policy.id}"

    @cached_property
    def product(self) -> str:
        """The product that it decides on."""
        return self.policy.product

    @cached_property
    def version(self) -> str:
        """The hash of its content."""
        return self.policy.version

    @cached_property
    def currency(self) -> str:
        """The currency of all its money."""
        return self.policy.currency

    @cached_property
    def attributes(self) -> Mapping[str, Type]:
        """The open attributes that it knows, with their types."""
        return self.policy.attributes

    @cached_property
    def shown_model(self) -> int | None:
        """The place among its models of the one whose score its decisions show."""
        score = self.policy.checked.definition.outcome.score
        return list(self.models).index(score.text) if score else None

    def read(self, request: DecideRequest) -> Values | None:
        """Return the inputs of a request for `decide`; None if `request_faults` should look for faults first."""
        return self.binder.read(request, self.currency)

    def bind(self, application: Application, now: datetime) -> tuple[object, ...]:
        """Return the values of the inputs that the policy reads, in its order; `now` must know its time zone."""
        return self.with_moments(self.binder.bind(application), now)

    def with_moments(self, bound: Values, now: datetime) -> tuple[object, ...]:
        """Return the values bound from an application, followed by what the policy reads of the time."""
        if not self.moments:
            return bound
        local = moment_of(now.astimezone(self.policy.time_zone))
        return bound + tuple([local if name == NOW else local.date for name in self.moments])

    def bundle(self) -> bytes:
        """Return all that the policy was loaded from, for `policy_from_bundle`."""
        content = {
            "policy": self.policy.path,
            "files": dict(sorted(self.policy.files.texts.items())),
            "models": {model.name: model.version for model in self.models.values()},
        }
        return json.dumps(content, ensure_ascii=False, sort_keys=True).encode()


def activate(policy: Policy, models: Mapping[str, scoring.Model]) -> ActivePolicy:
    """Make a policy ready. `models` are those that it runs, by the names that its rules give them."""
    paths = [path for path in policy.reads if path[0] not in (NOW, TODAY)]
    outcome = policy.checked.definition.outcome
    stated = {f"{name}_cap" for name in outcome.caps} | set(outcome.offer.terms if outcome.offer else ())
    template = Decision(
        product=policy.product,
        policy=VersionedName(name=f"policies/{policy.id}", version=policy.version),
        models=[VersionedName(name=model.name, version=model.version) for model in models.values()],
    )
    return ActivePolicy(
        policy,
        models,
        tuple(call_of(model) for model in models.values()),
        compile_binder(paths, _members(policy, paths), policy.attributes),
        tuple(path[0] for path in policy.reads if path[0] in (NOW, TODAY)),
        tuple(place for place, name in enumerate(OfferTerms._fields) if name in stated),
        template,
    )


def _members(policy: Policy, paths: list[tuple[str, ...]]) -> dict[tuple[str, ...], frozenset[str]]:
    """Return for each list that is read the members of its items that any formula of the policy mentions."""
    types = {path: policy.checked.input_type_at(path) for path in paths}
    return {
        path: policy.checked.members_read(path) & set(type_.item.fields)
        for path, type_ in types.items()
        if isinstance(type_, ListType) and isinstance(type_.item, ContextType)
    }
