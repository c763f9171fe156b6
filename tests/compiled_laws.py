"""The law of compiling, said once: a compiled function gives the engine's numbers."""

import functools
import math
import struct

from autograd import Value, compile, graph

TOLERANCE = 1e-12  # of the sum of magnitudes, where sums may be reassociated


def bits(numbers):
    """The bits of floats; every nan is the same."""
    return [struct.pack("<d", x) if x == x else "nan" for x in numbers]


def near(found, wanted, sizes=None, merged=False):
    """Within the tolerance; nan where nan is wanted, inf where inf is.

    `merged`: equal operations are computed once, and their adjoints added before they
    are multiplied with a local derivative. If that one is infinite, an inf may stand
    where the engine has inf - inf; never a finite number.
    """
    sizes = sizes or [0.0] * len(wanted)

    def alike(a, b, size):
        if merged and not (math.isfinite(a) or math.isfinite(b)):
            return True
        scale = max(abs(a), abs(b), size if math.isfinite(size) else 0.0)
        return (
            a == b or (a != a and b != b) or abs(a - b) <= TOLERANCE * scale < math.inf
        )

    return len(found) == len(wanted) and all(map(alike, found, wanted, sizes))


def leaves_of(thing, leaves):
    """The same arguments with a Value for each float; those are added to the list."""
    if isinstance(thing, float):
        leaves.append(Value(thing))
        return leaves[-1]
    if isinstance(thing, dict):
        return {key: leaves_of(part, leaves) for key, part in thing.items()}
    if isinstance(thing, tuple) and hasattr(thing, "_fields"):
        return type(thing)(*[leaves_of(part, leaves) for part in thing])
    if isinstance(thing, (list, tuple)):
        return type(thing)(leaves_of(part, leaves) for part in thing)
    return thing


def flat(thing):
    """The numbers in a result of any structure, as floats, in order."""
    if isinstance(thing, dict):
        thing = list(thing.values())
    if isinstance(thing, (list, tuple)):
        return [number for part in thing for number in flat(part)]
    if isinstance(thing, (str, bool)) or thing is None:
        return []
    return [thing.data if isinstance(thing, Value) else float(thing)]


def of_floats(args, gradients):
    """The derivatives that stand where the arguments have floats."""
    if isinstance(args, float):
        return [gradients]
    if isinstance(args, dict):
        pairs = [(args[key], gradients[key]) for key in args]
    elif isinstance(args, (list, tuple)):
        pairs = list(zip(args, gradients))
    else:
        return []
    return [number for pair in pairs for number in of_floats(*pair)]


class Eager:
    """What the engine computes: the result, gradients by arguments and by weights.

    With the sums of magnitudes of all that is added up on the way, which is what
    sums in another order are compared by.
    """

    def __init__(self, function, args, weights=()):
        with_zero_grad(weights)
        leaves = []
        result = function(*leaves_of(args, leaves))
        self.numbers, self.gradients = flat(result), None
        self.sizes = self.weight_sizes = self.value_sizes = None
        if isinstance(result, Value) and not result.is_constant:
            result.backward()
            self.gradients = [leaf.grad for leaf in leaves]
            self.weights = with_zero_grad(weights)
            self.value_sizes = [condition(result)]
            sizes = magnitudes(result)
            self.sizes = [sizes.get(leaf, 0.0) for leaf in leaves]
            self.weight_sizes = [sizes.get(weight, 0.0) for weight in weights]


def condition(y):
    """What y would be if each number on the way to it were as large as its rounding."""
    sizes = {}
    for node in graph.topological_order(y):
        parts = zip(node.partials, node.parents)
        reached = sum([abs(partial) * sizes[parent] for partial, parent in parts])
        sizes[node] = max(abs(node.data), reached)
    return sizes[y]


def magnitudes(y):
    """For each node the sum, over its paths to y, of the magnitude of the product."""
    sizes = {y: 1.0}
    for node in reversed(graph.topological_order(y)):
        for parent, partial in zip(node.parents, node.partials):
            sizes[parent] = sizes.get(parent, 0.0) + sizes[node] * abs(partial)
    return sizes


def with_zero_grad(weights):
    """The weights' gradients, which are then set to 0."""
    gradients = [weight.grad for weight in weights]
    for weight in weights:
        weight.grad = 0.0
    return gradients


class Twins:
    """A function, and its compiled forms: exact, default."""

    def __init__(self, function, weights=(), modes=(True, False), merged=False):
        self.function, self.weights, self.merged = function, list(weights), merged
        self.compiled = [compile(function, exact=exact) for exact in modes]

    def agree(self, *args):
        """Assert the law at these arguments."""
        eager = Eager(self.function, args, self.weights)
        for compiled in self.compiled:
            self.compare(compiled, eager, args)

    def compare(self, compiled, eager, args):
        def same(found, wanted, sizes, merged=False):
            told = compiled.exact, args, found, wanted
            if compiled.exact:
                assert bits(found) == bits(wanted), told
            else:
                assert near(found, wanted, sizes, merged), told

        same(flat(compiled(*args)), eager.numbers, eager.value_sizes)
        if eager.gradients is None:
            return
        value, gradients = compiled.value_and_grad(*args)
        same([value], eager.numbers, eager.value_sizes)
        if args:
            found = of_floats(args, gradients if len(args) != 1 else (gradients,))
            same(found, eager.gradients, eager.sizes, self.merged)
        if self.weights:
            with_zero_grad(self.weights)
            value = compiled.backward(*args)
            found = with_zero_grad(self.weights)
            same([value], eager.numbers, eager.value_sizes)
            same(found, eager.weights, eager.weight_sizes, self.merged)


def agree(function, *args, weights=()):
    """The law for one function at one point: recorded, and replayed."""
    twins = Twins(function, weights)
    twins.agree(*args)
    twins.agree(*args)


def counted(function):
    """The function, and a list that grows each time its Python code runs."""
    calls = []

    @functools.wraps(function)
    def counting(*args, **kwargs):
        calls.append(args)
        return function(*args, **kwargs)

    return counting, calls
