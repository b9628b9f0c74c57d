"""Looks for an application that a policy would approve and whose terms show something, by running the policy.

It begins with some application and changes one value at a time: while a rule is in the way, an input that the rule
reads, and then one that the terms read, for terms nearer to what is looked for. What it finds has been run; what it
does not find may be there nevertheless.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal, localcontext
from random import Random
from typing import NamedTuple, TypeAlias

from underwriter.analysis.domains.domains import Domains
from underwriter.analysis.regions.cell_text import literal_text
from underwriter.analysis.search.search_space import Application, SearchSpace, search_space
from underwriter.dmn.graph import reachable
from underwriter.feel import FEEL_CONTEXT, Environment
from underwriter.feel.values import Value
from underwriter.policy.checked import CheckedPolicy, Path
from underwriter.policy.compiler import compile_policy
from underwriter.policy.evaluation import Evaluation
from underwriter.policy.outcome import Outcome

Goal: TypeAlias = Callable[[Sequence[object]], Decimal | None]
"""Tells how near the terms of an offer are to what is looked for: above 0 they are it; None says nothing."""

MOST_RUNS = 4_000
"""How often the policy is run for one search."""

_MOST_TOLD = 8
_STARTS = 4


class FoundApplication(NamedTuple):
    """Terms that show what was looked for, and the application that they are made for, in words."""

    terms: Sequence[object]
    described: str


class _Run(NamedTuple):
    """What came of one application: the numbers of the rules in its way, and the terms nearest to the goal."""

    in_the_way: Sequence[int]
    nearness: Decimal | None = None
    terms: Sequence[object] = ()

    @property
    def rank(self) -> tuple[int, Decimal]:
        """How far it is from what is looked for: the less, the better."""
        return len(self.in_the_way), Decimal("Infinity") if self.nearness is None else -self.nearness

    @property
    def is_found(self) -> bool:
        return not self.in_the_way and self.nearness is not None and self.nearness > 0


class ApplicationSearch:
    """Searches with one policy, which is compiled when the first search begins."""

    def __init__(self, checked: CheckedPolicy, domains: Domains, environment: Environment) -> None:
        self._checked = checked
        self._domains = domains
        self._environment = environment

    def find(self, goal: Goal, without: Path | None = None) -> FoundApplication | None:
        """Return an application that would be approved with terms that meet a goal; `without` is not sent in it."""
        compiled = compile_policy(self._checked, self._environment)
        space = search_space(self._checked, self._domains, compiled.reads, without)
        return _Search(self._checked, compiled.evaluate, space, goal).result()


class _Search:
    def __init__(
        self,
        checked: CheckedPolicy,
        evaluate: Callable[..., tuple[object, ...]],
        space: SearchSpace,
        goal: Goal,
    ) -> None:
        self._checked = checked
        self._evaluate = evaluate
        self._space = space
        self._goal = goal
        self._runs = 0
        self._random = Random(0)  # noqa: S311 - the same search each time
        self._rules = list(checked.definition.rules())
        sources = tuple(checked.approval_sources())
        inputs = {path for source in sources for path in checked.inputs_of_formula(source)}
        self._of_terms = space.variables_of(inputs, reachable(checked.nodes_read(sources), checked.requires))

    def result(self) -> FoundApplication | None:
        for start in range(_STARTS):
            found = self._climb(self._start(start))
            if found is not None:
                application, run = self._simplified(*found)
                return FoundApplication(run.terms, self._described(application))
        return None

    def _simplified(self, application: Application, run: _Run) -> tuple[Application, _Run]:
        """Leave out what the terms could read and need not."""
        for variable in self._of_terms:
            without = {**application, variable: None}
            if None in self._space.candidates[variable] and (other := self._run(without)).is_found:
                application, run = without, other
        return application, run

    def _start(self, number: int) -> Application:
        """Return an application to begin with: one of first values, then some of any."""
        return {
            variable: values[0] if number == 0 or not values[1:] else self._random.choice(values)
            for variable, values in self._space.candidates.items()
        }

    def _climb(self, application: Application) -> tuple[Application, _Run] | None:
        """Change one value at a time for the better, until it is found or nothing is better."""
        run = self._run(application)
        while not run.is_found:
            better = self._better(application, run)
            if better is None:
                return None
            application, run = better
        return application, run

    def _better(self, application: Application, run: _Run) -> tuple[Application, _Run] | None:
        for variable in self._variables(run):
            for value in self._space.candidates[variable]:
                if self._runs >= MOST_RUNS:
                    return None
                changed = {**application, variable: value}
                other = self._run(changed)
                if other.rank < run.rank:
                    return changed, other
        return None

    def _variables(self, run: _Run) -> Iterator[Path]:
        """Yield what may be changed: what the rules in the way read, else what the terms are made of."""
        if not run.in_the_way:
            yield from self._of_terms
        for number in run.in_the_way:
            when = self._rules[number][1].when
            nodes = reachable(self._checked.nodes_read([when]), self._checked.requires)
            yield from self._space.variables_of(self._checked.inputs_of_formula(when), nodes)

    def _run(self, application: Application) -> _Run:
        self._runs += 1
        with localcontext(FEEL_CONTEXT):
            inputs, calls = self._space.inputs(application), self._space.calls(application)
            evaluation = Evaluation._make(self._evaluate(inputs, calls, []))
        fired = [number for number in evaluation.fired if self._rules[number][1].then is not Outcome.APPROVE]
        in_the_way = [*fired, *evaluation.undetermined]
        if in_the_way or evaluation.failures:
            return _Run(in_the_way or [0])
        answers = [evaluation.line_change] if evaluation.line_change is not None else evaluation.offers
        judged = [(nearness, terms) for terms in answers if (nearness := self._goal(terms)) is not None]
        return _Run((), *max(judged, key=lambda one: one[0])) if judged else _Run(())

    def _described(self, application: Application) -> str:
        """Return the values that the terms are made of, in words."""
        told = [variable for variable in self._of_terms if self._is_told(application, variable)]
        return ", ".join(f"{_name(variable)} = {literal_text(application[variable])}" for variable in told[:_MOST_TOLD])

    def _is_told(self, application: Mapping[Path, Value], variable: Path) -> bool:
        return application[variable] is not None and not isinstance(application[variable], list)


def _name(variable: Path) -> str:
    return f"count({'.'.join(variable[:-1])})" if variable[-1] == "*" else ".".join(variable)
