"""Random models: the order of a file's elements, what else is asked for, and tracing change no value."""

from decimal import Decimal

from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from underwriter.feel import feel_text

from .small_models import (
    NOON,
    boxed_filter,
    boxed_list,
    conditional,
    context,
    decision,
    function,
    given,
    invocation,
    iterator,
    knowledge,
    model,
    relation,
    service,
    table,
)

INPUTS = ("x", "a-b")
FUNCTIONS = ("k 1", "k 2")


def _texts(names):
    """Texts of FEEL that read some of the names; most give numbers, some give null or other values."""
    leaves = st.sampled_from([*names, "0", "1", "2.5", "null", '"a"'])
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.builds("({} + {})".format, inner, inner),
            st.builds("({} / {})".format, inner, inner),
            st.builds("(if {} > {} then {} else {})".format, inner, inner, inner, inner),
            st.builds("max([{}, {}])".format, inner, inner),
            st.builds("k 1({}, {})".format, inner, inner),
            st.builds("count(for i in [{}, {}] return k 2(i))".format, inner, inner),
        ),
        max_leaves=3,
    )


def _boxes(names):
    texts = _texts(names)
    tests = st.sampled_from(["-", "> 1", "[0..2]", "null", '"a"'])
    rows = st.lists(st.tuples(st.tuples(tests), st.tuples(texts)), min_size=1, max_size=3)
    branching = st.builds("if {} > 1 then {} else {}".format, texts, texts, texts)
    return st.one_of(
        texts,
        branching,
        st.builds(conditional, st.builds("{} > 1".format, texts), texts, texts),
        st.builds(lambda a, b: context(("a", a), (None, b)), texts, texts),
        st.builds(lambda a, b: context(("step 1", a), ("b", b), (None, "step 1 = b")), texts, texts),
        st.builds(boxed_list, texts, texts),
        st.builds(lambda a, b: relation(["a", "b"], [a, b], [b, a]), texts, texts),
        st.builds(lambda a: invocation("k 2", n=a), texts),
        st.builds(lambda a, b: context(("f", function(["p"], f"[p, {a}]")), (None, f"f({b})")), texts, texts),
        st.builds(lambda a, b: boxed_filter(f"[{a}, {b}]", "item > 1"), texts, texts),
        st.builds(
            lambda kind, a, b: iterator(kind, "i", f"[{a}, {b}]", "i > 1"),
            st.sampled_from(["for", "some"]),
            texts,
            texts,
        ),
        st.builds(
            lambda policy, a, rs: table(policy, [a], ["out"], *rs), st.sampled_from(["F", "C", "U"]), texts, rows
        ),
    )


@st.composite
def models(draw):
    """The parts of a model whose decisions read the inputs and the decisions before them."""
    names = list(INPUTS)
    decisions = []
    for index in range(draw(st.integers(2, 4))):
        logic = draw(_boxes(names))
        type_name = draw(st.sampled_from([None, "number", "Any"]))
        decisions.append(decision(f"d {index}", logic, [*names, *FUNCTIONS], type_name))
        names.append(f"d {index}")
    outputs = draw(st.sets(st.sampled_from(names[len(INPUTS) :]), min_size=1, max_size=2))
    return [
        *(given(name, "number") for name in INPUTS),
        *decisions,
        knowledge("k 1", ["m: number", "n: number"], draw(_texts(["m", "n"])), FUNCTIONS),
        knowledge("k 2", ["n"], draw(_boxes(["n"])), FUNCTIONS),
        service("s", sorted(outputs), INPUTS),
    ]


inputs = st.fixed_dictionaries(
    {name: st.sampled_from([None, Decimal(0), Decimal(1), Decimal(3), "text"]) for name in INPUTS}
)


def shown(evaluation):
    return {name: feel_text(value) for name, value in evaluation.values.items()}


@settings(max_examples=25, deadline=None)
@for_all(models(), inputs, st.randoms(use_true_random=False))
def test_the_order_of_elements_does_not_matter(parts, values, random):
    shuffled = random.sample(parts, len(parts))
    assert shown(model(*shuffled).evaluate(values, moment=NOON)) == shown(model(*parts).evaluate(values, moment=NOON))


@settings(max_examples=25, deadline=None)
@for_all(models(), inputs, st.data())
def test_a_part_of_the_decisions_has_the_values_that_it_has_among_all(parts, values, data):
    whole = model(*parts)
    all_values = shown(whole.evaluate(values, moment=NOON))
    some = data.draw(st.sets(st.sampled_from(sorted(all_values)), min_size=1))
    assert shown(whole.evaluate(values, some, moment=NOON)) == {
        name: all_values[name] for name in all_values if name in some
    }


@settings(max_examples=25, deadline=None)
@for_all(models(), inputs)
def test_tracing_changes_neither_values_nor_warnings(parts, values):
    whole = model(*parts)
    plain, traced = whole.evaluate(values, moment=NOON), whole.evaluate(values, is_traced=True, moment=NOON)
    assert (shown(traced), traced.warnings) == (shown(plain), plain.warnings)
    assert {name: feel_text(value) for name, value in traced.computed.items()} == shown(plain)


@settings(max_examples=25, deadline=None)
@for_all(models(), inputs)
def test_a_service_gives_what_its_decisions_give(parts, values):
    whole = model(*parts)
    served = whole.evaluate_service("s", values, moment=NOON)
    assert shown(served) == shown(whole.evaluate(values, list(served.values), moment=NOON))
