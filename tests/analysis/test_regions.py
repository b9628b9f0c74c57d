"""What regions leave uncovered, against trying every point."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from underwriter.analysis.regions.regions import RegionSet, TooTangled, Work, common, size, uncovered

SIZES = (5, 4, 3)
WHOLE = tuple((1 << count) - 1 for count in SIZES)
POINTS = list(product(*(range(count) for count in SIZES)))
ENOUGH = 10_000_000

REGIONS = st.tuples(*(st.integers(0, (1 << count) - 1) for count in SIZES))
LISTS = st.lists(REGIONS, max_size=70)
"""Some of more than the regions from which on a region is halved."""


def points(region):
    return {point for point in POINTS if all(region[axis] >> place & 1 for axis, place in enumerate(point))}


def left(whole, covers):
    return points(whole).difference(*map(points, covers))


@settings(max_examples=60, deadline=None)
@given(whole=REGIONS, covers=LISTS)
def test_what_is_told_as_uncovered_is(whole, covers):
    found = uncovered(whole, covers, Work(ENOUGH))
    missing = left(whole, covers)
    assert (found is not None) == bool(missing)
    assert found is None or (points(found) and points(found) <= missing)


@settings(max_examples=60, deadline=None)
@given(covers=LISTS, numbers=st.integers(min_value=0))
def test_gaps_are_apart_and_all_there_is(covers, numbers):
    index = RegionSet(covers, SIZES)
    some = numbers & index.everything
    among = [cover for number, cover in enumerate(covers) if some >> number & 1]
    gaps = list(index.gaps(WHOLE, some, Work(ENOUGH)))
    assert set().union(*map(points, gaps)) == left(WHOLE, among)
    assert sum(map(size, gaps)) == len(left(WHOLE, among))
    assert index.cover(WHOLE, some, Work(ENOUGH)) == (not gaps)


@settings(max_examples=60, deadline=None)
@given(covers=LISTS)
def test_a_gap_is_as_wide_as_may_be(covers):
    gap = next(RegionSet(covers, SIZES).gaps(WHOLE, (1 << len(covers)) - 1, Work(ENOUGH)), None)
    if gap is None:
        return
    for axis, count in enumerate(SIZES):
        for place in range(count):
            wider = (*gap[:axis], gap[axis] | 1 << place, *gap[axis + 1 :])
            assert wider == gap or any(size(common(wider, cover)) for cover in covers)


@settings(max_examples=60, deadline=None)
@given(regions=LISTS, region=REGIONS)
def test_the_regions_that_meet_one_are_found(regions, region):
    found = RegionSet(regions, SIZES).meeting(region)
    assert found == sum(1 << n for n, other in enumerate(regions) if points(other) & points(region))


def test_no_more_work_is_done_than_may_be():
    covers = [tuple(1 << place for place in point) for point in POINTS]
    with pytest.raises(TooTangled):
        uncovered(WHOLE, covers, Work(1000))
