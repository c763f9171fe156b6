"""Walking a graph: edges, paths, size, depth, and the JSON form."""

import itertools
import json

import pytest

from autograd import Value, graph, scope
from autograd.graph import Edge


def diamond():
    a = Value(2.0, label="a")
    b = a * 3
    return a, b, b * a + b


def test_edges_keep_position_multiplicity_and_local_derivative():
    a = Value(3.0)
    y = a * a - a
    (first, second, third, fourth) = graph.edges(y)
    square = y.parents[0]
    assert (first, second) == (Edge(a, square, 0, 3.0), Edge(a, square, 1, 3.0))
    assert (third, fourth) == (Edge(square, y, 0, 1.0), Edge(a, y, 1, -1.0))


def test_nodes_size_and_depth():
    a, b, y = diamond()
    assert graph.nodes(y)[0] is a and graph.nodes(y)[-1] is y
    assert graph.size(y) == 5 and graph.size(y, b) == 5 and graph.size(a) == 1
    assert graph.depth(y) == 3 and graph.depth(a) == 0 and graph.depth() == 0


def test_paths_are_counted_and_their_products_add_up_to_the_gradient():
    a, b, y = diamond()
    y.backward()
    found = list(graph.paths(y, a))
    assert graph.count_paths(y, a) == len(found) == 3
    products = []
    for path in found:
        product = 1.0
        for edge in path:
            product *= edge.partial
        assert path[0].parent is a and path[-1].child is y
        for edge, following in itertools.pairwise(path):
            assert edge.child is following.parent
        products.append(product)
    assert sum(products) == a.grad


def test_paths_to_itself_and_to_a_stranger():
    a, b, y = diamond()
    assert list(graph.paths(a, a)) == [()] and graph.count_paths(a, a) == 1
    assert list(graph.paths(b, y)) == [] and graph.count_paths(b, y) == 0
    assert graph.count_paths(y, Value(2.0)) == 0


def test_a_count_beyond_listing_and_a_lazy_list():
    y = a = Value(1.0)
    for _ in range(2000):
        y = y + y
    assert graph.count_paths(y, a) == 2**2000
    first = next(graph.paths(y, a))
    assert len(first) == 2000


def test_json_comes_back_exactly():
    a = Value(0.1 + 0.2, label='a "quoted" ü\n')
    with scope("outer"):
        with scope("inner"):
            b = a * 3
        with scope("inner"):
            y = (b / 0.0).tanh() + b
    y.backward()
    z = b.sin()
    roots = graph.from_json(graph.to_json(y, z))
    for old, new in zip(graph.nodes(y, z), graph.nodes(*roots)):
        assert old.op == new.op and old.label == new.label
        assert repr(old.data) == repr(new.data)
        assert repr(old.partials) == repr(new.partials)
        assert repr(old._grad) == repr(new._grad)
        assert old.is_constant == new.is_constant
        names = [
            (s.name, s.parent and s.parent.name) if s else None
            for s in (old._scope, new._scope)
        ]
        assert names[0] == names[1]
    assert graph.to_json(*roots) == graph.to_json(y, z)
    # sharing is kept, and the copy can be differentiated again
    assert roots[0].parents[1] is roots[1].parents[0]
    (again,) = graph.from_json(graph.to_json(z))
    leaf = graph.nodes(again)[0]
    leaf.grad = 0
    again.backward()
    assert leaf.grad == z.partials[0] * 3


def test_two_scopes_of_one_name_stay_two():
    a = Value(1.0)
    with scope("s"):
        b = a * 2
    with scope("s"):
        y = b * 2
    (again,) = graph.from_json(graph.to_json(y))
    assert again._scope is not again.parents[0]._scope


def test_json_is_standard_json():
    y = Value(float("nan")) / 0.0

    def refuse(word):
        raise AssertionError(f"{word} is not JSON")

    document = json.loads(graph.to_json(y), parse_constant=refuse)
    assert document["nodes"][0]["data"] == "nan"


def spoiled(**changes):
    document = json.loads(graph.to_json(Value(2.0) * 3))
    document.update(changes)
    return json.dumps(document)


NODE = {"data": 1.0}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not JSON"),
        ("[1]", "format"),
        (spoiled(format="other"), "format"),
        (spoiled(version=2), "version 2"),
        (spoiled(nodes=None), "not a whole graph"),
        (spoiled(nodes=[{}]), "not a whole graph"),
        (spoiled(nodes=[{"data": "x"}]), "'x' stands where"),
        (spoiled(nodes=[{"data": True}]), "True stands where"),
        (spoiled(roots=[7]), "index 7"),
        (spoiled(roots=[-1]), "index -1"),
        (spoiled(nodes=[{**NODE, "op": "?", "parents": []}]), "unknown operation"),
        (
            spoiled(nodes=[{**NODE, "op": "neg", "parents": [0], "partials": [1]}]),
            "index 0",  # its own parent
        ),
        (
            spoiled(nodes=[NODE, {**NODE, "op": "+", "parents": [0], "partials": [1]}]),
            "'\\+' has 1 parents",
        ),
        (
            spoiled(
                nodes=[NODE, {**NODE, "op": "neg", "parents": [0], "partials": []}]
            ),
            "parents",
        ),
        (spoiled(nodes=[{**NODE, "label": 3}]), "label must be a str"),
        (spoiled(nodes=[{**NODE, "scope": 0}]), "index 0"),
    ],
)
def test_what_is_not_a_graph_is_a_clear_error(text, words):
    with pytest.raises(ValueError, match=words):
        graph.from_json(text)


def test_wrong_roots_are_named():
    with pytest.raises(TypeError, match=r"3\.0 is not a Value"):
        graph.nodes(3.0)
    with pytest.raises(TypeError, match="is not a Value"):
        graph.to_json([Value(1.0)])
