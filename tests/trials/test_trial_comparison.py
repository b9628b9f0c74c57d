"""The arms of a rollout are counted from decisions with what is recorded of them."""

from collections import Counter
from decimal import Decimal

from underwriter.trials.comparison import ArmKey, ArmKind, ArmTally, Comparison, reason_shifts
from underwriter.v1.decision_pb2 import OUTCOME_APPROVE, OUTCOME_DECLINE, OUTCOME_REFER, Decision
from underwriter.v1.record_pb2 import Evidence, RecordFacts

CHAMPION, CHALLENGER, SHADOW = ArmKey(ArmKind.CHAMPION), ArmKey(ArmKind.CHALLENGER, "b"), ArmKey(ArmKind.SHADOW, "s")


def facts(amount: int, rate: str = "0.1", expected_loss: int | None = None) -> RecordFacts:
    terms = {"currency": "CNY", "annual_rate": rate, "expected_loss": expected_loss}
    return RecordFacts(facility={"parts": [{"funder": "a", "amount": amount}, {"amount": 1}], "terms": terms})


def decision(outcome: int, *reasons: str, probability: float | None = None) -> Decision:
    made = Decision(outcome=outcome, reasons=[{"code": code} for code in reasons])  # type: ignore[arg-type]
    if probability is not None:
        made.score.probability = probability
    return made


def evidence(*, by_challenger: bool = False, shadows: tuple[dict[str, object], ...] = ()) -> Evidence:
    return Evidence(rollout={"rollout_id": "r", "by_challenger": by_challenger}, shadows=shadows)  # type: ignore[arg-type]


def test_arms_are_counted_apart() -> None:
    comparison = Comparison("r")
    approved = decision(OUTCOME_APPROVE, probability=0.02)
    comparison.count("a1", approved, facts(99, "0.10", 5), evidence())
    comparison.count("a2", approved, facts(199, "0.20", 7), evidence())
    comparison.count("a2", decision(OUTCOME_DECLINE, "LOW", "OLD", probability=0.08), None, evidence())
    comparison.count("b", decision(OUTCOME_REFER, "LOW"), None, evidence(by_challenger=True))
    champion, challenger = comparison.arms[CHAMPION], comparison.arms[CHALLENGER]
    assert champion.versions == Counter({"a2": 2, "a1": 1})
    assert (champion.decisions, champion.approved, champion.amount) == (3, 2, 300)
    assert (champion.mean_rate, champion.expected_loss, champion.expected) == (Decimal("0.15"), 12, 2)
    assert champion.mean_probability is not None
    assert round(champion.mean_probability, 9) == 0.04
    assert champion.reasons == Counter({"LOW": 1, "OLD": 1})
    assert challenger.outcomes == Counter({OUTCOME_REFER: 1})
    assert (challenger.mean_rate, challenger.mean_probability) == (None, None)
    assert comparison.currency == "CNY"
    assert [key for key, _ in comparison.in_order()] == [CHAMPION, CHALLENGER]


def test_shadows_stand_beside_all_that_was_answered() -> None:
    comparison = Comparison("r")
    would = decision(OUTCOME_APPROVE, probability=0.01)
    told = {"policy_version": "s", "decision": would, "facts": facts(9)}
    comparison.count("a", decision(OUTCOME_DECLINE, "LOW"), None, evidence(shadows=(told,)))
    comparison.count("b", decision(OUTCOME_APPROVE), facts(4), evidence(by_challenger=True, shadows=(told,)))
    failed = {"policy_version": "s", "failure": "lost"}
    comparison.count("a", decision(OUTCOME_APPROVE), facts(4), evidence(shadows=(failed,)))
    shadow = comparison.arms[SHADOW]
    assert shadow.answered == {(OUTCOME_DECLINE, OUTCOME_APPROVE): 1, (OUTCOME_APPROVE, OUTCOME_APPROVE): 1}
    assert (shadow.decisions, shadow.failures, shadow.amount) == (2, 1, 20)
    assert comparison.beside(SHADOW) is comparison.answers
    assert comparison.answers.decisions == 3
    assert comparison.beside(CHALLENGER) is comparison.arms[CHAMPION]
    assert comparison.beside(CHAMPION) is None


def test_reasons_are_told_by_how_much_they_differ() -> None:
    one = ArmTally(outcomes=Counter({1: 10}), reasons=Counter({"A": 5, "B": 2, "C": 3}))
    other = ArmTally(outcomes=Counter({1: 100}), reasons=Counter({"A": 20, "B": 20, "D": 1}))
    assert reason_shifts(one, other, 2) == [("A", 0.5, 0.2), ("C", 0.3, 0.0)]
    assert [shift.code for shift in reason_shifts(one, other, 9)] == ["A", "C", "D"], "B is given to the same share"
    assert reason_shifts(one, ArmTally(), 9) == []
