"""An environment parses a text once, wherever it stands; what is wrong is told at each place."""

from underwriter.feel import Environment, Source

SUM = "monthly income + 1"


def test_texts_that_say_the_same_share_a_tree():
    environment = Environment()
    first, second = (environment.parse(Source(SUM, name), ["monthly income"]) for name in ("a.yaml", "b.yaml"))
    assert first.tree is second.tree is not None
    tests = [environment.parse_unary_tests(Source("< 5", name), []).tree for name in ("a.yaml", "b.yaml")]
    assert tests[0] is tests[1] is not None


def test_a_text_is_another_one_where_other_names_are_known():
    environment = Environment()
    known = environment.parse(Source(SUM), ["monthly income"])
    unknown = environment.parse(Source(SUM), [])
    assert known.diagnostics == ()
    assert unknown.tree is None
    assert environment.parse(Source(SUM), ["monthly income"]).tree is known.tree


def test_an_expression_and_a_test_of_the_same_text_are_told_apart():
    environment = Environment()
    assert type(environment.parse(Source("5"), []).tree) is not type(
        environment.parse_unary_tests(Source("5"), []).tree
    )


def test_a_fault_is_told_at_each_place_of_its_text():
    environment = Environment()
    for parse in (environment.parse, environment.parse_unary_tests):
        found = [parse(Source("1 +", name), []).diagnostics for name in ("a.yaml", "b.yaml", "a.yaml")]
        assert [[str(diagnostic)[:6] for diagnostic in each] for each in found] == [["a.yaml"], ["b.yaml"], ["a.yaml"]]
