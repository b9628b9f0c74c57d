"""Expressions that ask for more time or room than there is: each gives a value or null with a reason, and soon."""

import json
import os
import subprocess
import sys

import pytest

from underwriter.feel import Environment

LONG_LIST = "l: for i in 1..99999 return i"
LONG_TEXT = 't: string join(for i in 1..90000 return "a")'
MOST_MEGABYTES = 200
MOST_SECONDS_OF_WORK = 20
"""Far more than any of these needs: what has no bound is ended, and fails the test."""


def doubled(pattern: str, first: str, times: int = 60) -> str:
    """Return two contexts' worth of entries, a0 to aN and b0 to bN, of which each holds the one before it twice."""
    entries = [
        f"{name}{step}: {first if step == 0 else pattern.format(f'{name}{step - 1}')}"
        for name in "ab"
        for step in range(times + 1)
    ]
    return ", ".join(entries)


LISTS = doubled("[{0}, {0}]", "[1]")
CONTEXTS = doubled("{{l: {0}, r: {0}}}", "{l: 1, r: 1}")


def within(entries: str, expression: str) -> str:
    return f"{{{entries}, result: {expression}}}.result"


COSTLY_IN_LOOPS = (
    *("sum(l)", "reverse(l)", "l = l2", "list contains(l, -1)", "index of(l, 5)", "distinct values(l)", "union(l, [])"),
    *("flatten(l)", "append(l, 1)", "median(l)", "mode(l)", "stddev(l)", "sublist(l, 2)", "l[item > 5]", "-1 in l"),
    *("string(l)", "l instance of list<number>", "some y in l satisfies y < 0", "for y in l return y", "is(l, l2)"),
    *("sort(l, function(a, b) a < b)", "(function(a: list<number>) count(a))(l)", "remove(l, 1)", "min(l)"),
)
COSTLY_IN_LOOPS_OF_TEXTS = (
    *('t + "b"', "upper case(t)", 'contains(t, "b")', 'replace(t, "a", "b")', 'split(t, "b")', 'matches(t, "b")'),
    *('substring before(t, "b")', "string([t])", "string join([t])"),
)
SHARED = (
    *("a60 = b60", "a60 != b60", "is(a60, b60)", "string(a60)", "list contains([a60], b60)", "index of([a60], b60)"),
    *("distinct values([a60, b60])", "flatten([a60, b60])", "[a60][item = b60]", "a60 in (b60)", "a60 in [b60]"),
    *("a60 < b60", "a60 + b60", "function() a60", "sort([a60, b60], function(x, y) x = y)", "a60.l.l.l", "a60.x"),
    *("(function(x: number) x)(a60)", "a60 instance of list<list<number>>", 'context put({}, "a", a60)'),
)
PAST = "too-much-work"
ATTACKS: dict[str, str | None] = {
    **{within(f"{LONG_LIST}, l2: for i in l return i", f"for x in l return {body}"): PAST for body in COSTLY_IN_LOOPS},
    **{within(LONG_TEXT, f"for x in 1..99999 return {body}"): PAST for body in COSTLY_IN_LOOPS_OF_TEXTS},
    **{within(LISTS, body): None for body in SHARED},
    **{within(CONTEXTS, body): None for body in SHARED},
    within(LONG_LIST, f"[{', '.join(['reverse(l)'] * 800)}]"): PAST,
    within(LONG_LIST, f"[{', '.join(['(for x in l return x + 1)'] * 400)}]"): PAST,
    within(f"{LONG_TEXT}, {', '.join(f'a{n}: t + string({n})' for n in range(400))}", "a1"): PAST,
    within("f: function(n) f(n + 1)", "f(0)"): "too-deep",
    within("f: function(n) if n = 0 then 1 else f(n - 1) + f(n - 1)", "f(50)"): PAST,
    f"for x in 1..99999 return [{', '.join(['x'] * 2000)}]": PAST,
    f"for x in 1..99999 return {{{', '.join(f'a{n}: {{b: x}}' for n in range(300))}}}": PAST,
    "for x in 1..99999 return 1 / 0": "division-by-zero",
    "for x in 1..99999 return exp(x) ** log(x + 1)": None,
    "for x in 1..300 return partial": None,
    'for d in @"0001-01-01"..@"9999-12-31" return d': "too-many",
    'for x in 1..50000 return @"2020-01-01" + duration("P99999999Y") * x': None,
    "exp(1000000)": "overflow",
    "10 ** (10 ** 10)": "overflow",
    "decimal(1 / 3, 6176)": None,
    'number("1E999999999")': "overflow",
    f'duration("P{"9" * 15000}D")': "bad-conversion",
    f'date("{"9" * 15000}-01-01")': "bad-conversion",
    f'number("{"9" * 15000}")': "overflow",
}

CHILD = """
import json, resource, sys
from underwriter.feel import Environment
resource.setrlimit(resource.RLIMIT_CPU, (int(sys.argv[1]),) * 2)
evaluated = Environment().evaluate(sys.stdin.read())
kinds = sorted({warning.kind for warning in evaluated.warnings})
print(json.dumps([kinds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024]))
"""


@pytest.mark.slow
@pytest.mark.skipif("UNDERWRITER_SOAK" not in os.environ, reason="a minute of attacks: `make soak` runs them")
@pytest.mark.parametrize("text", ATTACKS, ids=lambda text: f"{text[:20]}...{text[-60:]}")
def test_work_and_room_are_bounded(text: str) -> None:
    command = [sys.executable, "-c", CHILD, str(MOST_SECONDS_OF_WORK)]
    child = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    assert child.returncode == 0, child.stderr
    kinds, megabytes = json.loads(child.stdout)
    wanted = ATTACKS[text]
    assert wanted is None or wanted in kinds
    assert megabytes < MOST_MEGABYTES


@pytest.mark.parametrize("pattern", ["[{0}, {0}]", "{{l: {0}, r: {0}}}"])
def test_values_that_hold_one_value_without_end_are_equal_at_once(pattern: str) -> None:
    shared = doubled(pattern, "{l: 1, r: 1}")
    assert Environment().evaluate(within(shared, "a60 = b60 and is(a60, b60) and a60 != a59")).value is True
    assert Environment().evaluate(within(shared, "string(a60)")).warnings[0].kind == "too-long"


def test_every_bound_tells_where_and_what_is_allowed() -> None:
    text = within(LONG_LIST, "for x in l return reverse(l)")
    (warning,) = Environment().evaluate(text).warnings
    assert str(warning).endswith(":1:1: warning[too-much-work]: functions and loops do more than 600000 units of work")


@pytest.mark.parametrize("depth", [50, 400])
def test_loops_of_small_work_stay_below_the_bound(depth: int) -> None:
    entries = f"l: for i in 1..{depth} return i"
    assert (
        Environment().evaluate(within(entries, "count(for x in l return sum(l) + count(l[item > x]))")).warnings == ()
    )
