"""Draws a policy's decision requirements graph as SVG (DMN 1.5, chapter 6, read from left to right)."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape

from underwriter.pages.layers import LayeredGraph, Place, layered
from underwriter.v1.policy_service_pb2 import DecisionNode, Policy

OUTCOME = "outcome"

_ROW, _BOX, _GAP, _MARGIN = 40, 32, 56, 16
_LETTER, _SMALL_LETTER = 7.0, 5.6
_FILL = {
    "rules": "#fdecea",
    "table": "#e8f1fb",
    "model": "#f1e9fa",
    "scorecard": "#e9f6ec",
    OUTCOME: "#fff6d6",
}
_OTHER_FILL = "#f6f6f6"
_STYLE = (
    "text{font-family:Verdana,Geneva,DejaVu Sans,sans-serif}.name{font-size:11px;fill:#1b1b1b}"
    ".about{font-size:9px;fill:#5a5a5a}path{fill:none;stroke:#9aa4ae;stroke-width:1.1}rect{stroke:#5c6770;rx:5}"
)


def decision_graph_svg(policy: Policy, *, needed: Sequence[str]) -> str:
    """Return the graph of what decides: an SVG file's text.

    Every decision and model stands right of all that it reads, with its kind and the parts of the application that it
    reads itself. `needed` are the decisions that the outcome is made from; what none of them needs is left out.
    """
    nodes = {node.name: node for node in policy.decisions}
    shown = _reachable(needed, nodes)
    requires = {name: sorted(shown & set(node.requires)) for name, node in nodes.items() if name in shown}
    graph = layered({**requires, OUTCOME: [name for name in nodes if name in set(needed)]})
    nodes[OUTCOME] = DecisionNode(name=OUTCOME, kind=OUTCOME)
    return "\n".join(_document(graph, nodes, f"Decisions of {policy.name}"))


def _reachable(names: Sequence[str], nodes: Mapping[str, DecisionNode]) -> set[str]:
    found: set[str] = set()
    waiting = [name for name in names if name in nodes]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [other for other in nodes[name].requires if other in nodes]
    return found


def _document(graph: LayeredGraph, nodes: Mapping[str, DecisionNode], title: str) -> Iterator[str]:
    widths = [_layer_width(layer, nodes) for layer in graph.layers]
    lefts = [_MARGIN + sum(widths[:number]) + number * _GAP for number in range(len(widths))]
    spans: dict[Place, tuple[float, float]] = {
        place: (lefts[number], lefts[number] + widths[number])
        for number, layer in enumerate(graph.layers)
        for place in layer
    }
    middles = {place: _MARGIN + row * _ROW + _BOX / 2 for place, row in graph.rows.items()}
    width = lefts[-1] + widths[-1] + _MARGIN
    height = max(middles.values()) + _BOX / 2 + _MARGIN
    yield f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" role="img">'
    yield f"<title>{escape(title)}</title><style>{_STYLE}</style>"
    yield '<rect width="100%" height="100%" fill="#ffffff" style="stroke:none"/>'
    for way in graph.ways:
        yield _edge(way, spans, middles)
    for name, node in nodes.items():
        if name in spans:
            yield _box(node, spans[name], middles[name])
    yield "</svg>\n"


def _layer_width(layer: Sequence[Place], nodes: Mapping[str, DecisionNode]) -> float:
    """Return the width of the widest box of a layer; bends need none."""
    texts = [(nodes[place].name, _about(nodes[place])) for place in layer if isinstance(place, str)]
    return 20 + max((max(len(name) * _LETTER, len(about) * _SMALL_LETTER) for name, about in texts), default=0.0)


def _about(node: DecisionNode) -> str:
    """Return a node's kind and which parts of the application it reads, such as `rules: applicant, bureau`."""
    parts = dict.fromkeys(name.split(".")[0].split("[")[0] for name in node.requires if "." in name)
    return f"{node.kind}: {', '.join(parts)}" if parts else node.kind if node.kind != node.name else ""


def _edge(way: Sequence[Place], spans: Mapping[Place, tuple[float, float]], middles: Mapping[Place, float]) -> str:
    """Return a curve that leaves boxes to the right, enters them from the left and crosses layers between level."""
    x, y = spans[way[0]][1], middles[way[0]]
    text = f"M{x:.0f} {y:.1f}"
    for place in way[1:]:
        (left, right), height = spans[place], middles[place]
        half = (left - x) / 2
        text += f"C{x + half:.0f} {y:.1f} {left - half:.0f} {height:.1f} {left:.0f} {height:.1f}"
        if place is not way[-1]:
            text += f"H{right:.0f}"
        x, y = right, height
    return f'<path d="{text}"/>'


def _box(node: DecisionNode, span: tuple[float, float], middle: float) -> str:
    left, right = span
    fill = _FILL.get(node.kind, _OTHER_FILL)
    about = _about(node)
    rise = 3 if about else -4
    lines = [
        f"<g><title>{escape(node.source or node.name)}</title>",
        f'<rect x="{left:.0f}" y="{middle - _BOX / 2:.1f}" width="{right - left:.0f}" height="{_BOX}" fill="{fill}"/>',
        f'<text class="name" x="{left + 8:.0f}" y="{middle - rise:.1f}">{escape(node.name)}</text>',
    ]
    if about:
        lines.append(f'<text class="about" x="{left + 8:.0f}" y="{middle + 10:.1f}">{escape(about)}</text>')
    return "".join([*lines, "</g>"])
