"""The wording of what is wrong with the conditions of rules, one function a mistake."""

from underwriter.feel import Diagnostic, Severity
from underwriter.policy.definitions import RuleDefinition


def rule_never_fires(rule: RuleDefinition, known: str) -> Diagnostic:
    """Nothing makes a condition true."""
    message = f"rule {rule.id.text} can never fire: whatever comes, its condition is not true"
    mend = "mend the condition, or take the rule away"
    return _finding("rule-never-fires", message, rule, f"{known}; {mend}" if known else mend)


def rule_always_fires(rule: RuleDefinition, example: str) -> Diagnostic:
    """Everything makes a condition true."""
    such_as = f", such as {example}" if example else ""
    message = f"rule {rule.id.text} always fires: its condition is true whatever comes{such_as}"
    return _finding("rule-always-fires", message, rule, "mend the condition: as it stands every application meets it")


def rule_too_tangled(rule: RuleDefinition) -> Diagnostic:
    """A condition has too many cases to tell whether it may be true."""
    message = f"the condition of rule {rule.id.text} has so many cases that it is not told whether it can fire"
    return _finding(
        "rule-too-tangled", message, rule, "name parts of it as decisions of their own, or make rules of them"
    )


def _finding(code: str, message: str, rule: RuleDefinition, mend: str) -> Diagnostic:
    return Diagnostic(code, message, rule.when, rule.when.whole, mend, Severity.WARNING)
