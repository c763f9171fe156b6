"""CasADi's SX graphs: its interpreter, and the C that it generates, through gcc -O3.

Both are called through CasADi's buffers, which is its fastest way from Python.
"""

from __future__ import annotations

import ctypes
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import casadi
import numpy

from tests.benchmarks import problems
from tests.benchmarks.rivals import Contestant, Job
from tests.benchmarks.rivals.hand_written import built, new_folder

MATH = SimpleNamespace(
    log=casadi.log,
    sqrt=casadi.sqrt,
    exp=casadi.exp,
    tanh=casadi.tanh,
    erfc=lambda x: 1 - casadi.erf(x),
    relu=lambda x: casadi.fmax(x, 0),
)


def symbols(name: str, count: int) -> tuple[Any, list[Any]]:
    column = casadi.SX.sym(name, count)
    return column, casadi.vertsplit(column)


def graded(name: str, value: Any, by: Any, *others: Any) -> Any:
    """The function of `by` and `others` that gives the value and its gradient."""
    return casadi.Function(name, [by, *others], [value, casadi.gradient(value, by)])


class Bound:
    """A function with memory for its operands and results."""

    def __init__(self, function: Any) -> None:
        self.operands = [
            numpy.zeros(function.nnz_in(i)) for i in range(function.n_in())
        ]
        self.results = [
            numpy.zeros(function.nnz_out(i)) for i in range(function.n_out())
        ]
        self.buffer, self.call = function.buffer()
        for i, operand in enumerate(self.operands):
            self.buffer.set_arg(i, memoryview(operand))
        for i, result in enumerate(self.results):
            self.buffer.set_res(i, memoryview(result))

    def numbers(self) -> list[float]:
        self.call()
        return [float(x) for result in self.results for x in result]


class Interpreted(Contestant):
    def __init__(self, threads: int, microgpt: str | None) -> None:
        super().__init__(threads, microgpt)
        self.mlp = self._mlp()

    def _mlp(self) -> Any:
        p, weights = symbols("p", len(problems.weights()))
        x, xs = symbols("x", 2)
        side = casadi.SX.sym("side")
        return graded("mlp", problems.mlp(MATH, weights, xs, side), p, x, side)

    def ready(self, function: Any) -> Any:
        """The function as it is called."""
        return function

    def mlp_call(self) -> Job | None:
        bound = Bound(self.ready(self.mlp))
        p, x, side = bound.operands
        p[:] = problems.weights()
        rows = list(zip(*problems.samples(problems.CALLS)))

        def run(rows: list[Any] = rows) -> None:
            call = bound.call
            for x[0], x[1], side[0] in rows:
                call()

        def numbers() -> list[float]:
            found = []
            for row in rows[: problems.CHECKED]:
                run([row])
                found += bound.numbers()
            return found

        return Job(numbers, run, per=len(rows))

    def mlp_batch(self, size: int) -> Job | None:
        total = self.mlp.map("total", "serial", size, [0], [0, 1])
        bound = Bound(self.ready(total))
        first, second, sides = problems.samples(size)
        bound.operands[0][:] = problems.weights()
        bound.operands[1][:] = numpy.stack([first, second], 1).ravel()
        bound.operands[2][:] = sides

        def numbers() -> list[float]:
            return [x / size for x in bound.numbers()]

        return Job(numbers, bound.call, per=size)

    def rosenbrock(self, size: int) -> Job | None:
        x = casadi.SX.sym("x", size)
        a, b = x[:-1], x[1:]
        value = casadi.sum1(100 * (b - a**2) ** 2 + (1 - a) ** 2)
        bound = Bound(self.ready(graded("rosenbrock", value, x)))
        bound.operands[0][:] = problems.rosenbrock_start(size)

        def numbers() -> list[float]:
            bound.call()
            (y,), g = bound.results
            return [float(y), *(float(g[i]) for i in problems.thinned(size))]

        return Job(numbers, bound.call)

    def black_scholes(self, size: int) -> Job | None:
        option, parts = symbols("option", 5)
        price = problems.black_scholes(MATH, *parts)
        each = self.ready(graded("price", price, option))
        bound = Bound(each.map("prices", "serial", size, [], []))
        bound.operands[0][:] = numpy.stack(problems.options(size), 1).ravel()

        def numbers() -> list[float]:
            bound.call()
            prices, greeks = bound.results
            return [
                float(x)
                for i in problems.thinned(size)
                for x in (prices[i], *greeks[5 * i : 5 * i + 5])
            ]

        return Job(numbers, bound.call, per=size)

    def first_mlp(self, count: int) -> Job | None:
        if count > 1000:
            return None  # half a minute
        columns = problems.samples(count)

        def first() -> Bound:
            p, weights = symbols("p", len(problems.weights()))
            rows = list(zip(*columns))
            loss = problems.mean_mlp(
                MATH, weights, [row[:2] for row in rows], [row[2] for row in rows]
            )
            bound = Bound(graded("first", loss, p))
            bound.operands[0][:] = problems.weights()
            bound.call()
            return bound

        return Job(lambda: first().numbers(), first)

    def first_chain(self, rounds: int) -> Job | None:
        if rounds > 100_000:
            return None  # half a minute

        def first() -> Bound:
            w, weights = symbols("w", 16)
            x, xs = symbols("x", 8)
            bound = Bound(
                graded("chain", problems.chain(MATH, weights, xs, rounds), w, x)
            )
            bound.operands[0][:] = problems.chain_weights()
            bound.operands[1][:] = problems.chain_start()
            bound.call()
            return bound

        return Job(lambda: first().numbers(), first)


class Generated(Interpreted):
    """The C of a function, with a loop around it in the same file."""

    LOOP = """
void many(const double **arg, double **res, casadi_int *iw, double *w, long times)
{
    for (long i = 0; i < times; i++) %(name)s(arg, res, iw, w, 0);
}
"""

    def ready(self, function: Any) -> Any:
        return casadi.external(function.name(), str(self._built(function)))

    def _built(self, function: Any) -> Path:
        name, folder = function.name(), new_folder()
        generator = casadi.CodeGenerator(f"{name}.c")
        generator.add(function)
        generator.generate(f"{folder}/")
        source = folder / f"{name}.c"
        with source.open("a", encoding="utf-8") as file:
            file.write(self.LOOP % {"name": name})
        return built(source)

    def mlp_inside(self, times: int = 1000) -> Job | None:
        library = ctypes.CDLL(str(self._built(self.mlp)))
        bound = Bound(self.mlp)
        (x0, *_), (x1, *_), (side, *_) = problems.samples(1)
        bound.operands[0][:], bound.operands[1][:] = problems.weights(), (x0, x1)
        bound.operands[2][:] = side

        def pointers(arrays: list[Any], count: int) -> Any:
            # the generated code uses what lies behind the operands as work space
            own = [a.ctypes.data for a in arrays]
            return (ctypes.c_void_p * count)(*own, *([None] * (count - len(own))))

        n_arg, n_res, n_iw, n_w = (
            self.mlp.sz_arg(),
            self.mlp.sz_res(),
            self.mlp.sz_iw(),
            self.mlp.sz_w(),
        )
        work = numpy.zeros(n_iw + 1, dtype=numpy.int64), numpy.zeros(n_w + 1)
        operands = (
            pointers(bound.operands, n_arg),
            pointers(bound.results, n_res),
            *(ctypes.c_void_p(part.ctypes.data) for part in work),
        )

        def run(times: int = times) -> None:
            library.many(*operands, ctypes.c_long(times))

        def numbers() -> list[float]:
            run(1)
            return [float(x) for result in bound.results for x in result]

        return Job(numbers, run, per=times)

    def rosenbrock(self, size: int) -> Job | None:
        # gcc takes minutes on a function of a million lines
        return super().rosenbrock(size) if size <= 1000 else None

    def first_mlp(self, count: int) -> Job | None:
        return None

    def first_chain(self, rounds: int) -> Job | None:
        return None
