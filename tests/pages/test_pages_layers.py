"""Layouts of graphs: whatever the graph, everything stands right of what it requires, and nothing on anything else."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from underwriter.pages.layers import layered


@st.composite
def graphs(draw: st.DrawFn) -> dict[str, list[str]]:
    """Graphs without circles: each node requires some of those before it, named in any order."""
    names = [f"n{number}" for number in range(draw(st.integers(0, 12)))]
    requires = {
        name: sorted(draw(st.sets(st.sampled_from(names[:number])))) if number else []
        for number, name in enumerate(names)
    }
    order = draw(st.permutations(names))
    return {name: requires[name] for name in order}


@given(graphs())
def test_every_node_stands_in_one_layer_behind_all_that_it_requires(requires: dict[str, list[str]]) -> None:
    graph = layered(requires)
    layer_of = {place: number for number, layer in enumerate(graph.layers) for place in layer}
    assert sorted(place for place in layer_of if isinstance(place, str)) == sorted(requires)
    assert sum(map(len, graph.layers)) == len(layer_of)
    for name, sources in requires.items():
        assert layer_of[name] == 1 + max((layer_of[source] for source in sources), default=-1)


@given(graphs())
def test_every_edge_has_a_way_that_stops_in_each_layer_between(requires: dict[str, list[str]]) -> None:
    graph = layered(requires)
    layer_of = {place: number for number, layer in enumerate(graph.layers) for place in layer}
    ends = sorted((way[0], way[-1]) for way in graph.ways)
    assert ends == sorted((source, name) for name, sources in requires.items() for source in sources)
    for way in graph.ways:
        assert all(layer_of[after] == layer_of[before] + 1 for before, after in pairwise(way))


@given(graphs())
def test_nothing_stands_on_anything_else(requires: dict[str, list[str]]) -> None:
    graph = layered(requires)
    for layer in graph.layers:
        for above, below in pairwise(layer):
            least = sum(1.0 if isinstance(place, str) else 0.3 for place in (above, below)) / 2
            assert graph.rows[below] - graph.rows[above] >= least - 1e-9
    assert min(graph.rows.values(), default=0) == 0


def test_lines_that_need_not_cross_do_not() -> None:
    graph = layered({"a": [], "b": [], "c": [], "low": ["c"], "mid": ["b"], "top": ["a"]})
    first, second = graph.layers
    assert [{"a": "top", "b": "mid", "c": "low"}[str(name)] for name in first] == list(second)


def test_names_that_are_no_nodes_are_left_out() -> None:
    assert layered({"a": ["applicant.age"]}).ways == []
