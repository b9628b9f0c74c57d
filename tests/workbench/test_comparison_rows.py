"""Rows find the rows that they were, whatever their numbers."""

from hypothesis import given, settings
from hypothesis import strategies as st

from underwriter.workbench.comparison.elements import Row, of_text
from underwriter.workbench.comparison.rows import Aligned, align


def row(*cells: str) -> Row:
    *tests, answer = cells
    return Row({str(place): of_text(cell) for place, cell in enumerate(tests)}, {"answer": of_text(answer)}, "")


ROWS = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz"), st.sampled_from("12")), max_size=8)


@settings(max_examples=60)
@given(ROWS, st.randoms(use_true_random=False))
def test_rows_in_another_order_are_the_same_where_the_order_means_nothing(cells, random) -> None:
    old = [row(*one) for one in cells]
    new = random.sample(old, len(old))
    found = align(old, new, in_order=False)
    assert [new[pair.new] == old[pair.old] and not pair.moved for pair in found] == [True] * len(old)


@settings(max_examples=60)
@given(ROWS, ROWS)
def test_each_row_of_both_tables_is_told_of_once(old_cells, new_cells) -> None:
    old, new = ([row(*one) for one in cells] for cells in (old_cells, new_cells))
    found = align(old, new, in_order=True)
    assert [pair.new for pair in found if pair.new is not None] == list(range(len(new)))
    assert sorted(pair.old for pair in found if pair.old is not None) == list(range(len(old)))


def test_as_few_rows_as_can_be_have_moved_and_only_past_others_that_answer_otherwise() -> None:
    rows = [row("a", "x", "1"), row("b", "y", "2"), row("c", "z", "2"), row("a", "z", "1")]
    new = [rows[1], rows[2], rows[3], rows[0]]
    assert [pair.new for pair in align(rows, new, in_order=True) if pair.moved] == [3]
    swapped = [rows[0], rows[2], rows[1], rows[3]]
    assert not [pair for pair in align(rows, swapped, in_order=True) if pair.moved]


def test_a_changed_row_is_the_one_that_is_most_alike() -> None:
    old = [row("a", "x", "1"), row("b", "x", "2")]
    new = [row("b", "x", "3"), row("a", "y", "1"), row("c", "z", "4")]
    assert align(old, new, in_order=False) == [Aligned(1, 0), Aligned(0, 1), Aligned(None, 2)]
