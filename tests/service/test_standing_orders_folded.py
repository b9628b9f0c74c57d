"""What changes come to is folded from them alone, in their order."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from underwriter.service.orders.standing_orders import PolicyOrders, StandingOrders
from underwriter.v1 import policy_service_pb2 as v1

NAME = "policies/personal"
FOLLOWED, HELD = v1.POLICY_CHANGE_KIND_FOLLOWED, v1.POLICY_CHANGE_KIND_HELD
PARAMETERS, ROLLOUT = v1.POLICY_CHANGE_KIND_PARAMETERS_SET, v1.POLICY_CHANGE_KIND_ROLLOUT_SET
A_ROLLOUT = v1.Rollout(rollout_id="r", shadows=[v1.Shadow(policy_version="s")])


def change(
    kind: v1.PolicyChangeKind, after: str = "", rollout: v1.Rollout | None = None, **values: str
) -> v1.PolicyChange:
    parameters = [v1.ParameterSetting(name=name, value=value) for name, value in values.items()]
    return v1.PolicyChange(policy=NAME, kind=kind, version_after=after, parameters=parameters, rollout=rollout)


def folded(*changes: v1.PolicyChange) -> PolicyOrders:
    return StandingOrders().after(changes).of(NAME)


@pytest.mark.parametrize(
    ("changes", "held", "values"),
    [
        ([], "", {}),
        ([change(HELD, "v1")], "v1", {}),
        ([change(HELD, "v1"), change(HELD, "v2")], "v2", {}),
        ([change(HELD, "v1"), change(FOLLOWED, "v2")], "", {}),
        ([change(PARAMETERS, "v1", a="1")], "", {"a": "1"}),
        ([change(PARAMETERS, a="1", b="2"), change(PARAMETERS, a="3")], "", {"a": "3", "b": "2"}),
        ([change(PARAMETERS, a="1", b="2"), change(PARAMETERS, a="")], "", {"b": "2"}),
        ([change(PARAMETERS, a="1"), change(HELD, "v1")], "v1", {}),
        ([change(HELD, "v1", a="1")], "v1", {"a": "1"}),
        ([change(HELD, "v1", a="1"), change(FOLLOWED)], "", {"a": "1"}),
        ([change(HELD, "v1", a="1"), change(PARAMETERS, "v2", a="2")], "v2", {"a": "2"}),
        ([change(PARAMETERS, a="1"), change(FOLLOWED)], "", {"a": "1"}),
    ],
)
def test_what_changes_come_to(changes: Sequence[v1.PolicyChange], held: str, values: dict[str, str]) -> None:
    orders = folded(*changes)
    assert (orders.held, orders.overrides) == (held, values)
    assert orders.version == (changes[-1].version_after if changes else "")


def test_a_rollout_lasts_until_it_is_ended_or_another_is_set() -> None:
    other = v1.Rollout(rollout_id="o", shadows=A_ROLLOUT.shadows)
    begun = change(ROLLOUT, rollout=A_ROLLOUT)
    assert folded(begun, change(HELD, "v1"), change(FOLLOWED), change(PARAMETERS, a="1")).rollout == A_ROLLOUT
    assert folded(begun, change(ROLLOUT, rollout=other)).rollout == other
    assert folded(begun, change(ROLLOUT)).rollout is None
    assert folded(begun, change(ROLLOUT, rollout=v1.Rollout())).rollout is None


def test_policies_are_ordered_each_for_itself_and_the_newest_change_is_known() -> None:
    mine, other = change(HELD, "v1"), change(HELD, "v2")
    mine.sequence, other.sequence, other.policy = 1, 2, "policies/other"
    orders = StandingOrders().after([mine, other])
    assert (orders.sequence, orders.of(NAME).held, orders.of("policies/other").held) == (2, "v1", "v2")
    assert orders.of("policies/none") == PolicyOrders()


CHANGES = st.builds(
    lambda kind, after, values: change(kind, after, None, **values),
    st.sampled_from([FOLLOWED, HELD, PARAMETERS, ROLLOUT]),
    st.sampled_from(["v1", "v2"]),
    st.dictionaries(st.sampled_from(["a", "b"]), st.sampled_from(["", "1", "2"])),
)


@given(st.lists(CHANGES, max_size=12), st.integers(0, 12))
@settings(max_examples=50)
def test_following_in_parts_comes_to_the_same(changes: list[v1.PolicyChange], cut: int) -> None:
    for sequence, one in enumerate(changes, 1):
        one.sequence = sequence
    assert StandingOrders().after(changes[:cut]).after(changes[cut:]) == StandingOrders().after(changes)
