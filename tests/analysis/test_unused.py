"""Parts of policies that nobody uses."""

from underwriter.analysis.analyse import analyse_together

from .folders import HEAD, OUTCOME, RULES, checked

PART = "parameters:\n  least: {value: 18}\n  most: {value: 60}\ndecisions:\n  double: {expression: least * 2}\n"


def _unused(policy: str, files: dict[str, str]) -> list[tuple[str, str]]:
    found = analyse_together(checked(policy, files).policies)
    return [(finding.code, finding.source.text) for finding in found]


def test_what_nothing_needs_is_told() -> None:
    policy = f"include: [../part.yaml]\nattributes: {{tier: number}}\ndecisions:{RULES}{OUTCOME}"
    assert _unused(policy, {"part.yaml": PART}) == [
        ("unused-parameter", "least"),
        ("unused-parameter", "most"),
        ("unused-decision", "double"),
        ("unused-attribute", "tier"),
    ]


def test_what_an_offer_or_its_bounds_read_is_used() -> None:
    bounds = "  counter_offer: {amount: {least: most, step: attributes.tier}}\n"
    offer = f"  offer: {{credit_limit: double, annual_rate: 0.1}}\n{bounds}"
    policy = f"include: [../part.yaml]\nattributes: {{tier: number}}\ndecisions:{RULES}{OUTCOME}{offer}"
    assert _unused(policy, {"part.yaml": PART}) == []


def test_a_part_that_one_of_two_policies_uses_is_used() -> None:
    policy = f"include: [../part.yaml]\ndecisions:{RULES}{OUTCOME}"
    user = policy.replace("request.amount > 900", "request.amount > double + most")
    other = HEAD.replace("tiny", "other").replace("TINY", "OTHER") + user
    assert _unused(policy, {"part.yaml": PART, "other/policy.yaml": other}) == []
