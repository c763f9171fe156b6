"""What array code needs beside NumPy's functions: texts that go into what is written.

They are written with `np`, and hold for JAX as well, whose `jax.numpy` is the same but
for what stands at the end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

NUMPY = """\
def arranged(argument, *shape):
    \"\"\"Numbers of an argument in the last axis, after those of a batch.\"\"\"
    if shape and isinstance(argument, (list, tuple)):
        if len(argument) != shape[0]:
            raise ValueError(
                f"an argument is a list of {len(argument)} where {shape[0]} are wanted;"
                f" give a batch as an array of shape {('N', *shape)}"
            )
        return joined([arranged(part, *shape[1:]) for part in argument])
    x = np.asarray(argument)
    depth = x.ndim - len(shape)
    if depth < 0 or x.shape[depth:] != shape:
        raise ValueError(
            f"an argument has the shape {x.shape}, where {shape} is wanted, or "
            f"{('N', *shape)} for a batch"
        )
    return x.reshape(*x.shape[:depth], math.prod(shape))

def joined(parts):
    \"\"\"One after the other in the last axis; some may be without a batch.\"\"\"
    batch = np.broadcast_shapes(*[x.shape[:-1] for x in parts])
    parts = [np.broadcast_to(x, (*batch, x.shape[-1])) for x in parts]
    return np.concatenate(parts, axis=-1)

def inputs(parameters, count, *arguments):
    \"\"\"The parameters, and the arguments (with their shapes) of one batch.\"\"\"
    p = np.asarray(parameters)
    if p.shape != (count,):
        raise ValueError(
            f"parameters are an array of {count} numbers, not of shape {p.shape}"
        )
    xs = [arranged(argument, *shape) for argument, shape in arguments]
    floats = [
        x.dtype for x in (p, *xs) if x.size and np.issubdtype(x.dtype, np.floating)
    ]
    dtype = np.result_type(np.float32, *floats) if floats else np.result_type(float)
    batch = np.broadcast_shapes(*[x.shape[:-1] for x in xs])
    xs = [np.broadcast_to(x, (*batch, x.shape[-1])) for x in xs]
    return [x.astype(dtype) for x in (p, *xs)]

def rows(x, count):
    \"\"\"The numbers in the last axis as a matrix.\"\"\"
    return x.reshape(*x.shape[:-1], count, x.shape[-1] // count)

def taken(xs, index):
    \"\"\"What each row has at its index, or at one for all; else nan.\"\"\"
    count = xs.shape[-1]
    known = (index == np.floor(index)) & (index >= -count) & (index < count)
    place = np.where(known, np.where(index < 0, index + count, index), 0.0).astype(int)
    if xs.ndim == 2 and index.shape[-1] == 1:  # whole columns of one matrix
        return np.where(known, xs.T[place[..., 0]], np.nan)
    lead = np.broadcast_shapes(xs.shape[:-1], place.shape)
    place = np.broadcast_to(place, lead)[..., None]
    xs = np.broadcast_to(xs, (*lead, count))
    return np.where(known, np.take_along_axis(xs, place, axis=-1)[..., 0], np.nan)

def m_exp2(x):
    return np.power(2.0, x)

def m_sigmoid(x):
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1.0, small) / (1 + small)

def m_softplus(x):
    return np.where(x > 0, x, 0.0) + np.log1p(np.exp(-np.abs(x)))

def m_remainder(x, y):
    \"\"\"IEEE 754's: exact, and half to even.\"\"\"
    size = np.abs(y)
    rest = np.fmod(np.abs(x), 2 * size)
    less = rest - size
    less = np.where(less >= size - less, less - size, less)
    return np.copysign(1.0, x) * np.where(rest > size - rest, less, rest)

def m_floordiv(x, y):
    return np.where(y == 0, x / y, np.floor_divide(x, y))

def m_fma(x, y, z):
    return x * y + z  # rounded twice

def m_polygamma(n, x):
    return special.polygamma(np.asarray(n).astype(int), x)

def list_max(x):
    return np.max(x, axis=-1, keepdims=True)

def list_max_partials(out, x):
    wins = np.where(x == out, 1.0, np.where(x == x, 0.0, 1.0))
    return wins / np.sum(wins, axis=-1, keepdims=True)

def list_min(x):
    return np.min(x, axis=-1, keepdims=True)

def list_min_partials(out, x):
    return list_max_partials(out, x)

def list_logsumexp(x):
    top = np.max(x, axis=-1, keepdims=True)
    # log1p of all but the top keeps the digits of a total just above the top
    is_top = np.arange(x.shape[-1]) == np.argmax(x, axis=-1, keepdims=True)
    rest = np.where(is_top, 0.0, np.exp(x - top))
    total = top + np.log1p(np.sum(rest, axis=-1, keepdims=True))
    return np.where(np.isfinite(top), total, top)

def list_logsumexp_partials(out, x):
    return np.where(x == -np.inf, 0.0, np.exp(x - out))

def list_prod(x):
    return np.prod(x, axis=-1, keepdims=True)

def list_prod_partials(out, x):
    before = np.cumprod(one_first(x), axis=-1)
    after = np.cumprod(one_first(np.flip(x, axis=-1)), axis=-1)
    return before * np.flip(after, axis=-1)

def one_first(x):
    \"\"\"The numbers but the last, after a 1.\"\"\"
    return np.concatenate([np.ones_like(x[..., :1]), x[..., :-1]], axis=-1)

def list_hypot(x):
    size = np.max(np.abs(x), axis=-1, keepdims=True)
    _, power = np.frexp(size)  # so that squares neither overflow nor vanish
    y = np.ldexp(x, -power)
    length = np.ldexp(np.sqrt(np.sum(y * y, axis=-1, keepdims=True)), power)
    return np.where(np.any(np.isinf(x), axis=-1, keepdims=True), np.inf, length)

def list_hypot_partials(out, x):
    return np.where(out == 0, 0.0, x / out)

def list_mean(x):
    return np.mean(x, axis=-1, keepdims=True)
"""
JAX = """\
def primitive(value, partials):
    \"\"\"A function whose local derivatives are those of its partials.\"\"\"
    function = jax.custom_jvp(value)

    def rule(operands, tangents):
        out = function(*operands)
        total = jnp.zeros_like(out)
        for slope, tangent in zip(partials(out, *operands), tangents):
            if not isinstance(tangent, SymbolicZero):  # what is constant has no slope
                total = total + slope * tangent
        return out, total

    function.defjvp(rule, symbolic_zeros=True)
    return function

def reduction(value, partials):
    \"\"\"The same for a function of a list, which is the last axis.\"\"\"
    function = jax.custom_jvp(value)

    def rule(operands, tangents):
        out = function(*operands)
        terms = partials(out, *operands) * tangents[0]
        return out, jnp.sum(terms, axis=-1, keepdims=True)

    function.defjvp(rule)
    return function
"""
DEFINED = re.compile(r"^def (\w+)", re.M)


def texts(module: str) -> dict[str, str]:
    """The functions by name; `module` is how NumPy is called there."""
    found = {}
    for part in re.split(r"\n\n(?=def )", f"{NUMPY}\n{JAX}"):
        name = DEFINED.search(part)
        assert name is not None
        found[name[1]] = re.sub(r"\bnp\b", module, part.strip())
    return found


def needed(text: str, known: dict[str, str]) -> Iterable[str]:
    """Those that a text uses, and those that they use, in their order.

    >>> [*needed("y = list_prod_partials(out, x)", texts("np"))]
    ['list_prod_partials', 'one_first']
    """
    found: set[str] = set()
    stack = [text]
    while stack:
        for word in re.findall(r"\w+", stack.pop()):
            if word in known and word not in found:
                found.add(word)
                stack.append(known[word])
    return [name for name in known if name in found]
