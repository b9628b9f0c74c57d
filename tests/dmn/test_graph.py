"""Decision graphs: an order in which all can be computed, circles, what is reachable."""

import sys
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from underwriter.dmn.graph import (
    MAXIMUM_BRANCHES,
    CircularDecisions,
    branch_homes,
    evaluation_order,
    reachable,
)


@pytest.mark.parametrize(
    ("requires", "expected"),
    [
        ({}, []),
        ({"a": []}, ["a"]),
        ({"a": [], "b": []}, ["a", "b"]),
        ({"b": [], "a": []}, ["b", "a"]),
        ({"a": ["b"], "b": []}, ["b", "a"]),
        ({"a": ["c", "b"], "b": [], "c": []}, ["b", "c", "a"]),
        ({"a": ["input"], "b": ["a", "input"]}, ["a", "b"]),
        ({"top": ["left", "right"], "left": ["base"], "right": ["base"], "base": []}, ["base", "left", "right", "top"]),
    ],
)
def test_each_comes_after_what_it_requires_otherwise_as_given(requires, expected):
    assert evaluation_order(requires) == expected


@pytest.mark.parametrize(
    ("requires", "circle"),
    [
        ({"a": ["a"]}, ("a", "a")),
        ({"a": ["b"], "b": ["a"]}, ("a", "b", "a")),
        ({"start": ["a"], "a": ["b"], "b": ["c"], "c": ["a"]}, ("a", "b", "c", "a")),
        ({"fine": [], "a": ["fine", "b"], "b": ["fine", "b"]}, ("b", "b")),
    ],
)
def test_a_circle_is_named_in_order(requires, circle):
    with pytest.raises(CircularDecisions, match=" -> ".join(circle)) as caught:
        evaluation_order(requires)
    assert caught.value.circle == circle


def test_a_chain_may_be_longer_than_the_stack():
    length = 3 * sys.getrecursionlimit()
    chain = {f"d{number}": [f"d{number + 1}"] for number in range(length)}
    assert evaluation_order(chain) == [f"d{number}" for number in reversed(range(length))]
    assert reachable(["d0"], chain) == set(chain)
    with pytest.raises(CircularDecisions) as caught:
        evaluation_order({**chain, f"d{length}": ["d0"]})
    assert len(caught.value.circle) == length + 2


def test_reachable_are_the_names_and_all_that_they_require():
    requires = {"a": ["b", "input"], "b": ["c"], "c": ["b"], "d": ["a"]}
    assert reachable(["a"], requires) == {"a", "b", "c"}
    assert reachable(["input"], requires) == set()


GRAPHS = st.dictionaries(st.sampled_from("abcdefgh"), st.lists(st.sampled_from("abcdefghx"), max_size=4), max_size=8)


@settings(max_examples=200)
@given(requires=GRAPHS)
def test_either_the_order_holds_or_the_circle_is_one(requires):
    circle: tuple[str, ...] = ()
    order: list[str] = []
    try:
        order = evaluation_order(requires)
    except CircularDecisions as error:
        circle = error.circle
    if circle:
        assert circle[0] == circle[-1]
        assert all(required in requires[name] for name, required in pairwise(circle))
    else:
        assert sorted(order) == sorted(requires)
        for place, name in enumerate(order):
            assert {required for required in requires[name] if required in requires} <= set(order[:place])


BRANCH_HOMES = {
    "one branch": ({"d": {"a": 0}}, {"a": ("d", 0)}),
    "needed whatever is chosen": ({"d": {"a": None}}, {}),
    "both branches of two": ({"d": {"a": 0}, "e": {"a": 1}}, {}),
    "through another in the branch": ({"d": {"b": 1}, "b": {"a": None}}, {"b": ("d", 1), "a": ("d", 1)}),
    "a branch within a branch": ({"d": {"b": 1}, "b": {"a": 0}}, {"b": ("d", 1), "a": ("b", 0)}),
    "also asked for itself": ({"e": {"d": 0}, "d": {"a": 0}}, {"a": ("d", 0)}),
}


@pytest.mark.parametrize(("uses", "expected"), BRANCH_HOMES.values(), ids=BRANCH_HOMES)
def test_what_one_branch_alone_needs_is_put_there(uses, expected):
    assert branch_homes(["a", "b", "d", "e"], uses, ["d", "e"]) == expected


def test_branches_within_branches_have_an_end():
    names = [f"n{index:03}" for index in range(100)]
    uses = {name: {before: 0} for before, name in pairwise(names)}
    homes = branch_homes(names, uses, [names[-1]])
    depth, name = 0, names[0]
    while name in homes:
        depth, name = depth + 1, homes[name][0]
    assert depth <= MAXIMUM_BRANCHES
