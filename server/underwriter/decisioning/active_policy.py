"""A policy made ready to decide on applications: with its binder, its models, and what every decision of it repeats."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from math import floor
from zoneinfo import ZoneInfo

from underwriter import scoring
from underwriter.decisioning.dated_parameters import ReadDated, dated_reader
from underwriter.decisioning.engine_version import ENGINE_VERSION
from underwriter.decisioning.models import call_of
from underwriter.decisioning.requests.binding import Binder, Values, compile_binder
from underwriter.decisioning.stored import ReadStored, Stored, StoredReader, members_read
from underwriter.feel.temporal import DateTime, moment_of
from underwriter.feel.types import ContextType, ListType, Type
from underwriter.policy import LineChangeTerms, OfferTerms, Policy
from underwriter.policy.checked import Path
from underwriter.policy.policy import CallModel, policy_content
from underwriter.policy.stored_inputs import ACCOUNT, ALERTS, EXPOSURE, STORED_INPUTS, TOTALS
from underwriter.v1.application_pb2 import Application
from underwriter.v1.decision_pb2 import Decision, Score, VersionedName
from underwriter.v1.decision_service_pb2 import DecideRequest
from underwriter.v1.record_pb2 import (
    FACILITY_EVENT_KIND_RESERVED,
    Evidence,
    FacilityEvent,
    FacilityTerms,
    FunderAmount,
    ModelEvidence,
    RecordFacts,
)

NOW, TODAY = "now", "today"


@dataclass(frozen=True, eq=False)
class ActivePolicy:
    """A policy with everything that deciding needs.

    `moments` are those of `now` and `today` that it reads; `read_dated` is there if it reads dated parameters.
    `stated_terms` are the places in `OfferTerms`, or in `LineChangeTerms`, of the terms and caps that it states.
    `template` holds the fields that all its decisions share, `evidence` those that their evidence shares if all models
    run, `reserving` the facts that its approvals share.
    """

    policy: Policy
    models: Mapping[str, scoring.Model]
    calls: tuple[CallModel, ...]
    binder: Binder
    read_stored: ReadStored
    moments: tuple[str, ...]
    read_dated: ReadDated | None
    stated_terms: tuple[int, ...]
    template: Decision
    evidence: Evidence
    reserving: RecordFacts

    @cached_property
    def name(self) -> str:
        """The resource name."""
        return policy_name(self.policy.id)

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
    def stored_paths(self) -> tuple[Path, ...]:
        """The paths into what is stored that it reads, in the order in which `read_stored` gives their values."""
        return _stored_paths(self.policy)

    @cached_property
    def reads_exposure(self) -> bool:
        """Whether it reads what the applicant owes already."""
        return any(path[0] == EXPOSURE for path in self.stored_paths)

    @cached_property
    def reads_account(self) -> bool:
        """Whether it reads what is known of the applicant's account, or its alerts."""
        return any(path[0] in (ACCOUNT, ALERTS) for path in self.stored_paths)

    @cached_property
    def figures_read(self) -> frozenset[str]:
        """The figures of the applicant's account that it reads."""
        return frozenset(members_read(ACCOUNT, self.stored_paths))

    @cached_property
    def monitors(self) -> tuple[str, ...]:
        """The monitors that look at an application before it is decided on."""
        return tuple(name.text for name in self.policy.checked.definition.monitors)

    @cached_property
    def totals_read(self) -> frozenset[str]:
        """The lists of totals that it reads: `funders`, `guarantees`, `concentrations`."""
        return frozenset(path[0] for path in self.stored_paths if path[0] in TOTALS)

    @cached_property
    def attributes(self) -> Mapping[str, Type]:
        """The open attributes that it knows, with their types."""
        return self.policy.attributes

    @cached_property
    def shown_model(self) -> int | None:
        """The place among its models of the one whose score its decisions show."""
        score = self.policy.checked.definition.outcome.score
        return list(self.models).index(score.text) if score else None

    @cached_property
    def score_template(self) -> Score:
        """What the scores that its decisions show have in common, if they show one."""
        return Score(model=None if self.shown_model is None else self.template.models[self.shown_model])

    def read(self, request: DecideRequest) -> Values | None:
        """Return the inputs of a request for `decide`; None if `request_faults` should look for faults first."""
        return self.binder.read(request, self.currency)

    def bind(self, application: Application, now: datetime, stored: Stored = Stored.NOTHING) -> tuple[object, ...]:
        """Return the values of the inputs that the policy reads, in its order; `now` must know its time zone."""
        return self.complete(self.binder.bind(application), stored, now)

    def complete(self, bound: Values, stored: Stored, now: datetime) -> tuple[object, ...]:
        """Return the values bound from an application, followed by what the policy reads of the store and the time."""
        if self.stored_paths:
            bound += self.read_stored(stored, now)
        if not (self.moments or self.read_dated):
            return bound
        local = _local(now, self.policy.time_zone)
        if self.moments:
            bound += tuple([local if name == NOW else local.date for name in self.moments])
        return bound + self.read_dated(local.date) if self.read_dated else bound

    def bundle(self) -> bytes:
        """Return all that the policy was loaded from, for `policy_from_bundle`."""
        policy = self.policy
        models = {model.name: model.version for model in self.models.values()}
        return policy_content(policy.files, policy.path, models, policy.overrides)


def policy_name(policy_id: str) -> str:
    """Return the resource name of a policy."""
    return f"policies/{policy_id}"


def activate(policy: Policy, models: Mapping[str, scoring.Model]) -> ActivePolicy:
    """Make a policy ready. `models` are those that it runs, by the names that its rules give them."""
    known = policy.checked.dated_parameters
    dated = [known[path[0]] for path in policy.reads if path[0] in known]
    paths = [path for path in policy.reads if path[0] not in (NOW, TODAY, *STORED_INPUTS, *known)]
    outcome = policy.checked.definition.outcome
    answer = outcome.offer or outcome.line_change
    stated = {f"{name}_cap" for name in outcome.caps} | set(answer.terms if answer else ())
    fields = LineChangeTerms._fields if outcome.line_change else OfferTerms._fields
    template = Decision(
        product=policy.product,
        policy=VersionedName(name=policy_name(policy.id), version=policy.version),
        models=[VersionedName(name=model.name, version=model.version) for model in models.values()],
    )
    lender = FunderAmount(funder=policy.checked.definition.lender)
    terms = FacilityTerms(product=policy.product, currency=policy.currency, revolving="principal" not in stated)
    return ActivePolicy(
        policy,
        models,
        tuple(call_of(model) for model in models.values()),
        compile_binder(paths, _members(policy, paths), policy.attributes),
        StoredReader(_stored_paths(policy), policy.currency),
        tuple(path[0] for path in policy.reads if path[0] in (NOW, TODAY)),
        dated_reader(dated) if dated else None,
        tuple(place for place, name in enumerate(fields) if name in stated),
        template,
        Evidence(engine_version=ENGINE_VERSION, models=[ModelEvidence(model=model) for model in template.models]),
        RecordFacts(facility=FacilityEvent(kind=FACILITY_EVENT_KIND_RESERVED, parts=[lender], terms=terms)),
    )


def _local(now: datetime, zone: ZoneInfo) -> DateTime:
    return _local_second(floor(now.timestamp()), zone).at_nanosecond(now.microsecond * 1000)


# Many decisions are made in a second, and a zone's rules know nothing finer.
@lru_cache(maxsize=64)
def _local_second(timestamp: int, zone: ZoneInfo) -> DateTime:
    return moment_of(datetime.fromtimestamp(timestamp, zone))


def _stored_paths(policy: Policy) -> tuple[Path, ...]:
    return tuple(path for path in policy.reads if path[0] in STORED_INPUTS)


def _members(policy: Policy, paths: list[tuple[str, ...]]) -> dict[tuple[str, ...], frozenset[str]]:
    """Return for each list that is read the members of its items that any formula of the policy mentions."""
    types = {path: policy.checked.input_type_at(path) for path in paths}
    return {
        path: policy.checked.members_read(path) & set(type_.item.fields)
        for path, type_ in types.items()
        if isinstance(type_, ListType) and isinstance(type_.item, ContextType)
    }
